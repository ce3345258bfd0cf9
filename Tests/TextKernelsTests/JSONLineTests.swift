import Foundation
import TextKernels
import Testing

@Suite struct JSONLineTests {
  struct Member: Equatable {
    var key: String
    var value: String
    /// A string's text.
    var text: [UInt8]?
    var kind: UInt32
  }

  /// The members of a line, nil where a full parser must judge.
  static func members(_ line: [UInt8], level: Int32, long: String = "text") -> [Member]? {
    let padding = Int(JSON_LINE_PADDING)
    // Quotes and backslashes behind the line must not matter.
    let padded = line + [0x0a] + [UInt8](repeating: 0x22, count: padding)
    var scratch = [UInt8](repeating: 0xee, count: line.count + padding)
    var output = scratch
    var found = [json_member](repeating: json_member(), count: 32)
    let key = Array(long.utf8)
    return padded.withUnsafeBufferPointer { padded in
      scratch.withUnsafeMutableBufferPointer { scratch in
        output.withUnsafeMutableBufferPointer { output in
          key.withUnsafeBufferPointer { key in
            let target = json_long_string(
              key: key.baseAddress, key_length: key.count, output: output.baseAddress)
            let count = json_line_members(
              padded.baseAddress, line.count, target, scratch.baseAddress, &found, found.count,
              level)
            guard count >= 0 else { return nil }
            return found[..<count].map { member in
              func bytes(_ start: UnsafePointer<UInt8>?, _ count: Int) -> [UInt8] {
                Array(UnsafeBufferPointer(start: start, count: count))
              }
              let isString = member.kind == JSON_MEMBER_STRING
              let key = bytes(member.key, member.key_length)
              return Member(
                key: String(decoding: key, as: UTF8.self),
                value: String(decoding: bytes(member.value, member.value_length), as: UTF8.self),
                text: isString ? bytes(member.text, member.text_length) : nil,
                kind: member.kind.rawValue)
            }
          }
        }
      }
    }
  }

  static let levels: [Int32] = [0, 1, 2]

  @Test("members are found with their raw values and unescaped texts", arguments: levels)
  func members(level: Int32) throws {
    let line =
      #" { "text" : "a\n\"\u00e9\ud83d\ude00\/" , "n":-12.50,"t":true,"z":null,"#
      + #""o":{"a":"}\"]","b":[1]},"s":"plain"} "#
    let found = try #require(Self.members(Array(line.utf8), level: level))
    #expect(found.map(\.key) == ["text", "n", "t", "z", "o", "s"])
    #expect(found[0].text == Array("a\n\"é😀/".utf8))
    #expect(
      found.dropFirst().map(\.value) == [
        "-12.50", "true", "null", #"{"a":"}\"]","b":[1]}"#, "\"plain\"",
      ])
    #expect(found.map(\.kind) == [0, 2, 2, 1, 3, 0])
    #expect(Self.members(Array("{}".utf8), level: level) == [])
  }

  @Test(
    "what is not right beyond doubt is left to a full parser",
    arguments: [
      "", "{", "[]", "{\"a\"}", "{\"a\":}", "{\"a\":1", "{\"a\":1,}", "{\"a\":1}x", "{a:1}",
      "{\"a\":01}", "{\"a\":1.}", "{\"a\":-}", "{\"a\":1e5}", "{\"a\":1234567890123456}",
      "{\"a\":truex}", "{\"a\":\"", "{\"a\":\"\\", "{\"a\":\"\\\"", "{\"a\":\"\\x\"}",
      "{\"a\":\"\\u12\"}", "{\"a\":\"\\ud800\"}", "{\"a\":\"\\udc00\"}",
      "{\"a\":\"\\ud800\\u0041\"}",
      "{\"a\":\"\\u0000\"}", "{\"a\":\"\u{1}\"}", "{\"a\":1,\"a\":2}", "{\"\\u0061\":1}",
      "{\"é\":1}", "{\"a\":[1}", "{\"a\":{\"b\":1}", "{\"a\":\"\\é\"}",
    ])
  func doubtful(line: String) {
    for level in Self.levels { #expect(Self.members(Array(line.utf8), level: level) == nil) }
  }

  @Test("strings of every length and every place of an escape agree with Foundation on all levels")
  func againstFoundation() throws {
    var random = SystemRandomNumberGenerator()
    let pieces = [
      "a", "b", " ", "é", "漢", "😀", "\\n", "\\t", "\\\"", "\\\\", "\\/", "\\b", "\\f", "\\r",
      "\\u0041", "\\u00e9", "\\u6f22", "\\ud83d\\ude00", "\\\\\\\\", "word ", "\\\\\\\"",
    ]
    for length in 0..<400 {
      let isDense = length % 2 == 0
      let text = (0..<length).map { _ in
        isDense || Int.random(in: 0..<12, using: &random) == 0
          ? pieces[Int.random(in: 0..<pieces.count, using: &random)]
          : "x"
      }.joined()
      for key in ["text", "other"] {
        let line = Array("{\"\(key)\":\"\(text)\"}".utf8)
        let object = try JSONSerialization.jsonObject(with: Data(line)) as? [String: String]
        let expected = Array(try #require(object?[key]).utf8)
        for level in Self.levels {
          #expect(Self.members(line, level: level)?.first?.text == expected, "\(text)")
        }
      }
    }
  }

  @Test("hostile bytes: every level says the same, and reads nothing outside")
  func hostile() {
    var random = SystemRandomNumberGenerator()
    let alphabet = Array("\"\\{}[]:,un0 \u{1}ét".utf8) + [0xff, 0x80, 0x00]
    for round in 0..<3000 {
      var line = Array("{\"text\":\"".utf8)
      for _ in 0..<(round % 150) {
        line.append(alphabet[Int.random(in: 0..<alphabet.count, using: &random)])
      }
      if round % 3 == 0 { line += Array("\"}".utf8) }
      let expected = Self.members(line, level: 0)
      for level in Self.levels.dropFirst() {
        #expect(Self.members(line, level: level) == expected, "\(line)")
      }
    }
  }
}
