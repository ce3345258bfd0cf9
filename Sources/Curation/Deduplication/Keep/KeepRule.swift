import Runs
import Streams

/// Which document of a cluster of duplicates stays, before ties go to the first by address.
public enum KeepRule: Sendable, Equatable {
  /// The first by address.
  case first
  /// That of the most bytes of text.
  case longest
  /// That of the latest date in its metadata.
  case newest
  /// That of the highest value of a signal or attribute.
  case highest(String)
  /// That of the lowest value of a signal or attribute.
  case lowest(String)

  /// How each is written.
  public static let forms = ["first", "longest", "newest", "highest:SIGNAL", "lowest:SIGNAL"]

  /// Reads a rule as `forms` has them; `quality` is `highest:quality`.
  /// - Throws: an input fault for anything else.
  public init(_ text: String) throws {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let signal = parts.count == 2 ? String(parts[1]) : nil
    switch (parts.first.map(String.init) ?? "", signal) {
    case ("first", nil): self = .first
    case ("longest", nil): self = .longest
    case ("newest", nil): self = .newest
    case ("quality", nil): self = .highest(LinearClassifier.qualityColumn)
    case ("highest", let signal?) where !signal.isEmpty: self = .highest(signal)
    case ("lowest", let signal?) where !signal.isEmpty: self = .lowest(signal)
    default: throw Self.unknown(text)
    }
  }

  private static func unknown(_ text: String) -> Fault {
    let verb = text.prefix { $0 != ":" }
    let nearest = NearestName.find(
      String(verb), in: ["first", "longest", "newest", "quality", "highest", "lowest"])
    let hint: String? =
      switch nearest {
      case "highest", "lowest":
        "name a signal, for example \(nearest ?? ""):word_count; "
          + "'midstream filters list --signals' has them"
      default: nearest.map { "did you mean '\($0)'?" }
      }
    return Fault(
      .input, "there is no rule '\(text)' for which duplicate stays", found: text,
      expected: forms.joined(separator: ", "), hint: hint)
  }

  /// The signal or attribute that it reads; nil where it reads none.
  public var signal: String? {
    switch self {
    case .highest(let name), .lowest(let name): name
    case .first, .longest, .newest: nil
    }
  }
}

extension KeepRule: CustomStringConvertible {
  /// As it is written.
  public var description: String {
    switch self {
    case .first: "first"
    case .longest: "longest"
    case .newest: "newest"
    case .highest(let name): "highest:\(name)"
    case .lowest(let name): "lowest:\(name)"
    }
  }
}
