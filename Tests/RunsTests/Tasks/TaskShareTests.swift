import Streams
import TestFolders
import Testing

@testable import Runs

@Suite struct TaskShareTests {
  @Test("the shares of a stage have each task once")
  func cover() throws {
    for count in 1...7 {
      let shares = try (0..<count).map { try TaskShare(validatingIndex: $0, count: count) }
      for task in 0..<50 { #expect(shares.count { $0.contains(task) } == 1) }
    }
    #expect(throws: Fault.self) { try TaskShare(validatingIndex: 2, count: 2) }
    #expect(throws: Fault.self) { try TaskShare(validatingIndex: -1, count: 2) }
    #expect(throws: Fault.self) { try TaskShare(validatingIndex: 0, count: 0) }
  }

  @Test("shares of one number work together, and nobody else beside them")
  func locks() throws {
    let folder = try TemporaryFolder()
    let run = try RunFolder(folder.path)
    let first = try RunLock(run, share: TaskShare(validatingIndex: 0, count: 2))
    let second = try RunLock(run, share: TaskShare(validatingIndex: 1, count: 2))
    #expect(throws: Fault.self) {
      try RunLock(run, share: TaskShare(validatingIndex: 1, count: 2))
    }
    #expect(throws: Fault.self) {
      try RunLock(run, share: TaskShare(validatingIndex: 1, count: 3))
    }
    #expect(throws: Fault.self) { try RunLock(run) }
    withExtendedLifetime((first, second)) {}
  }

  @Test("a share does its tasks and leaves the others, and what is missing is named")
  func runner() throws {
    let folder = try TemporaryFolder()
    let run = try RunFolder(folder.path)
    let runner = TaskRunner(run: run, threads: 1, progress: ProgressLine(quiet: true))
    let tasks = (0..<5).map { StageTask(name: "\($0)", inputs: "in", work: 1) }
    func records(_ share: TaskShare) throws -> [String] {
      try runner.run(
        "stage", configuration: "c", tasks: tasks, share: share, worker: {},
        body: { _, task in
          try OutputFile.write("\(task)".utf8, to: run.file("out-\(task)"))
          return TaskOutcome(outputs: ["out-\(task)"])
        }
      ).map(\.task)
    }
    #expect(try records(TaskShare(validatingIndex: 1, count: 2)) == ["1", "3"])
    let fault = #expect(throws: Fault.self) {
      try runner.completed("stage", configuration: "c", tasks: tasks, hint: "")
    }
    #expect(fault?.found?.hasPrefix("3 of 5 tasks are missing, first '0'") == true)
    #expect(try records(TaskShare(validatingIndex: 0, count: 2)) == ["0", "1", "2", "3", "4"])
    #expect(try runner.completed("stage", configuration: "c", tasks: tasks, hint: "").count == 5)
    #expect(throws: Fault.self) {
      try runner.completed("stage", configuration: "other", tasks: tasks, hint: "")
    }
  }
}
