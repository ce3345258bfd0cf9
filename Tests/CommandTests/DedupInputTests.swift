import Foundation
import TestFolders
import Testing

/// What `dedup`, `decontaminate` and `curate` take as `--input`: files, folders, globs.
@Suite struct DedupInputTests {
  private static let question =
    "{\"question\":\"Which of many quite improbable questions is it that stays?\"}\n"

  private func inputs() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (file, name) in ["in/b.jsonl", "in/a.jsonl", "in/deep/c.jsonl", "in/d.txt"].enumerated() {
      let texts = [SmallTexts.text(0), SmallTexts.text(file + 1)]
      _ = try folder.file(
        name, name.hasSuffix("txt") ? texts[1] : SmallTexts.lines(texts, ids: "\(file)-"))
    }
    _ = try folder.file("in/a.jsonl.card.md", "---\npretty_name: a card\n---\n")
    return folder
  }

  private func read(_ input: [String], in folder: TemporaryFolder) throws -> [String] {
    let output = "out-\(input.joined(separator: "-").hashValue)"
    let result = try Program.run(
      ["dedup", "--json", "--quiet", "--output", output, "--input"] + input, in: folder.path)
    #expect(result.status == 0, "\(input): \(result.errors)")
    return try result.object()["inputs"] as? [String] ?? []
  }

  @Test("folders and globs stand for their files in order of their paths, files for themselves")
  func order() throws {
    let folder = try inputs()
    let all = ["in/a.jsonl", "in/b.jsonl", "in/d.txt", "in/deep/c.jsonl"]
    #expect(try read(["in"], in: folder) == all)
    #expect(try read(["in/*.jsonl"], in: folder) == ["in/a.jsonl", "in/b.jsonl"])
    #expect(
      try read(["in/**/*.jsonl"], in: folder) == ["in/a.jsonl", "in/b.jsonl", "in/deep/c.jsonl"])
    #expect(try read(["in/b.jsonl", "in/a.jsonl"], in: folder) == ["in/b.jsonl", "in/a.jsonl"])
    // None is read twice.
    let twice = try read(["in/b.jsonl", "in", "./in/a.jsonl"], in: folder)
    #expect(twice == ["in/b.jsonl", "in/a.jsonl", "in/d.txt", "in/deep/c.jsonl"])
  }

  @Test("shares of a stage and a call that goes on see the same files")
  func shares() throws {
    let folder = try inputs()
    let base = ["dedup", "--input", "in", "--output", "u", "--quiet"]
    for task in ["0", "1"] {
      let share = try Program.run(
        base + ["--stage", "sign", "--task", task, "--tasks", "2"], in: folder.path)
      #expect(share.status == 0, "\(share.errors)")
      #expect(share.output.contains(task == "0" ? "2 of 4 tasks done" : "4 of 4 tasks done"))
      #expect(share.output.contains(task == "0" ? "missing: 1 share, --task 1" : "--stage equal"))
    }
    let end = try Program.run(base, in: folder.path)
    #expect(end.status == 0 && end.output.contains("5 of 7 documents kept"), "\(end.output)")
    // A file that comes later is other work.
    let begun = try Program.run(base + ["--overwrite", "--stage", "sign"], in: folder.path)
    #expect(begun.status == 0, "\(begun.errors)")
    _ = try folder.file("in/e.jsonl", SmallTexts.lines([SmallTexts.text(9)]))
    let other = try Program.run(base, in: folder.path)
    #expect(other.status == 2 && other.errors.contains("in/e.jsonl"), "\(other.errors)")
  }

  @Test("an output among the input's files is refused")
  func outputInside() throws {
    let folder = try inputs()
    for arguments in [
      ["dedup", "--input", "in", "--output", "in/unique"],
      ["dedup", "--input", ".", "--output", "unique"],
      ["curate", "--filter", "language", "--input", "in", "--output", "in/c"],
      ["decontaminate", "--against", "in/a.jsonl", "--input", "in", "--output", "in/c"],
    ] {
      let result = try Program.run(arguments, in: folder.path)
      #expect(result.status == 2, "\(arguments): \(result.errors)")
      #expect(result.errors.contains("lies among the files of the input"), "\(result.errors)")
    }
    let glob = ["dedup", "--quiet", "--input", "**/*.jsonl*", "--output", "unique"]
    #expect(try Program.run(glob, in: folder.path).status == 0)
    let again = try Program.run(glob + ["--overwrite"], in: folder.path)
    #expect(again.status == 2 && again.errors.contains("unique/"), "\(again.errors)")
  }

  @Test("decontaminate and curate take folders too")
  func otherCommands() throws {
    let folder = try inputs()
    _ = try folder.file("test.jsonl", Self.question)
    let clean = try Program.run(
      ["decontaminate", "--json", "--input", "in", "--against", "test.jsonl", "--output", "clean"],
      in: folder.path)
    #expect(clean.status == 0, "\(clean.errors)")
    #expect(try clean.object()["documents"] as? Int == 7)
    let curated = try Program.run(
      ["curate", "--json", "--input", "in/*.jsonl", "--filter", "language", "--output", "c"],
      in: folder.path)
    #expect(curated.status == 0, "\(curated.errors)")
    #expect(try curated.object()["documents"] as? Int == 4)
  }

  @Test("what could not be read is counted by record and file, for every method")
  func losses() throws {
    let folder = try TemporaryFolder()
    let text = SmallTexts.text(1, sentences: 30)
    _ = try folder.file("a.jsonl", SmallTexts.lines([text]) + "not json\n{\"id\":\"x\"}\n")
    _ = try folder.file("b.jsonl", SmallTexts.lines([text]) + "nor this\n")
    for method in ["minhash", "line", "substring"] {
      let result = try Program.run(
        [
          "dedup", "--json", "--input", "a.jsonl", "b.jsonl", "--output", method, "--method",
          method,
        ], in: folder.path)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.errors.contains("2 records could not be read, in a.jsonl\n"))
      #expect(result.errors.contains("1 record could not be read, in b.jsonl"))
      #expect(
        try result.object()["problems"] as? [String: Int] == ["notAnObject": 2, "missingText": 1])
      let report = try folder.text("\(method)/records/curation.json")
      #expect(report.contains("a.jsonl:2") && report.contains("b.jsonl:2"), "\(report)")
    }
    _ = try folder.file("test.jsonl", Self.question)
    let clean = try Program.run(
      [
        "decontaminate", "--input", "a.jsonl", "b.jsonl", "--against", "test.jsonl", "--output",
        "c",
      ], in: folder.path)
    #expect(
      clean.errors.contains("3 records could not be read, in 2 files: a.jsonl (2), b.jsonl (1)"),
      "\(clean.errors)")
  }
}
