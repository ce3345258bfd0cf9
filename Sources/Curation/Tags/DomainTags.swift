import Corpora
import Glibc
import TextKernels

/// What a text is mostly about, told from its form.
public enum Domain: UInt8, Sendable, CaseIterable {
  case general
  case math
  case code
  case reasoning

  public var name: String { String(describing: self) }
}

/// Scores in [0, 1] for each domain, from counts over the bytes of a text and without a model file:
/// LaTeX commands, mathematical symbols and words, code-like lines and names, words and phrases of
/// an argument, English function words. `DomainModel` holds the features and their weights.
///
/// The scores are independent (a proof is mathematics and reasoning) and no calibrated
/// probabilities. The `domain` is that of math, code and reasoning with the highest score of at least
/// `threshold`; where none reaches it, general. `reasoning` is the weakest tag: it knows worked
/// word problems and proofs, and calls hardly any tutorial or FAQ reasoning.
public struct DomainTags: Sendable, Equatable {
  public var general: Float
  public var math: Float
  public var code: Float
  public var reasoning: Float

  /// The least score with which math, code or reasoning wins over general.
  public static let threshold: Float = 0.5

  /// The domain's index column, and the score columns.
  public static let domainColumn = "domain"
  public static let generalColumn = "tag_general"
  public static let mathColumn = "tag_math"
  public static let codeColumn = "tag_code"
  public static let reasoningColumn = "tag_reasoning"

  /// The tags of a text; one without words is general with the score of the bias.
  public init(_ text: UnsafeRawBufferPointer) {
    let features = DomainFeatures(text)
    general = DomainModel.general.score(features)
    math = DomainModel.math.score(features)
    code = DomainModel.code.score(features)
    reasoning = DomainModel.reasoning.score(features)
  }

  public var domain: Domain {
    var best = (domain: Domain.general, score: Self.threshold)
    for (domain, score) in [(Domain.math, math), (.code, code), (.reasoning, reasoning)]
    where score >= Self.threshold && (best.domain == .general || score > best.score) {
      best = (domain, score)
    }
    return best.domain
  }

  /// Sets the four score columns and `domain` (the raw value of `Domain`) for a batch.
  public static func measure(_ batch: DocumentBatch, into columns: inout ColumnTable) {
    var scores = [[Float]](repeating: [], count: 4)
    var domains: [UInt8] = []
    domains.reserveCapacity(batch.count)
    for index in 0..<batch.count {
      let tags = batch.texts.withBytes(index) { DomainTags($0) }
      scores[0].append(tags.general)
      scores[1].append(tags.math)
      scores[2].append(tags.code)
      scores[3].append(tags.reasoning)
      domains.append(tags.domain.rawValue)
    }
    columns.set(generalColumn, .float32(scores[0]))
    columns.set(mathColumn, .float32(scores[1]))
    columns.set(codeColumn, .float32(scores[2]))
    columns.set(reasoningColumn, .float32(scores[3]))
    columns.set(domainColumn, .uint8(domains))
  }
}
