import Corpora
import Foundation
import Streams
import TestFolders
import Testing

@Suite struct CorpusReaderTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  /// A corpus of the files below the folder, by `path:` sources.
  private func corpus(_ sources: [CorpusSource]) throws -> FetchedCorpus {
    let manifest = CorpusManifest(name: "t", sources: sources, path: folder.path + "/m.yaml")
    return try Fetcher(folder: folder.path + "/fetched").fetch(manifest)
  }

  private func all(
    _ corpus: FetchedCorpus, target: Int = 8_000_000,
    extract: @escaping TextExtraction = PlainText.extract
  ) throws -> (documents: [Document], problems: ReadingProblems) {
    var documents: [Document] = []
    var problems = ReadingProblems()
    let reader = CorpusReader(corpus)
    for slice in try corpus.slices(target: target) {
      try reader.read(slice, problems: &problems, batchTextBytes: 50, extract: extract) { batch in
        documents += (0..<batch.count).map { batch[$0] }
      }
    }
    return (documents, problems)
  }

  @Test("files become documents named SOURCE/PATH, sorted, whatever the size of the slices")
  func files() throws {
    for name in ["b/2.txt", "b/1.py", "a.md", "skip.png", "page.html"] {
      try folder.file("in/" + name, "text of \(name)")
    }
    let corpus = try corpus([
      CorpusSource(name: "s", license: "MIT", exclude: [PathGlob("*.png")], origin: .path("in"))
    ])
    let (documents, problems) = try all(corpus) { raw, text in
      text.append(contentsOf: raw.bytes)
      if raw.format == .html { text += Array(" extracted".utf8) }
      return nil
    }
    #expect(documents.map(\.id) == ["s/a.md", "s/b/1.py", "s/b/2.txt", "s/page.html"])
    #expect(documents.map(\.source) == ["s", "s", "s", "s"])
    #expect(documents[3].text == "text of page.html extracted")
    #expect(problems.isEmpty)
    #expect(try all(corpus, target: 1).documents.map(\.id) == documents.map(\.id))
    #expect(try corpus.slices(target: 1).count == 4)
  }

  @Test("what cannot be read is counted by kind with its file, and the rest is read")
  func problems() throws {
    try folder.file("in/a.txt", "good")
    try folder.file("in/empty.txt", "")
    try folder.file("in/latin.txt", [0x63, 0x61, 0x66, 0xe9])
    try folder.file("in/odd.xyz", "what is this")
    try folder.file("in/cut.txt.gz", [0x1f, 0x8b, 8, 0, 0])
    try folder.file("in/page.html", "<p>")
    try folder.file("in/gone.txt", "gone")
    try folder.file("in/z.txt", "also good")
    let corpus = try corpus([CorpusSource(name: "s", license: "MIT", origin: .path("in"))])
    try Folder.remove(folder.path + "/in/gone.txt")
    let (documents, problems) = try all(corpus) { raw, text in
      raw.format == .html ? "no article in the page" : PlainText.extract(raw, &text)
    }
    #expect(documents.map(\.id) == ["s/a.txt", "s/z.txt"])
    #expect(
      problems.counts == [
        "emptyDocument": 1, "invalidUTF8": 1, "unknownFormat": 1, "damagedFile": 1,
        "notExtracted": 1, "unreadableFile": 1,
      ])
    let gone = problems.first.first { $0.kind == .unreadableFile }
    #expect(gone?.file == "s/gone.txt")
    #expect(gone?.message.contains("No such file") == true)
  }

  @Test(
    "only the first problems of a kind are kept, all are counted, in the same order when merged")
  func manyProblems() throws {
    var parts = [ReadingProblems(), ReadingProblems()]
    var whole = ReadingProblems()
    for index in 0..<20 {
      let problem = ReadingProblem(.badString, file: "f", record: index, message: "m")
      parts[index / 3 < 1 ? 0 : 1].add(problem)
      whole.add(problem)
    }
    var merged = parts[0]
    merged.merge(parts[1])
    #expect(merged == whole)
    #expect(whole.count == 20 && whole.first.count == ReadingProblems.keptOfEachKind)
  }

  @Test("a plain JSONL file is cut between lines, and gives the same documents as in one piece")
  func lineRanges() throws {
    let lines = (0..<500).map { index in
      index % 100 == 50 ? "broken" : "{\"text\":\"\(String(repeating: "x", count: index % 60)).\"}"
    }
    try folder.file("in/data.jsonl", lines.joined(separator: "\n"))
    try folder.file("in/small.jsonl", "{\"id\":\"q\",\"text\":\"small\"}\n")
    let corpus = try corpus([
      CorpusSource(name: "s", license: "MIT", include: [PathGlob("*.jsonl")], origin: .path("in"))
    ])
    let whole = try all(corpus)
    #expect(whole.documents.count == 496)
    #expect(whole.documents[0].id == "s/data.jsonl:1")
    #expect(whole.documents.last?.id == "q")
    for target in [10, 1000, 7000] {
      let slices = try corpus.slices(target: target)
      #expect(slices.count > 2)
      let cut = try all(corpus, target: target)
      #expect(cut.documents == whole.documents)
      #expect(cut.problems.counts == whole.problems.counts)
      #expect(cut.problems.first.map(\.record) == [51, 151, 251, 351, 451])
      #expect(cut.problems.first.map(\.offset) == whole.problems.first.map(\.offset))
    }
  }

  @Test("a compressed JSONL file whose ending is in capitals is not cut between lines")
  func capitals() throws {
    let lines = (0..<200).map { "{\"id\":\"\($0)\",\"text\":\"text \($0 * 7919)\"}\n" }.joined()
    let packed = try Array(lines.utf8).withUnsafeBytes { try Zstd.compress($0) }
    try Folder.create(folder.path + "/in")
    try OutputFile.write(packed, to: folder.path + "/in/DOCS.JSONL.ZST")
    let corpus = try corpus([CorpusSource(name: "s", license: "MIT", origin: .path("in"))])
    let (documents, problems) = try all(corpus, target: 50)
    #expect(documents.count == 200 && problems.isEmpty)
    #expect(try corpus.slices(target: 50).count == 1)
  }

  @Test("a damaged file whose ending is in capitals is damaged, and not unreadable")
  func damagedCapitals() throws {
    let packed = try [UInt8](repeating: 65, count: 5000).withUnsafeBytes {
      try Zstd.compress($0)
    }
    try Folder.create(folder.path + "/in")
    try OutputFile.write(Array(packed.dropLast(6)), to: folder.path + "/in/A.TXT.ZST")
    let corpus = try corpus([CorpusSource(name: "s", license: "MIT", origin: .path("in"))])
    #expect(try all(corpus).problems.count(.damagedFile) == 1)
  }

  @Test("symbolic links below a folder are not followed, and counted once a folder")
  func links() throws {
    try folder.file("in/a.txt", "a")
    try folder.file("elsewhere/b.txt", "b")
    for name in ["b.txt", "c.txt"] {
      try FileManager.default.createSymbolicLink(
        atPath: folder.path + "/in/" + name, withDestinationPath: "../elsewhere/b.txt")
    }
    let found = try corpus(
      ["one", "two"].map { CorpusSource(name: $0, license: "MIT", origin: .path("in")) })
    #expect(found.sources.map { $0.files.map(\.path) } == [["a.txt"], ["a.txt"]])
    #expect(
      found.warnings == ["below '\(folder.path)/in' 2 symbolic links are not followed"])
  }

  @Test("paths may be a file, a folder or a glob, and an empty source is an error unless optional")
  func paths() throws {
    try folder.file("in/one/a.txt", "a")
    try folder.file("in/two/b.txt", "b")
    func source(_ name: String, _ path: String, optional: Bool = false) -> CorpusSource {
      CorpusSource(name: name, license: "MIT", isOptional: optional, origin: .path(path))
    }
    let found = try corpus([
      source("file", "in/one/a.txt"), source("folder", "in/two/"), source("glob", "in/*/*.txt"),
      source("absolute", folder.path + "/in"), source("none", "in/nothing", optional: true),
      source("nomatch", "in/*.pdf", optional: true),
    ])
    #expect(found.sources.map(\.source.name) == ["file", "folder", "glob", "absolute"])
    #expect(
      found.sources.map { $0.files.map(\.path) } == [
        ["a.txt"], ["b.txt"], ["one/a.txt", "two/b.txt"], ["one/a.txt", "two/b.txt"],
      ])
    #expect(found.warnings.count == 2)
    let fault = #expect(throws: Fault.self) { try corpus([source("none", "in/nothing")]) }
    #expect(fault?.message == "source 'none' is empty: there is nothing at 'in/nothing'")
    #expect(fault?.kind == .input)
  }
}
