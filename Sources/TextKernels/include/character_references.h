#pragma once
#include <stddef.h>
#include <stdint.h>

/// Reads the HTML character reference that starts at `text[0] == '&'`.
///
/// Returns the bytes consumed, `&` included, and writes 1 to 6 bytes of UTF-8 to `out`; returns 0
/// where no reference starts (the `&` is then text). Names without a semicolon are read as the
/// HTML standard reads them outside attributes: the longest known prefix. References to no
/// character give U+FFFD.
size_t character_reference(const uint8_t *text, size_t count, uint8_t *out, size_t *out_length);
