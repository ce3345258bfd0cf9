import Corpora
import Curation
import Runs
import Streams

/// `midstream curate --redecide`: other thresholds on the columns of an earlier call.
struct Redecision {
  let folder: String
  let earlier: CurateRecord

  init(folder: String) throws {
    self.folder = folder
    let path = folder + "/" + CurateRecord.path
    guard Folder.isFile(path) else {
      throw Fault(
        .input, "there is nothing to decide again in '\(folder)'", at: path, found: "no such file",
        expected: "a folder that 'midstream curate' wrote")
    }
    earlier = try RecordFile.read(CurateRecord.self, from: path)
    guard earlier.format == 1 else {
      throw Fault(
        .input, "'\(path)' was written by another version of midstream", at: path,
        found: "format \(earlier.format)", expected: "format 1",
        hint: "curate the inputs again")
    }
  }

  /// A fault where the columns come from another program, which may measure in another way.
  func checkProgram() throws {
    guard earlier.program != Program.version else { return }
    throw Fault(
      .input, "the columns in '\(folder)' were measured by another version of midstream",
      at: folder + "/" + CurateRecord.path, found: "midstream \(earlier.program)",
      expected: "midstream \(Program.version)", hint: "curate the inputs again")
  }

  /// A fault that lists what the columns do not tell: that needs the texts again.
  func check(_ chain: FilterChain) throws {
    let stored = Set(earlier.columns)
    var faults: [Fault] = []
    for bound in chain.rules {
      for (signal, column) in bound.columns.sorted(by: { $0.key < $1.key })
      where !stored.contains(column) {
        faults.append(
          Fault(
            .input,
            "rule '\(chain.packs[bound.pack].name)/\(bound.rule.id)' needs the texts again",
            found: reason(signal, column),
            hint: "curate the inputs again, with --overwrite or another --output"))
      }
    }
    if !faults.isEmpty { throw Faults(faults) }
  }

  private func reason(_ signal: String, _ column: String) -> String {
    let versions = earlier.columns.filter {
      $0.prefix { $0 != "@" && $0 != "." } == signal[...]
    }
    if let list = earlier.columns.first(where: { $0.hasPrefix(signal + "-") }) {
      return "the list '\(signal)' was measured as '\(list)', and this is '\(column)': with other "
        + "entries or options"
    }
    guard !versions.isEmpty else { return "'\(signal)' was not measured" }
    return "'\(signal)' was measured as \(versions.joined(separator: ", ")), and this is "
      + "'\(column)': after other edits, or with another way of cutting words"
  }
}
