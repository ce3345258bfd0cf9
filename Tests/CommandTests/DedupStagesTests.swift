import Foundation
import Glibc
import TestFolders
import Testing

/// `midstream dedup` as stages: shared, stopped, killed, wrongly used.
@Suite struct DedupStagesTests {
  private static let stages = [
    "sign", "equal", "match", "bin", "sets", "verify", "select", "write",
  ]

  /// Six inputs with copies within and across them, one of them empty of duplicates.
  private func inputs(in folder: TemporaryFolder) throws -> [String] {
    let texts = (0..<60).map { SmallTexts.text($0, sentences: 30) }
    return try (0..<6).map { file in
      let own = (0..<30).map { index -> String in
        let text = texts[(file * 7 + index * 2) % 60]
        switch (file + index) % 3 {
        case 0: return text
        case 1: return text + " With words of document \(file) \(index) at the end."
        default: return SmallTexts.text(1000 + file * 100 + index, sentences: 30)
        }
      }
      let name = "in-\(file).jsonl"
      _ = try folder.file(name, SmallTexts.lines(own, ids: "\(file)-"))
      return name
    }
  }

  /// What is written, by path; without the card, which has the folder's name.
  @Test("1, 2 and 7 processes and 1 and 2 threads write the same bytes")
  func shares() throws {
    let folder = try TemporaryFolder()
    let inputs = try inputs(in: folder)
    let base = ["dedup", "--input"] + inputs + ["--quiet"]
    let whole = try Program.run(base + ["--output", "whole", "--threads", "1"], in: folder.path)
    #expect(whole.status == 0, "\(whole.errors)")
    let expected = try folder.contents(of: "whole", without: ["README.md"])
    #expect(expected.keys.contains("clusters/00003.jsonl"))
    let two = try Program.run(base + ["--output", "two", "--threads", "2"], in: folder.path)
    #expect(two.status == 0)
    #expect(try folder.contents(of: "two", without: ["README.md"]) == expected)
    for count in [2, 7] {
      let output = "shared-\(count)"
      for stage in Self.stages {
        for task in (0..<count).reversed() {
          let result = try Program.run(
            base + [
              "--output", output, "--stage", stage, "--task", "\(task)", "--tasks", "\(count)",
            ], in: folder.path)
          #expect(result.status == 0, "\(result.errors)")
        }
      }
      let end = try Program.run(base + ["--output", output], in: folder.path)
      #expect(end.status == 0, "\(end.errors)")
      #expect(try folder.contents(of: output, without: ["README.md"]) == expected)
    }
  }

  @Test("killed at random moments, it goes on and writes the same bytes")
  func kills() throws {
    let folder = try TemporaryFolder()
    let inputs = try inputs(in: folder)
    let arguments = ["dedup", "--input"] + inputs + ["--quiet", "--threads", "2", "--output"]
    let start = ContinuousClock.now
    let whole = try Program.run(arguments + ["whole"], in: folder.path)
    let duration = start.duration(to: .now) / .microseconds(1)
    #expect(whole.status == 0, "\(whole.errors)")
    let expected = try folder.contents(of: "whole", without: ["README.md"])
    var state: UInt64 = 7
    var kills = 0
    for _ in 0..<12 {
      let (process, _, _) = try Program.start(arguments + ["killed"], in: folder.path)
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      usleep(UInt32(duration * Double(state >> 40) / Double(1 << 24)))
      if process.isRunning {
        kill(process.processIdentifier, SIGKILL)
        kills += 1
      }
      process.waitUntilExit()
      if process.terminationReason == .exit { break }
    }
    #expect(kills > 0)
    if !folder.has("killed/records/dedup.json") || folder.has("killed/work") {
      let end = try Program.run(arguments + ["killed"], in: folder.path)
      #expect(end.status == 0, "\(end.errors)")
    }
    // A call that was killed while it took its work away leaves the rest of it to the next one.
    let written = try folder.contents(of: "killed", without: ["README.md"])
      .filter { !$0.key.hasPrefix("work.removed/") }
    #expect(written == expected)
  }

  @Test("a stage before its turn, an unknown stage and an impossible share say what is wrong")
  func faults() throws {
    let folder = try TemporaryFolder()
    _ = try folder.file("a.jsonl", SmallTexts.lines((0..<20).map { SmallTexts.text($0) }))
    let base = ["dedup", "--input", "a.jsonl", "--output", "u"]
    for (arguments, message) in [
      (["--stage", "match"], "stage 'sign' is not complete"),
      (["--stage", "sing"], "did you mean 'sign'?"),
      (["--stage", "sign", "--task", "2", "--tasks", "2"], "there is no such share of the work"),
      (["--task", "0", "--tasks", "2"], "'--task' shares one stage"),
      (["--stage", "sign", "--task", "0"], "go together"),
      (["--memory", "much"], "much"),
      (["--method", "line", "--keep", "longest"], "'--keep' is not for '--method line'"),
      (["--method", "exact", "--similarity", "0.7"], "'--similarity' is not for '--method exact'"),
      (["--minimum-bytes", "10"], "'--minimum-bytes' is not for '--method minhash'"),
      (["--method", "line", "--plan"], "'--plan' is not for '--method line'"),
      (
        ["--method", "line", "--bloom", "--expected", "1", "--segment-words", "1"],
        "the Bloom filter is too small"
      ),
    ] {
      let result = try Program.run(base + arguments, in: folder.path)
      #expect(result.status == 2, "\(arguments): \(result.errors)")
      #expect(result.errors.contains(message), "\(result.errors)")
    }
  }

  @Test("another step's results and unfinished work with other settings stay as they are")
  func otherWork() throws {
    let folder = try TemporaryFolder()
    let text = SmallTexts.text(1)
    _ = try folder.file("a.jsonl", SmallTexts.lines([text, text]))
    let base = ["dedup", "--input", "a.jsonl", "--quiet", "--output"]
    #expect(try Program.run(base + ["u"], in: folder.path).status == 0)
    let before = try folder.contents(of: "u", without: ["README.md"])
    for method in ["minhash", "line", "paragraph", "substring"] {
      let result = try Program.run(base + ["u", "--method", method], in: folder.path)
      #expect(result.status == 2 && result.errors.contains("already has"), "\(result.errors)")
    }
    #expect(try folder.contents(of: "u", without: ["README.md"]) == before)
    #expect(try Program.run(base + ["v", "--stage", "sign"], in: folder.path).status == 0)
    let other = try Program.run(base + ["v", "--keep", "longest"], in: folder.path)
    #expect(other.status == 2 && other.errors.contains("--keep first"), "\(other.errors)")
    _ = try folder.file("mine/work/notes.txt", "mine")
    for method in ["minhash", "line", "substring"] {
      let result = try Program.run(
        base + ["mine", "--method", method, "--overwrite"], in: folder.path)
      #expect(result.status == 2 && result.errors.contains("is not of a deduplication"))
    }
    #expect(try folder.text("mine/work/notes.txt") == "mine")
  }

  @Test("an address in the metadata counts, and documents without one are told")
  func addresses() throws {
    let folder = try TemporaryFolder()
    _ = try folder.file(
      "a.jsonl",
      """
      {"id":"1","text":"one text","url":"http://www.example.com/p/"}
      {"id":"2","text":"another","metadata":{"url":"https://example.com/p"}}
      {"id":"3","text":"a third"}

      """)
    let result = try Program.run(
      ["dedup", "--input", "a.jsonl", "--output", "u", "--method", "url", "--quiet"],
      in: folder.path)
    #expect(result.output.contains("2 of 3 documents kept"), "\(result.output)\(result.errors)")
    #expect(result.output.contains("1 of 3 documents have no address"))
  }

  @Test("a preferred source keeps its copy")
  func preferredSource() throws {
    let folder = try TemporaryFolder()
    let text = SmallTexts.text(1, sentences: 30)
    let lines = try ["web", "books"].map {
      String(
        decoding: try JSONEncoder().encode(["id": $0, "text": text, "source": $0]), as: UTF8.self)
    }
    _ = try folder.file("a.jsonl", lines.joined(separator: "\n") + "\n")
    let result = try Program.run(
      ["dedup", "--input", "a.jsonl", "--output", "u", "--prefer-source", "books", "--quiet"],
      in: folder.path)
    #expect(result.status == 0, "\(result.errors)")
    #expect(try folder.text("u/kept/00000.jsonl.zst").contains(#""id":"books""#))
    #expect(try folder.text("u/removed/00000.jsonl.zst").contains(#""id":"web""#))
  }

  @Test("an input that changes between the stages is measured again")
  func change() throws {
    let folder = try TemporaryFolder()
    let text = SmallTexts.text(1)
    _ = try folder.file("a.jsonl", SmallTexts.lines([text, text]))
    let base = ["dedup", "--input", "a.jsonl", "--output", "u", "--quiet"]
    for stage in ["sign", "equal", "match"] {
      #expect(try Program.run(base + ["--stage", stage], in: folder.path).status == 0)
    }
    _ = try folder.file("a.jsonl", SmallTexts.lines([text, SmallTexts.text(2)]))
    let late = try Program.run(base + ["--stage", "bin"], in: folder.path)
    #expect(late.status == 2 && late.errors.contains("the input changed"), "\(late.errors)")
    let result = try Program.run(base, in: folder.path)
    #expect(result.output.contains("2 of 2 documents kept"), "\(result.output)\(result.errors)")
  }

  @Test("a disk that is full is a clear line, and the work goes on afterwards")
  func fullDisk() throws {
    let folder = try TemporaryFolder()
    let inputs = try inputs(in: folder)
    let command =
      "ulimit -f 8; exec '\(Program.path)' dedup --input \(inputs.joined(separator: " ")) --output u --quiet"
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["-c", command]
    process.currentDirectoryURL = URL(filePath: folder.path)
    let errors = Pipe()
    process.standardError = errors
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 1, "\(text)")
    #expect(text.contains("cannot write"), "\(text)")
    let result = try Program.run(
      ["dedup", "--input"] + inputs + ["--output", "u", "--quiet"], in: folder.path)
    #expect(result.status == 0, "\(result.errors)")
  }

  @Test("documents without words, of one word and with equal ids lose nothing")
  func oddDocuments() throws {
    let folder = try TemporaryFolder()
    let texts = ["", " ", "!", "word", "word", "other", "\u{301}", "\u{301}"]
    _ = try folder.file(
      "a.jsonl",
      texts.map { text in
        let json = (try? JSONEncoder().encode(["id": "same", "text": text])) ?? Data()
        return String(decoding: json, as: UTF8.self)
      }.joined(separator: "\n") + "\n")
    let result = try Program.run(
      ["dedup", "--input", "a.jsonl", "--output", "u", "--json", "--quiet"], in: folder.path)
    #expect(result.status == 0, "\(result.errors)")
    let summary = try result.object()
    // A document without any text is not read, and that is counted; of the words and of the marks
    // one each stays, and a text without words is like no other.
    #expect(summary["documents"] as? Int == 7)
    #expect(summary["problems"] as? [String: Int] == ["emptyDocument": 1])
    #expect(summary["kept"] as? Int == 5)
  }
}
