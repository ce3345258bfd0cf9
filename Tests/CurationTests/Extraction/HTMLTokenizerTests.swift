import Foundation
import Testing
import TextKernels

@testable import Curation

/// The tokenizer against html5lib's conformance tests, where they are present.
@Suite struct HTMLTokenizerTests {
  /// What extraction sees of a page: tags with their attributes, and decoded text.
  private struct Recorder: HTMLTokenSink {
    var tokens: [String] = []
    var isText = false

    mutating func text(_ bytes: UnsafeBufferPointer<UInt8>) { add(decoded(bytes)) }
    mutating func rawText(_ bytes: UnsafeBufferPointer<UInt8>) {
      add(String(decoding: bytes, as: UTF8.self))
    }
    mutating func startTag(_ element: HTMLElement, _ tag: HTMLTag) {
      var values: [String: String] = [:]
      for attribute in tag.attributes {
        let name = lower(attribute.name)
        if values[name] == nil { values[name] = String(decoding: attribute.value, as: UTF8.self) }
      }
      tokens.append(Self.startTag(lower(tag.name), values))
      isText = false
    }
    mutating func endTag(_ element: HTMLElement) {
      tokens.append("/")
      isText = false
    }

    static func startTag(_ name: String, _ values: [String: String]) -> String {
      "<\(name)" + values.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
    }

    private mutating func add(_ text: String) {
      if isText { tokens[tokens.count - 1] += text } else { tokens.append("'" + text) }
      isText = true
    }

    private func lower(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
      String(decoding: bytes.map { (65...90).contains($0) ? $0 | 32 : $0 }, as: UTF8.self)
    }

    private func decoded(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
      var out: [UInt8] = []
      var index = 0
      while index < bytes.count {
        var buffer = [UInt8](repeating: 0, count: 8)
        var length = 0
        let rest = UnsafeBufferPointer(rebasing: bytes[index...])
        let used =
          bytes[index] == 38
          ? character_reference(rest.baseAddress, rest.count, &buffer, &length) : 0
        if used > 0 { out += buffer[..<length] } else { out.append(bytes[index]) }
        index += max(used, 1)
      }
      return String(decoding: out, as: UTF8.self)
    }
  }

  /// The expected tokens of a test, comments and doctypes left out.
  private func expected(_ output: [Any]) -> [String] {
    var tokens: [String] = []
    var isText = false
    for case let token as [Any] in output {
      switch (token.first as? String, token.dropFirst().first as? String) {
      case ("Character", let text?):
        if isText { tokens[tokens.count - 1] += text } else { tokens.append("'" + text) }
        isText = true
      case ("StartTag", let name?):
        tokens.append(Recorder.startTag(name, token[2] as? [String: String] ?? [:]))
        isText = false
      case ("EndTag", _):
        tokens.append("/")
        isText = false
      default: break
      }
    }
    return tokens
  }

  /// Text that comments part is one text to extraction.
  private func tokens(_ html: String) -> [String] {
    withUnsafeTemporaryAllocation(
      of: HTMLTag.Attribute.self, capacity: HTMLTokenizer.attributeLimit
    ) { attributes in
      var recorder = Recorder()
      Array(html.utf8).withUnsafeBufferPointer {
        HTMLTokenizer(attributes: attributes).tokenize($0, into: &recorder)
      }
      return recorder.tokens
    }
  }

  @Test("tags, attributes and text are those of the HTML standard")
  func conformance() throws {
    guard let files = try SharedData.archive("html/html5lib_tests.tar.zst") else { return }
    var (passed, failed) = (0, [String]())
    for file in files where file.name.contains("tokenizer/") && file.name.hasSuffix(".test") {
      let object = try JSONSerialization.jsonObject(with: Data(file.bytes))
      for case let test as [String: Any] in (object as? [String: Any])?["tests"] as? [Any] ?? [] {
        let states = test["initialStates"] as? [String] ?? ["Data state"]
        guard states.contains("Data state"), test["doubleEscaped"] == nil,
          let input = test["input"] as? String, let output = test["output"] as? [Any]
        else { continue }
        // The tokenizer leaves NUL and CR to the text, and references in attributes to the reader.
        if input.unicodeScalars.contains(where: { $0 == "\0" || $0 == "\r" }) { continue }
        if input.contains("<") && input.contains("&") { continue }
        // `name/value` without `=` and element content are the parser's, not the tokenizer's.
        if tokens(input) == expected(output) {
          passed += 1
        } else {
          failed.append("\(file.name): \(input) gave \(tokens(input)), not \(expected(output))")
        }
      }
    }
    print("html5lib tokenizer tests: \(passed) passed, \(failed.count) failed")
    for line in failed.prefix(30) { print(line) }
    #expect(passed > 5000)
    #expect(failed.isEmpty)
  }

  @Test("text of raw elements ends at their own end tag only")
  func rawText() {
    #expect(tokens("<title>a<b>&amp;</Title >c") == ["<title", "'a<b>&", "/", "'c"])
    #expect(tokens("<style>a</b>&amp;</style>c") == ["<style", "'a</b>&amp;", "/", "'c"])
    let script = "<!-- <script>x</script> --> y"
    #expect(tokens("<script>\(script)</script>z") == ["<script", "'" + script, "/", "'z"])
    #expect(tokens("<script><!--></script>z") == ["<script", "'<!-->", "/", "'z"])
    #expect(tokens("<textarea><p>") == ["<textarea", "'<p>"])
    #expect(tokens("<plaintext></plaintext><p>") == ["<plaintext", "'</plaintext><p>"])
  }

  @Test("attributes beyond the limit are passed over, the tag is not")
  func manyAttributes() {
    let many = (0..<500).map { " a\($0)=1" }.joined()
    #expect(tokens("<p\(many)>x").count == 2)
  }
}
