import Streams
import TestFolders
import Testing

@testable import Curation

@Suite struct HashRunTests {
  /// Drawn hashes, some of them alike and some of them none.
  private func rows(_ count: Int, tables: Int, words: Int, seed: UInt64) -> [UInt64] {
    var draw = NumberDraw(seed: seed)
    return (0..<count * tables * words).map { _ in
      switch draw.below(8) {
      case 0: 0
      case 1: UInt64(draw.below(5)) << 56
      default: draw.next()
      }
    }
  }

  @Test("what is written is read, by any range of buckets", arguments: [(1, 1), (3, 1), (1, 2)])
  func roundTrip(tables: Int, words: Int) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/run"
    let values = rows(300, tables: tables, words: words, seed: 3)
    let keep = (0..<300).map { $0 % 7 != 0 }
    try HashRun.write(
      HashRun.Rows(values: values, tables: tables, wordsPerHash: words, keep: keep), to: path)
    let run = try HashRun(path)
    #expect(run.documentCount == 300 && run.tables == tables && run.wordsPerHash == words)
    for table in 0..<tables {
      for range in [0..<256, 0..<1, 17..<90, 255..<256] {
        let read = try run.read(table: table, buckets: range)
        var expected: [[UInt64]] = []
        for document in 0..<300 where keep[document] {
          let hash = Array(
            values[
              (document * tables + table) * words..<(document * tables + table) * words + words])
          if hash.contains(where: { $0 != 0 }), range.contains(Int(hash[0] >> 56)) {
            expected.append(hash + [UInt64(document)])
          }
        }
        var found: [[UInt64]] = []
        for index in read.first.indices {
          found.append(
            [read.first[index]] + (words == 2 ? [read.second[index]] : [])
              + [UInt64(read.places[index])])
        }
        #expect(
          found.map { $0[words] }
            == found.sorted { ($0[0] >> 56, $0[words]) < ($1[0] >> 56, $1[words]) }.map {
              $0[words]
            })
        #expect(Set(found) == Set(expected) && found.count == expected.count)
      }
    }
  }

  @Test("a run that is cut short anywhere, of another kind or version is a fault that names it")
  func damage() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/run"
    try HashRun.write(
      HashRun.Rows(values: rows(40, tables: 2, words: 1, seed: 5), tables: 2, wordsPerHash: 1),
      to: path)
    let bytes = try InputFile.bytes(path)
    for length in stride(from: 0, to: bytes.count, by: 97) {
      try OutputFile.write(bytes[..<length], to: path)
      #expect(throws: Fault.self) { try HashRun(path) }
    }
    var other = bytes
    other[12] = 9
    try OutputFile.write(other, to: path)
    let fault = #expect(throws: Fault.self) { try HashRun(path) }
    #expect(fault?.found == "format version 9" && fault?.kind == .input)
    try OutputFile.write(bytes + [0], to: path)
    #expect(throws: Fault.self) { try HashRun(path) }
  }

  @Test("bytes that flip never trap")
  func flips() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/run"
    try HashRun.write(
      HashRun.Rows(values: rows(12, tables: 1, words: 1, seed: 9), tables: 1, wordsPerHash: 1),
      to: path)
    let bytes = try InputFile.bytes(path)
    for place in stride(from: 12, to: bytes.count, by: 3) {
      var damaged = bytes
      damaged[place] ^= 0xff
      try OutputFile.write(damaged, to: path)
      _ = try? HashRun(path).read(table: 0, buckets: 0..<256)
    }
  }
}

/// Numbers that only the seed decides.
struct NumberDraw {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state = state &+ 0x9e37_79b9_7f4a_7c15
    var x = state
    x = (x ^ x >> 30) &* 0xbf58_476d_1ce4_e5b9
    x = (x ^ x >> 27) &* 0x94d0_49bb_1331_11eb
    return x ^ x >> 31
  }

  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(1, bound))) }
}
