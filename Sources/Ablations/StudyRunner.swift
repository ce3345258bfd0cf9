import Evaluation
import LanguageModel
import Mixtures
import Runs
import Streams
import Training

/// Trains the runs of a study, several small models at a time with one thread each, and compares
/// them.
///
/// A run's folder is named by the digest of all that it depends on: an interrupted study goes on
/// inside the runs that were under way, and an extended one trains what is new.
public struct StudyRunner: Sendable {
  let plan: StudyPlan
  let run: RunFolder
  let runner: TaskRunner
  /// What the study is judged on, and what is measured along the way. They share no document.
  let documents: EvaluationDocuments
  let monitor: EvaluationDocuments

  public init(
    _ plan: StudyPlan, run: RunFolder, runner: TaskRunner, documents: EvaluationDocuments,
    monitor: EvaluationDocuments
  ) {
    self.plan = plan
    self.run = run
    self.runner = runner
    self.documents = documents
    self.monitor = monitor
  }

  var taskStage: String { "study-\(plan.name)" }
  func folder(of key: String) -> String { "study/\(plan.name)/\(key)" }

  private static let configuration = "study 1"

  /// The runs, with their keys. Branches with the same samples have the same runs.
  public func members() throws -> [StudyPlan.Member] {
    try plan.members(
      trunkDigest: try trunkDigest(),
      documents: RunFolder.digest(of: [documents.digest, monitor.digest]), program: run.program)
  }

  /// How many of the runs are complete from before.
  public func completeCount(of members: [StudyPlan.Member]) -> Int {
    members.filter {
      run.isComplete(
        stage: taskStage, task: $0.key, configuration: Self.configuration, inputs: $0.key)
    }.count
  }

  /// Trains what is missing, and reads what every run came to.
  public func train(_ members: [StudyPlan.Member]) throws -> StudyResults {
    let trunk = try scoreTrunk()
    let different = uniqueRuns(members)
    let workers = max(1, runner.threads / max(different.count, 1))
    let rate = try MachineRate.matrixProducts(workers: Workers(1)) * Double(workers)
    _ = try runner.run(
      taskStage, configuration: Self.configuration,
      tasks: different.map {
        StageTask(
          name: $0.key, inputs: $0.key, work: plan.stage.steps * plan.stage.tokensPerStep)
      }, unit: "tokens", addsOwnProgress: true, keepsOthers: true, worker: {},
      body: { _, index in
        let training = MemberTraining(
          study: self, member: different[index], workers: workers, matrixProductRate: rate)
        return try training.run()
      })
    try linkNames(of: members)
    let results = try members.map { member in
      let folder = run.file(folder(of: member.key))
      var record = try RecordFile.read(StudyMemberRecord.self, from: folder + "/member.json")
      // A run is known by what it was trained on; its mixture may have another name by now.
      record.branch = plan.branches[member.branch].name
      return MemberResult(
        record: record,
        nats: record.status == .completed ? try MemberScores.read(folder + "/scores.columns") : nil)
    }
    return StudyResults(members: results, trunk: trunk)
  }

  /// The runs without those that are the same as one before, which are said.
  private func uniqueRuns(_ members: [StudyPlan.Member]) -> [StudyPlan.Member] {
    var different: [StudyPlan.Member] = []
    for member in members {
      guard let same = different.first(where: { $0.key == member.key }) else {
        different.append(member)
        continue
      }
      runner.progress.note(
        "'\(plan.branches[member.branch].name)' and '\(plan.branches[same.branch].name)' have the "
          + "same samples with seed \(member.seed): they are trained once")
    }
    return different
  }

  /// Digest of all that the trunk brings with it: parameters, shape, and moments where they are kept.
  func trunkDigest() throws -> String {
    switch plan.trunk {
    case .checkpoint(_, let folder):
      return try plan.stage.trunkDigest(folder)
    case .initial(let configuration):
      return RunFolder.digest(of: ["\(configuration)"])
    }
  }

  /// Nats of each document by the trunk; nil for fresh weights.
  private func scoreTrunk() throws -> [Double]? {
    guard case .checkpoint(_, let folder) = plan.trunk else { return nil }
    let path = "study/\(plan.name)/trunk.columns"
    let work = documents.tokens.count
    _ = try runner.runWhole(
      taskStage + "-trunk", configuration: "scores 1",
      inputs: RunFolder.digest(of: [try trunkDigest(), documents.digest]), work: work,
      unit: "tokens"
    ) {
      let scorer = try DocumentScorer(
        try Checkpoint.load(folder), workers: Workers(runner.threads))
      let nats = try scorer.nats(tokens: documents.tokens, offsets: documents.offsets)
      try MemberScores.write(nats, to: run.file(path))
      return TaskOutcome(outputs: [path])
    }
    return try MemberScores.read(run.file(path))
  }
}

/// What the runs of a study came to.
public struct StudyResults: Sendable {
  /// In the order of the study's members.
  public var members: [MemberResult]
  /// The trunk's nats of each document; nil for fresh weights.
  public var trunk: [Double]?
}

/// A run as it ended.
public struct MemberResult: Sendable {
  public var record: StudyMemberRecord
  /// Of each document; nil where the run takes no part in comparisons.
  public var nats: [Double]?
}
