import Foundation
import TestFolders
import Testing

/// Wrong input is the user's: exit code 2, nothing on standard output, a message that says what is
/// wrong in the user's terms.
@Suite struct WrongInputTests {
  private static let cases: [(arguments: String, message: String)] = [
    // Files that are not there, with the nearest name.
    ("extract nowhere --output x.jsonl", "cannot read 'nowhere'"),
    ("curate --input doc.jsonl --filter language --output x", "did you mean 'docs.jsonl'?"),
    ("dedup --input nothing/*.jsonl --output x", "no file matches 'nothing/*.jsonl'"),
    ("dedup --input https://example.com/a.jsonl --output x", "takes files of this machine"),
    ("decontaminate --input docs.jsonl --against tests --output x", "cannot read 'tests'"),
    ("tokenizer train --input none.jsonl --vocabulary 300 --output x", "cannot read 'none.jsonl'"),
    ("tokenizer encode --tokenizer none --text a", "cannot read 'none'"),
    ("shards inspect none", "cannot read 'none'"),
    ("evaluate --model none --input docs.jsonl", "expected  a checkpoint's folder"),
    ("generate --model folder --prompt a", "there is no checkpoint in 'folder'"),
    ("explain a --run none", "expected  a run's folder"),
    ("explain a --run folder", "there is no run with documents in 'folder'"),
    ("status folder", "there is no run in 'folder'"),
    ("report folder", "'folder' holds no record of a run"),
    // Empty files.
    ("extract empty.jsonl --output x.jsonl", "there is no document in 'empty.jsonl'"),
    ("curate --input empty.jsonl --filter language --output x", "there is no document in"),
    ("dedup --input empty.jsonl --output u", "there is no document in 'empty.jsonl'"),
    ("dedup --input folder --output u2", "there is no document in 'folder'"),
    ("decontaminate --input docs.jsonl --against empty.jsonl --output x", "is empty"),
    ("tokenizer train --input empty.jsonl --vocabulary 300 --output x", "there is no document"),
    ("filters try empty.jsonl.txt --filter language", "'empty.jsonl.txt' is empty"),
    ("filters try - --filter language", "standard input is empty"),
    // Damaged files.
    ("curate --input cut.jsonl.zst --filter language --output x", "'cut.jsonl.zst' is damaged"),
    ("dedup --input cut.jsonl.zst --output v", "ends inside a zstd frame"),
    ("shards verify docs.jsonl", "'docs.jsonl' is not a whole token shard"),
    ("tokenizer inspect --tokenizer docs.jsonl", "docs.jsonl"),
    // Names.
    ("curate --input docs.jsonl --filter languag --output x", "did you mean 'language'?"),
    ("filters show gopher-qualty", "did you mean 'gopher-quality'?"),
    ("filters show word_cuont", "did you mean 'word_count'?"),
    ("filters show word_count --filters none", "cannot read 'none'"),
    ("filters try docs.jsonl --filter language", "'docs.jsonl' holds many documents"),
    ("filters try docs.jsonl --id x --filter language", "there is no document 'x' in 'docs.jsonl'"),
    ("filters try docs.jsonl --record 2 --filter language", "expected  a number from 1 to 1"),
    ("filters try docs.jsonl --record 0 --filter language", "'--record 0'"),
    ("filters try docs.jsonl --record 1 --id a --filter language", "one of --id and --record"),
    ("filters try empty.jsonl --record 1 --filter language", "there is no document in"),
    ("filters try - --record 1 --filter language", "standard input is taken as one text"),
    ("evaluate --model folder --input docs.jsonl", "the document 'doc-0' has no domain"),
    // Outputs that cannot be written.
    ("extract docs.jsonl --output docs.jsonl/x.jsonl", "cannot create the folder 'docs.jsonl'"),
    ("curate --input docs.jsonl --filter language --output docs.jsonl", "'docs.jsonl'"),
    ("tokenizer train --input docs.jsonl --vocabulary 300 --output docs.jsonl/t", "'docs.jsonl'"),
    ("dedup --input docs.jsonl --output taken", "'taken' already has 'kept'"),
    // The command line.
    ("extract docs.jsonl --output x.jsonl --format pdf", "'pdf' is invalid"),
    ("dedup --input docs.jsonl --output u --similarity 2", "'--similarity 2.0'"),
    ("decontaminate --input docs.jsonl --against docs.jsonl --output x --words 0", "'--words 0'"),
    ("tokenizer train --input docs.jsonl --vocabulary 12 --output x", "'--vocabulary 12'"),
    ("tokenizer encode --tokenizer none", "give one of --input and --text"),
    ("status folder --jsn", "Did you mean '--json'?"),
    ("shards head none --documents 0", "'--documents 0'"),
    ("generate --model none --prompt a --tokens 0", "'--tokens 0'"),
    ("tokenize --input docs.jsonl --tokenizer t --output x --name a/b", "'--name a/b'"),
  ]

  private static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    _ = try folder.file("docs.jsonl", SmallTexts.lines([SmallTexts.text(1)]))
    _ = try folder.file("empty.jsonl", "")
    _ = try folder.file("empty.jsonl.txt", "")
    _ = try folder.file("folder/file", "")
    _ = try folder.file("taken/kept/file", "")
    let texts = (0..<200).map { SmallTexts.text($0) }
    _ = try folder.file("many.jsonl", SmallTexts.lines(texts))
    _ = try Program.run(
      ["extract", "many.jsonl", "--output", "many.jsonl.zst"], in: folder.path)
    let whole = try folder.read("many.jsonl.zst")
    try Data(whole[..<(whole.count * 3 / 4)]).write(
      to: URL(filePath: folder.path + "/cut.jsonl.zst"))
    return folder
  }

  @Test("each exits with 2 and says what is wrong")
  func messages() throws {
    let folder = try Self.folder()
    for (arguments, message) in Self.cases {
      let result = try Program.run(
        arguments.split(separator: " ").map(String.init), in: folder.path)
      #expect(result.status == 2, "\(arguments): \(result.errors)")
      #expect(result.errors.contains("midstream: error: "), "\(arguments)")
      #expect(result.errors.contains(message), "\(arguments): \(result.errors)")
      #expect(result.output.isEmpty, "\(arguments)")
    }
  }

  @Test("an output that is there is replaced only when asked, and never an input")
  func overwrite() throws {
    let folder = try Self.folder()
    let arguments = ["curate", "--input", "many.jsonl", "--filter", "language", "--output", "c"]
    #expect(try Program.run(arguments, in: folder.path).status == 0)
    #expect(try Program.run(arguments, in: folder.path).status == 2)
    #expect(try Program.run(arguments + ["--overwrite"], in: folder.path).status == 0)
    let inside = try Program.run(
      [
        "curate", "--input", "c/kept/00000.jsonl.zst", "--filter", "language", "--output", "c",
        "--overwrite",
      ], in: folder.path)
    #expect(inside.status == 2 && inside.errors.contains("would be replaced"))
    #expect(folder.has("c/kept/00000.jsonl.zst"))
  }

  @Test("lines that cannot be read are counted and named, and the rest goes on")
  func brokenLines() throws {
    let folder = try Self.folder()
    let good = try SmallTexts.lines([SmallTexts.text(1), SmallTexts.text(2)])
    _ = try folder.file("broken.jsonl", good + "{\"id\": \"x\"}\nnot json\n")
    let result = try Program.run(
      ["curate", "--input", "broken.jsonl", "--filter", "language", "--output", "c", "--json"],
      in: folder.path)
    #expect(result.status == 0)
    #expect(result.errors.contains("2 records could not be read, in broken.jsonl"))
    #expect(result.errors.contains("broken.jsonl:3: a document has no field 'text'"))
    #expect(try result.object()["documents"] as? Int == 2)
  }
}
