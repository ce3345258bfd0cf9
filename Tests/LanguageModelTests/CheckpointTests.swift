import Foundation
import LanguageModel
import Streams
import TestFolders
import Testing

@Suite struct CheckpointTests {
  private func small(tied: Bool) throws -> LlamaModel {
    try LlamaModel(
      try LlamaConfiguration(
        vocabularySize: 37, hiddenSize: 8, layerCount: 2, headCount: 2, keyValueHeadCount: 1,
        intermediateSize: 12, maxPositions: 16, ropeTheta: 500_000, tiedEmbeddings: tied,
        beginningOfTextID: 1, endOfTextID: 2), seed: 3)
  }

  @Test("a checkpoint that is written and loaded keeps every bit", arguments: [true, false])
  func roundTrip(tied: Bool) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/checkpoint"
    let model = try small(tied: tied)
    let extra = Checkpoint.File("notes.txt", .bytes(Array("hello".utf8)))
    try Checkpoint.write(model, files: [extra], to: path)
    let loaded = try Checkpoint.load(path)
    #expect(loaded.configuration == model.configuration)
    #expect(
      zip(loaded.parameters.numbers, model.parameters.numbers).allSatisfy {
        $0.bitPattern == $1.bitPattern
      })
    let first = try InputFile.bytes(path + "/model.safetensors")
    try Checkpoint.write(loaded, to: path)
    #expect(try InputFile.bytes(path + "/model.safetensors") == first)
    #expect(try Folder.names(in: path) == ["config.json", "model.safetensors"])
    #expect(try Folder.names(in: folder.path) == ["checkpoint"])
  }

  @Test("a checkpoint that cannot be completed leaves the earlier one")
  func interrupted() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/checkpoint"
    try Checkpoint.write(try small(tied: true), to: path)
    let before = try InputFile.bytes(path + "/model.safetensors")
    #expect(throws: Fault.self) {
      try Checkpoint.write(
        try small(tied: false), files: [.init("tokenizer.json", .copy(of: "/nowhere/at/all"))],
        to: path)
    }
    #expect(try InputFile.bytes(path + "/model.safetensors") == before)
    #expect(try Folder.names(in: folder.path) == ["checkpoint"])
  }

  @Test("a tensor that is missing, foreign or of another shape is refused by name")
  func wrongTensors() throws {
    let folder = try TemporaryFolder()
    let model = try small(tied: true)
    let good = model.layout.tensors.map {
      Safetensors.Source(name: $0.name, shape: $0.shape, values: model.parameters.base + $0.offset)
    }
    let file = folder.path + "/model.safetensors"
    try OutputFile.write(
      model.configuration.huggingFaceJSON.utf8, to: folder.path + "/config.json")
    func message() -> String {
      do {
        _ = try Checkpoint.load(folder.path)
        return "loaded"
      } catch { return "\(error)" }
    }
    try Safetensors.write(good, to: file)
    #expect(message() == "loaded")
    try Safetensors.write(Array(good.dropLast()), to: file)
    #expect(message().contains("'model.norm.weight'"))
    var changed = good
    changed[0].shape = [8, 37]
    try Safetensors.write(changed, to: file)
    #expect(message().contains("[37, 8]"))
    let bias = Safetensors.Source(name: "model.bias", shape: [2], values: model.parameters.base)
    try Safetensors.write(good + [bias], to: file)
    #expect(message().contains("'model.bias'"))
  }
}

@Suite struct ConfigurationTests {
  @Test("a configuration that is written and read is equal")
  func roundTrip() throws {
    let model = try LlamaConfiguration(
      vocabularySize: 100, hiddenSize: 16, layerCount: 3, headCount: 2, headSize: 6,
      intermediateSize: 20, maxPositions: 64, ropeTheta: 12345.5, rmsEpsilon: 1e-6,
      tiedEmbeddings: false, endOfTextID: 99)
    let read = try LlamaConfiguration(huggingFace: Array(model.huggingFaceJSON.utf8), at: "x")
    #expect(read == model)
  }

  @Test(
    "each bad field is named",
    arguments: [
      ("\"num_hidden_layers\": 2", "\"num_hidden_layers\": \"2\"", "'num_hidden_layers'"),
      ("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 0", "'num_hidden_layers'"),
      ("\"hidden_size\": 16", "\"other\": 16", "'hidden_size' is missing"),
      ("\"hidden_act\": \"silu\"", "\"hidden_act\": \"gelu\"", "'hidden_act'"),
      ("\"llama\"", "\"gpt2\"", "'model_type'"),
      ("\"attention_bias\": false", "\"attention_bias\": true", "'attention_bias'"),
      ("\"default\"", "\"yarn\"", "'yarn'"),
      ("\"rms_norm_eps\": 1e-05", "\"rms_norm_eps\": -1", "'rms_norm_eps'"),
      ("\"num_key_value_heads\": 1", "\"num_key_value_heads\": 3", "'num_key_value_heads'"),
      ("\"head_dim\": 8", "\"head_dim\": 7", "even 'head_dim'"),
      ("\"vocab_size\": 50", "\"vocab_size\": 9223372036854775807", "'vocab_size'"),
      ("\"eos_token_id\": null", "\"eos_token_id\": 50", "'eos_token_id'"),
      ("}\n", "", "not valid JSON"),
    ])
  func badFields(good: String, bad: String, message: String) throws {
    let model = try LlamaConfiguration(
      vocabularySize: 50, hiddenSize: 16, layerCount: 2, headCount: 2, keyValueHeadCount: 1,
      intermediateSize: 20, maxPositions: 64)
    let text = model.huggingFaceJSON
    #expect(text.contains(good))
    do {
      _ = try LlamaConfiguration(
        huggingFace: Array(text.replacingOccurrences(of: good, with: bad).utf8), at: "config.json")
      Issue.record("read without a fault")
    } catch {
      #expect("\(error)".contains(message))
      #expect("\(error)".contains("config.json"))
    }
  }

  @Test("parameters are counted as the shapes say, tied embeddings once")
  func parameterCount() throws {
    let model = try LlamaConfiguration(
      vocabularySize: 32_000, hiddenSize: 512, layerCount: 8, headCount: 8, keyValueHeadCount: 4,
      intermediateSize: 1408, maxPositions: 2048)
    #expect(model.parameterCount == 39_985_664)
  }
}
