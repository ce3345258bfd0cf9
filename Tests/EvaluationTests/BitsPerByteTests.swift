import Evaluation
import Foundation
import LanguageModel
import Streams
import Testing

@Suite struct BitsPerByteTests {
  private func model(uniform: Bool = false) throws -> LlamaModel {
    let configuration = try LlamaConfiguration(
      vocabularySize: 64, hiddenSize: 16, layerCount: 2, headCount: 2, intermediateSize: 24,
      maxPositions: 32, endOfTextID: 0)
    return uniform
      ? try LlamaModel(zeroed: configuration)
      : try LlamaModel(configuration, seed: 4, deviation: 0.5)
  }

  private func documents(_ lengths: [Int], domains: Int = 2) throws -> EvaluationDocuments {
    var documents = EvaluationDocuments(domains: (0..<domains).map { "domain \($0)" })
    for (index, length) in lengths.enumerated() {
      try documents.append(
        (0..<length).map { UInt32(($0 * 7 + index * 13 + $0 * $0) % 63 + 1) },
        byteCount: 3 * length + index % 2, domain: index % domains, shard: index / domains % 3)
    }
    return documents
  }

  @Test("a model that knows nothing needs the logarithm of its vocabulary for each token")
  func uniform() throws {
    let documents = try documents([5, 40, 100, 1])
    let scorer = try DocumentScorer(try model(uniform: true), workers: Workers(2))
    let result = try BitsPerByte(of: documents, with: scorer)
    #expect(result.all.tokens == 146)
    #expect(abs(result.all.nats - 146 * log(64.0)) < 1e-4)
    #expect(abs(result.all.bitsPerByte - 146 * 6 / Double(result.all.bytes)) < 1e-6)
    #expect(result.domains.map(\.documents) == [2, 2])
    #expect(result.domains[0].bytes + result.domains[1].bytes == result.all.bytes)
  }

  @Test("each token is scored once, from its window's tokens or the end-of-text token")
  func windows() throws {
    let model = try model()
    let documents = try documents([3, 32, 33, 77, 8, 8, 8, 200, 64])
    let found = try DocumentScorer(model, workers: Workers(2))
      .nats(tokens: documents.tokens, offsets: documents.offsets)
    let workspace = try Workspace(
      for: model.configuration, purpose: .scoring, rowCapacity: 32, sequenceCapacity: 32)
    for index in 0..<documents.count {
      let document = documents.tokens[documents.offsets[index]..<documents.offsets[index + 1]]
      let stream = [UInt32(0)] + document
      var expected = 0.0
      for first in stride(from: 0, to: document.count, by: 32) {
        let count = min(32, document.count - first)
        stream.withUnsafeBufferPointer { stream in
          guard let base = stream.baseAddress else { return }
          model.score(
            TokenChunk(
              inputs: base + first, targets: base + first + 1, sequenceCount: 1,
              sequenceLength: count), in: workspace)
        }
        expected += (0..<count).reduce(0) { $0 + Double(workspace.losses[$1]) }
      }
      #expect(abs(found[index] / expected - 1) < 1e-6, "document \(index)")
    }
  }

  @Test("one, two and three workers give the same bits")
  func workers() throws {
    let model = try model()
    let documents = try documents((1...40).map { $0 * 5 % 67 + 1 })
    let results = try [1, 2, 3].map {
      try BitsPerByte(of: documents, with: try DocumentScorer(model, workers: Workers($0)))
    }
    #expect(results[0] == results[1])
    #expect(results[0] == results[2])
  }

  @Test("resampled documents spread as the formula for the mean of equal documents says")
  func bootstrap() throws {
    let model = try model()
    let documents = try documents(Array(repeating: 6, count: 60), domains: 1)
    let scorer = try DocumentScorer(model, workers: Workers(2))
    let nats = try scorer.nats(tokens: documents.tokens, offsets: documents.offsets)
    let mean = nats.reduce(0, +) / 60
    let variance = nats.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 60
    let expected = (variance / 60).squareRoot() / (log(2.0) * 18.5)
    let result = try BitsPerByte(
      of: documents, with: scorer, spread: .documents(resamples: 4000, seed: 1))
    let found = try #require(result.all.standardError)
    #expect(abs(found / expected - 1) < 0.1)
  }

  @Test("the spread over shards is that of their own figures, and one shard has none")
  func shards() throws {
    let scorer = try DocumentScorer(try model(), workers: Workers(1))
    let documents = try documents([9, 9, 9, 9, 9, 9])
    let result = try BitsPerByte(of: documents, with: scorer, spread: .shards)
    let nats = try scorer.nats(tokens: documents.tokens, offsets: documents.offsets)
    let figures = [0, 2, 4].map { nats[$0] / (log(2.0) * 27) }
    let mean = figures.reduce(0, +) / 3
    let expected = (figures.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 6).squareRoot()
    #expect(abs((result.domains[0].standardError ?? 0) - expected) < 1e-12)
    let single = try self.documents([9, 9])
    let one = try BitsPerByte(of: single, with: scorer, spread: .shards)
    #expect(one.domains[0].standardError == nil)
  }

  @Test("documents without tokens or bytes are counted as skipped, unknown tokens refused")
  func badDocuments() throws {
    var documents = try documents([4, 4])
    try documents.append([], byteCount: 5, domain: 0)
    try documents.append([1], byteCount: 0, domain: 0)
    #expect(throws: Fault.self) { try documents.append([1], byteCount: 1, domain: 2) }
    let scorer = try DocumentScorer(try model(), workers: Workers(1))
    let result = try BitsPerByte(of: documents, with: scorer)
    #expect(result.skippedDocuments == 2)
    #expect(result.all.documents == 2)
    try documents.append([64], byteCount: 1, domain: 0)
    #expect(throws: Fault.self) { try BitsPerByte(of: documents, with: scorer) }
    let none = try BitsPerByte(of: EvaluationDocuments(domains: ["a"]), with: scorer)
    #expect(none.domains.isEmpty && none.all.bitsPerByte == 0)
  }

  @Test("a model without an end-of-text token cannot score documents unless one is given")
  func noContextToken() throws {
    let configuration = try LlamaConfiguration(
      vocabularySize: 8, hiddenSize: 4, layerCount: 1, headCount: 1, intermediateSize: 4,
      maxPositions: 8)
    let model = try LlamaModel(configuration, seed: 0)
    #expect(throws: Fault.self) { try DocumentScorer(model, workers: Workers(1)) }
    _ = try DocumentScorer(model, workers: Workers(1), contextToken: 3)
  }

  @Test("a result that is written as JSON and read is equal")
  func json() throws {
    let scorer = try DocumentScorer(try model(), workers: Workers(1))
    let result = try BitsPerByte(of: try documents([4, 9, 3]), with: scorer)
    let bytes = try JSONEncoder().encode(result)
    #expect(try JSONDecoder().decode(BitsPerByte.self, from: bytes) == result)
  }
}
