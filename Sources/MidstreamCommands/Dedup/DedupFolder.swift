import Runs
import Streams

/// The folder that a deduplication writes to, and whose unfinished work it holds: `work/settings`
/// says which, a setting a line. It goes with the end of the work.
struct DedupFolder {
  static let work = "work"
  /// `work` on its way out: half a work folder must not be taken for a whole one.
  static let removed = "work.removed"
  private static let settingsFile = "work/settings"
  /// Everything that a deduplication may leave, by any method.
  static let names = Set(DocumentDeduplication.names + SpanOutput.names).sorted()
  /// The stages of all methods, whose records go with the work.
  private static let stages = Set(
    DocumentDeduplication.allStages + SegmentStep.allStages + SubstringStep.allStages
  ).sorted()

  let folder: OutputFolder
  /// The settings that decide what is written, a line each.
  let settings: [String]

  /// Checks that the folder is free, or holds what an unfinished call with these settings left.
  /// - Returns: whether what is there is to be replaced: `begin` does that, under the lock.
  func check(inputs: [String], share: TaskShare) throws -> Bool {
    let path = settingsPath
    let isOwn = Folder.isFile(path)
    guard try isOwn || isHardlyBegun || !Folder.exists(folder.file(Self.work)) else {
      throw Fault(
        .input, "'\(folder.file(Self.work))' is not of a deduplication", at: folder.output,
        hint: "give another --output: this one would use the folder 'work' and remove it")
    }
    if folder.overwrite {
      guard share.isWhole else {
        throw Fault(
          .input, "several processes cannot replace one folder", at: folder.output,
          hint: "remove it first, or give another --output")
      }
      try folder.check(Self.names, inputs: inputs)
      return true
    }
    guard isOwn else {
      try folder.check(Self.names, inputs: inputs)
      return false
    }
    let begun = String(decoding: try InputFile.bytes(path), as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard begun != settings else { return false }
    let isDone = { (stage: String) in
      (try? Folder.names(in: folder.file("records/\(stage)")))?.isEmpty == false
    }
    // Nothing was finished: a call that failed on its input keeps nobody from a better one.
    let isWritten = Folder.isFile(folder.file(DedupRecord.path))
    if share.isWhole, !isWritten, !Self.stages.contains(where: isDone) { return true }
    let same = zip(begun, settings).prefix { $0 == $1 }.count
    func line(_ lines: [String]) -> String {
      lines.indices.contains(same) ? lines[same] : "no more than '\(lines.last ?? "")'"
    }
    throw Fault(
      .input, "'\(folder.output)' holds unfinished work with other settings", at: path,
      found: line(settings), expected: line(begun),
      hint:
        "give the same options to go on, another --output, or --overwrite to begin anew (without "
        + "--update)")
  }

  /// Whether a call was stopped when it had made the work folder and not yet written its settings.
  private var isHardlyBegun: Bool {
    get throws {
      let work = folder.file(Self.work)
      let aside = Folder.name(of: settingsPath) + "."
      return try Folder.isFolder(work) && Folder.names(in: work).allSatisfy { $0.hasPrefix(aside) }
    }
  }

  private var settingsPath: String { folder.file(Self.settingsFile) }

  /// Takes what is there away where it is to be replaced, and marks the work as begun.
  func begin(replaces: Bool) throws {
    if replaces {
      for name in Self.names + [Self.work] { try Folder.remove(folder.file(name)) }
      try removeRecords()
    }
    try Folder.remove(folder.file(Self.removed))
    if !Folder.isFile(settingsPath) {
      try OutputFile.write(settings.joined(separator: "\n").utf8, to: settingsPath)
    }
  }

  /// Takes away what only the work needed, when everything is written.
  func finish() throws {
    try removeRecords()
    for name in try Folder.names(in: folder.output)
    where name.hasPrefix("run") && name.hasSuffix(".lock") {
      try Folder.remove(folder.file(name))
    }
    // Last: as long as it is there, the next call sees that something is left to be removed.
    if Folder.exists(folder.file(Self.work)) {
      try Folder.replace(folder.file(Self.removed), with: folder.file(Self.work))
    }
    try Folder.remove(folder.file(Self.removed))
  }

  private func removeRecords() throws {
    for stage in Self.stages { try Folder.remove(folder.file("records/\(stage)")) }
    if (try? Folder.names(in: folder.file("records")))?.isEmpty == true {
      try Folder.remove(folder.file("records"))
    }
  }
}
