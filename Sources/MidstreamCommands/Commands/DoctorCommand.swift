import ArgumentParser

/// `midstream doctor`.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Show what this machine has, and what is missing.",
    discussion: """
      EXAMPLE
        midstream doctor --json
      """)

  @OptionGroup var common: CommonOptions

  func run() throws {
    let report = MachineReport.take()
    try common.json ? Output.json(report) : Output.print(report.text)
  }
}
