import Corpora
import Curation
import Streams

/// The quality classifier that the binary carries: `filters/quality.model`, trained by
/// `midstream classify train` on the manifests' hints.
enum QualityModel {
  static let path = "filters/quality.model"

  static func builtIn() throws -> LinearClassifier {
    guard let bytes = BuiltInFile.bytes(path) else {
      throw Fault(
        .failure, "the program does not carry '\(path)'", hint: "this is a bug, report it")
    }
    return try LinearClassifier(encoded: Array(bytes), name: path)
  }
}
