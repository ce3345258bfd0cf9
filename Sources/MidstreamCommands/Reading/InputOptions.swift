import ArgumentParser
import Corpora
import Runs
import Streams

/// How the inputs of a command are read.
struct InputOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Read every file in this format (\(CorpusFormat.allCases.map(\.rawValue).joined(separator: ", "))); "
        + "by its name without it.", valueName: "format"))
  var format: CorpusFormat?

  @Option(
    help: ArgumentHelp(
      "Where a document's text, id, url, source or metadata is, for example text=content or "
        + "id=meta.id. Repeat it.", valueName: "field=path"))
  var field: [String] = []

  @Option(help: ArgumentHelp("Refuse larger documents, in megabytes.", valueName: "mb"))
  var documentLimit: Int = 256

  @Option(
    help: ArgumentHelp(
      "Leave out source code that is generated, minified or vendored. Repeat it.",
      valueName: "mark"))
  var skip: [SourceCodeMark] = []

  func validate() throws {
    guard (1...1_000).contains(documentLimit) else {
      throw ValidationError("'--document-limit \(documentLimit)' is not a number from 1 to 1000")
    }
    var fields = DocumentFields()
    for field in field where !Self.set(field, in: &fields) {
      throw ValidationError(
        "'--field \(field)' is not FIELD=PATH, where FIELD is text, id, url, source or metadata")
    }
  }

  var reading: ReadingOptions {
    var options = ReadingOptions()
    options.documentLimit = documentLimit * 1_000_000
    options.skippedCode = Set(skip)
    for field in field { _ = Self.set(field, in: &options.fields) }
    return options
  }

  /// Takes `FIELD=PATH`; false where it is none.
  private static func set(_ field: String, in fields: inout DocumentFields) -> Bool {
    guard let equals = field.firstIndex(of: "=") else { return false }
    let path = String(field[field.index(after: equals)...])
    if path.isEmpty { return false }
    switch field[..<equals] {
    case "text": fields.text = path
    case "id": fields.id = path
    case "url": fields.url = path
    case "source": fields.source = path
    case "metadata": fields.metadata = path
    default: return false
    }
    return true
  }
}

extension CorpusFormat: ExpressibleByArgument {}
extension SourceCodeMark: ExpressibleByArgument {}
