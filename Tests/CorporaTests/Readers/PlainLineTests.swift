import Corpora
import Streams
import TestFolders
import Testing

/// Most lines are read in one pass by a kernel, the others by simdjson. A path into an object turns
/// the kernel off.
@Suite struct PlainLineTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func read(_ path: String, usesKernel: Bool) throws -> (DocumentBatch, ReadingProblems) {
    var options = ReadingOptions()
    if !usesKernel { options.fields.source = "no.such" }
    let reader = try JSONLinesReader(path, name: "f", options: options)
    var batch = DocumentBatch()
    _ = try reader.fill(&batch, targetTextBytes: 1 << 30)
    return (batch, reader.problems)
  }

  @Test("the kernel and simdjson give the same documents and the same problems")
  func agree() throws {
    var random = SystemRandomNumberGenerator()
    func pick(_ values: [String]) -> String {
      values[Int.random(in: 0..<values.count, using: &random)]
    }
    let texts = [
      "\"a\"", "\"a\\nb\\u00e9 \\\"q\\\" é漢😀\"", "\"\"", "\"\\ud800\"", "\"\\u0000\"", "\"x\u{1}\"",
      "null", "12", "\"\(String(repeating: "long \\n ", count: 100))\"",
    ]
    let values =
      texts + [
        "1", "-0.5", "1e3", "12345678901234567890", "true", "false", "{}", "[]",
        "{\"a\": [1, {\"b\": \"c\"}]}", "{\"a\":1,\"a\":2}", "[1,]", "{\"n\":9007199254740993}",
        "tru",
      ]
    let keys = ["id", "url", "metadata", "attributes", "dump", "k\\u0041", "ключ", "z", "z"]
    var lines: [String] = []
    for _ in 0..<4000 {
      var members = ["\"text\": \(pick(texts))"]
      for _ in 0..<Int.random(in: 0..<6, using: &random) {
        members.append(" \"\(pick(keys))\" :\(pick(values))")
      }
      members.shuffle(using: &random)
      lines.append("{\(members.joined(separator: ","))}" + pick(["", " ", "\r", "x", ""]))
    }
    let path = try folder.file("lines.jsonl", lines.joined(separator: "\n"))
    let (kernel, kernelProblems) = try read(path, usesKernel: true)
    let (full, fullProblems) = try read(path, usesKernel: false)
    #expect(kernelProblems == fullProblems)
    #expect(kernel.count > 500 && kernel.count < 3500)
    #expect(kernel == full)
  }

  @Test("every reader keeps other fields that are named as a document's own under the same names")
  func ownNames() throws {
    let names = ["id", "text", "source", "url", "metadata", "other"]
    var options = ReadingOptions()
    options.fields.text = "body"
    (options.fields.id, options.fields.source) = ("a", "b")
    (options.fields.url, options.fields.metadata) = ("c", "d")
    let members = names.map { "\"\($0)\":\"x\"" }.joined(separator: ",")
    let lines = try folder.file("lines.jsonl", "{\"body\":\"t\",\(members)}\n")
    let table = try folder.file(
      "table.csv", "body,\(names.joined(separator: ","))\nt\(names.map { _ in ",x" }.joined())\n")
    let kept = names.map { $0 == "other" ? "\"other\":\"x\"" : "\"input_\($0)\":\"x\"" }
    for (path, source) in [(lines, "b"), (lines, "no.such"), (table, "b")] {
      options.fields.source = source
      let reader = try DocumentFile.open(path, options: options)
      var batch = DocumentBatch()
      #expect(try reader.fill(&batch, targetTextBytes: 1))
      #expect(batch.otherFields.string(0) == kept.joined(separator: ","), "\(path) \(source)")
    }
  }

  @Test("a cell of a column for metadata that is no object is never a second member of one name")
  func metadataUnderAnotherName() throws {
    var options = ReadingOptions()
    (options.fields.source, options.fields.metadata) = ("origin", "source")
    let table = try folder.file("table.csv", "text,source\nt,plain\n")
    let reader = try DocumentFile.open(table, options: options)
    var batch = DocumentBatch()
    #expect(try reader.fill(&batch, targetTextBytes: 1))
    #expect(batch.otherFields.string(0) == "\"input_source\":\"plain\"")
  }
}
