import Glibc

/// Receives what `HTMLTokenizer` finds, in page order.
protocol HTMLTokenSink: ~Copyable {
  /// Text as it stands in the page, `&` references included.
  mutating func text(_ bytes: UnsafeBufferPointer<UInt8>)
  /// Text in which `&` has no meaning.
  mutating func rawText(_ bytes: UnsafeBufferPointer<UInt8>)
  mutating func startTag(_ element: HTMLElement, _ tag: HTMLTag)
  mutating func endTag(_ element: HTMLElement)
}

/// A start tag: its place in the page and its attributes as written.
struct HTMLTag {
  struct Attribute {
    var name: UnsafeBufferPointer<UInt8>
    var value: UnsafeBufferPointer<UInt8>
  }

  var name: UnsafeBufferPointer<UInt8>
  var attributes: UnsafeBufferPointer<Attribute>
  var isSelfClosing: Bool
}

/// Cuts a page into tags and text by the tokenization rules of the HTML standard (section 13.2.5),
/// as far as extraction needs them: comments, doctypes and processing instructions are passed over
/// silently. One pass over the bytes, no allocation, time linear in the page whatever it holds.
///
/// libxml2's parser was measured first: its callbacks alone ran at a third of this speed, a NUL
/// byte ended the page, and misnested tags made its time quadratic.
struct HTMLTokenizer {
  /// Attributes of one tag beyond this number are passed over.
  static let attributeLimit = 64

  private let names = NameTable.elements()
  private let attributes: UnsafeMutableBufferPointer<HTMLTag.Attribute>

  /// - Parameter attributes: room for `attributeLimit` attributes, owned by the caller.
  init(attributes: UnsafeMutableBufferPointer<HTMLTag.Attribute>) {
    precondition(attributes.count >= Self.attributeLimit)
    self.attributes = attributes
  }

  func tokenize(
    _ page: UnsafeBufferPointer<UInt8>, into sink: inout (some HTMLTokenSink & ~Copyable)
  ) {
    guard let base = page.baseAddress else { return }
    let end = base + page.count
    var textStart = base
    var cursor = base
    while let found = find(UInt8(ascii: "<"), cursor, end) {
      let next = found + 1
      guard next < end else { break }
      let byte = next.pointee
      if (byte | 0x20) &- 97 < 26 {
        flush(textStart, found, &sink)
        cursor = startTag(next, end, &sink)
      } else if byte == UInt8(ascii: "/") {
        guard next + 1 < end else { break }
        flush(textStart, found, &sink)
        cursor = endTag(next + 1, end, &sink)
      } else if byte == UInt8(ascii: "!") {
        flush(textStart, found, &sink)
        cursor = markupDeclaration(next + 1, end)
      } else if byte == UInt8(ascii: "?") {
        flush(textStart, found, &sink)
        cursor = past(UInt8(ascii: ">"), next, end)
      } else {
        cursor = next
        continue
      }
      textStart = cursor
    }
    flush(textStart, end, &sink)
  }

  @inline(__always)
  private func flush(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>,
    _ sink: inout (some HTMLTokenSink & ~Copyable)
  ) {
    if start < end { sink.text(UnsafeBufferPointer(start: start, count: end - start)) }
  }

  // MARK: Tags

  /// Reads a start tag whose name begins at `start`; returns where the page goes on.
  private func startTag(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>,
    _ sink: inout (some HTMLTokenSink & ~Copyable)
  ) -> UnsafePointer<UInt8> {
    var cursor = start
    while cursor < end, !Self.endsTagName(cursor.pointee) { cursor += 1 }
    let name = UnsafeBufferPointer(start: start, count: cursor - start)
    var count = 0
    var isSelfClosing = false
    guard let after = readAttributes(&cursor, end, &count, &isSelfClosing) else { return end }
    let element = self.element(name)
    let tag = HTMLTag(
      name: name,
      attributes: UnsafeBufferPointer(rebasing: UnsafeBufferPointer(attributes)[..<count]),
      isSelfClosing: isSelfClosing)
    sink.startTag(element, tag)
    switch element.content {
    case .markup: return after
    case .plain:
      sink.rawText(UnsafeBufferPointer(start: after, count: end - after))
      return end
    case .raw, .escapable:
      let close =
        element == .script ? endOfScript(after, end) : endTagStart(name, after, end)
      let text = UnsafeBufferPointer(start: after, count: close - after)
      if !text.isEmpty {
        if element.content == .raw { sink.rawText(text) } else { sink.text(text) }
      }
      return close
    }
  }

  private func element(_ name: UnsafeBufferPointer<UInt8>) -> HTMLElement {
    HTMLElement(rawValue: UInt8(truncatingIfNeeded: names.value(name))) ?? .unknown
  }

  private func endTag(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>,
    _ sink: inout (some HTMLTokenSink & ~Copyable)
  ) -> UnsafePointer<UInt8> {
    let first = start.pointee | 0x20
    guard first &- 97 < 26 else { return past(UInt8(ascii: ">"), start, end) }
    var cursor = start
    while cursor < end, !Self.endsTagName(cursor.pointee) { cursor += 1 }
    let name = UnsafeBufferPointer(start: start, count: cursor - start)
    var count = 0
    var isSelfClosing = false
    guard let after = readAttributes(&cursor, end, &count, &isSelfClosing) else { return end }
    sink.endTag(element(name))
    return after
  }

  /// Reads attributes up to and past `>`; nil where the page ends inside the tag.
  private func readAttributes(
    _ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ count: inout Int,
    _ isSelfClosing: inout Bool
  ) -> UnsafePointer<UInt8>? {
    while true {
      while cursor < end, Self.isSpace(cursor.pointee) || cursor.pointee == UInt8(ascii: "/") {
        isSelfClosing = cursor.pointee == UInt8(ascii: "/")
        cursor += 1
      }
      guard cursor < end else { return nil }
      if cursor.pointee == UInt8(ascii: ">") { return cursor + 1 }
      isSelfClosing = false
      let nameStart = cursor
      cursor += 1  // A leading `=` belongs to the name.
      while cursor < end, !Self.endsAttributeName(cursor.pointee) { cursor += 1 }
      let name = UnsafeBufferPointer(start: nameStart, count: cursor - nameStart)
      var value = UnsafeBufferPointer(start: cursor, count: 0)
      var look = cursor
      while look < end, Self.isSpace(look.pointee) { look += 1 }
      if look < end, look.pointee == UInt8(ascii: "=") {
        cursor = look + 1
        while cursor < end, Self.isSpace(cursor.pointee) { cursor += 1 }
        guard cursor < end else { return nil }
        let quote = cursor.pointee
        if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
          guard let close = find(quote, cursor + 1, end) else { return nil }
          value = UnsafeBufferPointer(start: cursor + 1, count: close - cursor - 1)
          cursor = close + 1
        } else {
          let valueStart = cursor
          while cursor < end, !Self.isSpace(cursor.pointee), cursor.pointee != UInt8(ascii: ">") {
            cursor += 1
          }
          value = UnsafeBufferPointer(start: valueStart, count: cursor - valueStart)
        }
      }
      if count < Self.attributeLimit {
        attributes[count] = .init(name: name, value: value)
        count += 1
      }
    }
  }

  // MARK: What is passed over

  /// Passes over what began with `<!`: a comment, or anything up to `>`.
  private func markupDeclaration(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> UnsafePointer<UInt8> {
    guard end - start >= 2, start[0] == UInt8(ascii: "-"), start[1] == UInt8(ascii: "-") else {
      return past(UInt8(ascii: ">"), start, end)
    }
    // `<!-->` and `<!--->` are whole comments; a comment ends with `-->` or `--!>`.
    var cursor = start + 2
    while let found = find(UInt8(ascii: ">"), cursor, end) {
      let body = found - (start + 2)
      if body == 0 || (body == 1 && found[-1] == UInt8(ascii: "-")) { return found + 1 }
      if body >= 2, found[-1] == UInt8(ascii: "-"), found[-2] == UInt8(ascii: "-") {
        return found + 1
      }
      if body >= 3, found[-1] == UInt8(ascii: "!"), found[-2] == UInt8(ascii: "-"),
        found[-3] == UInt8(ascii: "-")
      {
        return found + 1
      }
      cursor = found + 1
    }
    return end
  }

  /// Where `</name` starts, at or after `start`; the end of the page where it does not.
  private func endTagStart(
    _ name: UnsafeBufferPointer<UInt8>, _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> UnsafePointer<UInt8> {
    var cursor = start
    while let found = find(UInt8(ascii: "<"), cursor, end) {
      if found + 1 < end, found[1] == UInt8(ascii: "/"), follows(name, found + 2, end) {
        return found
      }
      cursor = found + 1
    }
    return end
  }

  /// Where a script's end tag starts. `<!-- <script> … </script> -->` inside it does not end it.
  private func endOfScript(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> UnsafePointer<UInt8> {
    Self.scriptName.withUTF8Buffer { name in
      var isEscaped = false
      var isDoublyEscaped = false
      var cursor = start
      while cursor < end {
        if !isEscaped {
          guard let found = find(UInt8(ascii: "<"), cursor, end) else { return end }
          cursor = found
        }
        if isEscaped, cursor.pointee == UInt8(ascii: "-") {
          if end - cursor >= 3, cursor[1] == UInt8(ascii: "-"), cursor[2] == UInt8(ascii: ">") {
            isEscaped = false
            isDoublyEscaped = false
          }
        } else if cursor.pointee == UInt8(ascii: "<"), end - cursor > 3 {
          if cursor[1] == UInt8(ascii: "/"), follows(name, cursor + 2, end) {
            if !isDoublyEscaped { return cursor }
            isDoublyEscaped = false
          } else if isEscaped, follows(name, cursor + 1, end) {
            isDoublyEscaped = true
          } else if cursor[1] == UInt8(ascii: "!"), cursor[2] == UInt8(ascii: "-"),
            cursor[3] == UInt8(ascii: "-")
          {
            isEscaped = true
            cursor += 1  // `<!-->` ends the escape that it starts.
          }
        }
        cursor += 1
      }
      return end
    }
  }

  private static let scriptName: StaticString = "script"

  /// Whether a tag of that name, in any case, is at `start`.
  private func follows(
    _ name: UnsafeBufferPointer<UInt8>, _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> Bool {
    guard end - start > name.count, Self.endsTagName(start[name.count]) else { return false }
    for (index, byte) in name.enumerated() where start[index] | 0x20 != byte | 0x20 { return false }
    return true
  }

  // MARK: Bytes

  @inline(__always)
  private func find(
    _ byte: UInt8, _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> UnsafePointer<UInt8>? {
    guard start < end, let found = memchr(start, Int32(byte), end - start) else { return nil }
    return UnsafePointer(found.assumingMemoryBound(to: UInt8.self))
  }

  private func past(
    _ byte: UInt8, _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> UnsafePointer<UInt8> {
    find(byte, start, end).map { $0 + 1 } ?? end
  }

  @inline(__always)
  static func isSpace(_ byte: UInt8) -> Bool {
    byte == 32 || byte == 10 || byte == 9 || byte == 13 || byte == 12
  }

  @inline(__always)
  private static func endsTagName(_ byte: UInt8) -> Bool {
    isSpace(byte) || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "/")
  }

  @inline(__always)
  private static func endsAttributeName(_ byte: UInt8) -> Bool {
    endsTagName(byte) || byte == UInt8(ascii: "=")
  }
}
