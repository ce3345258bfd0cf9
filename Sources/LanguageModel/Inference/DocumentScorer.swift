import Streams

/// Negative log-likelihoods of whole documents.
///
/// What is scored: every token of a document exactly once, and nothing else. The first token is
/// predicted from one context token (end of text, which is also what stands before a document in
/// training); no end-of-text token after the document is scored. A document longer than the window
/// is cut into consecutive windows; each later one begins with the token before its first target as
/// its only context, so the tokens just after a cut are scored with little context.
///
/// Results depend on the documents and the window, not on the number of workers.
public final class DocumentScorer {
  /// Positions that go through the model together.
  private static let rowsAtOnce = 512

  public let model: LlamaModel
  /// Positions of a window.
  public let window: Int
  private let contextToken: UInt32
  private let workers: Workers
  private let workspaces: [Workspace]
  private let tokens: [UnsafeMutableBufferPointer<UInt32>]

  /// - Parameters:
  ///   - window: at most, and where nil, the model's positions.
  ///   - contextToken: stands before each document; nil: the model's end-of-text token, else its
  ///     beginning-of-text token.
  /// - Throws: a `Fault` where the model names neither token, or the window does not fit it.
  public init(
    _ model: LlamaModel, workers: Workers, window: Int? = nil, contextToken: Int? = nil
  ) throws {
    let configuration = model.configuration
    let context = contextToken ?? configuration.endOfTextID ?? configuration.beginningOfTextID
    guard let context, context >= 0, context < configuration.vocabularySize else {
      throw Fault(
        .input, "the model has no token to begin a document with",
        found: context.map { "token \($0)" } ?? "neither eos_token_id nor bos_token_id",
        expected: "a token below \(configuration.vocabularySize)",
        hint: "set 'eos_token_id' in the model's config.json")
    }
    self.model = model
    self.contextToken = UInt32(context)
    self.workers = workers
    let window = window ?? configuration.maxPositions
    self.window = window
    let rows = max(Self.rowsAtOnce, window)
    workspaces = try (0..<workers.count).map { _ in
      try Workspace(
        for: configuration, purpose: .scoring, rowCapacity: rows, sequenceCapacity: window)
    }
    tokens = (0..<workers.count).map { _ in .allocate(capacity: 2 * rows) }
  }

  deinit { for buffer in tokens { buffer.deallocate() } }

  /// Nats of each document.
  ///
  /// - Parameters:
  ///   - tokens: all documents' tokens, one document after the other.
  ///   - offsets: where each document begins, and the end of the last: one more than documents.
  public func nats(tokens documents: [UInt32], offsets: [Int]) throws -> [Double] {
    try documents.withUnsafeBufferPointer { try model.check(tokens: $0) }
    guard let last = offsets.last, offsets.first == 0, last == documents.count,
      zip(offsets, offsets.dropFirst()).allSatisfy({ $0 <= $1 })
    else {
      throw Fault(.failure, "document offsets do not cut the \(documents.count) tokens in order")
    }
    let groups = groups(of: windows(offsets))
    var windowNats = Array(repeating: 0.0, count: groups.reduce(0) { $0 + $1.count })
    let starts = groups.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
    documents.withUnsafeBufferPointer { documents in
      windowNats.withUnsafeMutableBufferPointer { nats in
        workers.forEach(groups.count) { worker, group in
          score(groups[group], documents, worker, nats, from: starts[group])
        }
      }
    }
    var results = Array(repeating: 0.0, count: offsets.count - 1)
    let scored = zip(groups.joined(), windowNats).sorted {
      ($0.0.document, $0.0.first) < ($1.0.document, $1.0.first)
    }
    for (window, nats) in scored { results[window.document] += nats }
    return results
  }

  private struct Window {
    var document: Int
    /// Its first and its number of targets, as places in all tokens.
    var first: Int
    var count: Int
    /// Whether the context token stands before the first target.
    var beginsDocument: Bool
  }

  private func windows(_ offsets: [Int]) -> [Window] {
    var windows: [Window] = []
    for document in 0..<max(offsets.count - 1, 0) {
      let end = offsets[document + 1]
      for first in stride(from: offsets[document], to: end, by: window) {
        windows.append(
          Window(
            document: document, first: first, count: min(window, end - first),
            beginsDocument: first == offsets[document]))
      }
    }
    return windows
  }

  /// Windows of like length together, the longest first; a group runs as sequences of its longest.
  private func groups(of windows: [Window]) -> [[Window]] {
    let sorted = windows.sorted { ($1.count, $0.first) < ($0.count, $1.first) }
    var groups: [[Window]] = []
    for window in sorted {
      let longest = groups.last?.first?.count ?? .max
      if let count = groups.last?.count, (count + 1) * longest <= Self.rowsAtOnce {
        groups[groups.count - 1].append(window)
      } else {
        groups.append([window])
      }
    }
    return groups
  }

  private func score(
    _ group: [Window], _ documents: UnsafeBufferPointer<UInt32>, _ worker: Int,
    _ nats: UnsafeMutableBufferPointer<Double>, from start: Int
  ) {
    guard let length = group.first?.count, let inputs = tokens[worker].baseAddress else { return }
    let targets = inputs + group.count * length
    for (sequence, window) in group.enumerated() {
      // Rows behind a shorter window's end are seen by no earlier row, and are not summed.
      for t in 0..<length {
        let place = window.first + min(t, window.count - 1)
        let row = sequence * length + t
        targets[row] = documents[place]
        inputs[row] = t == 0 && window.beginsDocument ? contextToken : documents[max(place - 1, 0)]
      }
    }
    let workspace = workspaces[worker]
    model.score(
      TokenChunk(
        inputs: inputs, targets: targets, sequenceCount: group.count, sequenceLength: length),
      in: workspace)
    for (sequence, window) in group.enumerated() {
      nats[start + sequence] = (0..<window.count).reduce(0) {
        $0 + Double(workspace.losses[sequence * length + $1])
      }
    }
  }
}
