import Foundation
import TextKernels
import Testing

@Suite struct JSONTextTests {
  private func escaped(_ text: [UInt8], level: Int32) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: json_text_capacity(text.count)) { output, count in
      count = text.withUnsafeBufferPointer {
        json_text_escape($0.baseAddress, text.count, output.baseAddress, level)
      }
    }
  }

  @Test("every byte has its escape, on every level")
  func everyByte() {
    let short: [UInt8: String] = [
      0x22: #"\""#, 0x5c: #"\\"#, 8: #"\b"#, 9: #"\t"#, 10: #"\n"#, 12: #"\f"#, 13: #"\r"#,
    ]
    for byte in UInt8.min...UInt8.max {
      let hex = String(byte, radix: 16)
      let long = byte < 32 ? #"\u00"# + (hex.count == 1 ? "0" : "") + hex : nil
      let expected = (short[byte] ?? long).map { Array($0.utf8) } ?? [byte]
      for level: Int32 in 0...2 { #expect(escaped([byte], level: level) == expected) }
    }
  }

  @Test("texts of every length come back from Foundation's parser, the same on every level")
  func roundTrip() throws {
    var random = SystemRandomNumberGenerator()
    let pieces = ["a", "word ", "\n", "\"", "\\", "\t", "é", "漢字", "😀", "\u{1}", "/", "\0"]
    for length in 0..<500 {
      let isDense = length % 3 == 0
      let text = (0..<length).map { _ in
        isDense || Int.random(in: 0..<20, using: &random) == 0
          ? pieces[Int.random(in: 0..<pieces.count, using: &random)] : "x"
      }.joined()
      let bytes = Array(text.utf8)
      let portable = escaped(bytes, level: 0)
      let json = Data("[\"".utf8) + portable + Data("\"]".utf8)
      #expect(try JSONSerialization.jsonObject(with: json) as? [String] == [text])
      for level: Int32 in 1...2 { #expect(escaped(bytes, level: level) == portable) }
    }
  }
}
