import Runs

/// What to type to get the same run again, and what must be the same for it.
struct ReproductionSection: PageSection {
  let anchor = "reproduce"
  let title = "How to reproduce"
  let run: RunRecord?
  let folder: String
  /// Of the program, for example "run".
  let command: String

  var body: HTML {
    guard let run else { return Page.missing(RunRecord.path, "what ran") }
    let machine = run.machine
    return """
      <pre class="command"><code>\(line(run))</code></pre>
      <dl class="facts">
      <dt>Recipe digest</dt><dd><code>\(run.recipeDigest)</code> (with its overrides)</dd>
      <dt>Seed</dt><dd><code>\(String(run.seed))</code></dd>
      <dt>Program</dt><dd>midstream \(run.version)</dd>
      <dt>System</dt><dd>\(machine.system)</dd>
      <dt>Kernels</dt><dd>\(machine.kernels), \(machine.blas)</dd>
      </dl>
      <p class="note">The same inputs, recipe and seed give the same bytes, whatever the number of \
      threads; trained weights agree to the bit on one level of kernels.</p>
      """
  }

  private func line(_ run: RunRecord) -> String {
    var words = ["midstream", command, Self.quoted(run.recipe)]
    for override in run.overrides { words += ["--set", Self.quoted(override)] }
    words += ["--seed", String(run.seed), "--output", Self.quoted(folder)]
    return words.joined(separator: " ")
  }

  /// A word for the shell: quoted where it holds more than letters, digits and plain signs.
  static func quoted(_ word: String) -> String {
    let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:,+@%")
    if !word.isEmpty, word.allSatisfy(plain.contains) { return word }
    return "'"
      + word.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "'\\''") + "'"
  }
}
