import ArgumentParser
import CMalloc
import Foundation
import Glibc
import Runs
import Streams

/// The command line: arguments, errors and exit codes meet here and nowhere else.
public struct Midstream: ParsableCommand {
  public static let version = Program.version

  public static let configuration = CommandConfiguration(
    commandName: "midstream",
    abstract: "LLM mid-training: filter corpora, build token shards, train on mixtures.",
    discussion: """
      EXAMPLE
        midstream run tools/recipes/quickstart.yaml --output runs/quickstart

      Exit codes: 0 done, 1 failed, 2 the input or the command line is wrong, 130 interrupted \
      (what was finished is kept; a run goes on from there with the same command).
      """,
    version: version,
    subcommands: [
      RunCommand.self, InitCommand.self, DiffCommand.self, FetchCommand.self, ExtractCommand.self,
      ConvertCommand.self, HeadCommand.self, StatsCommand.self, CurateCommand.self,
      FiltersCommand.self, DedupCommand.self, DecontaminateCommand.self, ClassifyCommand.self,
      ExplainCommand.self, TokenizerCommand.self, TokenizeCommand.self, ShardsCommand.self,
      MixCommand.self, TrainCommand.self, AblateCommand.self, EvaluateCommand.self,
      GenerateCommand.self, StatusCommand.self, LogsCommand.self, ReportCommand.self,
      DoctorCommand.self,
    ])

  public init() {}

  /// Parses the process's arguments, runs the command and exits.
  public static func start() -> Never {
    Interruption.handleSignals()
    allowManyFiles()
    keepPeaksSmall()
    do {
      var command = try parseAsRoot()
      try command.run()
      Glibc.exit(0)
    } catch {
      Glibc.exit(report(error))
    }
  }

  /// Batches are megabytes that come and go. Left to itself, the allocator soon takes them from heaps
  /// that fragment: the peak of a long input would be a quarter higher than that of a short one.
  private static func keepPeaksSmall() { mallopt(M_MMAP_THRESHOLD, 1 << 20) }

  /// A mixture reads from many shards at once.
  private static func allowManyFiles() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }

  /// Prints an error in the user's terms and returns the exit code.
  private static func report(_ error: any Error) -> Int32 {
    switch error {
    case is Interruption.Interrupted:
      show(
        "midstream: interrupted; what was finished before is kept, and runs go on from there with the "
          + "same command")
      return 130
    case let fault as Fault where fault.found == brokenPipe:
      return 0
    case let fault as Fault:
      show("midstream: error: \(fault)")
      return fault.kind.rawValue
    case let faults as Faults:
      for fault in faults.faults { show("midstream: error: \(fault)\n") }
      return faults.faults.map(\.kind.rawValue).max() ?? 1
    default:
      if exitCode(for: error) == .success {
        print(fullMessage(for: error))
        return 0
      }
      if let exit = error as? ExitCode { return exit.rawValue }
      guard isCommandLineError(error) else {
        show("midstream: error: \(error)\n\nhint: this is a bug, please report it")
        return 1
      }
      let message = fullMessage(for: error)
      show(
        "midstream: error: "
          + (message.hasPrefix("Error: ") ? String(message.dropFirst(7)) : message))
      return 2
    }
  }

  private static let brokenPipe = String(cString: strerror(EPIPE))

  private static func isCommandLineError(_ error: any Error) -> Bool {
    exitCode(for: error) == .validationFailure
  }

  private static func show(_ text: String) {
    FileHandle.standardError.write(Data((text.printable + "\n").utf8))
  }
}
