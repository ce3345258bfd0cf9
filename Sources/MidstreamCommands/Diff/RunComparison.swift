import Corpora
import Curation
import Runs
import Streams

/// Compares two runs over their columns, a task at a time; of run A 16 bytes a document stay in
/// memory, and 8 for each document that only B keeps.
struct RunComparison {
  private static let lineBytes = 300

  private let a: ComparedRun
  private let b: ComparedRun
  private let exampleCount: Int
  private var index = DocumentIndex()
  /// Where each task of A begins among all its documents.
  private var starts: [Int] = []
  private var countsA = UseCounts()
  private var countsB = UseCounts()
  private var inBoth = 0
  private var keptInBoth = 0
  private var domainChanged = 0
  private var kinds: [RunDiff.Kind.Name: KindTally] = [:]
  /// By rules of B, and of A.
  private var lost: FlipTally
  private var gained: FlipTally
  /// Places in A of the documents that only B keeps.
  private var gainedPlaces: [Int] = []

  init(_ a: ComparedRun, _ b: ComparedRun, examples: Int) {
    self.a = a
    self.b = b
    exampleCount = examples
    lost = FlipTally(exampleCount: examples)
    gained = FlipTally(exampleCount: examples)
  }

  /// - Parameter step: is called before each task.
  mutating func compare(step: () throws -> Void) throws -> RunDiff {
    try readA(step)
    try readB(step)
    try explainA(step)
    return try result()
  }

  private mutating func readA(_ step: () throws -> Void) throws {
    for task in a.tasks {
      try step()
      let rows = try ComparedRows(task, isDecided: a.isDecided)
      let start = index.entries.count
      starts.append(start)
      guard start + rows.count < DocumentIndex.mostDocuments else {
        throw Fault(.input, "'\(a.folder)' has too many documents to compare")
      }
      for document in 0..<rows.count {
        let use = rows.use(document)
        countsA.add(use, Int(rows.domain(document)))
        index.append(
          DocumentIndex.Entry(
            id: rows.idHash(document), place: start + document, text: rows.text(document), use: use,
            domain: rows.domain(document)))
      }
    }
    index.finish()
  }

  private mutating func readB(_ step: () throws -> Void) throws {
    for (number, task) in b.tasks.enumerated() {
      try step()
      let rows = try ComparedRows(task, isDecided: b.isDecided)
      var flipped: [(document: Int, entry: DocumentIndex.Entry)] = []
      for document in 0..<rows.count {
        let use = rows.use(document)
        let place = DocumentPlace(task: number, document: document)
        let bytes = Int(truncatingIfNeeded: rows.bytes[document])
        countsB.add(use, Int(rows.domain(document)))
        guard let entry = index.take(id: rows.idHash(document)) else {
          let example = FlipTally.Example(
            id: rows.idHash(document), place: place, evidence: Self.words(use, "B"))
          add(.onlyInB, bytes, Int(rows.domain(document)), example)
          continue
        }
        inBoth += 1
        if entry.domain != Int(rows.domain(document)) { domainChanged += 1 }
        if !entry.hasText(rows.text(document)) {
          let example = FlipTally.Example(
            id: entry.idHash, place: place, evidence: "", placeInA: placeInA(entry))
          add(.textChanged, bytes, entry.domain, example)
        }
        switch (entry.use, use) {
        case (.kept, .kept): keptInBoth += 1
        case (.undecided, _), (_, .undecided): break
        case (.kept, _):
          add(.keptOnlyInA, bytes, entry.domain, nil)
          flipped.append((document, entry))
        case (_, .kept):
          add(.keptOnlyInB, bytes, entry.domain, nil)
          gainedPlaces.append(entry.place)
        default: break
        }
      }
      try explainB(flipped, rows, number)
    }
  }

  /// Why B does not keep documents that A keeps.
  private mutating func explainB(
    _ flipped: [(document: Int, entry: DocumentIndex.Entry)], _ rows: ComparedRows, _ task: Int
  ) throws {
    if flipped.isEmpty { return }
    let reasons = try Reasons(b.tasks[task], of: flipped.map(\.document))
    for (document, entry) in flipped {
      lost.add(
        reasons[document, rows.use(document)], id: entry.idHash,
        place: DocumentPlace(task: task, document: document),
        bytes: Int(truncatingIfNeeded: rows.bytes[document]), domain: entry.domain)
    }
  }

  /// Why A does not keep documents that B keeps, and what is in A only.
  private mutating func explainA(_ step: () throws -> Void) throws {
    gainedPlaces.sort()
    var waiting = gainedPlaces[...]
    let total = index.entries.count
    let unmatched = index.removeUnmatched()
    var missing = unmatched[...]
    for (number, task) in a.tasks.enumerated() {
      let end = number + 1 < starts.count ? starts[number + 1] : total
      let flips = waiting.prefix { $0 < end }
      let alone = missing.prefix { $0.place < end }
      waiting = waiting.dropFirst(flips.count)
      missing = missing.dropFirst(alone.count)
      if flips.isEmpty, alone.isEmpty { continue }
      try step()
      let rows = try ComparedRows(task, isDecided: a.isDecided)
      for entry in alone {
        let document = entry.place - starts[number]
        let place = DocumentPlace(task: number, document: document)
        add(
          .onlyInA, Int(truncatingIfNeeded: rows.bytes[document]), entry.domain,
          .init(id: entry.idHash, place: place, evidence: Self.words(entry.use, "A")))
      }
      if flips.isEmpty { continue }
      let documents = flips.map { $0 - starts[number] }
      let reasons = try Reasons(task, of: documents)
      for document in documents {
        gained.add(
          reasons[document, rows.use(document)], id: rows.idHash(document),
          place: DocumentPlace(task: number, document: document),
          bytes: Int(truncatingIfNeeded: rows.bytes[document]), domain: Int(rows.domain(document)))
      }
    }
  }

  private mutating func add(
    _ kind: RunDiff.Kind.Name, _ bytes: Int, _ domain: Int, _ example: FlipTally.Example?
  ) {
    kinds[kind, default: KindTally(exampleCount)].add(bytes, domain, example)
  }

  private func placeInA(_ entry: DocumentIndex.Entry) -> DocumentPlace {
    var (low, high) = (0, starts.count)
    while low < high {
      let middle = (low + high) / 2
      if starts[middle] <= entry.place { low = middle + 1 } else { high = middle }
    }
    // Tasks without documents begin where the next one does: the last that begins there has it.
    return DocumentPlace(task: low - 1, document: entry.place - starts[low - 1])
  }

  private static func words(_ use: DocumentUse, _ run: String) -> String {
    switch use {
    case .kept: "kept in \(run)"
    case .removed: "removed in \(run)"
    case .evaluation: "set aside for evaluation in \(run)"
    case .undecided: ""
    }
  }

  // MARK: The result

  private func result() throws -> RunDiff {
    let lines = try ExampleLines(a, b, exampleCount: exampleCount, lineBytes: Self.lineBytes) {
      (pick: (FlipTally.Example, _ inA: Bool) -> Void) in
      for rule in lost.rules { for example in rule.examples.examples { pick(example, false) } }
      for rule in gained.rules { for example in rule.examples.examples { pick(example, true) } }
      for (kind, tally) in kinds {
        for example in tally.examples.examples { pick(example, kind == .onlyInA) }
      }
    }
    var diff = RunDiff(
      a: summary(a, countsA), b: summary(b, countsB), notes: [],
      settings: SettingsDifference.between(a.settings, b.settings), inBoth: inBoth,
      keptInBoth: keptInBoth,
      kinds: RunDiff.Kind.Name.allCases.map { kind in
        kinds[kind]?.record(kind) { lines.example($0, inA: kind == .onlyInA) }
          ?? RunDiff.Kind(kind: kind)
      },
      rules: rules(lost, .keptOnlyInA, lines) + rules(gained, .keptOnlyInB, lines),
      domains: StreamRecipe.domains.enumerated().map { index, name in
        RunDiff.Domain(
          domain: name, keptA: countsA.kept[index], keptB: countsB.kept[index],
          tokensA: a.tokens(name), tokensB: b.tokens(name))
      })
    diff.notes = notes(diff)
    return diff
  }

  private func rules(
    _ tally: FlipTally, _ kind: RunDiff.Kind.Name, _ lines: ExampleLines
  ) -> [RunDiff.Rule] {
    tally.sorted.map { rule in
      RunDiff.Rule(
        kind: kind, stage: rule.stage, rule: rule.name, documents: rule.documents,
        alone: rule.alone, bytes: rule.bytes, domains: KindTally.named(rule.domains),
        examples: rule.examples.examples.map {
          lines.example($0, inA: kind == .keptOnlyInB)
        })
    }
  }

  private func summary(_ run: ComparedRun, _ counts: UseCounts) -> RunDiff.Run {
    RunDiff.Run(
      folder: run.folder, name: run.record?.name, version: run.record?.version,
      sample: run.record?.sample, documents: counts.uses.reduce(0, +),
      kept: counts[.kept], removed: counts[.removed], evaluation: counts[.evaluation],
      decided: run.isDecided, finished: run.record?.finished != nil)
  }

  private func notes(_ diff: RunDiff) -> [String] {
    var notes = a.shortcomings.map { "A \($0)" } + b.shortcomings.map { "B \($0)" }
    let least = min(diff.a.documents, diff.b.documents)
    if least > 0, diff.a.sample != diff.b.sample {
      let shares = [diff.a.sample, diff.b.sample].map { $0.map(Share.text) ?? "the whole" }
      notes.append(
        "A read \(shares[0]) and B \(shares[1]) of a corpus: compare the documents in both")
    } else if inBoth == 0, least > 0 {
      notes.append(
        "no document is in both runs: they read different corpora, so only their sums compare")
    } else if inBoth * 2 < least {
      notes.append(
        "only \(grouped(inBoth)) documents are in both runs: they read different corpora")
    }
    if let old = diff.a.version, let new = diff.b.version, old != new {
      notes.append("A was made by midstream \(old), B by \(new)")
    }
    if domainChanged > 0 {
      notes.append("\(grouped(domainChanged)) documents of both runs changed their domain")
    }
    let tokenizers = [a, b].map {
      try? ContentDigest(file: $0.documents.run.file(TokenizerStage.outputs[0]))
    }
    if let first = tokenizers[0], let second = tokenizers[1], first != second {
      notes.append("the tokenizers differ: a token of A is not a token of B")
    }
    return notes
  }
}

/// Documents of a run by use, and those that are kept by domain.
private struct UseCounts {
  private(set) var uses = [Int](repeating: 0, count: DocumentUse.allCases.count)
  private(set) var kept = [Int](repeating: 0, count: StreamRecipe.domains.count)

  mutating func add(_ use: DocumentUse, _ domain: Int) {
    uses[Int(use.rawValue)] += 1
    if use == .kept { kept[domain] += 1 }
  }

  subscript(use: DocumentUse) -> Int { uses[Int(use.rawValue)] }
}

/// Documents that differ in one way.
private struct KindTally {
  private var documents = 0
  private var bytes = 0
  private var domains = [Int](repeating: 0, count: StreamRecipe.domains.count)
  private(set) var examples: ExamplePool

  init(_ exampleCount: Int) { examples = ExamplePool(count: exampleCount) }

  mutating func add(_ size: Int, _ domain: Int, _ example: FlipTally.Example?) {
    documents += 1
    bytes += size
    domains[domain] += 1
    if let example { examples.offer(example) }
  }

  func record(
    _ kind: RunDiff.Kind.Name, _ example: (FlipTally.Example) -> RunDiff.Example
  ) -> RunDiff.Kind {
    RunDiff.Kind(
      kind: kind, documents: documents, bytes: bytes, domains: Self.named(domains),
      examples: examples.examples.map(example))
  }

  static func named(_ counts: [Int]) -> [String: Int] {
    Dictionary(uniqueKeysWithValues: zip(StreamRecipe.domains, counts))
  }
}

/// Why one task's documents are not kept.
private struct Reasons {
  private var reasons: [Int: [Decision]] = [:]

  init(_ task: MeasuredTask, of documents: [Int]) throws {
    let wanted = Set(documents)
    let ledger = try DecisionLedger(ColumnFile.read(task.decisions))
    for index in 0..<ledger.count {
      let decision = ledger[index]
      guard let document = Int(exactly: decision.ordinal), wanted.contains(document) else {
        continue
      }
      reasons[document, default: []].append(decision)
    }
  }

  subscript(document: Int, use: DocumentUse) -> [Decision] {
    if use == .evaluation {
      let (stage, rule) = FlipTally.setAside
      return [
        Decision(
          ordinal: UInt64(document), stage: stage, rule: rule, value: .nan,
          evidence: "set aside for evaluation before any filter")
      ]
    }
    return reasons[document] ?? []
  }
}
