import Corpora

/// The definition of repeated substrings, word for word and without speed: all windows of all
/// documents in one dictionary.
struct PlainSubstrings {
  struct Span: Equatable {
    var ordinal: Int
    var bytes: Range<Int>
    /// Input, document and byte of the copy that stays.
    var kept: [Int]?
  }

  /// The symbols of a document, each with its bytes.
  typealias Text = [[UInt8]]

  var minimum: Int
  var removesAll = false

  /// The spans of each input.
  func spans(_ inputs: [[Text]]) -> [[Span]] {
    struct Place {
      var input: Int
      var document: Int
      var symbol: Int
      var address: Int
    }
    // The addresses of documents are far enough apart: no window reaches into another one.
    var windows: [[[UInt8]]: [Place]] = [:]
    var address = 0
    for (input, texts) in inputs.enumerated() {
      for (document, text) in texts.enumerated() {
        if text.count >= minimum {
          for symbol in 0...text.count - minimum {
            windows[Array(text[symbol..<symbol + minimum]), default: []].append(
              Place(
                input: input, document: document, symbol: symbol, address: address + symbol))
          }
        }
        address += text.count + minimum
      }
    }
    var spans: [[Span]] = []
    address = 0
    for texts in inputs {
      var own: [Span] = []
      for (document, text) in texts.enumerated() {
        var covered: [Place?] = Array(repeating: nil, count: text.count)
        var isCovered = Array(repeating: false, count: text.count)
        if text.count >= minimum {
          for symbol in 0...text.count - minimum {
            let copies = windows[Array(text[symbol..<symbol + minimum])] ?? []
            let here = address + symbol
            let earlier = copies.first { $0.address + minimum <= here }
            guard removesAll ? copies.count > 1 : earlier != nil else { continue }
            for index in symbol..<symbol + minimum where !isCovered[index] {
              isCovered[index] = true
              covered[index] = earlier
            }
          }
        }
        var symbol = 0
        while symbol < text.count {
          guard isCovered[symbol] else {
            symbol += 1
            continue
          }
          let start = symbol
          while symbol < text.count, isCovered[symbol] { symbol += 1 }
          let bytes = Array(text.joined())
          let from = text[..<start].joined().count
          var (first, end) = (from, text[..<symbol].joined().count)
          while first < end, bytes[first] & 0xC0 == 0x80 { first += 1 }
          while end > first, end < bytes.count, bytes[end] & 0xC0 == 0x80 { end -= 1 }
          guard first < end else { continue }
          let kept = removesAll ? nil : covered[start]
          own.append(
            Span(
              ordinal: document, bytes: first..<end,
              kept: kept.map {
                let before = inputs[$0.input][$0.document][..<$0.symbol].joined().count
                return [$0.input, $0.document, before + first - from]
              }))
        }
        address += text.count + minimum
      }
      spans.append(own)
    }
    return spans
  }
}
