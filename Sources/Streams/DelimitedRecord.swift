import TextKernels

/// One record of delimited text, valid until the next one is read.
package struct DelimitedRecord {
  private let base: UnsafeMutableRawPointer
  private let byteCount: Int
  private let fields: UnsafeMutablePointer<delimited_field>
  private let storedFieldCount: Int
  /// Those over the limit too, which cannot be had.
  package let fieldCount: Int

  init(
    base: UnsafeMutableRawPointer, byteCount: Int, fields: UnsafeMutablePointer<delimited_field>,
    storedFieldCount: Int, fieldCount: Int
  ) {
    self.base = base
    self.byteCount = byteCount
    self.fields = fields
    self.storedFieldCount = storedFieldCount
    self.fieldCount = fieldCount
  }

  /// Whether the record is an empty line.
  package var isBlank: Bool {
    fieldCount == 1 && fields[0].start == fields[0].end && fields[0].marks == 0
  }

  /// The bytes of the record as they came, as long as no field has been asked for.
  package var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: base, count: byteCount)
  }

  /// A field without its quotes. There must be one.
  package func field(_ index: Int) -> UnsafeRawBufferPointer {
    precondition(index >= 0 && index < storedFieldCount)
    let field = fields[index]
    let start = base + field.start
    if field.marks & UInt32(DELIMITED_ESCAPED) != 0 {
      let count = delimited_unescape(
        start.assumingMemoryBound(to: UInt8.self), field.end - field.start)
      fields[index].end = field.start + count
      fields[index].marks = UInt32(DELIMITED_QUOTED)
      return UnsafeRawBufferPointer(start: start, count: count)
    }
    return UnsafeRawBufferPointer(start: start, count: field.end - field.start)
  }
}
