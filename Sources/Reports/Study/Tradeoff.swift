import Runs

/// What each branch gained in the target and lost in the general domain, both against the trunk.
struct Tradeoff: Sendable {
  struct Branch: Sendable {
    var index: Int
    /// Bits per byte less the trunk's: below 0 is a gain.
    var target: SeedSpread
    /// Above 0 is forgotten.
    var general: SeedSpread
    /// What the record says of the change; nil where it compares the branch with no trunk.
    var targetResolution: StudyContrast.Resolution?
    var generalResolution: StudyContrast.Resolution?
    /// No other branch has a lower mean in one of both and no higher one in the other.
    var isOnFront = false

    /// Bits per byte gained in the target for each one lost in the general domain: `−Δtarget /
    /// Δgeneral`; nil where nothing is resolved to be lost.
    var exchangeRate: Double? {
      guard generalResolution == .worse, general.mean > 0 else { return nil }
      let rate = -target.mean / general.mean
      return rate.isFinite ? rate : nil
    }
  }

  let branches: [Branch]
  /// Why there is nothing to weigh; nil where there is.
  let missing: String?

  init(_ study: StudyReading) {
    missing = Self.missing(study)
    guard missing == nil, let general = study.generalDomain else {
      branches = []
      return
    }
    let all = study.order.compactMap { branch -> Branch? in
      guard let target = study.change(branch, .target),
        let forgotten = study.change(branch, .domain(general))
      else { return nil }
      return Branch(
        index: branch, target: target, general: forgotten,
        targetResolution: study.againstTrunk(branch, .target)?.resolution,
        generalResolution: study.againstTrunk(branch, .domain(general))?.resolution)
    }
    branches = all.map { branch in
      var branch = branch
      branch.isOnFront = !all.contains { $0.dominates(branch) }
      return branch
    }
  }

  private static func missing(_ study: StudyReading) -> String? {
    guard let general = study.generalDomain else {
      return "No general domain is evaluated, so what was forgotten is not known."
    }
    if study.trunk(.domain(general))?.isFinite != true || study.trunk(.target)?.isFinite != true {
      return "The checkpoint that the runs begin with was not evaluated, so neither gain nor "
        + "forgetting is known."
    }
    if study.targetDomains == [study.record.domains[general]] {
      return "The target is the general domain itself: there is nothing to weigh against it."
    }
    let isMeasured = study.record.branches.indices.contains {
      study.spread($0, .target) != nil && study.spread($0, .domain(general)) != nil
    }
    return isMeasured ? nil : "No run was completed."
  }
}

extension Tradeoff.Branch {
  fileprivate func dominates(_ other: Self) -> Bool {
    target.mean <= other.target.mean && general.mean <= other.general.mean
      && (target.mean < other.target.mean || general.mean < other.general.mean)
  }
}
