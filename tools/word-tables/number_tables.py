"""Tables of two levels over all code points, written as C."""

BLOCK = 256
MAX = 0x110000


def write_numbers(out, kind, name, values):
    out.write(f"{kind} {name} = {{")
    width = 0
    for i, value in enumerate(values):
        item = f"{value}," if value < 10 else f"0x{value:x},"
        if i == 0 or width + len(item) > 96:
            out.write("\n  ")
            width = 2
        out.write(item)
        width += len(item)
    out.write("\n};\n")
