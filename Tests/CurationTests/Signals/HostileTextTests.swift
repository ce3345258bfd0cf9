import Corpora
import Streams
import Testing

@testable import Curation

@Suite struct HostileTextTests {
  static let everySignal = SignalRegistry.all.map(\.name).filter(SignalMeter.measures)

  private func measure(_ bytes: [UInt8]) throws -> [String: Float] {
    let meter = try SignalMeter(Self.everySignal)
    let values = try bytes.withUnsafeBytes { try meter.measure($0) }
    return Dictionary(uniqueKeysWithValues: zip(meter.names, values))
  }

  @Test("a text without words has counts of 0 and ratios that are not numbers")
  func noWords() throws {
    for text in ["", " ", "\n\n\n", "\u{2003}\u{00A0}\t"] {
      let signals = try measure(Array(text.utf8))
      #expect(signals["word_count"] == 0)
      #expect(signals["stop_word_count"] == 0)
      #expect(signals["mean_word_length"]?.isNaN == true)
      #expect(signals["hash_ratio"]?.isNaN == true)
    }
    #expect(try measure([])["dup_line_frac"] == 0)
    #expect(try measure([])["dup_line_char_frac"]?.isNaN == true)
  }

  @Test(
    "two megabytes of one pattern are measured whole; a quadratic walk would not come to its end",
    arguments: [
      "a", "(", ".", "-", "'", "a-", "x=", "9m", "@", "a@", "a.", "…", "é", "\u{0301}", "م",
      "http://", "a:", "1,", "א\"", "a\u{0301}\u{0301}", "🇩", "\u{200d}ℹ", "カ_",
      ":)", "(: ", "- - ", "it 's ", "\n", "\r", "\n\n\n", " \n", "a b ", "1 2 3 4 5 ", "€",
    ])
  func nearlyLinear(pattern: String) throws {
    let unit = Array(pattern.utf8)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(2_000_000)
    while bytes.count < 2_000_000 { bytes.append(contentsOf: unit) }
    #expect(try measure(bytes)["byte_count"] == Float(bytes.count))
    for words in WordMode.allCases where words != .datatrove {
      let meter = try SignalMeter(["word_and_symbol_count", "dup_5_gram"], words: words)
      let values = try bytes.withUnsafeBytes { try meter.measure($0) }
      #expect(values[0] <= Float(bytes.count))
    }
  }

  @Test("one word of ten megabytes is one word")
  func longWord() throws {
    let signals = try measure([UInt8](repeating: 0x61, count: 10_000_000))
    #expect(signals["word_count"] == 1)
    #expect(signals["mean_word_length"] == 10_000_000)
  }

  @Test("a million empty lines are a million lines, all but one of them duplicates of none")
  func emptyLines() throws {
    let signals = try measure([UInt8](repeating: 10, count: 1_000_000))
    #expect(signals["line_count"] == 1_000_000)
    #expect(signals["dup_line_frac"] == 0.5)
    #expect(signals["dup_line_char_frac"] == 0)
  }

  @Test("right-to-left scripts and lone combining marks are counted in code points")
  func scripts() throws {
    let arabic = try measure(Array("السلام عليكم؟".utf8))
    #expect(arabic["word_count"] == 2)
    #expect(arabic["word_and_symbol_count"] == 3)
    #expect(arabic["char_count"] == 13)
    let marks = try measure(Array("\u{0301}\u{0301} \u{05B0}".utf8))
    #expect(marks["char_count"] == 4)
    #expect(marks["alpha_word_ratio"] == 0)
  }

  @Test("bytes that are not UTF-8 are measured without a fault, the same each time")
  func invalidBytes() throws {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<300 {
      let count = Int.random(in: 0...200, using: &random)
      let lead: [UInt8] = [0xC2, 0xE2, 0x80, 0xA6, 0xF0, 0xFF, 0x2E, 0x20, 0x27, 0x73, 0x0A]
      let bytes = (0..<count).map { _ in
        Bool.random() ? lead.randomElement() ?? 0 : UInt8.random(in: 0...255, using: &random)
      }
      let first = try measure(bytes).mapValues(\.bitPattern)
      #expect(try measure(bytes).mapValues(\.bitPattern) == first)
    }
  }

  @Test("a meter gives a text the same signals after any other text")
  func reusedBuffers() throws {
    let texts = [
      "one two three", "", "the end... of\n\nthe end", "x " + String(repeating: "y ", count: 5000),
    ]
    let meter = try SignalMeter(Self.everySignal)
    let alone = try texts.map { try measure(Array($0.utf8)) }
    for (index, text) in (texts + texts.reversed()).enumerated() {
      let values = try Array(text.utf8).withUnsafeBytes { try meter.measure($0) }
      let expected = alone[index < texts.count ? index : 2 * texts.count - 1 - index]
      for (name, value) in zip(meter.names, values) {
        #expect(value.bitPattern == expected[name]?.bitPattern, "\(name)")
      }
    }
  }

  @Test("an unknown signal is a fault that names the nearest one")
  func unknownSignal() throws {
    let fault = #expect(throws: Fault.self) { try SignalMeter(["word_cuont"]) }
    #expect(fault?.message == "there is no signal 'word_cuont' that is measured on a text")
    #expect(fault?.hint == "did you mean 'word_count'?")
  }

  @Test("the registry is sorted, and a meter measures each signal of the text alone")
  func registry() throws {
    let names = SignalRegistry.all.map(\.name)
    #expect(names == names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    let unmeasured = names.filter {
      !SignalMeter.measures($0) && SignalRegistry.edit(counting: $0) == nil
    }
    #expect(Set(unmeasured) == Set(ColumnMeasure.all.flatMap { $0.signals.map(\.name) }))
  }
}
