import ArgumentParser
import Runs
import Streams

/// `midstream logs`.
struct LogsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logs",
    abstract: "Print what a run did and when, from its log.",
    discussion: """
      EXAMPLE
        midstream logs runs/quickstart
        midstream logs runs/quickstart --json
      """)

  @OptionGroup var common: CommonOptions

  @Argument(help: ArgumentHelp("The run's folder.", valueName: "run"))
  var folder: String

  func run() throws {
    let path = folder + "/" + RunLog.path
    guard Folder.isFile(path) else {
      throw Fault(
        .input, "there is no log in '\(folder)'", at: path, expected: "the folder of a run",
        hint: "a run is made by `midstream run RECIPE --output DIR`")
    }
    let lines = try InputFile.bytes(path)
    guard common.json else { return try Output.write(lines) }
    try Output.json(
      lines.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) })
  }
}
