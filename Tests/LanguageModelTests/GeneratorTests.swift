import Glibc
import LanguageModel
import Streams
import Testing

@Suite struct GeneratorTests {
  private func model() throws -> LlamaModel {
    try LlamaModel(
      try LlamaConfiguration(
        vocabularySize: 40, hiddenSize: 16, layerCount: 1, headCount: 2, intermediateSize: 24,
        maxPositions: 12), seed: 2, deviation: 0.5)
  }

  @Test("greedy tokens are those of the highest logit of plain loops, past the context's end too")
  func greedy() throws {
    let model = try model()
    let found = try Generator(model).generate(after: [3, 1, 4], count: 15)
    let plain = PlainLlama(model)
    var tokens: [UInt32] = [3, 1, 4]
    for _ in 0..<15 {
      let logits = try #require(plain.logits(Array(tokens.suffix(12))).last)
      tokens.append(UInt32(try #require(logits.indices.max { logits[$0] < logits[$1] })))
    }
    #expect(found == Array(tokens.dropFirst(3)))
  }

  @Test("sampling repeats with its seed, changes with another, and follows the distribution")
  func sampling() throws {
    let model = try model()
    let generator = try Generator(model)
    let first = try generator.generate(after: [5], count: 12, temperature: 1, seed: 1)
    #expect(try generator.generate(after: [5], count: 12, temperature: 1, seed: 1) == first)
    #expect(try generator.generate(after: [5], count: 12, temperature: 1, seed: 2) != first)
    let logits = PlainLlama(model).logits([5])[0]
    let best = UInt32(try #require(logits.indices.max { logits[$0] < logits[$1] }))
    let share = 1 / logits.reduce(0) { $0 + exp($1 - logits[Int(best)]) }
    let hits = try (0..<400).filter {
      try generator.generate(after: [5], count: 1, temperature: 1, seed: UInt64($0)) == [best]
    }
    #expect(abs(Double(hits.count) / 400 - share) < 0.1)
  }

  @Test("an empty prompt and a foreign token are refused")
  func badPrompts() throws {
    let generator = try Generator(try model())
    #expect(throws: Fault.self) { try generator.generate(after: [], count: 1) }
    #expect(throws: Fault.self) { try generator.generate(after: [40], count: 1) }
    #expect(throws: Fault.self) {
      try generator.generate(after: [1], count: 1, temperature: .nan)
    }
  }
}
