import ArgumentParser
import Corpora
import Evaluation
import Foundation
import LanguageModel
import Reports
import Runs
import Streams
import Tokenization

/// `midstream evaluate`.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure bits per byte of documents, by domain, with the change against a base.",
    discussion: """
      The domain of a document is its attribute 'domain' (a name, or its number as in kept/), or \
      --domain for all. Each model encodes with the tokenizer in its own folder. The interval of \
      the change is that of 1,000 resamples of the documents.

      EXAMPLE
        midstream evaluate --model runs/a/training/continued/checkpoint --input held-out.jsonl
        midstream evaluate --model continued --against base --input held-out.jsonl --json
      """)

  @OptionGroup var common: CommonOptions

  @Option(help: ArgumentHelp("A checkpoint's folder.", valueName: "dir"))
  var model: String

  @Option(parsing: .upToNextOption, help: ArgumentHelp("Documents, JSONL.", valueName: "file"))
  var input: [String]

  @Option(help: ArgumentHelp("A checkpoint to compare with.", valueName: "dir"))
  var against: String?

  @Option(help: "The domain of all documents, instead of their attribute.")
  var domain: String?

  @Option(
    help: ArgumentHelp("Bytes of a document that count, at most; all without it.", valueName: "n"))
  var bytes: Int?

  @Option(help: ArgumentHelp("Draws the resamples.", valueName: "n"))
  var seed: UInt64 = 1

  func validate() throws {
    if let bytes, bytes < 1 { throw ValidationError("'--bytes \(bytes)' is not a number from 1") }
  }

  func run() throws {
    let folders = (against.map { [$0] } ?? []) + [model]
    let names = Self.names(of: folders)
    for folder in folders { try ModelFolder.check(folder) }
    let texts = try LabelledDocuments(files: input, domain: domain, byteLimit: bytes)
    let scores = try zip(folders, names).map { folder, name in
      try score(texts, with: folder, name: name)
    }
    let record = self.record(texts, names, scores)
    if common.json { return try Output.json(record) }
    try show(record)
  }

  /// The last parts of the folders' paths, longer where they are alike.
  static func names(of folders: [String]) -> [String] {
    let parts = folders.map { $0.split(separator: "/").map(String.init) }
    let most = parts.map(\.count).max() ?? 1
    let length = (1...max(most, 1)).first { length in
      Set(parts.map { $0.suffix(length).joined(separator: "/") }).count == parts.count
    }
    return parts.map { $0.suffix(length ?? most).joined(separator: "/") }
  }

  private func score(
    _ texts: LabelledDocuments, with folder: String, name: String
  ) throws -> DocumentScores {
    let (model, tokenizer) = try ModelFolder.load(folder)
    let scorer = try DocumentScorer(model, workers: Workers(common.threads))
    let scratch = EncoderScratch()
    var nats: [Double] = []
    var tokens: [UInt32] = []
    var offsets = [0]
    let progress = common.progress
    progress.begin("evaluate \(name)", total: texts.texts.bytes.count, unit: "B")
    for index in 0..<texts.texts.count {
      texts.texts.withBytes(index) { tokenizer.encode($0, into: &tokens, scratch: scratch) }
      offsets.append(tokens.count)
      guard tokens.count >= 1 << 16 || index + 1 == texts.texts.count else { continue }
      try Interruption.check()
      nats += try scorer.nats(tokens: tokens, offsets: offsets)
      let first = index + 2 - offsets.count
      progress.add((first...index).reduce(0) { $0 + texts.texts.byteCount($1) })
      tokens.removeAll(keepingCapacity: true)
      offsets = [0]
    }
    progress.end()
    return DocumentScores(
      domain: texts.domain, shard: texts.domain.indices.map { UInt8($0 % EvaluateStage.shards) },
      bytes: (0..<texts.texts.count).map { UInt64(texts.texts.byteCount($0)) }, nats: nats)
  }

  private func record(
    _ texts: LabelledDocuments, _ names: [String], _ scores: [DocumentScores]
  ) -> EvaluationRecord {
    EvaluationRecord(
      models: names,
      domains: texts.domains.enumerated().compactMap { index, name in
        let members = texts.domain.indices.filter { texts.domain[$0] == UInt8(index) }
        guard let first = scores.first, let last = scores.last, !members.isEmpty else { return nil }
        return DomainEvaluation(
          domain: name, documents: members.count, bytes: first.bytes(of: members),
          scores: scores.map { $0.bitsPerByte(of: members, shards: EvaluateStage.shards) },
          change: scores.count < 2
            ? nil : last.change(from: first, of: members, seed: seed, domain: name))
      })
  }

  private func show(_ record: EvaluationRecord) throws {
    let isPaired = record.models.count > 1
    let table = TextTable(
      columns: [.text("bits per byte"), .number("documents", rank: 2), .number("bytes", rank: 3)]
        + record.models.map { .number($0) }
        + (isPaired ? [.number("change"), .text("95% interval", rank: 1)] : []),
      rows: record.domains.map { domain in
        let change = domain.change
        return [domain.domain, grouped(domain.documents), grouped(domain.bytes)]
          + domain.scores.map { String(format: "%.4f", $0.bitsPerByte) }
          + (change.map {
            [
              String(format: "%+.4f", $0.mean),
              String(format: "%+.4f to %+.4f", $0.low, $0.high),
            ]
          } ?? [])
      })
    for line in table.lines(width: Output.width) { try Output.print(line) }
  }
}

/// Documents with the index of each one's domain.
private struct LabelledDocuments {
  private(set) var texts = ByteColumn()
  private(set) var domain: [UInt8] = []
  /// In the order in which they first occur.
  private(set) var domains: [String] = []

  private struct Attributes: Decodable {
    enum Label: Decodable {
      case name(String)
      case number(Int)

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Int.self) {
          self = .number(number)
        } else {
          self = .name(try container.decode(String.self))
        }
      }
    }

    var domain: Label
  }

  init(files: [String], domain fixed: String?, byteLimit: Int?) throws {
    // The reader hands one raw field on: here it is the attributes.
    var options = ReadingOptions()
    options.fields.metadata = "attributes"
    let files = try DocumentFiles(files, options: options)
    var places: [String: UInt8] = [:]
    try files.forEachBatch { batch in
      for index in 0..<batch.count {
        let name = try fixed ?? Self.label(batch, index)
        if places[name] == nil {
          guard let place = UInt8(exactly: domains.count) else {
            throw Fault(
              .input, "the documents have too many domains", found: "more than 256",
              hint: "--domain gives all of them one")
          }
          places[name] = place
          domains.append(name)
        }
        domain.append(places[name] ?? 0)
        append(batch.texts[index], byteLimit)
      }
    }
    guard !domain.isEmpty else { throw files.noDocument() }
  }

  /// Cut at a character.
  private mutating func append(_ text: ArraySlice<UInt8>, _ limit: Int?) {
    var end = text.startIndex + min(limit ?? text.count, text.count)
    while end < text.endIndex, end > text.startIndex, text[end] & 0xc0 == 0x80 { end -= 1 }
    // The first character always counts.
    texts.append(end > text.startIndex ? text[..<end] : text)
  }

  private static func label(_ batch: DocumentBatch, _ index: Int) throws -> String {
    let raw = batch.metadata[index]
    guard !raw.isEmpty,
      let attributes = try? JSONDecoder().decode(Attributes.self, from: Data(raw))
    else { throw fault(batch, index, found: "no such attribute") }
    switch attributes.domain {
    case .name(let name): return name
    case .number(let number):
      guard StreamRecipe.domains.indices.contains(number) else {
        throw fault(batch, index, found: "\(number)")
      }
      return StreamRecipe.domains[number]
    }
  }

  private static func fault(_ batch: DocumentBatch, _ index: Int, found: String) -> Fault {
    Fault(
      .input, "the document '\(batch.ids.string(index))' has no domain", found: found,
      expected: "\"attributes\": {\"domain\": …} with a name or a number below "
        + "\(StreamRecipe.domains.count)",
      hint: "--domain NAME gives all documents one")
  }
}
