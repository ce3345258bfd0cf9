import Runs
import Streams

/// What a folder tells about the run or the study in it: its records, read whole, so that any old one
/// can be drawn again. Records that are missing or cannot be read leave a gap that the page names.
///
///     let report = try RunReport(folder: "runs/quickstart")
///     try report.write()                       // runs/quickstart/report.html
///     print(TextReport(report).text(width: 80))
public struct RunReport: Sendable {
  public static let path = "report.html"

  /// The folder as it was given.
  public let folder: String
  public let run: RunRecord?
  public let curation: CurationRecord?
  public let contamination: ContaminationRecord?
  /// What was cut out of texts because it is repeated.
  public let repeats: RepeatsRecord?
  public let thresholds: ThresholdsRecord?
  public let shards: ShardsRecord?
  /// Each stage after the stage whose weights it began with.
  public let training: [TrainingRecord]
  public let evaluation: EvaluationRecord?
  /// By name.
  public let studies: [StudyRecord]
  /// Records that exist but cannot be read: worth a warning.
  public let faults: [Fault]

  /// Reads the records of a run.
  ///
  /// - Throws: a `Fault` of the input where there is no such folder or no record in it.
  public init(folder: String) throws {
    guard Folder.isFolder(folder) else {
      throw Fault(
        .input, "there is no run in '\(folder)'", at: folder, found: "no such folder",
        expected: "a run's folder, as 'midstream run' makes it")
    }
    var reading = RecordReading(folder: folder)
    let run = reading.record(RunRecord.self, RunRecord.path, format: \.format)
    let curation = reading.record(CurationRecord.self, CurationRecord.path, format: \.format)
    let contamination = reading.record(
      ContaminationRecord.self, ContaminationRecord.path, format: \.format)
    let repeats = reading.record(RepeatsRecord.self, RepeatsRecord.path, format: \.format)
    let thresholds = reading.record(
      ThresholdsRecord.self, ThresholdsRecord.path, format: \.format)
    let shards = reading.record(ShardsRecord.self, ShardsRecord.path, format: \.format)
    let training = try reading.paths(TrainingRecord.path(stage:)).compactMap {
      reading.record(TrainingRecord.self, $0, format: \.format)
    }
    let studies = try reading.paths(StudyRecord.path(name:)).compactMap {
      reading.record(StudyRecord.self, $0, format: \.format)
    }
    let evaluation = reading.record(
      EvaluationRecord.self, EvaluationRecord.path, format: \.format)
    if !reading.foundAny {
      throw Fault(
        .input, "'\(folder)' holds no record of a run", at: folder,
        expected: "\(RunRecord.path) or records/*.json",
        hint: "give the folder that 'midstream run' or 'midstream ablate' wrote to")
    }
    self.init(
      folder: folder, run: run, curation: curation, contamination: contamination,
      repeats: repeats, thresholds: thresholds, shards: shards, training: training,
      evaluation: evaluation, studies: studies, faults: reading.faults)
  }

  /// A report on records at hand; nil for those that do not exist.
  public init(
    folder: String, run: RunRecord?, curation: CurationRecord?,
    contamination: ContaminationRecord? = nil, repeats: RepeatsRecord? = nil,
    thresholds: ThresholdsRecord? = nil,
    shards: ShardsRecord?, training: [TrainingRecord],
    evaluation: EvaluationRecord?, studies: [StudyRecord] = [],
    faults: [Fault] = []
  ) {
    self.folder = folder
    self.run = run
    self.curation = curation
    self.contamination = contamination
    self.repeats = repeats
    self.thresholds = thresholds
    self.shards = shards
    self.training = Self.inOrder(training)
    self.evaluation = evaluation
    self.studies = studies.sorted { $0.name < $1.name }
    self.faults = faults
  }

  /// A study's own folder: nothing was curated, trained or evaluated in it apart from the study.
  var isStudyAlone: Bool {
    !studies.isEmpty && curation == nil && shards == nil && training.isEmpty && evaluation == nil
  }

  /// A folder of decisions: documents were judged in it, and nothing else was done.
  var areDecisionsAlone: Bool {
    (thresholds != nil || curation != nil || contamination != nil || repeats != nil)
      && run == nil && shards == nil && training.isEmpty && evaluation == nil && studies.isEmpty
  }

  /// The page: one file that needs nothing else, on a phone, in the dark or on paper.
  public func html() -> String { Page(self).html().text }

  /// Writes the page into the run's folder and returns its path.
  @discardableResult
  public func write() throws -> String {
    let path = folder + "/" + Self.path
    try OutputFile.write(html().utf8, to: path)
    return path
  }

  /// Stages that begin with fresh weights first, by name; each other one after the stage that it
  /// continues.
  private static func inOrder(_ stages: [TrainingRecord]) -> [TrainingRecord] {
    let names = Set(stages.map(\.stage))
    var waiting = stages.sorted { $0.stage < $1.stage }
    var ordered: [TrainingRecord] = []
    while !waiting.isEmpty {
      let placed = Set(ordered.map(\.stage))
      let next = waiting.firstIndex { placed.contains($0.from) || !names.contains($0.from) }
      ordered.append(waiting.remove(at: next ?? 0))
    }
    return ordered
  }
}

/// Reads a folder's records one after the other and keeps what went wrong.
private struct RecordReading {
  let folder: String
  var foundAny = false
  var faults: [Fault] = []

  init(folder: String) { self.folder = folder }

  /// The records named as `path` names them, in the order of their names.
  func paths(_ path: (String) -> String) throws -> [String] {
    let records = Folder.parent(of: path(""))
    guard Folder.isFolder(folder + "/" + records) else { return [] }
    let suffix = ".json"
    let prefix = Folder.name(of: path("")).dropLast(suffix.count)
    return try Folder.names(in: folder + "/" + records)
      .filter { $0.hasPrefix(prefix) && $0.hasSuffix(suffix) }
      .map { records + "/" + $0 }
  }

  mutating func record<Record: Decodable>(
    _ type: Record.Type, _ path: String, format: KeyPath<Record, Int>
  ) -> Record? {
    let whole = folder + "/" + path
    guard Folder.exists(whole) else { return nil }
    foundAny = true
    do {
      let record = try RecordFile.read(type, from: whole)
      guard record[keyPath: format] == 1 else {
        faults.append(
          Fault(
            .input, "'\(path)' was written by another version of midstream", at: whole,
            found: "format \(record[keyPath: format])", expected: "format 1"))
        return nil
      }
      return record
    } catch {
      faults.append(
        error as? Fault
          ?? Fault(.input, "'\(path)' cannot be read", at: whole, found: "\(error)"))
      return nil
    }
  }
}
