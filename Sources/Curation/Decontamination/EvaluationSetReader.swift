import Corpora
import Runs
import Streams

/// Reads evaluation sets from files, and finds out which of their fields are which part of an item.
public struct EvaluationSetReader: Sendable {
  /// One file with the fields that were taken.
  public struct Read: Sendable {
    public var set: EvaluationSet
    public var path: String
    /// The fields of each form of rows in the file.
    public var fields: [EvaluationFields]
    /// How the fields were found, in a few words.
    public var recognised: String
    /// Rows without any part that could be looked for.
    public var empty: [String]
    public var problems: ReadingProblems
  }

  private let catalog: BenchmarkCatalog
  /// Given by the user; nil where they are to be found out.
  private let fields: EvaluationFields?

  public init(_ catalog: BenchmarkCatalog, fields: EvaluationFields? = nil) {
    self.catalog = catalog
    self.fields = fields
  }

  /// The file of `FILE` or `NAME=FILE`.
  public static func path(of argument: String) -> String { split(argument).path }

  private static func split(_ argument: String) -> (name: String, path: String) {
    guard let equals = argument.firstIndex(of: "="), !Folder.exists(argument) else {
      return ("", argument)
    }
    return (String(argument[..<equals]), String(argument[argument.index(after: equals)...]))
  }

  /// Reads `FILE` or `NAME=FILE`.
  /// - Throws: an input fault where the file cannot be read, has no item, or has none of the fields.
  public func read(_ argument: String) throws -> Read {
    let (name, path) = Self.split(argument)
    let file = try EvaluationFile(path)
    let benchmark = name.isEmpty ? catalog.recognised(in: path) : catalog.named(name)
    var read = Read(
      set: EvaluationSet(
        name: name.isEmpty ? benchmark?.name ?? Self.stem(path) : name, items: []),
      path: path, fields: [], recognised: "", empty: [], problems: file.problems)
    for table in file.tables {
      guard !table.rows.isEmpty else { continue }
      let names = Self.names(of: table)
      let (fields, how) = try choose(names, benchmark, table)
      if !read.fields.contains(fields) { read.fields.append(fields) }
      if read.recognised.isEmpty { read.recognised = how }
      for row in table.rows {
        let item = EvaluationItem(row, fields)
        if item.parts.isEmpty {
          read.empty.append("\(row.file):\(row.row)")
        } else {
          read.set.items.append(item)
        }
      }
    }
    guard !read.set.items.isEmpty else {
      throw Fault(
        .input, "there is no item in the evaluation file '\(path)'",
        at: file.problems.first.first?.description,
        found: read.empty.isEmpty ? nil : "\(read.empty.count) rows whose fields are empty",
        expected: "rows with a question, a passage or an answer")
    }
    return read
  }

  private static func stem(_ path: String) -> String {
    let name = Folder.name(of: path)
    return String(name.prefix { $0 != "." })
  }

  /// The names in the first rows; not every row has every field.
  private static func names(of table: EvaluationFile.Table) -> [String] {
    var known: Set<String> = []
    return table.rows.prefix(50).flatMap(\.names).filter { known.insert($0).inserted }
  }

  // MARK: Which fields

  private func choose(
    _ names: [String], _ benchmark: BenchmarkCatalog.Benchmark?, _ table: EvaluationFile.Table
  ) throws -> (EvaluationFields, how: String) {
    if let fields {
      for name in fields.names where !has(name, names) {
        throw Fault(
          .input, "the evaluation file has no field '\(name)'", at: table.name,
          found: names.joined(separator: ", "), expected: "the fields of --fields",
          hint: NearestName.find(name, in: names).map { "did you mean '\($0)'?" })
      }
      return (fields, "as --fields says")
    }
    if let benchmark, let layout = benchmark.layouts.first(where: { fits($0, names) }) {
      return (layout, "\(benchmark.name) by its name and fields")
    }
    // A layout of more fields says more.
    var best: (count: Int, name: String, layout: EvaluationFields)?
    for benchmark in catalog.benchmarks {
      for layout in benchmark.layouts where fits(layout, names) {
        let count = layout.names.count
        if count >= 2, count > best?.count ?? 0 { best = (count, benchmark.name, layout) }
      }
    }
    if let best { return (best.layout, "like \(best.name) by its fields") }
    let usual = Self.usual(names)
    if !usual.question.isEmpty || !usual.passage.isEmpty { return (usual, "by usual names") }
    throw Fault(
      .input, "nothing says which fields of the evaluation file are its questions",
      at: table.name, found: names.joined(separator: ", "),
      expected: "the fields of a known benchmark, or a question",
      hint: "say it: --fields question=\(names.first ?? "q"),answer=…")
  }

  private func fits(_ layout: EvaluationFields, _ names: [String]) -> Bool {
    layout.names.allSatisfy { has($0, names) }
  }

  /// Whether there is such a field; what is deeper than two levels is found out in each row.
  private func has(_ name: String, _ names: [String]) -> Bool {
    names.contains(name)
      || name.split(separator: ".").count > 2
        && names.contains(name.split(separator: ".").prefix(2).joined(separator: "."))
  }

  /// Names that are usual for the parts of an item.
  private static func usual(_ names: [String]) -> EvaluationFields {
    func first(_ usual: [String]) -> [String] {
      usual.lazy.compactMap { name in names.first { $0.lowercased() == name } }.first.map { [$0] }
        ?? []
    }
    var fields = EvaluationFields()
    fields.id = first(["id", "task_id", "question_id", "idx"]).first
    fields.question = first([
      "question", "query", "problem", "prompt", "input", "instruction", "goal", "premise",
      "sentence", "ctx", "text", "content",
    ])
    fields.passage = first(["passage", "context", "article", "paragraph", "story"])
    fields.choices = first([
      "choices.text", "options.text", "choices", "options", "endings", "candidates",
    ])
    fields.answer = first([
      "answer", "solution", "target", "output", "completion", "label", "gold", "answers.text",
      "answers",
    ])
    return fields
  }
}
