import Runs
import Streams

/// What a data set is made of, as the file that lies beside it: `README.md` in a folder,
/// `FILE.card.md` beside a single file. Its head is the YAML that the Hugging Face hub reads.
///
/// The same value gives the same bytes: nothing is asked of the clock or of the machine.
public struct DatasetCard: Sendable, Equatable {
  /// Where some of the documents come from.
  public struct Source: Sendable, Equatable {
    public var name: String
    /// In the words of SPDX where there are some, for example `ODC-By-1.0`.
    public var license: String
    /// An address, a package with its version, or a path.
    public var origin: String
    public var documents: Int
    /// Bytes of UTF-8.
    public var textBytes: Int

    public init(name: String, license: String, origin: String, documents: Int, textBytes: Int) {
      self.name = name
      self.license = license
      self.origin = origin
      self.documents = documents
      self.textBytes = textBytes
    }
  }

  /// One file of the data set.
  public struct File: Sendable, Equatable {
    /// Relative to the card.
    public var path: String
    public var byteCount: Int
    /// In lower-case hexadecimal.
    public var sha256: String?
    /// `train`, `test` and so on; nil for files that are no part of the data.
    public var split: String?

    public init(path: String, byteCount: Int, sha256: String? = nil, split: String? = "train") {
      self.path = path
      self.byteCount = byteCount
      self.sha256 = sha256
      self.split = split
    }
  }

  /// Documents that one stage took out.
  public struct Removal: Sendable, Equatable {
    public var stage: String
    public var documents: Int

    public init(stage: String, documents: Int) {
      self.stage = stage
      self.documents = documents
    }
  }

  /// What a step was asked to do.
  public struct Setting: Sendable, Equatable {
    /// The option's name, for example `keep`.
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  public var title: String
  /// A paragraph of plain text.
  public var description = ""
  public var sources: [Source] = []
  public var documents: Int
  public var textBytes: Int
  public var tokens: Int?
  /// Codes such as `en`.
  public var languages: [String] = []
  public var files: [File] = []
  /// In the order of the stages.
  public var removals: [Removal] = []
  /// Of the step that made the data set.
  public var settings: [Setting] = []
  public var recipeName: String?
  public var recipeDigest: String?
  /// With its version, for example `midstream 0.1.0`.
  public var program: String?
  /// As it is to be shown; a data set that is made again has the same bytes only without one.
  public var date: String?

  public init(title: String, documents: Int, textBytes: Int) {
    self.title = title
    self.documents = documents
    self.textBytes = textBytes
  }

  private static let ending = ".card.md"

  /// Where the card of an output lies.
  public static func path(of output: String) -> String {
    Folder.isFolder(output) ? output + "/README.md" : output + ending
  }

  /// Whether a file is the card of the file beside it, and no text of its own.
  package static func isCard(_ path: String) -> Bool { path.hasSuffix(ending) }

  /// Writes the card beside the output, which is there already, and returns its path. A `README.md`
  /// that is no card stays: the card is `dataset-card.md` then.
  @discardableResult
  public func write(besides output: String) throws -> String {
    var path = DatasetCard.path(of: output)
    if Folder.isFolder(output), Folder.exists(path),
      try !InputFile.bytes(path).starts(with: Array("---\npretty_name: ".utf8))
    {
      path = output + "/dataset-card.md"
    }
    try OutputFile.write(Array(markdown.utf8), to: path)
    return path
  }

  /// The whole card.
  public var markdown: String { head + "\n" + body }

  // MARK: The head

  private var head: String {
    var lines = ["---", "pretty_name: " + CardText.yaml(title)]
    lines += license
    if !languages.isEmpty {
      lines += ["language:"] + languages.map { "- " + CardText.yaml($0) }
    }
    lines += ["size_categories:", "- " + CardText.yaml(sizeCategory)]
    lines += ["task_categories:", "- text-generation"]
    lines += dataFiles
    return (lines + ["---", ""]).joined(separator: "\n")
  }

  /// One licence that the hub knows, or `other` with a name.
  private var license: [String] {
    let all = Set(sources.map(\.license))
    guard let only = all.first else { return [] }
    if all.count == 1, let identifier = HubLicense.identifier(of: only) {
      return ["license: " + identifier]
    }
    let name = all.count == 1 ? HubLicense.slug(of: only) : "several"
    return ["license: other", "license_name: " + CardText.yaml(name)]
  }

  private var sizeCategory: String {
    let steps = [
      (1000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"),
      (10_000_000, "1M<n<10M"), (100_000_000, "10M<n<100M"), (1_000_000_000, "100M<n<1B"),
      (10_000_000_000, "1B<n<10B"), (100_000_000_000, "10B<n<100B"),
      (1_000_000_000_000, "100B<n<1T"),
    ]
    return steps.first { documents < $0.0 }?.1 ?? "n>1T"
  }

  private var dataFiles: [String] {
    var splits: [String] = []
    for file in files {
      if let split = file.split, !splits.contains(split) { splits.append(split) }
    }
    if splits.isEmpty { return [] }
    var lines = ["configs:", "- config_name: default", "  data_files:"]
    for split in splits {
      lines += ["  - split: " + CardText.yaml(split), "    path:"]
      lines += patterns(of: split).map { "    - " + CardText.yaml($0) }
    }
    return lines
  }

  /// The files of a split one by one, or by folder and ending where there are many and no other
  /// file would match.
  private func patterns(of split: String) -> [String] {
    let paths = files.filter { $0.split == split }.map(\.path)
    let each = paths.map(CardText.literalGlob)
    guard paths.count > 20 else { return each }
    let groups = Set(
      paths.map { path in
        let folder = Folder.parent(of: path)
        let name = Folder.name(of: path)
        let ending = name.firstIndex(of: ".").map { String(name[$0...]) } ?? ""
        return (folder.isEmpty ? "" : CardText.literalGlob(folder) + "/") + "*"
          + CardText.literalGlob(ending)
      })
    let globs = groups.map(PathGlob.init)
    let others = files.filter { $0.split != split }
    let isExact = !others.contains { other in globs.contains { $0.matches(other.path) } }
    return isExact ? groups.sorted() : each
  }

  // MARK: The body

  private var body: String {
    var parts = ["# " + CardText.markdown(title)]
    if !description.isEmpty { parts.append(CardText.markdown(description)) }
    var counts = [["documents", grouped(documents)], ["bytes of text", grouped(textBytes)]]
    if let tokens { counts.append(["tokens", grouped(tokens)]) }
    parts.append(CardText.table(["", ""], counts, numbers: [1]))
    if !sources.isEmpty {
      let rows = sources.map {
        [$0.name, $0.license, $0.origin, grouped($0.documents), grouped($0.textBytes)]
      }
      parts.append("## Sources")
      parts.append(
        CardText.table(
          ["source", "licence", "origin", "documents", "bytes of text"], rows, numbers: [3, 4]))
    }
    if !removals.isEmpty {
      parts.append("## Removed")
      parts.append(
        CardText.table(
          ["stage", "documents"], removals.map { [$0.stage, grouped($0.documents)] },
          numbers: [1]))
    }
    if !settings.isEmpty {
      parts.append("## Settings")
      parts.append(CardText.table(["setting", "value"], settings.map { [$0.name, $0.value] }))
    }
    if !files.isEmpty {
      let rows = files.map {
        [$0.path, $0.split ?? "", grouped($0.byteCount), $0.sha256 ?? ""]
      }
      parts.append("## Files")
      parts.append(
        CardText.table(["file", "split", "bytes", "SHA-256"], rows, numbers: [2]))
    }
    let making = [
      ("recipe", recipeName), ("digest of the recipe", recipeDigest), ("made with", program),
      ("date", date),
    ].compactMap { name, value in value.map { [name, $0] } }
    if !making.isEmpty {
      parts.append("## How it was made")
      parts.append(CardText.table(["", ""], making))
    }
    return parts.joined(separator: "\n\n") + "\n"
  }
}

/// The licences that the hub has identifiers for.
private enum HubLicense {
  private static let identifiers: Set<String> = [
    "afl-3.0", "agpl-3.0", "apache-2.0", "artistic-2.0", "bsd", "bsd-2-clause", "bsd-3-clause",
    "bsd-3-clause-clear", "bsl-1.0", "c-uda", "cc", "cc-by-2.0", "cc-by-2.5", "cc-by-3.0",
    "cc-by-4.0", "cc-by-nc-2.0", "cc-by-nc-3.0", "cc-by-nc-4.0", "cc-by-nc-nd-3.0",
    "cc-by-nc-nd-4.0", "cc-by-nc-sa-2.0", "cc-by-nc-sa-3.0", "cc-by-nc-sa-4.0", "cc-by-nd-4.0",
    "cc-by-sa-3.0", "cc-by-sa-4.0", "cc0-1.0", "cdla-permissive-1.0", "cdla-permissive-2.0",
    "cdla-sharing-1.0", "ecl-2.0", "epl-1.0", "epl-2.0", "eupl-1.1", "eupl-1.2", "gfdl", "gpl",
    "gpl-2.0", "gpl-3.0", "isc", "lgpl", "lgpl-2.1", "lgpl-3.0", "lppl-1.3c", "mit", "mpl-2.0",
    "ms-pl", "ncsa", "odbl", "odc-by", "ofl-1.1", "openrail", "osl-3.0", "pddl", "postgresql",
    "unlicense", "wtfpl", "zlib",
  ]
  private static let renamed = [
    "odc-by-1.0": "odc-by", "odbl-1.0": "odbl", "pddl-1.0": "pddl",
  ]

  /// The hub's identifier of a licence that is named by SPDX or by the hub; nil for others.
  static func identifier(of license: String) -> String? {
    var name = license.lowercased()
    name = renamed[name] ?? name
    for ending in ["-only", "-or-later"] where name.hasSuffix(ending) {
      name.removeLast(ending.count)
    }
    if name.hasPrefix("gfdl-") { name = "gfdl" }
    return identifiers.contains(name) ? name : nil
  }

  /// Small letters, digits, dots and dashes, as the hub wants the name of another licence.
  static func slug(of license: String) -> String {
    var slug = ""
    for byte in license.lowercased().utf8 {
      let isPlain =
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: ".")
      if isPlain {
        slug.unicodeScalars.append(Unicode.Scalar(byte))
      } else if !slug.hasSuffix("-"), !slug.isEmpty {
        slug += "-"
      }
    }
    while slug.hasSuffix("-") { slug.removeLast() }
    return slug.isEmpty ? "other" : slug
  }
}
