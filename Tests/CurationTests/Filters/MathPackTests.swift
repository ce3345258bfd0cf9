import Corpora
import Foundation
import Streams
import Testing

@testable import Curation

/// What the pack `math` keeps of mathematical texts and of others.
@Suite struct MathPackTests {
  private struct Source {
    var file: String
    var least: Double
    var most: Double
    var text: @Sendable ([String: Any]) -> String
  }

  /// Chapters as pieces of some 4,000 bytes, cut at blank lines, so that a source is many documents.
  private static func pieces(_ text: String) -> [String] {
    var pieces: [String] = []
    var piece = ""
    for paragraph in text.split(separator: "\n\n", omittingEmptySubsequences: true) {
      piece += paragraph + "\n\n"
      if piece.utf8.count >= 4000 {
        pieces.append(piece)
        piece = ""
      }
    }
    if piece.utf8.count >= 1000 { pieces.append(piece) }
    return pieces
  }

  @Test("mathematics is kept, prose and code are not; the shares by source are printed")
  func shares() throws {
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
      Source(file: "math_stacks_tex", least: 0.9, most: 1, text: text),
      Source(file: "math_hott_tex", least: 0.9, most: 1, text: text),
      Source(file: "reasoning_openlogic_tex", least: 0.8, most: 1, text: text),
      Source(file: "prose_standardebooks", least: 0, most: 0.01, text: text),
      Source(file: "code_codexglue_cloze_java", least: 0, most: 0.01, text: code),
      Source(file: "code_codexglue_cloze_python", least: 0, most: 0.02, text: code),
      Source(file: "code_codexglue_cloze_javascript", least: 0, most: 0.02, text: code),
      Source(file: "reasoning_gsm8k_train", least: 0, most: 1) {
        "\($0["question"] ?? "")\n\($0["answer"] ?? "")"
      },
    ]
    let gopher = FilterChain([try .named("gopher-quality"), try .named("gopher-repetition")])
    let mathematics = FilterChain([try .named("math")])
    print("source, pieces, share kept by Gopher's rules, by math, rules that drop most")
    for source in sources {
      var batch = DocumentBatch()
      for line in try InputFile.decompressedBytes(folder + source.file + ".jsonl.zst")
        .split(separator: 10).prefix(400)
      {
        let row = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any] ?? [:]
        let whole = source.text(row)
        for piece in whole.utf8.count > 6000 ? Self.pieces(whole) : [whole] {
          batch.append(Document(id: "", text: piece, source: ""))
          if batch.count >= 1500 { break }
        }
        if batch.count >= 1500 { break }
      }
      let before = try Self.outcome(gopher, batch)
      let after = try Self.outcome(mathematics, batch)
      let kept = Self.share(after)
      let rules = after.decisions.countsByRule().sorted { $0.documents > $1.documents }.prefix(4)
      print(
        source.file, batch.count, Self.share(before), kept,
        rules.map { "\($0.rule) \($0.documents)" }.joined(separator: ", "))
      #expect(kept >= source.least && kept <= source.most, "\(source.file)")
    }
  }

  private static func outcome(_ chain: FilterChain, _ batch: DocumentBatch) throws -> FilterOutcome
  {
    try FilterDecider(chain).decide(ChainMeter(chain).measure(batch).signals)
  }

  private static func share(_ outcome: FilterOutcome) -> Double {
    let kept = outcome.keep.count { $0 }
    return (Double(kept) / Double(max(outcome.keep.count, 1)) * 1000).rounded() / 1000
  }
}
