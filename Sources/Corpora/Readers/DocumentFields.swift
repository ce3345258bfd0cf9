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
  /// The names as C strings, for the time of `body`.
  func withCNames<R>(_ body: (UnsafePointer<json_field_names>) throws -> R) rethrows -> R {
    let copies = [id, text, source, url, metadata].map { (name: String) in strdup(name) }
    defer { for copy in copies { free(copy) } }
    var names = json_field_names(
      id: copies[0], text: copies[1], source: copies[2], url: copies[3], metadata: copies[4])
    return try withUnsafePointer(to: &names, body)
  }
}
