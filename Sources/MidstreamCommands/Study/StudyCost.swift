import Ablations
import Runs

/// What a study would take: `midstream ablate --dry-run`.
struct StudyCost: Encodable {
  struct Branch: Encodable {
    var name: String
    var mixture: [PlannedShare]
    var warnings: [String]
  }

  var runs: Int
  /// Of them, those that are complete from before.
  var complete: Int
  var tokensPerRun: Int
  /// Tokens that are still to be trained on.
  var tokens: Int
  /// Measured with a few steps of one model on one thread.
  var tokensPerSecondAndThread: Double
  var seconds: Double
  var branches: [Branch]

  init(_ runner: StudyRunner, _ members: [StudyPlan.Member], threads: Int) throws {
    runs = members.count
    complete = runner.completeCount(of: members)
    tokensPerRun = runner.tokensPerRun
    tokens = (runs - complete) * tokensPerRun
    tokensPerSecondAndThread = try runner.measuredRate()
    // Threads that have no run of their own left do nothing.
    let rounds = (runs - complete + threads - 1) / max(threads, 1)
    seconds = Double(rounds * tokensPerRun) / max(tokensPerSecondAndThread, 1)
    branches = try runner.branchPlans().map {
      Branch(name: $0.name, mixture: $0.mixture, warnings: $0.warnings)
    }
  }

  var text: String {
    var lines = branches.map { branch in
      let shares = branch.mixture.filter { $0.tokens > 0 }.map {
        "\($0.domain) \(Int(($0.share * 100).rounded()))%"
      }
      return "  \(branch.name): \(shares.joined(separator: ", "))"
        + branch.warnings.map { "\n    warning: \($0)" }.joined()
    }
    lines.append(
      "\(runs) runs of \(grouped(tokensPerRun)) tokens, \(complete) complete from before; "
        + "\(grouped(tokens)) tokens left, about \(time(seconds)) "
        + "(\(grouped(Int(tokensPerSecondAndThread))) tokens/s a thread, measured with a few steps)"
    )
    return lines.joined(separator: "\n")
  }
}
