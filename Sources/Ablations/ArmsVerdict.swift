import Runs

/// The arms of one experiment, and the separate numbers that they are for.
///
/// | number | difference |
/// |---|---|
/// | filter gain | curated text less unfiltered text, at the same weights |
/// | mixture gain | the curated weights less the natural ones, on the same unfiltered text |
/// | forgetting | the curated arm in the general domain, less the base and less general text only |
public struct ArmsVerdict: Sendable {
  /// The branches by their part in the experiment: indices into the figures' branches.
  public struct Roles: Sendable {
    public var natural: Int
    public var weighted: Int
    public var curated: Int
    public var generalOnly: Int?

    public init(natural: Int, weighted: Int, curated: Int, generalOnly: Int?) {
      self.natural = natural
      self.weighted = weighted
      self.curated = curated
      self.generalOnly = generalOnly
    }
  }

  public static let filterGain = "filter gain"
  public static let mixtureGain = "mixture gain"
  public static let training = "against the base"
  public static let forgettingBase = "forgetting against the base"
  public static let forgettingControl = "forgetting against general text only"

  public let contrasts: [StudyContrast]
  public let verdict: StudyVerdict

  /// - Parameters:
  ///   - general: the index of the domain that must not be forgotten.
  ///   - trunkName: the base checkpoint.
  public init(
    _ figures: StudyFigures, _ roles: Roles, general: Int?, trunkName: String, leftOut: [String]
  ) {
    var contrasts: [StudyContrast] = []
    for measure in figures.measures {
      contrasts.append(
        figures.contrast(
          Self.filterGain, roles.curated, against: roles.weighted, in: measure))
      contrasts.append(
        figures.contrast(
          Self.mixtureGain, roles.weighted, against: roles.natural, in: measure))
    }
    if let general {
      contrasts.append(
        figures.contrast(
          Self.forgettingBase, roles.curated, against: nil, in: .domain(general),
          trunkName: trunkName))
      if let control = roles.generalOnly {
        contrasts.append(
          figures.contrast(
            Self.forgettingControl, roles.curated, against: control, in: .domain(general)))
      }
    }
    for branch in figures.branches.indices {
      contrasts += figures.measures.map {
        figures.contrast(Self.training, branch, against: nil, in: $0, trunkName: trunkName)
      }
    }
    self.contrasts = contrasts
    verdict = StudyVerdict(
      sentence: Self.sentence(contrasts, figures, general: general), best: [], leftOut: leftOut)
  }

  private static func sentence(
    _ contrasts: [StudyContrast], _ figures: StudyFigures, general: Int?
  ) -> String {
    var parts = [filterGain, mixtureGain].map { name in
      gain(name, contrasts.filter { $0.name == name && $0.domain != StudyFigures.targetName })
    }
    if let general {
      parts += [forgettingBase, forgettingControl].compactMap { name in
        contrasts.first { $0.name == name }.map { forgetting($0, figures.domains[general]) }
      }
    }
    if figures.noise(.target).deviation == nil {
      parts.append("With one seed there is no noise floor, so nothing is resolved.")
    }
    return parts.joined(separator: " ")
  }

  private static func gain(_ name: String, _ contrasts: [StudyContrast]) -> String {
    func named(_ resolution: StudyContrast.Resolution) -> [String] {
      contrasts.filter { $0.resolution == resolution }.map { contrast in
        let effect = contrast.effect.map { " (\(signed($0)))" } ?? ""
        return contrast.domain + effect
      }
    }
    var parts: [String] = []
    let (better, worse) = (named(.better), named(.worse))
    if !better.isEmpty { parts.append("better in " + list(better)) }
    if !worse.isEmpty { parts.append("worse in " + list(worse)) }
    let open = named(.notResolved)
    if !open.isEmpty { parts.append("not resolved in " + list(open)) }
    let missing = contrasts.filter { $0.resolution == .notMeasured }.map(\.domain)
    if !missing.isEmpty { parts.append("not measured in " + list(missing)) }
    return name.prefix(1).uppercased() + name.dropFirst() + ": " + parts.joined(separator: ", ")
      + "."
  }

  private static func forgetting(_ contrast: StudyContrast, _ domain: String) -> String {
    let other = contrast.name == forgettingBase ? "'\(contrast.against)'" : "general text only"
    guard let effect = contrast.effect else { return "Forgetting against \(other): not measured." }
    switch contrast.resolution {
    case .worse:
      return
        "Forgetting: \(domain) is \(MixtureVerdict.text(abs(effect))) bits per byte worse than \(other)."
    case .better:
      return
        "No forgetting: \(domain) is \(MixtureVerdict.text(abs(effect))) bits per byte better than \(other)."
    case .notResolved, .notMeasured:
      return "Forgetting not resolved: \(domain) differs from \(other) by \(signed(effect))."
    }
  }

  private static func signed(_ value: Double) -> String {
    (value < 0 ? "−" : "+") + MixtureVerdict.text(abs(value))
  }

  private static func list(_ parts: [String]) -> String {
    guard parts.count > 1, let last = parts.last else { return parts.first ?? "" }
    return parts.dropLast().joined(separator: ", ") + " and " + last
  }
}
