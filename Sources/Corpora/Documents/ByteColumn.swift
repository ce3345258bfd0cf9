/// A column of byte strings: one contiguous buffer with offsets, nothing allocated per value.
public struct ByteColumn: Sendable, Equatable {
  /// All values, one after the other.
  public private(set) var bytes: [UInt8]
  /// Where value `i` starts; `count + 1` entries, the first 0.
  public private(set) var offsets: [Int]

  public init() {
    bytes = []
    offsets = [0]
  }

  /// Takes a buffer and its offsets, which must start with 0, never fall and end with the buffer.
  public init(bytes: [UInt8], offsets: [Int]) {
    precondition(offsets.first == 0 && offsets.last == bytes.count)
    self.bytes = bytes
    self.offsets = offsets
  }

  /// A column of these values.
  public init(_ values: some Sequence<some Sequence<UInt8>>) {
    self.init()
    for value in values { append(value) }
  }

  /// A column of these texts.
  public init(_ texts: some Sequence<String>) { self.init(texts.map(\.utf8)) }

  public var count: Int { offsets.count - 1 }
  public var isEmpty: Bool { count == 0 }

  public mutating func reserve(values: Int, bytes byteCount: Int) {
    offsets.reserveCapacity(values + 1)
    bytes.reserveCapacity(byteCount)
  }

  public mutating func append(_ value: UnsafeRawBufferPointer) {
    if value.count > 0 { bytes.append(contentsOf: value) }
    offsets.append(bytes.count)
  }

  public mutating func append(_ value: some Sequence<UInt8>) {
    bytes.append(contentsOf: value)
    offsets.append(bytes.count)
  }

  public mutating func append(_ value: String) {
    bytes.append(contentsOf: value.utf8)
    offsets.append(bytes.count)
  }

  /// Appends a value that `write` makes in place.
  /// - Parameter write: gets room for `capacity` bytes and returns how many it wrote, or nil for no
  ///   value after all.
  /// - Returns: whether there is a value.
  mutating func append(
    upTo capacity: Int, _ write: (UnsafeMutableRawBufferPointer) -> Int?
  ) -> Bool {
    var hasValue = false
    bytes.append(addingCapacity: capacity) { span in
      span.withUnsafeMutableBufferPointer { buffer, count in
        guard let written = write(UnsafeMutableRawBufferPointer(buffer)) else { return }
        count = written
        hasValue = true
      }
    }
    if hasValue { offsets.append(bytes.count) }
    return hasValue
  }

  /// Appends all values of another column.
  public mutating func append(contentsOf other: ByteColumn) {
    let start = bytes.count
    bytes += other.bytes
    offsets += other.offsets.dropFirst().map { $0 + start }
  }

  /// Appends an empty value.
  public mutating func appendEmpty() { offsets.append(bytes.count) }

  public mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    offsets.removeAll(keepingCapacity: true)
    offsets.append(0)
  }

  public subscript(index: Int) -> ArraySlice<UInt8> { bytes[offsets[index]..<offsets[index + 1]] }

  /// Value `index` as text; invalid UTF-8 is repaired.
  public func string(_ index: Int) -> String { String(decoding: self[index], as: UTF8.self) }

  public func byteCount(_ index: Int) -> Int { offsets[index + 1] - offsets[index] }

  /// The bytes of value `index` without a copy, for the time of `body`.
  @inlinable
  public func withBytes<R>(
    _ index: Int, _ body: (UnsafeRawBufferPointer) throws -> R
  ) rethrows -> R {
    let range = offsets[index]..<offsets[index + 1]
    return try bytes.withUnsafeBytes {
      try body(UnsafeRawBufferPointer(rebasing: $0[range]))
    }
  }
}
