import Corpora

/// Which documents of a task are in which stream, and in which domain.
struct StreamMembers: Sendable {
  /// In the order in which a document is looked up.
  enum Name: String, CaseIterable, Sendable {
    /// Training documents as they came, without what overlaps the evaluation slices.
    case unfiltered
    /// What filters and deduplication kept.
    case curated
    case evaluation
  }

  private let unfiltered: [UInt8]
  private let curated: [UInt8]
  private let evaluation: [UInt8]
  private let domain: [UInt8]
  private let sourceDomain: [UInt8]
  private let bytes: [UInt64]

  init(_ task: MeasuredTask) throws {
    let table = try ColumnFile.read(task.streams)
    unfiltered = try table.uint8(StreamColumn.unfiltered)
    curated = try table.uint8(StreamColumn.curated)
    evaluation = try table.uint8(StreamColumn.evaluation)
    domain = try table.uint8(StreamColumn.domain)
    sourceDomain = try table.uint8(StreamColumn.sourceDomain)
    bytes = try ColumnFile.read(task.columns).uint64(StreamColumn.textBytes)
  }

  var count: Int { domain.count }

  func isTrainedOn(_ document: Int) -> Bool { unfiltered[document] == 1 || curated[document] == 1 }

  /// Bytes of text that some training stream holds.
  var trainingBytes: Int {
    (0..<count).reduce(0) { $0 + (isTrainedOn($1) ? Int(bytes[$1]) : 0) }
  }

  func contains(_ document: Int, in stream: Name) -> Bool {
    switch stream {
    case .unfiltered: unfiltered[document] == 1
    case .curated: curated[document] == 1
    case .evaluation: evaluation[document] == 1
    }
  }

  /// An index into `StreamRecipe.domains`; evaluation follows the manifest.
  func domain(of document: Int, in stream: Name) -> Int {
    Int(stream == .evaluation ? sourceDomain[document] : domain[document])
  }
}
