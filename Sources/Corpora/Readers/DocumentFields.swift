import CSimdJSON
import Glibc

/// The names of a document's fields in JSON lines, and of its columns in tables. A dot leads into an
/// object (`meta.url`); a backslash takes the dot behind it as a part of the name.
public struct DocumentFields: Sendable, Equatable, Codable {
  public var id = "id"
  public var text = "text"
  public var source = "source"
  public var url = "url"
  public var metadata = "metadata"

  public init() {}
}

extension DocumentFields {
  /// What a document's own fields are called where documents are written. `is_column` of CSimdJSON
  /// has the same names.
  static let ownNames = ["id", "text", "source", "url", "metadata", "attributes"]

  /// Under which name a value is kept that is in no field of a document: its own, or with `input_` in
  /// front where the name would come twice when the document is written.
  func otherName(of name: String) -> String {
    let isMetadata = name == "metadata" && metadata == name
    return DocumentFields.ownNames.contains(name) && !isMetadata ? "input_" + name : name
  }

  /// The names as C strings, for the time of `body`.
  func withCNames<R>(_ body: (UnsafePointer<json_field_names>) throws -> R) rethrows -> R {
    let copies = [id, text, source, url, metadata].map { (name: String) in strdup(name) }
    defer { for copy in copies { free(copy) } }
    var names = json_field_names(
      id: copies[0], text: copies[1], source: copies[2], url: copies[3], metadata: copies[4])
    return try withUnsafePointer(to: &names, body)
  }
}
