import Foundation
import LanguageModel
import Streams
import TestFolders
import Testing

/// Checkpoints in both directions between this package and Hugging Face transformers on PyTorch.
/// Starting Python costs most, so one process answers for all models.
@Suite struct TransformersPeerTests {
  /// A Python that has both, from MIDSTREAM_TEST_PYTHON or the path; nil where there is none.
  private static func findPython() -> String? {
    let candidate = ProcessInfo.processInfo.environment["MIDSTREAM_TEST_PYTHON"] ?? "python3"
    let script =
      "import importlib.util as u; print(all(u.find_spec(m) for m in ('torch', 'transformers')))"
    return run(candidate, script) == "True\n" ? candidate : nil
  }

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

  /// Saves models of its own beside ours, then prints the losses of each folder's model as JSON.
  private static let script = """
    import json, os, sys, torch, transformers
    torch.manual_seed(0)
    root, ids = sys.argv[1], torch.tensor([[int(x) for x in sys.argv[2].split(',')]])
    kinds = {'f32': torch.float32, 'bf16': torch.bfloat16, 'f16': torch.float16}
    for kind, tied in (('f32', True), ('f32', False), ('bf16', False), ('f16', True)):
      config = transformers.LlamaConfig(vocab_size=211, hidden_size=24, intermediate_size=40,
        num_hidden_layers=3, num_attention_heads=6, num_key_value_heads=2, head_dim=8,
        max_position_embeddings=128, tie_word_embeddings=tied, initializer_range=0.4,
        rope_theta=5000.0)
      model = transformers.LlamaForCausalLM(config).to(kinds[kind])
      model.save_pretrained(f'{root}/theirs-{kind}-{"tied" if tied else "own"}')
    losses = {}
    for name in sorted(os.listdir(root)):
      model = transformers.AutoModelForCausalLM.from_pretrained(
        f'{root}/{name}', dtype=torch.float32)
      with torch.no_grad():
        logits = model(input_ids=ids[:, :-1]).logits[0].double()
      losses[name] = torch.nn.functional.cross_entropy(
        logits, ids[0, 1:], reduction='none').tolist()
    print(json.dumps(losses))
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

  @Test("transformers opens our checkpoints, and we open its, with the same losses")
  func bothWays() throws {
    guard let python = Self.findPython() else {
      return print("skipped: no Python with torch and transformers")
    }
    let folder = try TemporaryFolder()
    for tied in [true, false] {
      let configuration = try LlamaConfiguration(
        vocabularySize: 300, hiddenSize: 32, layerCount: 2, headCount: 4, keyValueHeadCount: 2,
        intermediateSize: 48, maxPositions: 128, ropeTheta: 20_000, tiedEmbeddings: tied)
      try Checkpoint.write(
        try LlamaModel(configuration, seed: 1, deviation: 0.4),
        to: folder.path + (tied ? "/ours-tied" : "/ours-own"))
    }
    let tokens = (0..<100).map { (t: UInt32) -> UInt32 in (t * t * 31 + 7 * t) % 211 }
    let output = try #require(
      Self.run(
        python, Self.script, [folder.path, tokens.map(String.init).joined(separator: ",")]))
    let expected = try JSONDecoder().decode([String: [Double]].self, from: Data(output.utf8))
    #expect(expected.count == 6)
    for (name, losses) in expected {
      let found = try self.losses(try Checkpoint.load(folder.path + "/" + name), tokens)
      #expect(losses.count == found.count)
      let worst = zip(found, losses).map { abs($0 - $1) / max(1, $1) }.max() ?? 1
      #expect(worst < 2e-5, "the worst loss of \(name) is off by \(worst)")
    }
  }
}
