import Foundation
import Streams
import Synchronization
import TestFolders
import Testing

@testable import Runs

@Suite struct TaskRunnerTests {
  final class Calls: Sendable {
    let count = Atomic(0)
  }

  /// Squares the numbers 0..<count, a file each.
  func square(
    in folder: String, count: Int = 8, threads: Int = 2, configuration: String = "c",
    inputs: String = "i", calls: Calls = Calls(), failAt: Int? = nil
  ) throws -> [CompletionRecord] {
    let run = try RunFolder(folder)
    let runner = TaskRunner(run: run, threads: threads, progress: ProgressLine(quiet: true))
    let tasks = (0..<count).map { StageTask(name: "\($0)", inputs: inputs, work: 1) }
    return try runner.run("square", configuration: configuration, tasks: tasks, worker: {}) {
      _, index in
      if index == failAt { throw Fault(.failure, "planted") }
      calls.count.add(1, ordering: .relaxed)
      try OutputFile.write("\(index * index)".utf8, to: run.file("squares/\(index)"))
      return TaskOutcome(outputs: ["squares/\(index)"], counts: ["numbers": 1])
    }
  }

  @Test("records come in the tasks' order, whatever the threads", arguments: [1, 2, 5])
  func order(threads: Int) throws {
    let scratch = try TemporaryFolder()
    let records = try square(in: scratch.path, threads: threads)
    #expect(records.map(\.task) == (0..<8).map(String.init))
    #expect(try InputFile.bytes(scratch.path + "/squares/7") == Array("49".utf8))
  }

  @Test("a second run does nothing; a changed setting, input or output is done again")
  func skipping() throws {
    let scratch = try TemporaryFolder()
    let calls = Calls()
    let first = try square(in: scratch.path, calls: calls)
    #expect(try square(in: scratch.path, calls: calls) == first)
    #expect(calls.count.load(ordering: .relaxed) == 8)
    _ = try square(in: scratch.path, configuration: "other", calls: calls)
    #expect(calls.count.load(ordering: .relaxed) == 16)
    _ = try square(in: scratch.path, configuration: "other", inputs: "other", calls: calls)
    #expect(calls.count.load(ordering: .relaxed) == 24)
    try Folder.remove(scratch.path + "/squares/3")
    _ = try square(in: scratch.path, configuration: "other", inputs: "other", calls: calls)
    #expect(calls.count.load(ordering: .relaxed) == 25)
  }

  @Test("a task that fails keeps what others finished, and only the rest is done again")
  func failure() throws {
    let scratch = try TemporaryFolder()
    let calls = Calls()
    #expect(throws: Fault(.failure, "planted")) {
      try square(in: scratch.path, threads: 1, calls: calls, failAt: 5)
    }
    #expect(calls.count.load(ordering: .relaxed) == 5)
    _ = try square(in: scratch.path, calls: calls)
    #expect(calls.count.load(ordering: .relaxed) == 8)
  }

  @Test("a record that is cut short or from another format is never trusted")
  func damagedRecord() throws {
    let scratch = try TemporaryFolder()
    let calls = Calls()
    _ = try square(in: scratch.path, calls: calls)
    try OutputFile.write("{".utf8, to: scratch.path + "/records/square/2.json")
    var record = try RecordFile.read(
      CompletionRecord.self, from: scratch.path + "/records/square/3.json")
    record.format = 0
    try RecordFile.write(record, to: scratch.path + "/records/square/3.json")
    _ = try square(in: scratch.path, calls: calls)
    #expect(calls.count.load(ordering: .relaxed) == 10)
  }
}
