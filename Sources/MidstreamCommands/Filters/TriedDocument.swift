import Corpora
import Curation
import Runs
import Streams

/// The document that `filters try` judges: a text file, or one document of a file of many.
struct TriedDocument {
  /// As it was named on the command line.
  let file: String
  /// The document's number in a file of many, from 1.
  let number: Int?
  /// The document alone.
  let batch: DocumentBatch

  /// Which document of a file of many.
  enum Choice {
    case id(String)
    case number(Int)
  }

  init(file: String, choice: Choice?) throws {
    self.file = file
    if file != "-" { try InputPath.checkFile(file) }
    if let choice {
      guard file != "-" else {
        throw Fault(
          .input, "standard input is taken as one text", expected: "a file of documents",
          hint: "leave --id and --record out")
      }
      (number, batch) = try Self.document(choice, of: file)
      return
    }
    let format = file == "-" ? nil : CorpusFormat(path: file)
    if format?.isOneDocument == false {
      throw Fault(
        .input, "'\(file)' holds many documents", expected: "one text",
        hint: "choose one with --id or --record; 'midstream curate --input \(file)' judges them all"
      )
    }
    number = nil
    var batch = DocumentBatch()
    batch.append(
      // Packs for source code tell the language by the name.
      Document(
        id: file == "-" ? "" : file, text: String(decoding: try Self.text(file), as: UTF8.self),
        source: ""))
    self.batch = batch
  }

  var text: [UInt8] { Array(batch.texts[0]) }

  private static func text(_ file: String) throws -> [UInt8] {
    let bytes =
      try file == "-"
      ? FileSource(standardInput: ()).readAll() : InputFile.decompressedBytes(file)
    let name = file == "-" ? "standard input" : "'\(file)'"
    guard !bytes.isEmpty else { throw Fault(.input, "\(name) is empty", expected: "a text") }
    guard bytes.withUnsafeBytes(PlainText.isUTF8) else {
      throw Fault(.input, "\(name) is not UTF-8 text")
    }
    return bytes
  }

  private static func document(
    _ choice: Choice, of file: String
  ) throws -> (number: Int, batch: DocumentBatch) {
    let reader = try DocumentFile.open(
      file, format: CorpusFormat(path: file) ?? .jsonl, extract: FileExtractor().extract)
    var batch = DocumentBatch()
    var before = 0
    while try reader.fill(&batch, targetTextBytes: 4_000_000) {
      try Interruption.check()
      let found: Int? =
        switch choice {
        case .number(let number):
          number - before <= batch.count ? number - before - 1 : nil
        case .id(let id):
          (0..<batch.count).first { batch.ids[$0].elementsEqual(id.utf8) }
        }
      if let found { return (before + found + 1, batch.alone(found)) }
      before += batch.count
      batch.removeAll()
    }
    DocumentFiles.show(reader.problems)
    if before == 0 { throw Fault.noDocument(in: [file], reader.problems) }
    switch choice {
    case .id(let id):
      throw Fault(
        .input, "there is no document '\(id)' in '\(file)'", found: "\(grouped(before)) others",
        hint: "'midstream head \(file)' shows ids")
    case .number(let number):
      throw Fault(
        .input, "there is no document \(grouped(number)) in '\(file)'",
        found: "\(grouped(before)) documents", expected: "a number from 1 to \(grouped(before))")
    }
  }
}

extension DocumentBatch {
  /// One document as a batch of its own, with all that came with it.
  fileprivate func alone(_ index: Int) -> DocumentBatch {
    var batch = DocumentBatch()
    ids.withBytes(index) { id in
      texts.withBytes(index) { text in
        sources.withBytes(index) { source in
          urls.withBytes(index) { url in
            metadata.withBytes(index) { metadata in
              carriedAttributes.withBytes(index) { attributes in
                otherFields.withBytes(index) { others in
                  batch.append(
                    id: id, text: text, source: source, url: url, metadata: metadata,
                    carriedAttributes: attributes, otherFields: others)
                }
              }
            }
          }
        }
      }
    }
    return batch
  }
}
