import Corpora
import Runs
import TestFolders

@testable import Curation

/// Runs the stages over texts in memory.
struct SubstringTrial {
  var settings: SubstringSettings
  var threads = 1
  var buckets: Int? = 2
  /// Texts that are handed on at once.
  var batch = 3

  /// The spans of each input, as the tests compare them.
  func spans(_ inputs: [[[UInt8]]], in folder: TemporaryFolder) throws -> [[PlainSubstrings.Span]] {
    let stages = try stages(inputs.count, in: folder.path + "/run")
    try stages.runAll(texts: texts(inputs))
    return try spans(inputs.count, in: folder.path + "/run")
  }

  func stages(
    _ inputs: Int, in folder: String, share: TaskShare = .whole
  ) throws -> SubstringStages {
    SubstringStages(
      settings,
      runner: TaskRunner(
        run: try RunFolder(folder), threads: threads, progress: ProgressLine(quiet: true)),
      inputs: (0..<inputs).map { "input \($0)" }, sizes: [Int](repeating: 1, count: inputs),
      textBytes: 1, share: share, buckets: buckets)
  }

  func texts(_ inputs: [[[UInt8]]]) -> InputTexts {
    let batch = batch
    return { task, body in
      let texts = inputs[task]
      for start in stride(from: 0, to: texts.count, by: batch) {
        try body(ByteColumn(texts[start..<min(start + batch, texts.count)]))
      }
    }
  }

  func spans(_ inputs: Int, in folder: String) throws -> [[PlainSubstrings.Span]] {
    try (0..<inputs).map { task in
      try RemovedSpans(ColumnFile.read(folder + "/" + SubstringStages.spansFile(task))).spans.map {
        PlainSubstrings.Span(
          ordinal: $0.ordinal, bytes: $0.bytes,
          kept: $0.kept.map {
            [Int($0.document.task), Int($0.document.ordinal), $0.byte]
          })
      }
    }
  }
}
