import Corpora
import Streams
import Testing

@Suite struct WARCRecordsTests {
  private let one = record("warcinfo", bytes("one"), uri: nil)
  private let two = record("response", bytes("two\r\n\r\nWARC"), id: "2")
  private let three = record("request", bytes("three"))

  @Test(
    "versions, LF line ends, spaces and the case of names make no difference",
    arguments: ["WARC/0.17", "WARC/0.18", "WARC/1.0", "WARC/1.1"], ["\r\n", "\n", " \r\n"])
  func spelling(version: String, newline: String) throws {
    let header = ["\(version)", "warc-TYPE:response", "CONTENT-length :  5  ", "Other: a:b"]
    let record = bytes(header.map { $0 + newline }.joined() + newline + "12345" + "\n\n")
    let archive = try readArchive(record + record)
    #expect(archive.kinds == ["response", "response"] && archive.problems.isEmpty)
    #expect(archive.contents == [bytes("12345"), bytes("12345")])
    #expect(archive.records[0].version == version)
    #expect(archive.records[0].fields["Other"] == "a:b")
  }

  @Test("folded lines belong to the field in front of them, and lines without a colon to none")
  func folded() throws {
    let header =
      "WARC/1.0\r\n folded\r\nWARC-Type: resource\r\nnonsense\r\n lost\r\n"
      + "Long: one\r\n two\r\n\t three \r\nContent-Length: 2\r\n\r\nab\r\n\r\n"
    let records = WARCRecords(MemorySource(bytes(header)), name: "f")
    let record = try #require(try records.next())
    #expect(record.kind == .resource && record.header.count == 3)
    #expect(record.header.text("long") == "one two three")
    #expect(Array(record.content) == bytes("ab"))
    #expect(try records.next() == nil && records.problems.isEmpty)
  }

  @Test("targets and ids lose their brackets, and headers that are not UTF-8 are ISO 8859-1")
  func names() throws {
    var file = record("resource", [], id: "a-b", uri: "<http://e.org/~>")
    file.replace(bytes("~"), with: [0xe9])
    let records = WARCRecords(MemorySource(file), name: "f")
    let record = try #require(try records.next())
    #expect(record.id.map { Array($0) } == bytes("a-b"))
    #expect(record.targetURI?.count == 14)
    #expect(record.header.text("WARC-Target-URI") == "<http://e.org/é>")
  }

  @Test("a file is read the same plain, in members, as one member, and in zstd frames")
  func compression() throws {
    let parts = [one, two, three]
    let plain = try readArchive(Array(parts.joined()))
    #expect(plain.kinds == ["warcinfo", "response", "request"])
    #expect(plain.records.map(\.offset) == [0, one.count, one.count + two.count])
    let packings: [(String, [[UInt8]])] = [
      ("members", parts.map { gzip($0) }), ("one member", [gzip(Array(parts.joined()))]),
      ("frames", try parts.map { try zstd($0) }), ("one frame", [try zstd(Array(parts.joined()))]),
      ("a member a byte", parts.joined().map { gzip([$0]) }),
      ("empty members", [gzip([])] + parts.flatMap { [gzip($0), gzip([])] }),
    ]
    for (name, members) in packings {
      for step in [1, 100, Int.max] {
        let archive = try readArchive(Array(members.joined()), step: step)
        #expect(archive.contents == plain.contents, "\(name)")
        #expect(archive.problems.isEmpty, "\(name)")
        if members.count == 3 {
          let offsets = [0, members[0].count, members[0].count + members[1].count]
          #expect(archive.records.map(\.offset) == offsets, "\(name)")
        }
      }
    }
  }

  @Test("records that are too close or too far apart are no problem")
  func distance() throws {
    for end in ["", "\n", "\r\n", "\r\n\r\n\r\n\r\n\n\n"] {
      let file = record("response", bytes("a"), end: end) + record("request", bytes("b"), end: end)
      let archive = try readArchive(bytes("\r\n") + file)
      #expect(archive.contents == [bytes("a"), bytes("b")] && archive.problems.isEmpty)
    }
  }

  @Test(
    "a length that is too small costs the rest of its record, one that is too large nothing else")
  func lengths() throws {
    let short = record("response", bytes("four more"), length: "4")
    let small = try readArchive(one + short + three)
    #expect(small.contents == [bytes("one"), bytes("four"), bytes("three")])
    #expect(small.troubles == ["malformedRecord 2@\(one.count + short.count - 9)"])
    for length in ["10", "30", "70", "103"] {
      let long = record("response", bytes("four"), length: length)
      let large = try readArchive(one + long + three + three)
      #expect(large.contents.last == bytes("three") && large.contents.count == 4)
      #expect(large.records.map(\.isCut) == [false, true, false, false])
      #expect(large.troubles == ["malformedRecord 2@\(one.count)"])
      let members = try readArchive(gzip(one) + gzip(long) + gzip(three) + gzip(three))
      #expect(members.records.map(\.isCut) == [false, true, false, false])
      #expect(members.contents.last == bytes("three"))
      #expect(members.troubles == ["malformedRecord 2@\(gzip(one).count)"])
    }
  }

  @Test(
    "a record without a length that can be read has no content, and reading goes on",
    arguments: ["", "-1", "x", "1.5", "99999999999999999999", "+3", "0x3", "3 3"])
  func noLength(length: String) throws {
    for file in [
      one + record("response", bytes("lost"), length: length) + three,
      gzip(one) + gzip(record("response", bytes("lost"), length: length)) + gzip(three),
    ] {
      let archive = try readArchive(file)
      #expect(archive.contents == [bytes("one"), [], bytes("three")])
      #expect(archive.records.map(\.isCut) == [false, true, false])
      #expect(archive.problems.count(.malformedRecord) == 1 && archive.problems.count == 1)
    }
  }

  @Test("a header without an end costs its own record")
  func headerWithoutEnd() throws {
    let broken = bytes("WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 5\r\n")
    for file in [one + broken + three, gzip(one) + gzip(broken) + gzip(three)] {
      let archive = try readArchive(file)
      #expect(archive.contents == [bytes("one"), bytes("three")])
      #expect(archive.problems.count(.malformedRecord) == 1 && archive.problems.count == 1)
    }
    let endless = bytes("WARC/1.0\r\n" + String(repeating: "A: b\r\n", count: 60_000))
    let archive = try readArchive(one + endless + bytes("\r\n") + three)
    #expect(archive.contents == [bytes("one"), bytes("three")])
    #expect(archive.problems.count(.malformedRecord) == 1)
  }

  @Test("bytes that are no record are passed over up to the next one")
  func foreign() throws {
    let junk = bytes("junk\r\nWARC/x\r\nWARC/1\r\n WARC/1.0\r\n")
    for file in [
      junk + one + junk + three + junk, gzip(junk) + gzip(one) + gzip(junk) + gzip(three),
    ] {
      let archive = try readArchive(file)
      #expect(archive.contents == [bytes("one"), bytes("three")])
      #expect(archive.problems.count(.malformedRecord) >= 2)
    }
    let none = try readArchive(bytes("<html>no archive</html>"))
    #expect(none.records.isEmpty && none.troubles == ["malformedRecord 1@0"])
    #expect(try readArchive([]).problems.isEmpty)
  }

  @Test("records over the limit are passed by, in bounded memory")
  func limit() throws {
    let large = record("response", [UInt8](repeating: 7, count: 3 << 20))
    for file in [
      one + large + three, gzip(one) + gzip(large) + gzip(three), gzip(one + large + three),
    ] {
      let archive = try readArchive(file, limit: 1 << 20)
      #expect(archive.contents == [bytes("one"), bytes("three")])
      #expect(archive.problems.count(.tooLarge) == 1 && archive.problems.count == 1)
      #expect(try readArchive(file, limit: 3 << 20).contents.count == 3)
    }
    let lie = record("response", bytes("small"), length: "\(1 << 40)")
    let members = try readArchive(gzip(one) + gzip(lie) + gzip(three), limit: 1 << 20)
    #expect(members.contents == [bytes("one"), bytes("three")])
  }

  @Test("a bomb is passed by and the rest is read")
  func bomb() throws {
    let zeros = [UInt8](repeating: 0, count: 40 << 20)
    for bomb in [record("response", zeros), record("response", bytes("x")) + zeros, zeros] {
      let archive = try readArchive(
        gzip(one) + gzip(bomb, level: 9) + gzip(three), limit: 1 << 20)
      #expect(archive.contents.first == bytes("one") && archive.contents.last == bytes("three"))
      #expect(archive.problems.count == 1)
    }
  }

  @Test("a header, junk and a record in thousands of members of one byte cost linear time")
  func tinyMembers() throws {
    let member = gzip([97])
    let many = [UInt8]((0..<100_000).map { _ in member }.joined())
    let start = gzip(bytes("WARC/1.0\r\nA: "))
    let header = try readArchive(start + many + gzip(one))
    #expect(header.contents == [bytes("one")] && header.problems.count == 1)
    let about = gzip(bytes("filedesc://a 0.0.0.0 19960923142103 text/plain 0\n\n"))
    let junk = try readArchive(about + many + gzip(bytes("\n")) + gzip(one))
    #expect(junk.contents == [[], bytes("one")] && junk.problems.count == 1)
    let long = try readArchive(
      gzip(Array(record("resource", [], length: "100000").dropLast(4))) + many)
    #expect(long.contents.map(\.count) == [100_000] && long.problems.isEmpty)
  }

  @Test("line ends without end behind a record are passed over in bounded memory")
  func lineEnds() throws {
    final class Counted: ByteSource {
      private let source: MemorySource
      private(set) var count = 0
      init(_ bytes: [UInt8]) { source = MemorySource(bytes) }
      func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let read = try source.read(into: buffer)
        count += read
        return read
      }
    }
    let lines = [UInt8](repeating: 0x0a, count: 16 << 20)
    let source = Counted(one + lines + three)
    let records = WARCRecords(source, name: "f")
    #expect(try records.next()?.content.count == 3)
    #expect(source.count < 4 << 20)
    #expect(try records.next()?.content.count == 5)
    #expect(try records.next() == nil)
    #expect(records.problems.isEmpty)
    let packed = try readArchive(gzip(one + lines + three))
    #expect(packed.contents == [bytes("one"), bytes("three")] && packed.problems.isEmpty)
  }

  @Test("padding behind the last record is one problem")
  func padding() throws {
    let zeros = [UInt8](repeating: 0, count: 10_000)
    let packed = try readArchive(gzip(one) + gzip(three) + zeros)
    #expect(packed.contents.count == 2)
    #expect(packed.troubles == ["trailingBytes 2@\(gzip(one).count + gzip(three).count)"])
    let plain = try readArchive(one + three + zeros)
    #expect(plain.contents.count == 2 && plain.problems.count == 1)
  }

  @Test("a source that fails gives what came before, and one problem")
  func failingSource() throws {
    final class Failing: ByteSource {
      private let source: MemorySource
      init(_ bytes: [UInt8]) { source = MemorySource(bytes) }
      func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let count = try source.read(into: buffer)
        if count == 0 { throw Fault(.failure, "the disk is broken") }
        return count
      }
    }
    for file in [one + two.prefix(100), gzip(one) + gzip(two).prefix(30)] {
      let records = WARCRecords(Failing(file), name: "f")
      var count = 0
      while let record = try records.next() { if !record.isCut { count += 1 } }
      #expect(count == 1)
      #expect(records.problems.count(.unreadableFile) == 1 && records.problems.count == 1)
    }
  }
}
