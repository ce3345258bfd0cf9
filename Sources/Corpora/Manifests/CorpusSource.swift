import Streams

/// What a source is about: a hint from whoever wrote the manifest. Evaluation slices follow it.
public enum CorpusDomain: String, Sendable, Codable, CaseIterable, Equatable {
  case general, math, code, reasoning
}

/// Whether a source's documents are good or poor examples: the labels of the quality model.
public enum CorpusQuality: String, Sendable, Codable, CaseIterable, Equatable {
  case high, low
}

/// How the files of a source are read.
public enum CorpusFormat: String, Sendable, Codable, CaseIterable, Equatable {
  /// Pages, whose text is to be extracted.
  case html
  /// Prose as it is.
  case text
  /// Source code as it is.
  case code
  /// One JSON document a line, plain or compressed (`.zst`, `.gz`).
  case jsonl
  /// Crawls: WARC, WET and ARC, plain or compressed record by record.
  case warc
  /// Tables in columns, as Hugging Face datasets ship them.
  case parquet
  /// Comma-separated and tab-separated values, one document a row.
  case csv, tsv
  /// Archives of files of all these formats.
  case tar, zip

  /// Whether a file is one document, whose text is to be extracted.
  public var isOneDocument: Bool { [.html, .text, .code].contains(self) }

  /// The format that a file's name shows, or nil where it shows none.
  public init?(path: String) {
    var name = Folder.name(of: path).lowercased()
    for ending in [".gz", ".zst"] where name.hasSuffix(ending) { name.removeLast(ending.count) }
    let ending = name.lastIndex(of: ".").map { name[name.index(after: $0)...] } ?? ""
    switch ending {
    case "html", "htm", "xhtml": self = .html
    case "jsonl", "ndjson": self = .jsonl
    case "warc", "wet", "arc": self = .warc
    case "parquet": self = .parquet
    case "csv": self = .csv
    case "tsv": self = .tsv
    case "tar", "tgz", "tzst": self = .tar
    case "zip": self = .zip
    case _ where ProgrammingLanguage.isSourceCode(path: name): self = .code
    case "txt", "md", "rst", "pod", "tex", "texi", "adoc": self = .text
    default: return nil
    }
  }
}

/// Which documents of a source are kept out of training, for evaluation.
public enum EvaluationShare: Sendable, Equatable {
  case none
  case all
  /// Chosen by a keyed hash of the id: the same documents whatever else the corpus holds.
  case share(Double)

  private static let key: UInt64 = 0x6d69_6473_7472_6561

  /// Whether the document with this id is set aside.
  public func setsAside(id: UnsafeRawBufferPointer) -> Bool {
    switch self {
    case .none: return false
    case .all: return true
    case .share(let share):
      return KeyedShare.position(of: id, key: Self.key) < share
    }
  }
}

/// Where a source's files come from.
public enum CorpusOrigin: Sendable, Equatable {
  /// A Debian or Ubuntu package by a version-independent glob such as `postgresql-doc-[0-9]*`.
  case apt(String)
  /// A file, a folder or a glob of files that are there already; nothing is copied.
  case path(String)
  /// Files over HTTPS.
  case https([HTTPSFile])
  /// Files, folders and globs of one dataset on the Hugging Face hub, all of the same revision.
  case hub([HubAddress])

  /// Where the files come from, on one line.
  public var summary: String {
    switch self {
    case .apt(let glob): "apt \(glob)"
    case .path(let path): path
    case .https(let files): CorpusOrigin.first(of: files.map(\.url))
    case .hub(let addresses): CorpusOrigin.first(of: addresses.map(\.description))
    }
  }

  private static func first(of addresses: [String]) -> String {
    let rest = addresses.count - 1
    return (addresses.first ?? "") + (rest > 0 ? " and \(rest) more" : "")
  }
}

/// A file over HTTPS, with the digest that it must have where that is known.
public struct HTTPSFile: Sendable, Equatable {
  public var url: String
  /// In lower-case hexadecimal.
  public var sha256: String?

  public init(url: String, sha256: String? = nil) {
    self.url = url
    self.sha256 = sha256
  }
}

extension [HTTPSFile] {
  /// What the files are called in the source's folder: by the last part of their addresses, with
  /// their number in front where two would be called the same, or the next number that is free.
  var names: [String] {
    let plain = map { file in
      let name = Folder.name(of: String(file.url.prefix { $0 != "?" && $0 != "#" }))
      return name.isEmpty || name == "." || name == ".." ? "index.html" : name
    }
    let counts = Dictionary(plain.map { ($0, 1) }, uniquingKeysWith: +)
    var used = Set(counts.keys)
    return plain.enumerated().map { index, name in
      if counts[name] == 1 { return name }
      var number = index + 1
      while !used.insert("\(number)-\(name)").inserted { number += 1 }
      return "\(number)-\(name)"
    }
  }
}

/// One source of a manifest.
public struct CorpusSource: Sendable, Equatable {
  public var name: String
  public var domain: CorpusDomain?
  public var quality: CorpusQuality?
  /// As its licence file says, for example `PostgreSQL` or `GPL-2.0-or-later`.
  public var license: String
  /// Nil: by the name of each file.
  public var format: CorpusFormat?
  /// Relative paths to read; all where the list is empty.
  public var include: [PathGlob]
  public var exclude: [PathGlob]
  public var evaluation: EvaluationShare
  /// A source that may be absent: that is a warning and no error.
  public var isOptional: Bool
  public var origin: CorpusOrigin
  /// The names of a document's fields or columns; nil for the usual ones.
  public var fields: DocumentFields?
  /// Larger documents are refused, in bytes; nil for the usual limit.
  public var documentLimit: Int?
  /// What source code to leave out.
  public var skippedCode: Set<SourceCodeMark> = []
  /// Only the first so many files are taken, in the order of their paths or of the addresses.
  public var fileLimit: Int?
  /// About how much there is to download, in 10^9 bytes, where the manifest says it.
  public var gigabytes: Double?
  /// The page that describes the source.
  public var homepage: String?
  /// Whether its owner lets only those download it who accept the terms.
  public var isGated = false

  public init(
    name: String, domain: CorpusDomain? = nil, quality: CorpusQuality? = nil, license: String,
    format: CorpusFormat? = nil, include: [PathGlob] = [], exclude: [PathGlob] = [],
    evaluation: EvaluationShare = .none, isOptional: Bool = false, origin: CorpusOrigin
  ) {
    self.name = name
    self.domain = domain
    self.quality = quality
    self.license = license
    self.format = format
    self.include = include
    self.exclude = exclude
    self.evaluation = evaluation
    self.isOptional = isOptional
    self.origin = origin
  }

  /// Whether the file at this path, relative to the source's root, belongs to the source.
  public func takes(_ path: String) -> Bool {
    let bytes = Array(path.utf8)
    return (include.isEmpty || include.contains { $0.matches(bytes) })
      && !exclude.contains { $0.matches(bytes) }
  }

  /// The files of a listing that belong to the source, in order.
  func selected<File>(of files: [File], path: (File) -> String) -> [File] {
    let taken = files.filter { takes(path($0)) }
    return fileLimit.map { Array(taken.prefix($0)) } ?? taken
  }

  /// The format of one file, or nil where neither the source nor the file's name says it.
  public func format(of path: String) -> CorpusFormat? { format ?? CorpusFormat(path: path) }
}
