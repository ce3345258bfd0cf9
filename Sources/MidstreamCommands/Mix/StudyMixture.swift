import Mixtures
import Runs
import Streams

/// The mixture of a study's branch.
struct StudyMixture {
  private let record: StudyRecord
  private let branch: StudyBranchRecord

  /// - Parameters:
  ///   - path: the study's folder, or its record.
  ///   - name: of the branch; nil for the only best one.
  init(_ path: String, branch name: String?) throws {
    let file = try Self.recordPath(path)
    do {
      record = try RecordFile.read(StudyRecord.self, from: file)
    } catch let fault as Fault where fault.place == file {
      throw Fault(
        .input, "'\(file)' is not a study's record", at: file, found: fault.found,
        expected: "records/study-NAME.json of `midstream ablate`")
    }
    let names = record.branches.map(\.name)
    guard let wanted = name ?? (record.verdict.best.count == 1 ? record.verdict.best[0] : nil)
    else {
      throw Fault(
        .input, "the study has no best branch alone", at: path,
        found: record.verdict.best.isEmpty
          ? "nothing can be ranked" : record.verdict.best.joined(separator: ", "),
        expected: "--branch with one of \(names.joined(separator: ", "))")
    }
    guard let branch = record.branches.first(where: { $0.name == wanted }) else {
      throw Fault(
        .input, "the study has no branch '\(wanted)'", at: path, found: "'--branch \(wanted)'",
        expected: names.joined(separator: ", "),
        hint: NearestName.find(wanted, in: names).map { "did you mean '\($0)'?" })
    }
    self.branch = branch
  }

  private static func recordPath(_ path: String) throws -> String {
    guard Folder.isFolder(path) else {
      guard Folder.isFile(path) else { throw noStudy(path) }
      return path
    }
    let records = path + "/records"
    let found = (Folder.isFolder(records) ? try Folder.names(in: records) : []).filter {
      $0.hasPrefix("study-") && $0.hasSuffix(".json")
    }
    guard found.count < 2 else {
      throw Fault(
        .input, "'\(path)' has several studies", found: found.joined(separator: ", "),
        expected: "the path of one", hint: "for example --study \(records)/\(found[0])")
    }
    guard let file = found.first else { throw noStudy(path) }
    return records + "/" + file
  }

  private static func noStudy(_ path: String) -> Fault {
    Fault(
      .input, "there is no study in '\(path)'",
      expected: "the folder of `midstream ablate`, or records/study-NAME.json in it")
  }

  /// Empty where it is not known, as of runs that were trained elsewhere.
  private var budget: String {
    record.tokensPerRun > 0 ? ", \(record.tokensPerRun) tokens a run" : ""
  }

  func exported(_ template: PathTemplate) throws -> ExportedMixture {
    try ExportedMixture(
      name: branch.name,
      domains: branch.mixture.map {
        .init(
          name: $0.domain, path: template.path(of: $0.domain),
          mostEpochs: $0.epochs > 0 ? $0.epochs : nil)
      }, weights: branch.mixture.map(\.share),
      origin: "midstream mix export: branch '\(branch.name)' of the study '\(record.name)'" + budget
    )
  }
}
