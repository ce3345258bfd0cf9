import Testing
import TextKernels

@testable import Curation

@Suite struct SeedTableTests {
  @Test("a scan finds each run that was added, at each place, and no other")
  func scan() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<20 {
      let text = (0..<3000).map { _ in UInt64.random(in: 0..<6, using: &generator) &* 77 }
      var builder = SeedTable.Builder()
      var added: [[UInt64]] = []
      for number in 0..<30 {
        let length = Int.random(in: 1...5, using: &generator)
        let run = (0..<length).map { _ in UInt64.random(in: 0..<8, using: &generator) &* 77 }
        if added.contains(run) { continue }
        run.withUnsafeBufferPointer {
          builder.add(
            $0, 0, length, EvaluationIndex.Posting(sequence: UInt32(number), at: 0))
        }
        added.append(run)
      }
      let table = builder.finish()
      #expect(table.count == added.count)
      var hits = [seed_hit](repeating: seed_hit(), count: Int(seed_scan_hits))
      var found: Set<[Int]> = []
      text.withUnsafeBufferPointer { words in
        for first in stride(from: 0, to: text.count, by: Int(seed_scan_words)) {
          let count = hits.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.map {
              table.scan(
                words, first: first, count: min(Int(seed_scan_words), text.count - first),
                into: $0)
            } ?? 0
          }
          for hit in hits[..<count] { found.insert([Int(hit.word), Int(hit.value)]) }
        }
      }
      var expected = 0
      for run in added {
        for place in text.indices where text[place...].starts(with: run) { expected += 1 }
      }
      #expect(found.count == expected)
    }
  }

  @Test("seeds of a sequence lie so close that each run of words has one in it")
  func gaps() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      let words = (0..<Int.random(in: 5...60, using: &generator)).map { _ in
        UInt64.random(in: 0..<9, using: &generator)
      }
      let gap = Int.random(in: 1...12, using: &generator)
      var frequency = SeedFrequency()
      words.withUnsafeBufferPointer { words in
        frequency.add(words, 5)
        let places = frequency.places(words, 5, gap: gap)
        #expect(!places.isEmpty && places == places.sorted())
        let starts = words.count - 5 + 1
        guard starts >= gap else { return }
        for start in 0...starts - gap {
          #expect(places.contains { (start..<start + gap).contains($0) })
        }
      }
    }
  }
}
