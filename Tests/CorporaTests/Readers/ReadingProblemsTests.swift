import Corpora
import Testing

@Suite struct ReadingProblemsTests {
  @Test("a line that the caller cut is forgotten, all others stay counted", arguments: [3, 12])
  func forget(count: Int) {
    var problems = ReadingProblems()
    for record in 1...count {
      problems.add(ReadingProblem(.malformedJSON, file: "f", record: record, message: "m"))
      problems.add(ReadingProblem(.missingText, file: "f", record: 100 + record, message: "m"))
    }
    problems.passOver("records of another kind")
    problems.add(ReadingProblem(.damagedFile, file: "f", message: "cut"))
    problems.forget(.damagedFile)
    problems.forget(record: count)
    #expect(problems.count(.malformedJSON) == count - 1)
    #expect(problems.count(.missingText) == count && problems.count(.damagedFile) == 0)
    #expect(problems.passedOver.count == 1)
    #expect(problems.first.filter { $0.kind == .malformedJSON }.count == min(count - 1, 5))
    #expect(problems.first.allSatisfy { $0.record != count && $0.kind != .damagedFile })
  }

  @Test("a line that was read is not forgotten for another")
  func others() {
    var problems = ReadingProblems()
    problems.add(ReadingProblem(.malformedJSON, file: "f", record: 2, message: "m"))
    problems.forget(record: 9)
    #expect(problems.count(.malformedJSON) == 1)
  }
}
