import Glibc
import Runs
import Streams

/// How much a document weighs by the number of its copies: what removes duplicates loses how often
/// the world repeated them, and a mixture may want some of that back.
///
/// `copies` counts the documents of a cluster, the one that stays too, so that a document without
/// duplicates has 1, and every document that is kept a weight. Only ratios of weights mean
/// something: under `log(1+copies)`, the natural logarithm, a single document has 0.693 and one of
/// 100 copies 4.615, 6.7 times as much.
public struct Reweighting: Sendable, Equatable {
  /// What grows with the copies.
  public enum Growth: String, Sendable, CaseIterable {
    case copies = "copies"
    case logarithm = "log(1+copies)"
    case root = "sqrt(copies)"
  }

  /// The attribute that kept documents get, for a mixture or a trainer to read.
  public static let attribute = "weight"

  public var growth: Growth
  /// The greatest weight, nil for none.
  public var cap: Double?

  public init(_ growth: Growth, cap: Double? = nil) {
    self.growth = growth
    self.cap = cap
  }

  /// Reads `copies`, `log(1+copies)`, `sqrt(copies)`, or one of them with a cap: `min(copies, 10)`.
  /// - Throws: an input fault for anything else.
  public init(_ text: String) throws {
    let plain = text.filter { !$0.isWhitespace }
    if let growth = Growth(rawValue: plain) {
      self.init(growth)
      return
    }
    if plain.hasPrefix("min("), plain.hasSuffix(")"), let comma = plain.lastIndex(of: ",") {
      let inside = plain[plain.index(plain.startIndex, offsetBy: 4)..<comma]
      let number = plain[plain.index(after: comma)...].dropLast()
      if let growth = Growth(rawValue: String(inside)), let cap = Double(number), cap > 0,
        cap.isFinite
      {
        self.init(growth, cap: cap)
        return
      }
    }
    let forms = Growth.allCases.map(\.rawValue)
    throw Fault(
      .input, "a weight cannot be computed as '\(text)'", found: text,
      expected: forms.joined(separator: ", ") + ", or one of them in min(…, NUMBER)",
      hint: NearestName.find(plain, in: forms).map { "did you mean '\($0)'?" })
  }

  /// The weight of a document that stands for `copies` documents, itself too.
  public func weight(copies: Int) -> Double {
    let copies = Double(max(1, copies))
    let weight =
      switch growth {
      case .copies: copies
      case .logarithm: log1p(copies)
      case .root: copies.squareRoot()
      }
    return min(weight, cap ?? .infinity)
  }
}

extension Reweighting: CustomStringConvertible {
  /// As it is written.
  public var description: String {
    cap.map { "min(\(growth.rawValue), \($0))" } ?? growth.rawValue
  }
}
