import ArgumentParser
import Corpora
import Runs
import Streams
import TokenShards
import Tokenization

/// `midstream tokenize`.
struct TokenizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenize",
    abstract: "Encode documents into token shards.",
    discussion: """
      DIR gets NAME-00000.tokens.zst and shards.json. The end of the text stands behind each \
      document.

      EXAMPLE
        midstream tokenize --input kept.jsonl.zst --tokenizer tokenizer --output shards --domain math
      """)

  @OptionGroup var common: CommonOptions

  @Option(parsing: .upToNextOption, help: ArgumentHelp("Documents, JSONL.", valueName: "file"))
  var input: [String]

  @OptionGroup var choice: TokenizerOption
  @OptionGroup var folder: OutputFolder

  @Option(help: "The start of the shards' names.")
  var name = "documents"

  @Option(help: "The domain that a mixture weighs.")
  var domain = "general"

  @Option(help: "Where the documents come from; the name without it.")
  var source: String?

  @Option(help: "Their licence, for example an SPDX expression.")
  var license = "unknown"

  @Option(help: ArgumentHelp("Tokens a shard, at most.", valueName: "n"))
  var shardTokens = 1 << 29

  func validate() throws {
    guard !name.isEmpty, !name.contains("/") else {
      throw ValidationError("'--name \(name)' is not the start of a file's name")
    }
    guard (1...1 << 34).contains(shardTokens) else {
      throw ValidationError("'--shard-tokens \(shardTokens)' is not a number from 1 to \(1 << 34)")
    }
  }

  private struct Summary: Encodable {
    var output: String
    var shards: [String]
    var documents: Int
    var tokens: Int
    var textBytes: Int
    var bytesPerToken: Double
    var problems: [String: Int]
  }

  /// The ids of one batch, document behind document.
  private struct Encoded: Sendable {
    var ids: [UInt32] = []
    var ends: [Int] = []
  }

  func run() throws {
    let tokenizer = try choice.load()
    let files = try DocumentFiles(input)
    let earlier = (try? ShardIndex(folder: folder.output).shards.map(\.file)) ?? []
    let replaced = [ShardIndex.fileName] + earlier
    try folder.check(replaced, inputs: files.paths)
    for name in replaced { try Folder.remove(folder.file(name)) }
    let writer = try ShardWriter(
      folder: folder.output, name: name,
      header: ShardHeader(
        vocabularyCount: tokenizer.vocabularyCount, tokenizerDigest: tokenizer.digest,
        endOfText: tokenizer.endOfText),
      origin: ShardOrigin(domain: domain, source: source ?? name, licence: license),
      tokenLimit: shardTokens)
    var textBytes = 0
    let problems = try files.map(
      "tokenize", options: common, worker: { EncoderScratch() },
      work: { scratch, batch in
        var encoded = Encoded()
        for index in 0..<batch.count {
          batch.texts.withBytes(index) {
            tokenizer.encode($0, into: &encoded.ids, scratch: scratch)
          }
          encoded.ends.append(encoded.ids.count)
        }
        return encoded
      },
      emit: { _, batch, encoded in
        textBytes += batch.textByteCount
        try encoded.ids.withUnsafeBufferPointer { ids in
          var start = 0
          for end in encoded.ends {
            try writer.append(UnsafeBufferPointer(rebasing: ids[start..<end]))
            start = end
          }
        }
      })
    let entries = try writer.finish()
    try ShardIndex(entries).write(to: folder.output)
    let tokens = entries.reduce(0) { $0 + $1.tokenCount }
    let summary = Summary(
      output: folder.output, shards: entries.map(\.file),
      documents: entries.reduce(0) { $0 + $1.documentCount }, tokens: tokens,
      textBytes: textBytes, bytesPerToken: Double(textBytes) / Double(max(tokens, 1)),
      problems: problems.counts)
    if common.json { return try Output.json(summary) }
    try Output.print(
      "\(folder.output): \(grouped(summary.documents)) documents, \(grouped(tokens)) tokens in "
        + "\(grouped(entries.count)) shards")
  }
}
