import ArgumentParser
import Reports
import Runs
import Streams
import TokenShards
import Tokenization

/// `midstream shards inspect|verify|head`.
struct ShardsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shards",
    abstract: "Look into token shards, and verify them.",
    discussion: """
      EXAMPLE
        midstream shards verify shards
      """,
    subcommands: [Inspect.self, Verify.self, Head.self])

  struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show what shards hold: documents, tokens, domain, source, tokenizer.",
      discussion: """
        EXAMPLE
          midstream shards inspect shards
          midstream shards inspect shards/documents-00000.tokens.zst --json
        """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "Shards (.tokens.zst) or folders of them.")
    var path: [String]

    private struct Row: Encodable {
      var path: String
      var documents: Int
      var tokens: Int
      var bytes: Int
      var domain: String
      var source: String
      var licence: String
      var vocabulary: Int
      var endOfText: UInt32?
      var tokensPerFrame: Int
      var tokenizerDigest: String
      var recipeDigest: String?
    }

    func run() throws {
      let rows = try ShardPaths(path).files.map { path in
        let reader = try ShardReader(path)
        return Row(
          path: path, documents: reader.documentCount, tokens: reader.tokenCount,
          bytes: Folder.byteCount(of: path) ?? 0, domain: reader.origin.domain,
          source: reader.origin.source, licence: reader.origin.licence,
          vocabulary: reader.header.vocabularyCount, endOfText: reader.header.endOfText,
          tokensPerFrame: reader.header.tokensPerFrame,
          tokenizerDigest: reader.header.tokenizerDigest.hex,
          recipeDigest: reader.origin.recipeDigest)
      }
      if common.json { return try Output.json(rows) }
      let table = TextTable(
        columns: [
          .text("shard"), .number("documents"), .number("tokens"), .number("size", rank: 1),
          .text("domain", rank: 2), .text("source", rank: 4), .text("licence", rank: 5),
          .number("vocabulary", rank: 3),
        ],
        rows: rows.map {
          [
            $0.path, grouped($0.documents), grouped($0.tokens), amount($0.bytes, "B"), $0.domain,
            $0.source, $0.licence, grouped($0.vocabulary),
          ]
        })
      // Paths are never cut.
      for line in table.lines(width: .max) { try Output.print(line) }
      let documents = rows.reduce(0) { $0 + $1.documents }
      let tokens = rows.reduce(0) { $0 + $1.tokens }
      try Output.print(
        "\n\(grouped(rows.count)) shards, \(grouped(documents)) documents, "
          + "\(grouped(tokens)) tokens, \(amount(rows.reduce(0) { $0 + $1.bytes }, "B"))")
    }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Decode shards whole, and compare folders with their shards.json.",
      discussion: """
        Exits with 2 where a shard is damaged, missing, or not the one that shards.json describes.

        EXAMPLE
          midstream shards verify shards
        """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "Shards (.tokens.zst) or folders of them.")
    var path: [String]

    private struct Row: Encodable {
      var path: String
      var whole: Bool
      var problem: String?
    }

    func run() throws {
      let paths = try ShardPaths(path)
      let progress = common.progress
      progress.begin(
        "verify", total: paths.files.reduce(0) { $0 + (Folder.byteCount(of: $1) ?? 0) }, unit: "B")
      let found = try concurrentMap(paths.files.count, threads: common.threads) { index in
        defer { progress.add(Folder.byteCount(of: paths.files[index]) ?? 0) }
        try Interruption.check()
        do {
          try paths.verify(index)
          return Fault?.none
        } catch let fault as Fault {
          return fault
        }
      }
      progress.end()
      let faults = paths.missing + found.compactMap { $0 }
      if common.json {
        try Output.json(
          zip(paths.files, found).map {
            Row(path: $0, whole: $1 == nil, problem: $1?.description)
          } + paths.missing.map { Row(path: $0.place ?? "", whole: false, problem: $0.message) })
      }
      guard faults.isEmpty else { throw Faults(faults) }
      if !common.json { try Output.print("\(grouped(paths.files.count)) shards are whole") }
    }
  }

  struct Head: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show the first documents of a shard, as ids or as text.",
      discussion: """
        EXAMPLE
          midstream shards head shards --documents 2 --tokenizer tokenizer
        """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "A shard (.tokens.zst), or a folder: its first shard.")
    var path: String

    @Option(help: ArgumentHelp("How many documents.", valueName: "n"))
    var documents = 3

    @Option(help: ArgumentHelp("Tokens of each document, at most.", valueName: "n"))
    var tokens = 200

    @Option(
      help: ArgumentHelp(
        "The tokenizer of the shard, to show text: a folder or tokenizer.json.", valueName: "path"))
    var tokenizer: String?

    func validate() throws {
      for (name, value) in [("documents", documents), ("tokens", tokens)] where value < 1 {
        throw ValidationError("'--\(name) \(value)' is not a number from 1")
      }
    }

    private struct Row: Encodable {
      var document: Int
      var tokens: Int
      /// The first of them.
      var ids: [UInt32]
      var text: String?
    }

    func run() throws {
      let tokenizer = try tokenizer.map { try TokenizerOption.load($0) }
      let paths = try ShardPaths([path])
      guard let file = paths.files.first else { throw Faults(paths.missing) }
      let reader = try ShardReader(file)
      if let tokenizer, tokenizer.digest != reader.header.tokenizerDigest {
        throw Fault(
          .input, "'\(file)' was written with another tokenizer", at: self.tokenizer,
          found: "digest \(tokenizer.digest.hex)", expected: reader.header.tokenizerDigest.hex)
      }
      var start = 0
      let rows = try reader.documentLengths().prefix(documents).enumerated().map { index, length in
        defer { start += Int(length) }
        let ids = try reader.tokens(from: start, count: min(Int(length), tokens))
        let text = try tokenizer.map { String(decoding: try $0.decode(ids), as: UTF8.self) }
        return Row(document: index, tokens: Int(length), ids: ids, text: text)
      }
      if common.json { return try Output.json(rows) }
      for row in rows {
        try Output.print("# \(file), document \(row.document), \(grouped(row.tokens)) tokens")
        try Output.print(row.text ?? row.ids.map(String.init).joined(separator: " "))
      }
    }
  }
}

/// The shards that paths on the command line name.
private struct ShardPaths: Sendable {
  /// In order; at least one.
  private(set) var files: [String] = []
  /// What a `shards.json` lists and is not there.
  private(set) var missing: [Fault] = []
  /// What a `shards.json` says of a file.
  private var entries: [String: ShardEntry] = [:]

  static let ending = ".tokens.zst"

  init(_ paths: [String]) throws {
    for path in paths {
      guard Folder.isFolder(path) else {
        try InputPath.checkFile(path)
        files.append(path)
        continue
      }
      let names = try Folder.files(under: path)
      for name in names where Folder.name(of: name) == ShardIndex.fileName {
        let parent = Folder.parent(of: name)
        try read(index: parent.isEmpty ? path : path + "/" + parent)
      }
      files += names.filter { $0.hasSuffix(Self.ending) }.map { path + "/" + $0 }
    }
    guard !files.isEmpty || !missing.isEmpty else {
      throw Fault(
        .input, "there is no token shard in '\(paths.joined(separator: "', '"))'",
        expected: "files that end in \(Self.ending)")
    }
  }

  private mutating func read(index folder: String) throws {
    for entry in try ShardIndex(folder: folder).shards {
      let path = folder + "/" + entry.file
      entries[path] = entry
      if !Folder.isFile(path) {
        missing.append(
          Fault(
            .input, "the shard '\(entry.file)' of shards.json is missing", at: path,
            hint: "fetch or make it again"))
      }
    }
  }

  /// Reads a shard whole, and compares it with what `shards.json` says of it.
  func verify(_ index: Int) throws {
    let path = files[index]
    try ShardReader(path).verify()
    guard let entry = entries[path] else { return }
    let digest = try ContentDigest(file: path)
    guard digest == entry.digest else {
      throw Fault(
        .input, "'\(path)' is not the shard that shards.json describes", at: path,
        found: "digest \(digest.hex)", expected: entry.digest.hex,
        hint: "the file was replaced: fetch it again, or write shards.json again")
    }
  }
}
