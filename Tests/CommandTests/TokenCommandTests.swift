import Foundation
import TestFolders
import Testing

/// From documents to tokenizer to shards.
@Suite struct TokenCommandTests {
  private func folderWithTokenizer() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    _ = try folder.file("docs.jsonl", SmallTexts.lines((0..<30).map { SmallTexts.text($0) }))
    let result = try Program.run(
      [
        "tokenizer", "train", "--input", "docs.jsonl", "--vocabulary", "400", "--output",
        "tokenizer", "--json",
      ], in: folder.path)
    #expect(result.status == 0, "\(result.errors)")
    #expect(try result.object()["vocabulary"] as? Int == 400)
    return folder
  }

  @Test("what a tokenizer encodes decodes to the same text")
  func roundTrip() throws {
    let folder = try folderWithTokenizer()
    let text = "To be, or naïvely not to be: 12 of 34"
    let encoded = try Program.run(
      ["tokenizer", "encode", "--tokenizer", "tokenizer", "--text", text], in: folder.path)
    let decoded = try Program.run(
      ["tokenizer", "decode", "--tokenizer", "tokenizer"], in: folder.path, input: encoded.output)
    #expect(decoded.output == text + "\n")
    let ids = encoded.output.split(whereSeparator: \.isWhitespace).map(String.init)
    let again = try Program.run(
      ["tokenizer", "decode", "--tokenizer", "tokenizer/tokenizer.json", "--json", "--ids"] + ids,
      in: folder.path)
    #expect(try again.object()["text"] as? String == text)
  }

  @Test("encode prints one line of id and ids a document")
  func encode() throws {
    let folder = try folderWithTokenizer()
    let result = try Program.run(
      ["tokenizer", "encode", "--tokenizer", "tokenizer", "--input", "docs.jsonl", "--json"],
      in: folder.path)
    let lines = result.output.split(separator: "\n")
    #expect(lines.count == 30)
    struct Line: Decodable {
      var id: String
      var ids: [UInt32]
    }
    let line = try JSONDecoder().decode(Line.self, from: Data(lines[7].utf8))
    #expect(line.id == "doc-7" && line.ids.allSatisfy { $0 < 400 })
    #expect(lines[7].hasPrefix("{\"id\":\"doc-7\",\"ids\":[\(line.ids[0]),\(line.ids[1]),"))
    let plain = try Program.run(
      ["tokenizer", "encode", "--tokenizer", "tokenizer", "--input", "docs.jsonl"],
      in: folder.path)
    #expect(
      plain.output.split(separator: "\n")[7]
        == "doc-7\t\(line.ids.map(String.init).joined(separator: " "))")
  }

  @Test("inspect shows size, special tokens and digest")
  func inspect() throws {
    let folder = try folderWithTokenizer()
    let result = try Program.run(
      ["tokenizer", "inspect", "--tokenizer", "tokenizer", "--json"], in: folder.path)
    let summary = try result.object()
    #expect(summary["vocabulary"] as? Int == 400 && summary["endOfText"] as? Int == 0)
    #expect((summary["digest"] as? String)?.count == 32)
  }

  @Test("tokenize writes shards that inspect, verify and head agree on; damage is found")
  func shards() throws {
    let folder = try folderWithTokenizer()
    let made = try Program.run(
      [
        "tokenize", "--input", "docs.jsonl", "--tokenizer", "tokenizer", "--output", "shards",
        "--name", "small", "--domain", "math", "--json",
      ], in: folder.path)
    #expect(made.status == 0, "\(made.errors)")
    let tokens = try made.object()["tokens"] as? Int
    let rows = try Program.run(["shards", "inspect", "shards", "--json"], in: folder.path).list()
    #expect(rows.count == 1 && rows[0]["documents"] as? Int == 30)
    #expect(rows[0]["tokens"] as? Int == tokens && rows[0]["domain"] as? String == "math")
    let verified = try Program.run(["shards", "verify", "shards"], in: folder.path)
    #expect(verified.status == 0 && verified.output == "1 shards are whole\n")
    let head = try Program.run(
      [
        "shards", "head", "shards", "--documents", "2", "--tokens", "9999", "--tokenizer",
        "tokenizer", "--json",
      ], in: folder.path
    ).list()
    #expect(head.count == 2)
    #expect(head[1]["text"] as? String == SmallTexts.text(1) + "<|endoftext|>")

    let shard = "shards/small-00000.tokens.zst"
    var bytes = try folder.read(shard)
    bytes[bytes.count / 2] ^= 1
    try Data(bytes).write(to: URL(filePath: folder.path + "/" + shard))
    let damaged = try Program.run(["shards", "verify", "shards", "--json"], in: folder.path)
    #expect(damaged.status == 2 && damaged.errors.contains(shard))
    #expect(try damaged.list()[0]["whole"] as? Bool == false)
    try FileManager.default.removeItem(atPath: folder.path + "/" + shard)
    let missing = try Program.run(["shards", "verify", "shards"], in: folder.path)
    #expect(missing.status == 2 && missing.errors.contains("is missing"))
  }

  @Test("a shard is not shown through another tokenizer")
  func otherTokenizer() throws {
    let folder = try folderWithTokenizer()
    _ = try Program.run(
      [
        "tokenizer", "train", "--input", "docs.jsonl", "--vocabulary", "300", "--output", "other",
      ], in: folder.path)
    _ = try Program.run(
      ["tokenize", "--input", "docs.jsonl", "--tokenizer", "tokenizer", "--output", "shards"],
      in: folder.path)
    let result = try Program.run(
      ["shards", "head", "shards", "--tokenizer", "other"], in: folder.path)
    #expect(result.status == 2 && result.errors.contains("was written with another tokenizer"))
  }
}
