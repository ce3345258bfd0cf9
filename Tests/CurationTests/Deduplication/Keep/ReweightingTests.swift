import Curation
import Glibc
import Streams
import Testing

@Suite struct ReweightingTests {
  @Test("weights are those of the formula, and grow with the copies up to the cap")
  func weights() throws {
    for (text, expected) in [
      ("copies", 4.0), ("log(1+copies)", log(5)), ("sqrt(copies)", 2), ("min(copies, 3)", 3),
      ("min( log( 1 + copies ),1.5)", 1.5), ("min(sqrt(copies),1e3)", 2),
    ] {
      #expect(abs(try Reweighting(text).weight(copies: 4) - expected) < 1e-12, "\(text)")
    }
    for growth in Reweighting.Growth.allCases {
      let weights = (1...1000).map { Reweighting(growth, cap: 20).weight(copies: $0) }
      #expect(weights == weights.sorted() && weights.allSatisfy { $0 > 0 && $0 <= 20 })
      #expect(
        try Reweighting(Reweighting(growth, cap: 20).description) == Reweighting(growth, cap: 20))
      #expect(try Reweighting(growth.rawValue) == Reweighting(growth))
    }
    #expect(Reweighting(.copies).weight(copies: 0) == 1)
    #expect(Reweighting(.copies).weight(copies: .min) == 1)
    #expect(Reweighting(.logarithm).weight(copies: .max).isFinite)
  }

  @Test(
    "anything else is an input fault",
    arguments: [
      "", "copy", "log(copies)", "min(copies)", "min(copies,0)", "min(copies,-1)",
      "min(copies,nan)",
      "min(copies,inf)", "min(,3)", "min(copies,3", "copies*2", "min(min(copies,3),2)", "min(",
      "min()",
      "\u{0}",
    ])
  func faults(text: String) { #expect(throws: Fault.self) { try Reweighting(text) } }
}
