import Evaluation
import Foundation
import Streams
import TestFolders
import Testing
import TokenShards
import Tokenization

@Suite struct EvaluationDrawTests {
  /// A tokenizer of single bytes: a token is a byte.
  private func tokenizer() throws -> BytePairTokenizer {
    let counts = try PretokenCounts()
    return try BytePairTrainer(vocabularyCount: 257).train(counts)
  }

  /// Documents of ten tokens, each with its number in it.
  private func shards(
    _ folder: String, _ domain: String, documents: Int, repeating: Int = 0
  ) throws -> EvaluationDraw.Source {
    let tokenizer = try tokenizer()
    let writer = try ShardWriter(
      folder: folder + "/" + domain, name: "e",
      header: ShardHeader(
        vocabularyCount: tokenizer.vocabularyCount, tokenizerDigest: tokenizer.digest,
        endOfText: tokenizer.endOfText),
      origin: ShardOrigin(domain: domain, source: "s", licence: "l"), tokenLimit: 200)
    for document in 0..<documents + repeating {
      let text = String(format: "%@ %05d", String(domain.prefix(4)), document % documents)
      try writer.append(tokenizer.encode(text))
    }
    try ShardIndex(try writer.finish()).write(to: folder + "/" + domain)
    return .init(domain: domain, folder: folder + "/" + domain)
  }

  private func texts(_ documents: EvaluationDocuments) -> [[UInt32]] {
    zip(documents.offsets, documents.offsets.dropFirst()).map {
      Array(documents.tokens[$0..<$1])
    }
  }

  @Test("no document is both judged on and monitored with, and each follows its bytes")
  func disjoint() throws {
    let folder = try TemporaryFolder()
    let sources = [
      try shards(folder.path, "general", documents: 90),
      try shards(folder.path, "math", documents: 8), .init(domain: "code", folder: nil),
    ]
    let draw = try EvaluationDraw(
      sources, tokenizer: try tokenizer(), bytes: 400, monitorBytes: 95, seed: 3)
    #expect(draw.judged.domainIndices.count { $0 == 0 } == 40)
    #expect(draw.monitored.domainIndices.count { $0 == 0 } == 10)
    // The second domain is judged on whole, so nothing is left to monitor with.
    #expect(draw.judged.domainIndices.count { $0 == 1 } == 8)
    #expect(draw.monitored.domainIndices.allSatisfy { $0 == 0 })
    let judged = Set(texts(draw.judged))
    #expect(judged.count == 48)
    #expect(texts(draw.monitored).allSatisfy { !judged.contains($0) })
    #expect(draw.judged.byteCounts.allSatisfy { $0 == 10 })
    #expect(Set(draw.judged.shardIndices) == Set(0..<EvaluationDraw.shards))
  }

  @Test("a text that is judged on and stands there twice is not monitored with")
  func repeatedTexts() throws {
    let folder = try TemporaryFolder()
    let source = try shards(folder.path, "general", documents: 30, repeating: 30)
    let draw = try EvaluationDraw(
      [source], tokenizer: try tokenizer(), bytes: 300, monitorBytes: 10_000, seed: 1)
    let judged = Set(texts(draw.judged))
    #expect(draw.judged.count == 30 && draw.monitored.count > 0)
    #expect(texts(draw.monitored).allSatisfy { !judged.contains($0) })
  }

  @Test("the judged documents do not depend on what is monitored; another seed draws others")
  func order() throws {
    let folder = try TemporaryFolder()
    let source = try shards(folder.path, "general", documents: 90)
    func judged(_ monitorBytes: Int, seed: UInt64) throws -> EvaluationDocuments {
      try EvaluationDraw(
        [source], tokenizer: try tokenizer(), bytes: 200, monitorBytes: monitorBytes, seed: seed
      ).judged
    }
    #expect(try judged(0, seed: 1).tokens == judged(300, seed: 1).tokens)
    #expect(try judged(0, seed: 1).tokens != judged(0, seed: 2).tokens)
  }
}
