import Corpora
import Runs
import Streams

extension Fault {
  /// The fault of inputs that hold no document, with the first reason for it.
  static func noDocument(
    in inputs: [String], _ problems: ReadingProblems = ReadingProblems()
  ) -> Fault {
    let passedOver = problems.passedOver.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .prefix(3).map { "\(grouped($0.value)) \($0.key)" }
    return Fault(
      .input, "there is no document in '\(inputs.joined(separator: "', '"))'",
      at: problems.first.first?.description,
      found: passedOver.isEmpty ? nil : passedOver.joined(separator: ", "),
      expected: "JSON lines with a 'text', tables with such a column, crawls, pages or texts",
      hint: "--format says how to read files whose names do not tell, --field where the text is")
  }
}
