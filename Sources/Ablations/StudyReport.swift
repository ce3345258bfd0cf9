import Evaluation
import LanguageModel
import Mixtures
import Runs
import Training

extension StudyRunner {
  /// What the branches' runs come to.
  ///
  /// - Parameters:
  ///   - kind: what the study compares: candidate mixtures, or arms with their roles.
  ///   - target: the weight of each domain in what is to be improved; all alike where empty.
  ///   - general: the domain whose loss of ability is watched.
  public func record(
    _ kind: StudyKind, members: [StudyPlan.Member], results: StudyResults,
    target: [String: Double], general: String, seed: UInt64
  ) throws -> StudyRecord {
    let figures = figures(members, results.members, results.trunk, target, seed)
    let leftOut = results.members.map(\.record).filter { $0.status != .completed }.map {
      "\($0.branch), seed \($0.seed): \($0.status.rawValue)" + ($0.remark.map { ", \($0)" } ?? "")
    }
    let generalIndex = figures.domains.firstIndex(of: general)
    let (contrasts, verdict) = kind.verdict(
      figures, general: generalIndex, trunkName: plan.trunk.name, leftOut: leftOut)
    return StudyRecord(
      name: plan.name, kind: kind.recordKind,
      trunk: StudyTrunk(
        checkpoint: plan.trunk.name, digest: try trunkDigest(), parameters: try parameterCount(),
        bitsPerByte: figures.trunk ?? []),
      domains: figures.domains, documents: documents.measuredDomains.map(\.documents),
      bytes: documents.measuredDomains.map(\.bytes), target: figures.targetWeights,
      general: generalIndex == nil ? nil : general,
      tokensPerRun: plan.stage.steps * plan.stage.tokensPerStep, seeds: plan.seeds,
      branches: try plan.branches.indices.map { try branchRecord($0, figures) },
      members: results.members.map(\.record), noise: figures.measures.map { figures.noise($0) },
      contrasts: contrasts, verdict: verdict)
  }

  private func figures(
    _ members: [StudyPlan.Member], _ results: [MemberResult], _ trunkNats: [Double]?,
    _ target: [String: Double], _ seed: UInt64
  ) -> StudyFigures {
    let domains = documents.measuredDomains
    let completed = zip(members, results).filter { $1.nats != nil }
    let ofBranch = plan.branches.indices.map { branch in
      completed.filter { $0.0.branch == branch }.map(\.1)
    }
    let places = Dictionary(uniqueKeysWithValues: domains.enumerated().map { ($1.index, $0) })
    return StudyFigures(
      domains: domains.map(\.name),
      target: domains.map { target.isEmpty ? 1 : target[$0.name] ?? 0 },
      branches: zip(plan.branches, ofBranch).map { branch, results in
        .init(name: branch.name, runs: results.map(\.record.bitsPerByte))
      }, trunk: trunkNats.map { documents.bitsPerByte($0) },
      documents: DocumentEvidence(
        domain: documents.domainIndices.map { places[$0] ?? 0 },
        bytes: documents.byteCounts.map { UInt64($0) }, domainCount: domains.count,
        branches: ofBranch.map { $0.compactMap(\.nats) }, trunk: trunkNats, seed: seed))
  }

  private func branchRecord(_ index: Int, _ figures: StudyFigures) throws -> StudyBranchRecord {
    let branch = plan.branches[index]
    let source = try branch.source(plan.stage, seed: plan.seeds.first ?? 0)
    return figures.branchRecord(
      index, meaning: branch.meaning, stream: branch.stream, mixture: source.plannedShares(),
      warnings: source.plan.remarks)
  }
}

/// What a study compares.
public enum StudyKind: Sendable {
  case mixtures
  case arms(ArmsVerdict.Roles)

  var recordKind: StudyRecord.Kind {
    switch self {
    case .mixtures: .mixtures
    case .arms: .arms
    }
  }

  func verdict(
    _ figures: StudyFigures, general: Int?, trunkName: String, leftOut: [String]
  ) -> ([StudyContrast], StudyVerdict) {
    switch self {
    case .arms(let roles):
      let arms = ArmsVerdict(
        figures, roles, general: general, trunkName: trunkName, leftOut: leftOut)
      return (arms.contrasts, arms.verdict)
    case .mixtures:
      let ranking = MixtureVerdict(figures, leftOut: leftOut)
      let gains =
        figures.trunk == nil
        ? []
        : figures.branches.indices.flatMap { branch in
          figures.measures.map {
            figures.contrast(
              ArmsVerdict.training, branch, against: nil, in: $0, trunkName: trunkName)
          }
        }
      return (ranking.contrasts + gains, ranking.verdict)
    }
  }
}

extension StudyRunner {
  fileprivate func parameterCount() throws -> Int {
    switch plan.trunk {
    case .checkpoint(_, let folder): try Checkpoint.configuration(in: folder).parameterCount
    case .initial(let configuration): configuration.parameterCount
    }
  }
}

extension MixtureSource {
  /// What the plan wants of each domain over a whole run.
  func plannedShares() -> [PlannedShare] {
    let planned = plan.plannedSamples(after: plan.sampleCount)
    return plan.domains.indices.map { index in
      PlannedShare(
        domain: plan.domains[index].name, share: planned[index] / Double(max(plan.sampleCount, 1)),
        tokens: Int((planned[index] * Double(sequenceLength)).rounded()),
        epochs: plan.plannedEpochs[index])
    }
  }
}

extension StudyRunner {
  public var tokensPerRun: Int { plan.stage.steps * plan.stage.tokensPerStep }

  /// What each branch's plan wants, and warns of.
  public func branchPlans() throws -> [(name: String, mixture: [PlannedShare], warnings: [String])]
  {
    try plan.branches.map { branch in
      let source = try branch.source(plan.stage, seed: plan.seeds.first ?? 0)
      return (branch.name, source.plannedShares(), source.plan.remarks)
    }
  }

  /// Tokens a second of one run on one thread, by the clock of a few steps.
  public func measuredRate() throws -> Double {
    guard let branch = plan.branches.first else { return 0 }
    var stage = plan.stage
    stage.moments = .reset
    let model: LlamaModel =
      switch plan.trunk {
      case .checkpoint(_, let folder): try Checkpoint.load(folder)
      case .initial(let configuration): try LlamaModel(configuration, seed: 0)
      }
    let trainer = try Trainer(model, stage: stage, workers: 1)
    let source = SampleSource(try branch.source(stage, seed: plan.seeds.first ?? 0))
    do {
      return try (0..<min(3, stage.steps)).map { _ in
        try trainer.takeStep(source).tokensPerSecond
      }.max() ?? 0
    } catch let divergence as Divergence { throw divergence.fault }
  }
}
