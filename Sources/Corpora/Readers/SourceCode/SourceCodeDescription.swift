/// What is known of a source file; it becomes the document's `metadata`.
public struct SourceCodeDescription: Sendable, Equatable {
  /// A licence and the file that says so.
  public struct License: Sendable, Equatable {
    /// An SPDX expression, or `unknown`.
    public var id: String
    /// Relative to the source; nil where the source file itself says it.
    public var file: String?

    public init(id: String, file: String? = nil) {
      self.id = id
      self.file = file
    }
  }

  /// Why source code is left out, in the count of what was passed over.
  static let passedOver = "generated source code"

  /// Relative to the source, or inside the archive.
  public var path: String
  /// Nil where nothing shows it.
  public var language: ProgrammingLanguage?
  public var license: License
  /// In the order of their names.
  public var marks: [SourceCodeMark]

  /// - Parameter folderLicense: of the folders around the file; the file's own notice goes before it.
  package init(path: String, _ bytes: UnsafeRawBufferPointer, folderLicense: License?) {
    self.path = path
    language = ProgrammingLanguage(path: path, bytes)
    license =
      LicenseDetector.notice(inSource: bytes).map { License(id: $0) } ?? folderLicense
      ?? License(id: LicenseDetector.unknown)
    marks = GeneratedCode.marks(path: path, bytes)
  }

  /// `{"path":"src/a.py","language":"Python","license":"MIT","license_file":"LICENSE","marks":["vendored"]}`;
  /// without what is not there.
  public var metadata: [UInt8] {
    var json = JSONBuffer()
    json.append("{\"path\":")
    append(path, to: &json)
    if let language {
      json.append(",\"language\":")
      append(language.name, to: &json)
    }
    json.append(",\"license\":")
    append(license.id, to: &json)
    if let file = license.file {
      json.append(",\"license_file\":")
      append(file, to: &json)
    }
    if !marks.isEmpty {
      json.append(",\"marks\":[\"\(marks.map(\.rawValue).joined(separator: "\",\""))\"]")
    }
    json.append("}")
    return Array(json.contents)
  }

  private func append(_ text: String, to json: inout JSONBuffer) {
    var text = text
    text.withUTF8 { json.append(string: UnsafeRawBufferPointer($0)) }
  }
}
