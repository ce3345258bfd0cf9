import Runs
import Streams

extension CorpusManifest {
  private static let folder = "corpora-manifests"

  /// The manifests that the program carries in itself.
  public static var builtInNames: [String] {
    BuiltInFile.names(in: folder, ending: ".yaml").filter { $0 != catalogOfBenchmarks }
  }

  /// Lies in the same folder, and says where evaluation sets come from.
  private static let catalogOfBenchmarks = "benchmarks"

  /// A manifest by its built-in name, or by its path where the name has a slash or ends in `.yaml`.
  public static func named(_ name: String) throws -> CorpusManifest {
    if name.contains("/") || name.hasSuffix(".yaml") { return try CorpusManifest(path: name) }
    let path = "\(folder)/\(name).yaml"
    guard let text = BuiltInFile.text(path) else {
      throw Fault(
        .input, "there is no corpus manifest '\(name)'",
        expected: builtInNames.joined(separator: ", ") + ", or the path of a .yaml file",
        hint: NearestName.find(name, in: builtInNames).map { "did you mean '\($0)'?" })
    }
    return try CorpusManifest(text: text, path: path)
  }

  /// A corpus of one source: a file, a folder or a glob of the user's own text.
  public init(ownText path: String) {
    self.init(
      name: "own-text",
      sources: [
        CorpusSource(
          name: "own", license: "own", evaluation: .share(0.05), origin: .path(path))
      ], path: "")
  }
}
