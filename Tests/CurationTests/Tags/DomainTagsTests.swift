import Corpora
import Curation
import Foundation
import Streams
import Testing

private func tags(_ text: String) -> DomainTags {
  var text = text
  return text.withUTF8 { DomainTags(UnsafeRawBufferPointer($0)) }
}

@Suite struct DomainTagsTests {
  @Test("each domain wins on a plain example of it")
  func examples() {
    #expect(
      tags(
        """
        \\begin{theorem} Let $f$ be continuous on $[a,b]$. Then $\\int_a^b f(x)\\,dx$ exists.
        \\end{theorem} \\begin{proof} The function is uniformly continuous, hence for each
        $\\epsilon > 0$ there is a partition with $\\sum_i \\delta_i \\leq \\epsilon$. \\end{proof}
        """
      ).domain == .math)
    #expect(
      tags("For all x ∈ ℝ we have ∀ε>0 ∃δ: |x−y|<δ ⇒ |f(x)−f(y)|<ε, by the theorem.").domain
        == .math)
    #expect(
      tags(
        """
        import Foundation
        func greet(userName: String) -> String {
          let fullText = "Hello, " + userName
          return fullText
        }
        """
      ).domain == .code)
    #expect(
      tags("def f(a, b):\n    if a == b:\n        return None\n    return a[0]\n").domain == .code)
    #expect(
      tags(
        "Suppose Ann has 3 boxes of 4 eggs. Then she has 3 * 4 = 12 eggs. She eats 2, "
          + "so 12 - 2 = 10 are left. Therefore the answer is 10."
      ).domain == .reasoning)
    #expect(
      tags(
        "It was the best of times, it was the worst of times, it was the age of wisdom, it was "
          + "the age of foolishness, it was the epoch of belief."
      ).domain == .general)
  }

  @Test("empty, blank and hostile texts are general, with finite scores")
  func oddTexts() {
    var generator = SystemRandomNumberGenerator()
    let random = (0..<4000).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let odd: [[UInt8]] = [
      [], [32], Array("\n\n \n".utf8), [0xE2], [0xE2, 0x88], [0xF0, 0x9D], [92], Array("=".utf8),
      [0xCE], random,
    ]
    for bytes in odd {
      let found = bytes.withUnsafeBytes { DomainTags($0) }
      for score in [found.general, found.math, found.code, found.reasoning] {
        #expect((0...1).contains(score))
      }
      if bytes.count < 10 { #expect(found.domain == .general) }
    }
  }

  @Test("columns hold the tags of each text")
  func columns() throws {
    var batch = DocumentBatch()
    for text in ["", "int main() {\n  return 0;\n}\n", "The cat sat on the mat."] {
      batch.append(Document(id: text, text: text, source: "test"))
    }
    var columns = ColumnTable()
    DomainTags.measure(batch, into: &columns)
    for index in 0..<batch.count {
      let expected = batch.texts.withBytes(index) { DomainTags($0) }
      #expect(try columns.float32("tag_general")[index] == expected.general)
      #expect(try columns.float32("tag_math")[index] == expected.math)
      #expect(try columns.float32("tag_code")[index] == expected.code)
      #expect(try columns.float32("tag_reasoning")[index] == expected.reasoning)
      #expect(try columns.uint8("domain")[index] == expected.domain.rawValue)
    }
    #expect(try columns.uint8("domain")[1] == Domain.code.rawValue)
  }

  /// Source, how its rows become texts, its domain, and the least share of its texts with that
  /// domain's score at 0.5 or more. The proofs of Open Logic count as mathematics.
  private struct Source {
    var file: String
    var domain: Domain
    var floor: Double
    var text: @Sendable ([String: Any]) -> String
  }

  @Test("real texts of each domain are told apart; the confusion table is printed")
  func confusion() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().path
    let folder = root + "/../shared/data/text/"
    guard Folder.isFolder(folder) else {
      print("skipped: no shared data beside the package")
      return
    }
    let text: @Sendable ([String: Any]) -> String = { $0["text"] as? String ?? "" }
    let code: @Sendable ([String: Any]) -> String = {
      ($0["code_tokens"] as? [String] ?? []).joined(separator: " ")
    }
    let sources = [
      Source(file: "math_stacks_tex", domain: .math, floor: 0.97, text: text),
      Source(file: "math_hott_tex", domain: .math, floor: 0.95, text: text),
      Source(file: "reasoning_openlogic_tex", domain: .math, floor: 0.85, text: text),
      Source(file: "code_codexglue_cloze_java", domain: .code, floor: 0.98, text: code),
      Source(file: "code_codexglue_cloze_python", domain: .code, floor: 0.95, text: code),
      Source(file: "code_codexglue_cloze_javascript", domain: .code, floor: 0.9, text: code),
      Source(file: "prose_standardebooks", domain: .general, floor: 0.99, text: text),
      Source(file: "reasoning_gsm8k_train", domain: .reasoning, floor: 0.95) {
        "\($0["question"] ?? "")\n\($0["answer"] ?? "")"
      },
    ]
    print("source, texts, share by domain: general math code reasoning")
    for source in sources {
      var counts = [Int](repeating: 0, count: 4)
      for line in try InputFile.decompressedBytes(folder + source.file + ".jsonl.zst")
        .split(separator: 10).prefix(600)
      {
        let row = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any] ?? [:]
        counts[Int(tags(source.text(row)).domain.rawValue)] += 1
      }
      let total = Double(counts.reduce(0, +))
      let shares = counts.map { Double($0) / total }
      print(source.file, Int(total), shares.map { ($0 * 1000).rounded() / 1000 })
      #expect(shares[Int(source.domain.rawValue)] >= source.floor, "\(source.file)")
    }
  }
}
