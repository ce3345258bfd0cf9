import Testing

@testable import Curation

@Suite struct SourceCodeSignalsTests {
  func measure(_ text: String) throws -> (alphanumeric: Float, longest: Float) {
    let meter = try SignalMeter(["alphanumeric_ratio", "max_line_length"])
    let values = try Array(text.utf8).withUnsafeBytes { try meter.measure($0) }
    return (values[0], values[1])
  }

  @Test("letters, digits and characters beyond ASCII count, punctuation and spaces do not")
  func alphanumeric() throws {
    #expect(try measure("ab1 {}é\n").alphanumeric == 0.5)
    #expect(try measure("{}{}").alphanumeric == 0)
    #expect(try measure("").alphanumeric.isNaN)
  }

  @Test("the longest line is measured in code points, without its end")
  func longestLine() throws {
    #expect(try measure("ab\nééé\r\nc").longest == 3)
    #expect(try measure("").longest == 0)
    #expect(try measure(String(repeating: "x", count: 5000) + "\ny").longest == 5000)
  }
}
