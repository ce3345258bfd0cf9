/// A media type with its charset, as in `text/html; charset=utf-8` (RFC 9110).
struct MediaType {
  /// For example `text/html`, in the case that it came in.
  let essence: UnsafeRawBufferPointer
  /// Nil where none is named.
  let charset: UnsafeRawBufferPointer?

  init(_ value: UnsafeRawBufferPointer) {
    let end = value.firstIndex { $0 == 0x3b || $0 == 0x2c || $0 == 0x20 || $0 == 0x09 }
    essence = UnsafeRawBufferPointer(rebasing: value[..<(end ?? value.count)])
    charset = end.flatMap { Self.charset(UnsafeRawBufferPointer(rebasing: value[$0...])) }
  }

  var isHTML: Bool { essence.equals("text/html") || essence.equals("application/xhtml+xml") }
  var isPlainText: Bool { essence.equals("text/plain") }

  /// In lower case; nil where it is no media type that anybody would name.
  var name: String? {
    let isName = essence.allSatisfy { byte in
      RecordStart.isDigit(byte) || (byte | 0x20) &- 0x61 < 26
        || byte == 0x2b || byte == 0x2d || byte == 0x2e || byte == 0x2f || byte == 0x5f
    }
    guard isName, essence.contains(0x2f), essence.count <= 80 else { return nil }
    return String(decoding: essence, as: UTF8.self).lowercased()
  }

  private static func charset(_ parameters: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    var i = 0
    while i < parameters.count {
      let end = parameters.first(0x3b, in: i..<parameters.count) ?? parameters.count
      let part = parameters.trimmed(i..<end)
      i = end + 1
      guard let equals = parameters.first(0x3d, in: part) else { continue }
      let name = parameters.trimmed(part.lowerBound..<equals)
      guard UnsafeRawBufferPointer(rebasing: parameters[name]).equals("charset") else { continue }
      var value = parameters.trimmed(equals + 1..<part.upperBound)
      func isQuote(_ byte: UInt8) -> Bool { byte == 0x22 || byte == 0x27 }
      while let first = parameters[value].first, isQuote(first) { value = value.dropFirst() }
      while let last = parameters[value].last, isQuote(last) { value = value.dropLast() }
      return value.isEmpty ? nil : UnsafeRawBufferPointer(rebasing: parameters[value])
    }
    return nil
  }
}
