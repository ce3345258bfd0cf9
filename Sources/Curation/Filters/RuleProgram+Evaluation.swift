import Corpora
import Streams

extension RuleProgram {
  /// Documents in one vector: small enough that all slots stay in the first cache.
  static let vectorLength = 512

  /// The verdict on every document of a table of signals.
  /// - Parameter columns: the column of each signal that is not in the column of its name.
  func evaluate(
    _ signals: ColumnTable, columns: [String: String] = [:]
  ) throws -> [RuleVerdict.RawValue] {
    let numbers = try numberSignals.map { try signals.float32(columns[$0] ?? $0) }
    let texts = try textSignals.map { try signals.bytes(columns[$0] ?? $0) }
    let count = (numbers.first?.count ?? texts.first?.count) ?? signals.count
    var verdicts = [UInt8](repeating: 0, count: count)
    var slots = [Float](repeating: 0, count: numberSlots * Self.vectorLength)
    var truths = [UInt8](repeating: 0, count: truthSlots * Self.vectorLength)
    slots.withUnsafeMutableBufferPointer { slots in
      truths.withUnsafeMutableBufferPointer { truths in
        for start in stride(from: 0, to: count, by: Self.vectorLength) {
          let documents = start..<min(start + Self.vectorLength, count)
          for step in steps { run(step, documents, numbers, texts, slots, truths) }
          for i in 0..<documents.count { verdicts[start + i] = truths[i] }
        }
      }
    }
    return verdicts
  }

  private func run(
    _ step: Step, _ documents: Range<Int>, _ numbers: [[Float]], _ texts: [ByteColumn],
    _ slots: UnsafeMutableBufferPointer<Float>, _ truths: UnsafeMutableBufferPointer<UInt8>
  ) {
    let width = Self.vectorLength
    let count = documents.count
    switch step {
    case .signal(let column, let to):
      for i in 0..<count { slots[to * width + i] = numbers[column][documents.lowerBound + i] }
    case .constant(let value, let to):
      for i in 0..<count { slots[to * width + i] = value }
    case .negate(let slot):
      for i in 0..<count { slots[slot * width + i] = -slots[slot * width + i] }
    case .arithmetic(let operation, let left, let right):
      let l = left * width
      let r = right * width
      switch operation {
      case .add: for i in 0..<count { slots[l + i] += slots[r + i] }
      case .subtract: for i in 0..<count { slots[l + i] -= slots[r + i] }
      case .multiply: for i in 0..<count { slots[l + i] *= slots[r + i] }
      case .divide: for i in 0..<count { slots[l + i] /= slots[r + i] }
      }
    case .compare(let comparison, let left, let right, let to):
      let l = left * width
      let r = right * width
      let t = to * width
      switch comparison {
      case .less: compare(slots, truths, l, r, t, count, <)
      case .lessOrEqual: compare(slots, truths, l, r, t, count, <=)
      case .greater: compare(slots, truths, l, r, t, count, >)
      case .greaterOrEqual: compare(slots, truths, l, r, t, count, >=)
      case .equal: compare(slots, truths, l, r, t, count, ==)
      case .unequal: compare(slots, truths, l, r, t, count, !=)
      }
    case .textIsOneOf(let column, let values, let to):
      for i in 0..<count {
        let text = texts[column][documents.lowerBound + i]
        truths[to * width + i] = values.contains { text.elementsEqual($0) } ? 2 : 0
      }
    case .numberIsOneOf(let slot, let values, let to):
      for i in 0..<count {
        let value = slots[slot * width + i]
        truths[to * width + i] = value.isNaN ? 1 : values.contains(value) ? 2 : 0
      }
    case .not(let slot):
      for i in 0..<count { truths[slot * width + i] = 2 - truths[slot * width + i] }
    case .and(let left, let right):
      for i in 0..<count {
        truths[left * width + i] = min(truths[left * width + i], truths[right * width + i])
      }
    case .or(let left, let right):
      for i in 0..<count {
        truths[left * width + i] = max(truths[left * width + i], truths[right * width + i])
      }
    }
  }

  @inline(__always)
  private func compare(
    _ slots: UnsafeMutableBufferPointer<Float>, _ truths: UnsafeMutableBufferPointer<UInt8>,
    _ left: Int, _ right: Int, _ to: Int, _ count: Int, _ holds: (Float, Float) -> Bool
  ) {
    for i in 0..<count {
      let a = slots[left + i]
      let b = slots[right + i]
      truths[to + i] = a.isNaN || b.isNaN ? 1 : holds(a, b) ? 2 : 0
    }
  }
}
