import Foundation
import Glibc
import TestFolders
import Testing

/// `midstream dedup --index`: documents that come in several updates, killed, damaged, forgotten.
@Suite struct DedupIndexTests {
  /// Documents of which many repeat others to the letter or nearly, across both files.
  private func inputs(in folder: TemporaryFolder) throws {
    for (file, first) in [("a", 0), ("b", 40)] {
      let texts = (0..<60).map { index -> String in
        let text = SmallTexts.text((first + index) % 70, sentences: 30)
        switch index % 4 {
        case 0: return text + " And some words \(file) at the end of \(index)."
        case 1: return text.uppercased()
        default: return text
        }
      }
      try folder.file("\(file).jsonl", SmallTexts.lines(texts, ids: "\(file)-"))
    }
  }

  private func dedup(_ arguments: [String], in folder: TemporaryFolder) throws -> Program.Result {
    try Program.run(["dedup", "--quiet", "--threads", "2"] + arguments, in: folder.path)
  }

  private func ids(_ output: String, _ kind: String, in folder: TemporaryFolder) throws -> [String]
  {
    let kept = try FileManager.default.contentsOfDirectory(
      atPath: folder.path + "/\(output)/\(kind)")
    return try kept.sorted().flatMap { name in
      try folder.text("\(output)/\(kind)/\(name)").split(separator: "\n").compactMap { line in
        let fields = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        return fields?["id"] as? String
      }
    }
  }

  @Test("two updates keep what one call keeps, a comparison says so before, and --task shares it")
  func updates() throws {
    let folder = try TemporaryFolder()
    try inputs(in: folder)
    let whole = try dedup(["--input", "a.jsonl", "b.jsonl", "--output", "whole"], in: folder)
    #expect(whole.status == 0, "\(whole.errors)")
    let missing = try dedup(
      ["--index", "index", "--input", "a.jsonl", "--output", "none"], in: folder)
    #expect(missing.status == 2 && missing.errors.contains("--update"), "\(missing.errors)")
    let first = try dedup(
      ["--index", "index", "--update", "--input", "a.jsonl", "--output", "outA"], in: folder)
    #expect(first.status == 0, "\(first.errors)")
    let before = try folder.contents(of: "index", without: ["index.lock"])
    let compared = try dedup(
      ["--index", "index", "--input", "b.jsonl", "--output", "compared"], in: folder)
    #expect(compared.status == 0, "\(compared.errors)")
    #expect(try folder.contents(of: "index", without: ["index.lock"]) == before)
    let second = try dedup(
      [
        "--index", "index", "--update", "--published", "retract", "--input", "b.jsonl", "--output",
        "outB",
      ], in: folder)
    #expect(second.status == 0, "\(second.errors)")
    let kept = try ids("outA", "kept", in: folder) + ids("outB", "kept", in: folder)
    #expect(try kept == ids("whole", "kept", in: folder))
    #expect(try ids("compared", "kept", in: folder) == ids("outB", "kept", in: folder))
    #expect(try folder.text("outB/retractions.jsonl").isEmpty)
    #expect(!folder.has("outB/work") && folder.has("outB/records/dedup-index.json"))
    // In shares, on a copy of the index.
    let base = [
      "--index", "shared", "--update", "--published", "retract", "--input", "b.jsonl", "--output",
      "outC",
    ]
    _ = try dedup(
      ["--index", "shared", "--update", "--input", "a.jsonl", "--output", "outA2"], in: folder)
    for stage in ["sign", "index", "equal", "match", "bin", "sets", "verify", "select", "write"] {
      for task in 0..<2 {
        let share = try dedup(
          base + ["--stage", stage, "--task", "\(task)", "--tasks", "2"], in: folder)
        #expect(share.status == 0, "\(share.errors)")
      }
    }
    #expect(try dedup(base + ["--stage", "finish"], in: folder).status == 0)
    #expect(
      try folder.contents(of: "shared", without: ["index.lock"])
        == folder.contents(of: "index", without: ["index.lock"]))
  }

  @Test("documents that the index has already are counted, go, and are told")
  func addedAgain() throws {
    let folder = try TemporaryFolder()
    let texts = (0..<6).map { SmallTexts.text($0, sentences: 30) }
    // Two documents of the first update go for others: the text of its first, and nearly its second.
    let copies = [texts[0], texts[1] + " And more."]
    try folder.file("a.jsonl", SmallTexts.lines(Array(texts[..<4]) + copies, ids: "a-"))
    try folder.file(
      "b.jsonl",
      SmallTexts.lines([texts[5], texts[1]], ids: "b-")
        + SmallTexts.lines(Array(texts[..<3]) + [texts[4]] + copies, ids: "a-"))
    let options = ["--index", "index", "--update", "--json", "--input"]
    let first = try dedup(options + ["a.jsonl", "--output", "outA"], in: folder)
    #expect(first.status == 0, "\(first.errors)")
    let made = try #require(first.object()["index"] as? [String: Any])
    #expect(made["documents"] as? Int == 6 && made["known"] as? Int == 0)
    #expect(made["added"] as? Int == 6 && made["alreadyKnown"] as? Int == 0)
    let second = try dedup(options + ["b.jsonl", "--output", "outB"], in: folder)
    let record = try second.object()
    let used = try #require(record["index"] as? [String: Any])
    // All but a-3, which has another text, and b-1, which has another id, are there.
    #expect(used["alreadyKnown"] as? Int == 5, "\(used)")
    #expect(used["removedForKnown"] as? Int == 6 && used["published"] as? String == "keep")
    #expect(used["documents"] as? Int == 14 && used["retracted"] as? Int == 0)
    #expect(try ids("outB", "kept", in: folder) == ["b-0", "a-3"])
    let note = try #require((record["notes"] as? [String])?.first)
    #expect(note.hasPrefix("5 documents of the input are in the index already"), "\(note)")
    #expect(note.contains("once more"))
    let compared = try dedup(
      ["--index", "index", "--input", "a.jsonl", "--output", "outC"], in: folder)
    #expect(compared.output.contains("6 documents of the input"), "\(compared.output)")
    #expect(!compared.output.contains("once more"))
  }

  @Test("documents that lose their place are listed, once")
  func retractions() throws {
    let folder = try TemporaryFolder()
    let long = SmallTexts.text(5, sentences: 30)
    try folder.file("a.jsonl", SmallTexts.lines([long, SmallTexts.text(6)], ids: "a-"))
    try folder.file("b.jsonl", SmallTexts.lines([long + " And more."], ids: "b-"))
    let options = ["--keep", "longest", "--index", "index", "--update"]
    let first = try dedup(options + ["--input", "a.jsonl", "--output", "outA"], in: folder)
    #expect(first.status == 0, "\(first.errors)")
    let second = try dedup(
      options + ["--published", "retract", "--input", "b.jsonl", "--output", "outB"], in: folder)
    #expect(second.status == 0, "\(second.errors)")
    #expect(try ids("outB", "kept", in: folder) == ["b-0"])
    let line = try folder.text("outB/retractions.jsonl")
    #expect(line.contains("\"generation\":1") && line.contains("\"kept\":\"b-0\""))
    #expect(line.contains("\"retracted\":\"a-0\"") && line.split(separator: "\n").count == 1)
    let again = try dedup(
      options + ["--published", "retract", "--input", "b.jsonl", "--output", "outC"], in: folder)
    #expect(again.status == 0)
    #expect(try folder.text("outC/retractions.jsonl").isEmpty)
    let other = try dedup(
      [
        "--index", "index", "--update", "--published", "retract", "--input", "b.jsonl", "--output",
        "outD",
      ], in: folder)
    #expect(other.status == 2 && other.errors.contains("keep rule"), "\(other.errors)")
  }

  @Test("killed at random moments, an update leaves the index as it was or as it will be")
  func kills() throws {
    let folder = try TemporaryFolder()
    try inputs(in: folder)
    let options = ["--index", "index", "--update", "--input"]
    for index in ["index", "straight"] {
      let made = try dedup(
        ["--index", index, "--update", "--input", "a.jsonl", "--output", "a-\(index)"], in: folder)
      #expect(made.status == 0, "\(made.errors)")
    }
    let before = try folder.contents(of: "index", without: ["index.lock"])
    let straight = try dedup(
      ["--index", "straight", "--update", "--input", "b.jsonl", "--output", "straight-b"],
      in: folder)
    #expect(straight.status == 0, "\(straight.errors)")
    let after = try folder.contents(of: "straight", without: ["index.lock"])
    let limit = 60
    var kills = 0
    for attempt in 0..<limit {
      // The call before was killed behind its end.
      if folder.has("b/records/dedup.json"), !folder.has("b/work") { break }
      let (process, _, _) = try Program.start(
        ["dedup", "--quiet"] + options + ["b.jsonl", "--output", "b"], in: folder.path)
      usleep(UInt32(20_000 + attempt * 15_000 + attempt * 7919 % 10_000))
      if process.isRunning, attempt < limit - 1 {
        kill(process.processIdentifier, SIGKILL)
        kills += 1
      }
      process.waitUntilExit()
      let now = try folder.contents(of: "index", without: ["index.lock"])
      let manifest = now["index.json"]
      #expect(manifest == before["index.json"] || manifest == after["index.json"])
      if manifest == before["index.json"] {
        for (name, bytes) in before { #expect(now[name] == bytes) }
      }
      if process.terminationReason == .exit {
        #expect(process.terminationStatus == 0)
        break
      }
    }
    #expect(kills > 0)
    #expect(try folder.contents(of: "index", without: ["index.lock"]) == after)
    #expect(try ids("b", "kept", in: folder) == ids("straight-b", "kept", in: folder))
  }

  @Test("an update that was committed is not made again where its work folder is still there")
  func committed() throws {
    let folder = try TemporaryFolder()
    try inputs(in: folder)
    let base = ["--index", "index", "--update", "--input", "a.jsonl", "--output", "out"]
    for stage in ["sign", "index", "equal", "match", "bin", "sets", "verify", "select", "write"] {
      #expect(try dedup(base + ["--stage", stage], in: folder).status == 0)
    }
    let files = FileManager.default
    try files.copyItem(atPath: folder.path + "/out", toPath: folder.path + "/saved")
    #expect(try dedup(base, in: folder).status == 0)
    let after = try folder.contents(of: "index", without: ["index.lock"])
    let kept = try ids("out", "kept", in: folder)
    // As it is where the process ends between the commit and the removal of the work.
    for name in ["work", "records"] {
      try? files.removeItem(atPath: folder.path + "/saved/" + name + "/dedup.json")
    }
    for name in try files.contentsOfDirectory(atPath: folder.path + "/saved/records") {
      try files.copyItem(
        atPath: folder.path + "/saved/records/" + name,
        toPath: folder.path + "/out/records/" + name)
    }
    try files.copyItem(
      atPath: folder.path + "/saved/work", toPath: folder.path + "/out/work")
    // The state before, which the commit had no time to remove.
    _ = try folder.file("index/state-00000", "old")
    let again = try dedup(base, in: folder)
    #expect(again.status == 0, "\(again.errors)")
    #expect(try folder.contents(of: "index", without: ["index.lock"]) == after)
    #expect(try ids("out", "kept", in: folder) == kept)
    #expect(!folder.has("out/work"))
  }

  @Test("forgotten documents are gone, what may come back is listed, and unknown ids are named")
  func forgetting() throws {
    let folder = try TemporaryFolder()
    try inputs(in: folder)
    let options = ["--index", "index", "--update", "--input", "a.jsonl", "--output", "outA"]
    #expect(try dedup(options, in: folder).status == 0)
    try folder.file("ids.txt", "a-2\r\nnobody\na-0\n")
    let result = try dedup(
      ["--index", "index", "--forget", "ids.txt", "--output", "gone"], in: folder)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("forgot 2 documents") && result.output.contains("nobody"))
    #expect(folder.has("gone/restorable.jsonl"))
    let compared = try dedup(
      ["--index", "index", "--input", "b.jsonl", "--output", "outC", "--json"], in: folder)
    #expect(compared.output.contains("\"known\" : 58"), "\(compared.output)")
    let all = (0..<60).map { "a-\($0)" }.joined(separator: "\n")
    try folder.file("all.txt", all)
    let rest = try dedup(
      ["--index", "index", "--forget", "all.txt", "--output", "rest"], in: folder)
    #expect(rest.status == 0 && rest.output.contains("forgot 58 documents"), "\(rest.errors)")
    let again = try dedup(
      ["--index", "index", "--update", "--input", "a.jsonl", "--output", "outB"], in: folder)
    #expect(again.status == 0, "\(again.errors)")
    #expect(try ids("outB", "kept", in: folder) == ids("outA", "kept", in: folder))
  }

  @Test("wrong calls, damage, other settings and a full disk change nothing and say what is wrong")
  func faults() throws {
    let folder = try TemporaryFolder()
    try inputs(in: folder)
    try folder.file("empty.jsonl", "")
    let update = ["--index", "index", "--update", "--input"]
    #expect(try dedup(update + ["a.jsonl", "--output", "outA"], in: folder).status == 0)
    let before = try folder.contents(of: "index", without: ["index.lock"])
    for (arguments, message) in [
      (["--update", "--input", "b.jsonl"], "'--update' adds to an index"),
      (["--index", "index", "--input", "b.jsonl", "--published", "keep"], "'--published'"),
      (["--index", "index"], "--input"),
      (update + ["b.jsonl", "--similarity", "0.7"], "made with other settings"),
      (update + ["b.jsonl", "--method", "exact"], "made with other settings"),
      (update + ["empty.jsonl"], "no document"),
      (["--index", "outA", "--update", "--input", "b.jsonl"], "not empty"),
    ] {
      let result = try dedup(arguments + ["--output", "wrong"], in: folder)
      #expect(result.status == 2, "\(arguments): \(result.errors)")
      #expect(result.errors.contains(message), "\(result.errors)")
      try? FileManager.default.removeItem(atPath: folder.path + "/wrong")
    }
    // Files may have 30 kB: some stage of the update ends with a full disk.
    let script = "ulimit -f 30; exec \"$0\" \"$@\""
    let full = Process()
    full.executableURL = URL(filePath: "/bin/sh")
    full.arguments =
      ["-c", script, Program.path, "dedup", "--quiet"] + update + ["b.jsonl", "--output", "full"]
    full.currentDirectoryURL = URL(filePath: folder.path)
    full.standardError = FileHandle.nullDevice
    try full.run()
    full.waitUntilExit()
    #expect(full.terminationReason == .uncaughtSignal || full.terminationStatus == 1)
    #expect(try folder.contents(of: "index", without: ["index.lock"]) == before)
    // Somebody else is changing the index.
    let lock = open(folder.path + "/index/index.lock", O_RDWR | O_CLOEXEC)
    #expect(flock(lock, LOCK_EX) == 0)
    let second = try dedup(update + ["b.jsonl", "--output", "second"], in: folder)
    #expect(second.status == 2 && second.errors.contains("another process"), "\(second.errors)")
    close(lock)
    let path = folder.path + "/index/" + (try #require(before.keys.first { $0.contains("bands") }))
    var bytes = try Data(contentsOf: URL(filePath: path))
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: URL(filePath: path))
    let damaged = try dedup(update + ["b.jsonl", "--output", "damaged"], in: folder)
    #expect(damaged.status == 2 && damaged.errors.contains("bands"), "\(damaged.errors)")
  }
}
