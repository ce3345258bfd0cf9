import ArgumentParser
import Corpora
import Foundation
import Runs
import Streams
import Tokenization

/// `midstream tokenizer train|encode|decode|inspect`.
struct TokenizerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenizer",
    abstract: "Train a byte-level BPE tokenizer, encode and decode, look into one.",
    discussion: """
      EXAMPLE
        midstream tokenizer train --input docs.jsonl.zst --vocabulary 16384 --output tokenizer
      """,
    subcommands: [Train.self, Encode.self, Decode.self, Inspect.self])

  struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Train a tokenizer on documents.",
      discussion: """
        DIR gets tokenizer.json and tokenizer_config.json, as Hugging Face reads them.

        EXAMPLE
          midstream tokenizer train --input docs.jsonl.zst --vocabulary 16384 --output tokenizer
        """)

    @OptionGroup var common: CommonOptions

    @Option(parsing: .upToNextOption, help: ArgumentHelp("Documents, JSONL.", valueName: "file"))
    var input: [String]

    @Option(
      help: ArgumentHelp("Ids, the 256 bytes and the end of the text among them.", valueName: "n"))
    var vocabulary: Int

    @Option(help: ArgumentHelp("The tokenizer's folder.", valueName: "dir"))
    var output: String

    private struct Summary: Encodable {
      var output: String
      var vocabulary: Int
      var merges: Int
      var bytes: Int
      var digest: String
      var problems: [String: Int]
    }

    func validate() throws {
      guard (257...1 << 24).contains(vocabulary) else {
        throw ValidationError("'--vocabulary \(vocabulary)' is not a number from 257 to \(1 << 24)")
      }
    }

    func run() throws {
      var counts: [PretokenCounts] = []
      let problems = try DocumentFiles(input).map(
        "tokenizer: count", options: common,
        worker: {
          let own = try PretokenCounts()
          counts.append(own)
          return own
        },
        work: { counts, batch in
          for index in 0..<batch.count { try batch.texts.withBytes(index) { try counts.count($0) } }
        }, emit: { _, _, _ in })
      let all = try PretokenCounts()
      for part in counts { try all.merge(part) }
      let tokenizer = try BytePairTrainer(vocabularyCount: vocabulary).train(all)
      try tokenizer.save(to: output)
      if tokenizer.vocabularyCount < vocabulary {
        common.progress.note(
          "the text gives only \(grouped(tokenizer.vocabularyCount)) of "
            + "\(grouped(vocabulary)) tokens: no other pair occurs twice")
      }
      let summary = Summary(
        output: output, vocabulary: tokenizer.vocabularyCount, merges: tokenizer.mergeCount,
        bytes: all.byteCount, digest: tokenizer.digest.hex, problems: problems.counts)
      if common.json { return try Output.json(summary) }
      try Output.print(
        "\(output): \(grouped(summary.vocabulary)) tokens from \(amount(summary.bytes, "B"))")
    }
  }

  struct Encode: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the ids of documents or of a text.",
      discussion: """
        One line a document: its id, a tab, the ids; with --json {"id":…,"ids":[…]}. The end of \
        the text is not added, and special tokens are not looked for in the text.

        EXAMPLE
          midstream tokenizer encode --tokenizer tokenizer --input docs.jsonl --json
          midstream tokenizer encode --tokenizer tokenizer --text "to be or not to be"
        """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var choice: TokenizerOption

    @Option(parsing: .upToNextOption, help: ArgumentHelp("Documents, JSONL.", valueName: "file"))
    var input: [String] = []

    @Option(help: "A text, instead of documents: only its ids are printed.")
    var text: String?

    func validate() throws {
      guard (text == nil) != input.isEmpty else {
        throw ValidationError("give one of --input and --text")
      }
    }

    private struct EncodedText: Encodable { var ids: [UInt32] }

    func run() throws {
      let tokenizer = try choice.load()
      if let text {
        let ids = tokenizer.encode(text)
        if common.json { return try Output.json(EncodedText(ids: ids)) }
        return try Output.print(ids.map(String.init).joined(separator: " "))
      }
      let json = common.json
      try DocumentFiles(input).map(
        "encode", options: common, worker: { EncoderScratch() },
        work: { scratch, batch in
          var lines: [UInt8] = []
          var ids: [UInt32] = []
          for index in 0..<batch.count {
            ids.removeAll(keepingCapacity: true)
            batch.texts.withBytes(index) { tokenizer.encode($0, into: &ids, scratch: scratch) }
            let id = batch.ids.string(index)
            lines += json ? Array("{\"id\":\(JSONValue.quoted(id)),\"ids\":[".utf8) : id.utf8 + [9]
            for (place, token) in ids.enumerated() {
              if place > 0 { lines.append(json ? 0x2c : 0x20) }
              lines.append(decimal: token)
            }
            if json { lines += [0x5d, 0x7d] }
            lines.append(0x0a)
          }
          return lines
        }, emit: { _, _, lines in try Output.write(lines) })
    }
  }

  struct Decode: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the text of ids.",
      discussion: """
        The ids are numbers between spaces, commas or line ends, from --ids or standard input.

        EXAMPLE
          midstream tokenizer decode --tokenizer tokenizer --ids 310 22 9
          echo 310 22 9 | midstream tokenizer decode --tokenizer tokenizer --json
        """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var choice: TokenizerOption

    @Option(parsing: .upToNextOption, help: ArgumentHelp("The ids.", valueName: "id"))
    var ids: [String] = []

    private struct DecodedText: Encodable {
      var text: String
      var ids: [UInt32]
    }

    func run() throws {
      let tokenizer = try choice.load()
      let given =
        try ids.isEmpty
        ? String(decoding: FileSource(standardInput: ()).readAll(), as: UTF8.self)
        : ids.joined(separator: " ")
      let ids = try given.split { $0.isWhitespace || $0 == "," }.map { word in
        guard let id = UInt32(word) else {
          throw Fault(
            .input, "'\(word.prefix(40))' is not a token id",
            expected: "whole numbers below \(tokenizer.vocabularyCount)")
        }
        return id
      }
      guard !ids.isEmpty else {
        throw Fault(.input, "there are no ids", expected: "--ids, or ids on standard input")
      }
      let bytes = try tokenizer.decode(ids)
      if common.json {
        let text = String(decoding: bytes, as: UTF8.self)
        return try Output.json(DecodedText(text: text, ids: ids))
      }
      try Output.write(bytes + [0x0a])
    }
  }

  struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show a tokenizer's size, special tokens and longest tokens.",
      discussion: """
        EXAMPLE
          midstream tokenizer inspect --tokenizer tokenizer
        """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var choice: TokenizerOption

    private struct Summary: Encodable {
      struct Token: Encodable {
        var id: UInt32
        var text: String
      }

      var vocabulary: Int
      var merges: Int
      var endOfText: UInt32?
      var specialTokens: [Token]
      var longestTokens: [Token]
      var digest: String
    }

    func run() throws {
      let tokenizer = try choice.load()
      let special = Set(tokenizer.specialTokens.map(\.id))
      let sizes = try (0..<UInt32(tokenizer.vocabularyCount)).map {
        (id: $0, count: try tokenizer.bytes(of: $0).count)
      }.filter { !special.contains($0.id) }
      let longest = try sizes.sorted { ($1.count, $0.id) < ($0.count, $1.id) }.prefix(10).map {
        Summary.Token(
          id: $0.id, text: String(decoding: try tokenizer.bytes(of: $0.id), as: UTF8.self))
      }
      let summary = Summary(
        vocabulary: tokenizer.vocabularyCount, merges: tokenizer.mergeCount,
        endOfText: tokenizer.endOfText,
        specialTokens: tokenizer.specialTokens.map { .init(id: $0.id, text: $0.text) },
        longestTokens: longest, digest: tokenizer.digest.hex)
      if common.json { return try Output.json(summary) }
      try Output.print(
        """
        vocabulary      \(grouped(summary.vocabulary)) tokens, \(grouped(summary.merges)) merges
        end of text     \(summary.endOfText.map(String.init) ?? "none")
        special tokens  \(summary.specialTokens.map { "\($0.id) \($0.text)" }.joined(separator: ", "))
        longest tokens  \(longest.map { JSONValue.quoted($0.text) }.joined(separator: " "))
        digest          \(summary.digest)
        """)
    }
  }
}

extension [UInt8] {
  /// Appends a number's digits.
  fileprivate mutating func append(decimal number: UInt32) {
    var rest = number
    let start = count
    repeat {
      append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    self[start...].reverse()
  }
}
