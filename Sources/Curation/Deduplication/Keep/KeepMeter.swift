import Corpora
import Streams

/// Measures the ranks of documents under a policy; for one thread.
public final class KeepMeter {
  /// The ranks of a batch, in its order, and how far they could be measured.
  public struct Measured: Sendable {
    public var ranks: [SurvivorRank]
    public var tally: KeepTally
  }

  /// What the rule makes of a document.
  private enum Value {
    case number(Double)
    case absent
    case unreadable
  }

  public let policy: KeepPolicy
  private let sources: [[UInt8]]
  private let dateFields: [[UInt8]]
  private let signal: [UInt8]
  private let measure: ((DocumentBatch) throws -> [Float])?

  public init(_ policy: KeepPolicy) throws {
    self.policy = policy
    sources = policy.preferredSources.map { Array($0.utf8) }
    dateFields = policy.dateFields.map { Array($0.utf8) }
    signal = Array((policy.rule.signal ?? "").utf8)
    measure = try Self.signalMeasure(policy)
  }

  /// What measures the rule's signal on texts; nil where nothing does.
  private static func signalMeasure(
    _ policy: KeepPolicy
  ) throws -> ((DocumentBatch) throws -> [Float])? {
    guard let name = policy.rule.signal else { return nil }
    switch SignalRegistry.entries[name]?.source {
    case .text:
      let meter = try SignalMeter([name])
      return { try meter.measure($0.texts).float32(name) }
    case .column(let index):
      let meter = try ColumnMeasure.all[index].makeMeter()
      return { batch in
        var table = ColumnTable()
        try meter.measure(batch, texts: batch.texts, into: &table)
        return try table.float32(name)
      }
    case .edit, nil:
      guard name == LinearClassifier.qualityColumn, let model = policy.qualityModel else {
        return nil
      }
      let features = model.makeFeatures()
      return { model.probabilities($0.texts, features) }
    }
  }

  public func measure(_ batch: DocumentBatch) throws -> Measured {
    let values = try values(batch)
    var tally = KeepTally(policy)
    tally.documents = batch.count
    var ranks: [SurvivorRank] = []
    ranks.reserveCapacity(batch.count)
    for (document, value) in values.enumerated() {
      let tier = tier(batch, document, &tally)
      switch value {
      case .number(let number):
        ranks.append(SurvivorRank(tier: tier, value: number))
      case .absent:
        tally.absent += 1
        ranks.append(SurvivorRank(tier: tier))
      case .unreadable:
        tally.unreadable += 1
        ranks.append(SurvivorRank(tier: tier))
      }
    }
    return Measured(ranks: ranks, tally: tally)
  }

  private func tier(_ batch: DocumentBatch, _ document: Int, _ tally: inout KeepTally) -> UInt8 {
    let source = batch.sources[document]
    guard let place = sources.firstIndex(where: { source.elementsEqual($0) }) else { return 0 }
    tally.ofSource[place] += 1
    return UInt8(sources.count - place)
  }

  private func values(_ batch: DocumentBatch) throws -> [Value] {
    switch policy.rule {
    case .first: [Value](repeating: .number(0), count: batch.count)
    case .longest: (0..<batch.count).map { .number(Double(batch.texts.byteCount($0))) }
    case .newest: (0..<batch.count).map { date(batch, $0) }
    case .highest: try signalValues(batch, sign: 1)
    case .lowest: try signalValues(batch, sign: -1)
    }
  }

  // MARK: Dates

  /// The date of the first named field that holds one.
  private func date(_ batch: DocumentBatch, _ document: Int) -> Value {
    var best: (field: Int, seconds: Double)?
    var isThere = false
    for place in [DocumentBatch.MemberPlace.metadata, .otherFields, .attributes] {
      batch.forEachMember(of: document, in: place) { name, json in
        guard let field = dateFields.firstIndex(where: { name.elementsEqual($0) }),
          field < best?.field ?? .max, !json.elementsEqual("null".utf8)
        else { return }
        isThere = true
        if let seconds = DocumentDate.seconds(Self.unquoted(json)) { best = (field, seconds) }
      }
    }
    if let best { return .number(best.seconds) }
    return isThere ? .unreadable : .absent
  }

  private static func unquoted(_ json: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    guard json.count >= 2, json.first == UInt8(ascii: "\""), json.last == json.first else {
      return json
    }
    return UnsafeRawBufferPointer(rebasing: json[1..<json.count - 1])
  }

  // MARK: Signals

  /// Numbers that documents carry; where one carries none, the signal is measured.
  private func signalValues(_ batch: DocumentBatch, sign: Double) throws -> [Value] {
    var values = (0..<batch.count).map { carried(batch, $0) }
    addColumn(batch, to: &values)
    if let measure, values.contains(where: { if case .absent = $0 { true } else { false } }) {
      for (document, value) in try measure(batch).enumerated() {
        if case .absent = values[document], !value.isNaN {
          values[document] = .number(Double(value))
        }
      }
    }
    return values.map { if case .number(let number) = $0 { .number(sign * number) } else { $0 } }
  }

  private func carried(_ batch: DocumentBatch, _ document: Int) -> Value {
    var found = Value.absent
    for place in DocumentBatch.MemberPlace.allCases {
      batch.forEachMember(of: document, in: place) { name, json in
        guard case .absent = found, name.elementsEqual(signal), !json.elementsEqual("null".utf8)
        else { return }
        let number = json.count < 64 ? Double(String(decoding: json, as: UTF8.self)) : nil
        found = number.map { $0.isFinite ? .number($0) : .unreadable } ?? .unreadable
      }
    }
    return found
  }

  /// What Midstream measured on this batch goes before what documents carry.
  private func addColumn(_ batch: DocumentBatch, to values: inout [Value]) {
    let column: [Double]? =
      switch policy.rule.signal.flatMap({ batch.attributes[$0] }) {
      case .float32(let numbers): numbers.map(Double.init)
      case .uint64(let numbers): numbers.map(Double.init)
      case .uint8(let numbers): numbers.map(Double.init)
      case .bytes, .uint64Rows, nil: nil
      }
    guard let column, column.count == values.count else { return }
    for (document, number) in column.enumerated() where !number.isNaN {
      values[document] = .number(number)
    }
  }
}
