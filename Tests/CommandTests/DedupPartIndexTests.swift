import Foundation
import Glibc
import TestFolders
import Testing

/// `midstream dedup --method paragraph|sentence|line --index`: parts that earlier calls have seen.
@Suite struct DedupPartIndexTests {
  /// Documents of paragraphs of which many stand in others too, across both files.
  private func inputs(in folder: TemporaryFolder) throws {
    for (file, first) in [("a", 0), ("b", 9)] {
      let texts = (0..<20).map { index in
        (0..<3).map { SmallTexts.text((first + index * 5 + $0 * 7) % 31) }.joined(separator: "\n\n")
      }
      try folder.file("\(file).jsonl", SmallTexts.lines(texts, ids: "\(file)-"))
    }
  }

  private func dedup(_ arguments: [String], in folder: TemporaryFolder) throws -> Program.Result {
    try Program.run(
      ["dedup", "--quiet", "--threads", "2", "--method", "paragraph"] + arguments, in: folder.path)
  }

  private func texts(_ output: String, in folder: TemporaryFolder) throws -> [String] {
    let path = folder.path + "/\(output)/kept"
    return try FileManager.default.contentsOfDirectory(atPath: path).sorted().flatMap { name in
      try folder.text("\(output)/kept/\(name)").split(separator: "\n").map { line in
        let fields = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        return "\(fields?["id"] ?? ""): \(fields?["text"] ?? "")"
      }
    }
  }

  private let loose = ["--least-words", "0"]

  @Test(
    "two updates keep what one call keeps, in one process or in shares", arguments: [false, true])
  func updates(bloom: Bool) throws {
    let folder = try TemporaryFolder()
    try inputs(in: folder)
    let options = loose + (bloom ? ["--bloom"] : [])
    let new = options + (bloom ? ["--expected", "10000", "--false-positive", "1e-9"] : [])
    let whole = try dedup(
      new + ["--input", "a.jsonl", "b.jsonl", "--output", "whole"], in: folder)
    #expect(whole.status == 0, "\(whole.errors)")
    let first = try dedup(
      new + ["--index", "index", "--update", "--input", "a.jsonl", "--output", "outA"], in: folder)
    #expect(first.status == 0, "\(first.errors)")
    let before = try folder.contents(of: "index", without: ["index.lock"])
    let compared = try dedup(
      options + ["--index", "index", "--input", "b.jsonl", "--output", "compared"], in: folder)
    #expect(compared.status == 0, "\(compared.errors)")
    #expect(try folder.contents(of: "index", without: ["index.lock"]) == before)
    let second = try dedup(
      options + [
        "--index", "index", "--update", "--input", "b.jsonl", "--output", "outB", "--json",
      ],
      in: folder)
    #expect(second.status == 0, "\(second.errors)")
    let used = try #require(second.object()["partIndex"] as? [String: Any])
    #expect(used["known"] as? Int == 20 && used["documents"] as? Int == 40)
    #expect((used["removedForKnown"] as? Int ?? 0 > 10) == !bloom)
    let pieces = try texts("outA", in: folder) + texts("outB", in: folder)
    #expect(try pieces == texts("whole", in: folder))
    #expect(try texts("compared", in: folder) == texts("outB", in: folder))
    #expect(!folder.has("outB/work") && folder.has("outB/records/dedup.json"))
    if bloom { return }
    _ = try dedup(
      new + ["--index", "shared", "--update", "--input", "a.jsonl", "--output", "outA2"], in: folder
    )
    for stage in ["index", "hash", "match", "select", "write", "finish"] {
      for task in (0..<2).reversed() {
        let share = try dedup(
          options + [
            "--index", "shared", "--update", "--input", "b.jsonl", "--output", "outC", "--stage",
            stage, "--task", "\(task)", "--tasks", "2",
          ], in: folder)
        #expect(share.status == 0, "\(stage) \(share.errors)")
      }
    }
    #expect(try texts("outC", in: folder) == texts("outB", in: folder))
    #expect(
      try folder.contents(of: "shared", without: ["index.lock"])
        == folder.contents(of: "index", without: ["index.lock"]))
  }

  @Test("an update that was committed is not made again where its work folder is still there")
  func committed() throws {
    let folder = try TemporaryFolder()
    try inputs(in: folder)
    let base = loose + ["--index", "index", "--update", "--input", "a.jsonl", "--output", "out"]
    for stage in ["index", "hash", "match", "select", "write"] {
      #expect(try dedup(base + ["--stage", stage], in: folder).status == 0)
    }
    let files = FileManager.default
    try files.copyItem(atPath: folder.path + "/out", toPath: folder.path + "/saved")
    #expect(try dedup(base, in: folder).status == 0)
    let (after, kept) = (
      try folder.contents(of: "index", without: ["index.lock"]), try texts("out", in: folder)
    )
    // As it is where the process ends between the commit and the removal of the work.
    for name in try files.contentsOfDirectory(atPath: folder.path + "/saved/records") {
      try files.copyItem(
        atPath: folder.path + "/saved/records/" + name,
        toPath: folder.path + "/out/records/" + name)
    }
    try files.copyItem(atPath: folder.path + "/saved/work", toPath: folder.path + "/out/work")
    let again = try dedup(base, in: folder)
    #expect(again.status == 0, "\(again.errors)")
    #expect(
      try folder.contents(of: "index", without: ["index.lock"]) == after
        && texts("out", in: folder) == kept)
    #expect(!folder.has("out/work"))
  }

  @Test("killed at any moment, the same call goes on to the same index", arguments: [false, true])
  func kills(bloom: Bool) throws {
    let folder = try TemporaryFolder()
    try inputs(in: folder)
    let options =
      loose + (bloom ? ["--bloom", "--expected", "1000"] : []) + ["--update", "--input"]
    let straight = try dedup(
      options + ["a.jsonl", "--index", "straight", "--output", "straight-a"], in: folder)
    #expect(straight.status == 0, "\(straight.errors)")
    // As a call leaves it that was killed at its very beginning.
    _ = try folder.file("a/work/settings.part", "--meth")
    var (kills, ended) = (0, false)
    for attempt in 0..<80 where !ended {
      // The call before was killed behind its end.
      if folder.has("a/records/dedup.json"), !folder.has("a/work") { break }
      let (process, _, errors) = try Program.start(
        ["dedup", "--quiet", "--method", "paragraph"] + options
          + ["a.jsonl", "--index", "index", "--output", "a"], in: folder.path)
      usleep(UInt32(10_000 + attempt * 4_000))
      if process.isRunning, attempt < 79 {
        kill(process.processIdentifier, SIGKILL)
        kills += 1
      }
      process.waitUntilExit()
      if process.terminationReason == .exit {
        #expect(process.terminationStatus == 0, "\(errors)")
        ended = true
      }
    }
    #expect(kills > 0)
    #expect(
      try folder.contents(of: "index", without: ["index.lock"])
        == folder.contents(of: "straight", without: ["index.lock"]))
    #expect(try texts("a", in: folder) == texts("straight-a", in: folder))
    #expect(!folder.has("a/work"))
  }

  @Test("forgotten documents are gone; a filter says that it cannot")
  func forgetting() throws {
    let folder = try TemporaryFolder()
    try inputs(in: folder)
    let alone = SmallTexts.text(90)
    try folder.file("c.jsonl", SmallTexts.lines([alone], ids: "c-"))
    try folder.file("d.jsonl", SmallTexts.lines([alone], ids: "d-"))
    let filter = ["--bloom", "--expected", "1000"]
    for (index, more) in [("index", []), ("filter", filter)] {
      let made = try dedup(
        loose + more + [
          "--index", index, "--update", "--input", "a.jsonl", "c.jsonl", "--output", "out-\(index)",
        ], in: folder)
      #expect(made.status == 0, "\(made.errors)")
    }
    let look = loose + ["--index", "index", "--input", "d.jsonl", "--output"]
    #expect(try dedup(look + ["before"], in: folder).status == 0)
    #expect(try texts("before", in: folder).isEmpty)
    try folder.file("ids.txt", "c-0\nnobody\n")
    let gone = try dedup(
      ["--index", "index", "--forget", "ids.txt", "--output", "gone"], in: folder)
    #expect(gone.status == 0, "\(gone.errors)")
    #expect(gone.output.contains("forgot 1 document") && gone.output.contains("nobody"))
    #expect(try dedup(look + ["after"], in: folder).status == 0)
    #expect(try texts("after", in: folder) == ["d-0: \(alone)"])
    let refused = try dedup(
      ["--index", "filter", "--forget", "ids.txt", "--output", "not"], in: folder)
    #expect(refused.status == 2 && refused.errors.contains("cannot forget"), "\(refused.errors)")
  }

  @Test("wrong calls change nothing and say what is wrong")
  func faults() throws {
    let folder = try TemporaryFolder()
    try inputs(in: folder)
    let update = ["--index", "index", "--update", "--input"]
    #expect(try dedup(loose + update + ["a.jsonl", "--output", "outA"], in: folder).status == 0)
    let filter = ["--bloom", "--expected", "1000", "--index", "filter", "--update"]
    let made = try dedup(loose + filter + ["--input", "a.jsonl", "--output", "outF"], in: folder)
    #expect(made.status == 0, "\(made.errors)")
    let before = try folder.contents(of: "index", without: ["index.lock"])
    for (arguments, message) in [
      (["--index", "none", "--input", "b.jsonl"], "--update makes it"),
      (update + ["b.jsonl", "--published", "retract"], "nothing is retracted"),
      (update + ["b.jsonl", "--scope", "document"], "--scope corpus"),
      (update + ["b.jsonl", "--segment-words", "5"], "made with other settings"),
      (update + ["b.jsonl", "--method", "line"], "made with other settings"),
      (update + ["b.jsonl", "--method", "minhash"], "another kind"),
      (update + ["b.jsonl", "--method", "substring"], "there is no index for"),
      (update + ["b.jsonl", "--bloom"], "it holds hashes"),
      (update + ["b.jsonl", "--bloom", "--expected", "9"], "it holds hashes"),
      (
        ["--index", "filter", "--update", "--bloom", "--expected", "9", "--input", "b.jsonl"],
        "another size"
      ),
      (["--index", "index", "--input", "."], "lies among the files"),
      (["--index", "index", "--input", "outA"], "what an earlier step wrote"),
      (["--index", "wrong", "--update", "--input", "a.jsonl"], "lie in each other"),
      (["--index", "index", "--forget", "ids", "--input", "b.jsonl"], "reads no documents"),
      (["--bloom", "--input", "b.jsonl"], "needs --expected"),
      (["--index", "outA", "--update", "--input", "b.jsonl"], "not empty"),
    ] {
      let result = try dedup(arguments + ["--output", "wrong"], in: folder)
      #expect(result.status == 2, "\(arguments): \(result.errors)")
      #expect(result.errors.contains(message), "\(arguments): \(result.errors)")
      #expect(!folder.has("wrong/kept"))
      try? FileManager.default.removeItem(atPath: folder.path + "/wrong")
    }
    #expect(try folder.contents(of: "index", without: ["index.lock"]) == before)
  }
}
