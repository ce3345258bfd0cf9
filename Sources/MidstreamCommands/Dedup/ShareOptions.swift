import ArgumentParser
import Foundation
import Runs

/// How much memory a command may take, and which part of its work a process does.
struct ShareOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The memory that the work may take, for example 512MB or 4GB; more goes through the disk.",
      valueName: "size"))
  var memory = MemorySize(bytes: 2_000_000_000)

  @Option(
    help: ArgumentHelp(
      "Do one stage only, for an outside scheduler; all processes write the same folder.",
      valueName: "name"))
  var stage: String?

  @Option(help: ArgumentHelp("Which share of the stage's tasks to do, from 0.", valueName: "i"))
  var task: Int?

  @Option(help: ArgumentHelp("How many processes share the stage.", valueName: "n"))
  var tasks: Int?

  func validate() throws {
    if (task == nil) != (tasks == nil) {
      throw ValidationError("'--task' and '--tasks' go together: --task 2 --tasks 7")
    }
    if task != nil, stage == nil {
      throw ValidationError("'--task' shares one stage: --stage NAME says which")
    }
  }

  func share() throws -> TaskShare {
    guard let task, let tasks else { return .whole }
    return try TaskShare(validatingIndex: task, count: tasks)
  }
}

/// A number of bytes as people write it: `4GB`, `512MB`, `1.5GiB`.
struct MemorySize: ExpressibleByArgument, Equatable {
  let bytes: Int

  init(bytes: Int) { self.bytes = bytes }

  private static let units: [(String, Double)] = [
    ("GIB", 1_073_741_824), ("MIB", 1_048_576), ("KIB", 1024),
    ("GB", 1e9), ("MB", 1e6), ("KB", 1e3),
    ("G", 1e9), ("M", 1e6), ("K", 1e3), ("B", 1), ("", 1),
  ]

  init?(argument: String) {
    let text = argument.uppercased()
    guard let (unit, factor) = Self.units.first(where: { text.hasSuffix($0.0) }),
      let number = Double(text.dropLast(unit.count)), number > 0, number * factor < 1e15
    else { return nil }
    bytes = Int(number * factor)
  }

  var defaultValueDescription: String { "\(bytes / 1_000_000_000)GB" }
}
