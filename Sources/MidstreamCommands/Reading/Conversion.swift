import Corpora
import Curation
import Runs
import Streams

/// Documents of a corpus into one file, with its card beside it.
struct Conversion {
  /// As the user named them.
  let inputs: [String]
  let corpus: FetchedCorpus
  let reading: ReadingOptions
  let common: CommonOptions

  /// What `--json` prints.
  struct Result: Encodable {
    var output: String
    var files: Int
    var documents: Int
    var textBytes: Int
    /// Of the output file.
    var bytes: Int
    var sources: [DocumentFlow.SourceCount]
    /// How many records of each kind could not be read, and notes on those that were.
    var problems: [String: Int]
    /// Records that are no documents by design.
    var passedOver: [String: Int]
    var extraction: FileExtractor.Tally
    /// Of all problems, without the notes.
    var lost: Int

    var line: String {
      "\(output): \(grouped(documents)) documents, \(amount(textBytes, "B")) of text in "
        + "\(amount(bytes, "B")) from \(counted(files, "file")), \(counted(lost, "record")) could not be read"
    }
  }

  func run(
    _ title: String, to path: String, level: Int32 = 3, license: String, strict: Bool = false
  ) throws -> Result {
    let output = try DocumentOutput(path, level: level)
    let flow = try DocumentFlow(corpus, reading: reading, common: common)
    let outcome = try flow.run(title, worker: output.makeEncoder) { encoder, batch, _ in
      try encoder.encode(batch)
    } emit: { pieces in
      for piece in pieces { try output.append(piece) }
    }
    DocumentFiles.show(outcome.problems)
    let documents = outcome.sources.reduce(0) { $0 + $1.documents }
    let textBytes = outcome.sources.reduce(0) { $0 + $1.textBytes }
    guard documents > 0 else {
      throw Fault.noDocument(in: inputs, outcome.problems)
    }
    if strict, outcome.problems.count > 0 {
      throw Fault(
        .input,
        "\(outcome.problems.lost) could not be read, and nothing is written",
        at: outcome.problems.first.first { !$0.kind.isNote }?.description,
        hint: "leave --strict out to keep what can be read")
    }
    try output.commit()
    try card(path, outcome, documents, textBytes, license, SHA256.hex(file: path))
      .write(besides: path)
    return Result(
      output: path, files: corpus.sources.reduce(0) { $0 + $1.files.count }, documents: documents,
      textBytes: textBytes, bytes: Folder.byteCount(of: path) ?? 0, sources: outcome.sources,
      problems: outcome.problems.counts, passedOver: outcome.problems.passedOver,
      extraction: outcome.extraction, lost: outcome.problems.count)
  }

  private func card(
    _ path: String, _ outcome: DocumentFlow.Outcome, _ documents: Int, _ textBytes: Int,
    _ license: String, _ sha256: String
  ) -> DatasetCard {
    let name = Folder.name(of: path)
    var card = DatasetCard(title: name, documents: documents, textBytes: textBytes)
    card.sources = zip(outcome.sources, corpus.sources).map { count, source in
      DatasetCard.Source(
        name: count.source, license: license, origin: source.root, documents: count.documents,
        textBytes: count.textBytes)
    }
    card.files = [
      DatasetCard.File(path: name, byteCount: Folder.byteCount(of: path) ?? 0, sha256: sha256)
    ]
    card.program = "midstream \(Midstream.version)"
    return card
  }
}
