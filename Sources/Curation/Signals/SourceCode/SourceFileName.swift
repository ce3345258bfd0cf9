import Corpora

/// What the name of a document's file tells: its programming language, stem and ending.
///
/// The name is the `path` of the metadata that the reader of source code writes, else the path of the
/// URL, else the id. The language is the metadata's (`language`, `lang`, `programming_language`) where
/// that names a programming language, else that of the name.
struct SourceFileName {
  /// As GitHub writes it, `Python`; empty where nothing shows it.
  var language: String
  /// Lower case: `readme` of `docs/README.md`.
  var stem: String
  /// Lower case, without its dot: `md`; empty where there is none.
  var ending: String
  /// The last part of the path; empty where there is none.
  var name: String

  init(_ batch: DocumentBatch, _ document: Int, _ text: UnsafeRawBufferPointer) {
    let url = batch.urls.string(document)
    let path = batch.metadataText("path", of: document)
    let whole = path ?? (url.isEmpty ? batch.ids.string(document) : Self.path(ofURL: url))
    name = whole.split(separator: "/").last.map(String.init) ?? ""
    let lower = name.lowercased()
    if let dot = lower.lastIndex(of: "."), dot > lower.startIndex {
      stem = String(lower[..<dot])
      ending = String(lower[lower.index(after: dot)...])
    } else {
      stem = lower
      ending = ""
    }
    let said = ["language", "programming_language", "lang"].lazy
      .compactMap { batch.metadataText($0, of: document) }
      .compactMap { Self.names[$0.lowercased()] }.first
    let isPage = path == nil && !url.isEmpty && Self.pageEndings.contains(ending)
    language =
      said ?? (isPage ? nil : ProgrammingLanguage(path: whole, text)?.name) ?? ""
  }

  /// Every language by its name in lower case.
  private static let names = Dictionary(
    ProgrammingLanguage.all.map { ($0.name.lowercased(), $0.name) },
    uniquingKeysWith: { first, _ in first })

  /// What ends the URLs of web pages, which are no source files.
  private static let pageEndings: Set = [
    "asp", "aspx", "cfm", "cgi", "do", "htm", "html", "jsp", "php", "shtml", "xhtml", "pl",
    "cshtml",
  ]

  /// The path of a URL without host, query and fragment.
  static func path(ofURL url: String) -> String {
    var rest = url[...]
    if let scheme = rest.range(of: "://") { rest = rest[scheme.upperBound...] }
    guard let slash = rest.firstIndex(of: "/") else { return "" }
    return String(rest[slash...].prefix { $0 != "?" && $0 != "#" })
  }
}
