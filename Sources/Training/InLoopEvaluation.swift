import Evaluation
import Streams

/// Measures of a model while it is trained, on documents that no result is judged on.
public struct InLoopEvaluation: Sendable {
  public var documents: EvaluationDocuments
  /// Steps between measures; the model is measured before the first step and after the last one too.
  public var every: Int
  public var limit: GeneralLimit?

  public init(documents: EvaluationDocuments, every: Int, limit: GeneralLimit? = nil) {
    self.documents = documents
    self.every = max(every, 1)
    self.limit = limit
  }

  /// Throws a `Fault` where no document lets the limit be watched.
  public func check() throws {
    let measured = documents.measuredDomains.map(\.name)
    guard let limit, !measured.contains(limit.domain) else { return }
    throw Fault(
      .input, "the limit on '\(limit.domain)' cannot be watched: there is no document of it",
      found: measured.isEmpty ? "no document" : "documents of " + measured.joined(separator: ", "),
      hint: "let evaluation.mb_per_domain leave documents to monitor with, or drop the limit")
  }

  /// Changes with the documents and the limit. How often is free to change.
  var fingerprint: String {
    let limit = limit.map { "\($0.domain) \($0.rise) \($0.action.rawValue)" } ?? "no limit"
    return ContentDigest("\(documents.digest) \(limit)").hex
  }
}

/// How far one domain may fall behind the model that a stage begins with.
public struct GeneralLimit: Sendable, Equatable, Codable {
  public enum Action: String, Sendable, Codable, CaseIterable {
    /// The stage ends, with a checkpoint.
    case stop
    /// The stage goes on; the measure says that the limit is crossed.
    case mark
  }

  public var domain: String
  /// Bits per byte above the first measure.
  public var rise: Double
  public var action: Action

  public init(domain: String = "general", rise: Double, action: Action) {
    self.domain = domain
    self.rise = rise
    self.action = action
  }
}

/// A line of `evaluations.jsonl`: the model after a step.
public struct EvaluationPoint: Sendable, Equatable, Codable {
  public struct Domain: Sendable, Equatable, Codable {
    public var domain: String
    public var bitsPerByte: Double
  }

  /// Steps done; 0 is the model that the stage began with.
  public var step: Int
  public var tokens: Int
  public var domains: [Domain]
  /// What is to be said of this measure, for example that the limit is crossed.
  public var mark: String?
}
