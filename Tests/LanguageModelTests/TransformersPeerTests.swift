import Foundation
import LanguageModel
import Streams
import Testing

/// Checkpoints in both directions between this package and Hugging Face transformers on PyTorch.
@Suite(.serialized) struct TransformersPeerTests {
  /// A Python that has both, from MIDSTREAM_TEST_PYTHON or the path; nil where there is none.
  static let python: String? = {
    let environment = ProcessInfo.processInfo.environment
    let candidate = environment["MIDSTREAM_TEST_PYTHON"] ?? "python3"
    return run(candidate, "import torch, transformers; print('ready')") == "ready\n"
      ? candidate : nil
  }()

  private static func run(_ python: String, _ script: String, _ arguments: [String] = []) -> String?
  {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [python, "-c", script] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"]
    ) { $1 }
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    do { try process.run() } catch { return nil }
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? String(decoding: bytes, as: UTF8.self) : nil
  }

  private static let lossScript = """
    import sys, torch, transformers
    torch.set_num_threads(1)
    model = transformers.AutoModelForCausalLM.from_pretrained(sys.argv[1], dtype=torch.float32)
    ids = torch.tensor([[int(x) for x in sys.argv[2].split(',')]])
    with torch.no_grad():
      logits = model(input_ids=ids[:, :-1]).logits[0].double()
    for loss in torch.nn.functional.cross_entropy(logits, ids[0, 1:], reduction='none').tolist():
      print(repr(loss))
    """

  private static let makeScript = """
    import sys, torch, transformers
    torch.manual_seed(0)
    kinds = {'f32': torch.float32, 'bf16': torch.bfloat16, 'f16': torch.float16}
    config = transformers.LlamaConfig(vocab_size=211, hidden_size=24, intermediate_size=40,
      num_hidden_layers=3, num_attention_heads=6, num_key_value_heads=2, head_dim=8,
      max_position_embeddings=128, tie_word_embeddings=sys.argv[3] == 'tied',
      initializer_range=0.4, rope_theta=5000.0)
    model = transformers.LlamaForCausalLM(config).to(kinds[sys.argv[2]])
    model.save_pretrained(sys.argv[1])
    """

  private func losses(_ model: LlamaModel, _ tokens: [UInt32]) throws -> [Double] {
    let count = tokens.count - 1
    let workspace = try Workspace(
      for: model.configuration, purpose: .scoring, rowCapacity: count, sequenceCapacity: count)
    tokens.withUnsafeBufferPointer { tokens in
      guard let base = tokens.baseAddress else { return }
      model.score(
        TokenChunk(inputs: base, targets: base + 1, sequenceCount: 1, sequenceLength: count),
        in: workspace)
    }
    return (0..<count).map { Double(workspace.losses[$0]) }
  }

  private func expectEqualLosses(_ model: LlamaModel, folder: String, python: String) throws {
    let size = model.configuration.vocabularySize
    let tokens = (0..<100).map { UInt32(($0 * $0 * 31 + 7 * $0) % size) }
    let output = try #require(
      Self.run(
        python, Self.lossScript, [folder, tokens.map(String.init).joined(separator: ",")]))
    let expected = output.split(separator: "\n").compactMap { Double($0) }
    let found = try losses(model, tokens)
    #expect(expected.count == found.count)
    let worst = zip(found, expected).map { abs($0 - $1) / max(1, $1) }.max() ?? 1
    #expect(worst < 2e-5, "the worst loss is off by \(worst)")
  }

  @Test("transformers opens our checkpoint with the same losses", arguments: [true, false])
  func ours(tied: Bool) throws {
    guard let python = Self.python else { return print("skipped: no python with transformers") }
    let folder = try ScratchFolder()
    let configuration = try LlamaConfiguration(
      vocabularySize: 300, hiddenSize: 32, layerCount: 2, headCount: 4, keyValueHeadCount: 2,
      intermediateSize: 48, maxPositions: 128, ropeTheta: 20_000, tiedEmbeddings: tied)
    let model = try LlamaModel(configuration, seed: 1, deviation: 0.4)
    try Checkpoint.write(model, to: folder.path + "/model")
    try expectEqualLosses(model, folder: folder.path + "/model", python: python)
  }

  @Test(
    "we open a checkpoint of transformers with the same losses",
    arguments: [("f32", "tied"), ("f32", "own"), ("bf16", "own"), ("f16", "tied")])
  func theirs(kind: String, head: String) throws {
    guard let python = Self.python else { return print("skipped: no python with transformers") }
    let folder = try ScratchFolder()
    _ = try #require(Self.run(python, Self.makeScript, [folder.path, kind, head]))
    let model = try Checkpoint.load(folder.path)
    try expectEqualLosses(model, folder: folder.path, python: python)
  }
}
