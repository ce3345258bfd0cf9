import Corpora
import Testing

/// Archives made at random, read back by every way of storing them, cut and damaged.
@Suite struct ArchivePropertyTests {
  private static let types = [
    "warcinfo", "response", "request", "metadata", "conversion", "nothing",
  ]

  private func archive(_ numbers: inout SeededNumbers, count: Int, largest: Int) -> [[UInt8]] {
    (0..<count).map { place in
      let content = numbers.bytes(numbers.below(largest), values: 1 + numbers.below(256))
      return record(
        Self.types[numbers.below(Self.types.count)], content, id: "\(place)",
        uri: numbers.below(2) == 0 ? nil : "http://e.org/\(place)",
        fields: (0..<numbers.below(5)).map { ("X-\($0)", String(repeating: "v", count: $0)) })
    }
  }

  @Test("what is written is read, whatever the sizes, the packing and the pieces")
  func roundTrip() throws {
    for seed in 0..<12 {
      var numbers = SeededNumbers(seed: UInt64(seed))
      let parts = archive(
        &numbers, count: 1 + numbers.below(12), largest: [10, 300, 80_000][seed % 3])
      let plain = try readArchive(Array(parts.joined()))
      #expect(plain.records.count == parts.count && plain.problems.isEmpty)
      for (part, read) in zip(parts, plain.records) {
        #expect(part.dropLast(4).suffix(read.content.count).elementsEqual(read.content))
      }
      // Records in members, and members that end anywhere.
      let stream = Array(parts.joined())
      var blocks: [UInt8] = []
      var place = 0
      while place < stream.count {
        let end = min(place + 1 + numbers.below(5000), stream.count)
        blocks += gzip(Array(stream[place..<end]), level: Int32(numbers.below(10)))
        place = end
      }
      let files = [
        parts.flatMap { gzip($0, level: Int32(numbers.below(10))) }, gzip(stream), blocks,
        try parts.flatMap { try zstd($0) }, try zstd(stream),
      ]
      for file in files {
        for step in [1 + numbers.below(50), Int.max] {
          let read = try readArchive(file, step: step)
          #expect(read.contents == plain.contents && read.kinds == plain.kinds)
          #expect(read.problems.isEmpty)
        }
      }
    }
  }

  @Test("an archive cut at any byte gives its beginning and at most one problem")
  func truncated() throws {
    var numbers = SeededNumbers(seed: 20)
    let parts = archive(&numbers, count: 4, largest: 60)
    let stream = Array(parts.joined())
    let whole = try readArchive(stream)
    let files = [
      stream, parts.flatMap { gzip($0) }, gzip(stream), try parts.flatMap { try zstd($0) },
      first(about: stream),
    ]
    for (kind, file) in files.enumerated() {
      for length in 0..<file.count {
        let read = try readArchive(Array(file.prefix(length)))
        guard kind < 4 else { continue }
        let uncut = read.records.filter { !$0.isCut }
        #expect(uncut.map(\.content) == Array(whole.contents.prefix(uncut.count)))
        #expect(read.records.count - uncut.count <= 1)
        if let last = read.records.last, last.isCut {
          #expect(whole.contents[uncut.count].starts(with: last.content))
        }
        #expect(read.problems.count <= 1)
      }
    }
  }

  /// The stream behind ARC's first record, so that WARC records are met in an ARC file.
  private func first(about stream: [UInt8]) -> [UInt8] {
    bytes("filedesc://a.arc 0.0.0.0 19960923142103 text/plain 8\n1 0 A\nU\n\n") + stream
  }

  @Test("with a wrong byte anywhere, the other records of a packed archive are read")
  func flipped() throws {
    var numbers = SeededNumbers(seed: 21)
    let parts = archive(&numbers, count: 4, largest: 60)
    let whole = try readArchive(Array(parts.joined()))
    let members = parts.map { gzip($0) }
    var start = 0
    for (damaged, member) in members.enumerated() {
      for place in start..<start + member.count {
        var file = Array(members.joined())
        file[place] ^= UInt8(1 << numbers.below(8))
        let read = try readArchive(file, name: "f.warc.gz")
        if read.contents == whole.contents { continue }
        var others = whole.contents
        others.remove(at: damaged)
        #expect(read.contents == others, "byte \(place)")
        #expect(read.problems.count == 1)
      }
      start += member.count
    }
  }

  @Test("bytes changed at random never trap, whatever the pieces")
  func hostile() throws {
    var numbers = SeededNumbers(seed: 22)
    let page = answer(
      bytes("4\r\nbody\r\n0\r\n\r\n"),
      fields: [("Content-Type", "text/html; charset=x"), ("Transfer-Encoding", "chunked")])
    let stream = record("response", page) + record("conversion", bytes("text")) + first(about: [])
    let seeds = [stream, gzip(stream), try zstd(stream), record("response", page) + gzip(stream)]
    for round in 0..<2000 {
      var file = seeds[round % seeds.count]
      for _ in 0...numbers.below(6) {
        let place = numbers.below(file.count)
        switch numbers.below(4) {
        case 0: file[place] = UInt8(numbers.below(256))
        case 1: file.remove(at: place)
        case 2: file.insert(Array("\r\n: 0-/W\u{1f}".utf8)[numbers.below(9)], at: place)
        default: file += file[place...]
        }
      }
      let whole = try readArchive(file, limit: 1 << 16)
      let cut = try readArchive(file, step: 1 + numbers.below(40), limit: 1 << 16)
      #expect(whole.records == cut.records && whole.problems == cut.problems)
      _ = try readDocuments(file)
    }
  }
}
