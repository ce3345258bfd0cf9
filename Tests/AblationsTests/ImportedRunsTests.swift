import Ablations
import Runs
import Streams
import TestFolders
import Testing

@Suite struct ImportedRunsTests {
  private func study(_ text: String, target: [String: Double] = [:]) throws -> StudyRecord {
    let folder = try TemporaryFolder()
    let path = folder.path + "/runs.csv"
    try OutputFile.write(text.utf8, to: path)
    return try ImportedRuns(path: path).study(name: "imported", target: target)
  }

  private func message(_ text: String) -> String {
    do {
      _ = try study(text)
      return "read"
    } catch { return "\(error)" }
  }

  @Test("runs of a table are ranked by their target as trained ones are")
  func ranked() throws {
    let record = try study(
      """
      mixture,seed,weight:web,weight:math,bpb:web,bpb:math
      plain,1,3,1,1.00,1.50
      plain,2,3,1,1.01,1.51
      mathematics,1,1,3,1.05,1.20
      mathematics,2,1,3,1.06,1.21
      """, target: ["math": 1])
    #expect(record.verdict.best == ["mathematics"])
    #expect(record.branches.map(\.name) == ["plain", "mathematics"])
    #expect(record.branches[1].mixture.map(\.share) == [0.25, 0.75])
    #expect(record.target == [0, 1])
    #expect(abs((record.branches[0].target?.mean ?? 0) - 1.505) < 1e-12)
  }

  @Test("without names, lines of equal weights are one branch; a missing figure leaves a run out")
  func unnamed() throws {
    let record = try study(
      """
      weight:web,weight:math,bpb:math
      1,1,1.5
      2,2,1.6
      1,3,nan
      1,3,
      """)
    #expect(record.branches.map(\.name) == ["web 0.5, math 0.5", "web 0.25, math 0.75"])
    #expect(record.members.map(\.seed) == [1, 2, 1, 2])
    #expect(record.verdict.leftOut.count == 2)
    #expect(record.verdict.sentence.contains("only 'web 0.5, math 0.5' was completed"))
  }

  @Test(
    "a wrong table is refused with the place and what was expected",
    arguments: [
      ("bpb:math\n1\n", "nothing that names a mixture"), ("mixture,seed\na,1\n", "no figure"),
      ("mixture,loss\na,1\n", "unknown column 'loss'"),
      ("mixture,bpb:a,bpb:a\na,1,2\n", "two columns are named 'bpb:a'"),
      ("mixture,bpb:a\nx,fast\n", "runs.csv:2"), ("mixture,seed,bpb:a\nx,one,1\n", "seed"),
      ("weight:a,bpb:a\n-1,1\n", "negative"), ("weight:a,bpb:a\n0,1\n", "all weights"),
      ("weight:a,bpb:a\nnan,1\n", "not finite"),
      ("mixture,seed,bpb:a\nx,1,1\nx,1,1\n", "stands twice"),
      ("mixture,bpb:a\n", "has no run"),
    ])
  func wrong(text: String, expected: String) { #expect(message(text).contains(expected)) }

  @Test("a target that the table does not have is refused")
  func unknownTarget() {
    #expect(throws: Fault.self) { try study("mixture,bpb:a\nx,1\n", target: ["b": 1]) }
  }
}
