import Corpora
import Foundation
import Streams
import Testing

/// A file, the records in it as `kind length`, and the problems as `kind record@offset`.
private struct ExpectedArchive: Sendable, CustomTestStringConvertible {
  var path: String
  var records: [String]
  var problems: [String] = []
  /// Of the file's places that matter, the offsets of its first records.
  var offsets: [Int] = []
  var testDescription: String { path }
}

private let example = [
  "warcinfo 249", "warcinfo 470", "response 975", "request 493", "revisit 369", "request 493",
]

/// What the tests of warcio 1.8, FastWARC 2.0 and jwarc expect of their files. Where this reader
/// differs, the comment says how.
private let expectedArchives = [
  ExpectedArchive(
    path: "warcio/example.warc", records: example, offsets: [0, 488, 1197, 2566, 3370, 4316]),
  ExpectedArchive(
    path: "warcio/example.warc.gz", records: example, offsets: [0, 353, 784, 2012, 2621, 3207]),
  // One gzip member for all records. warcio refuses these two files; FastWARC reads them.
  ExpectedArchive(path: "warcio/example-bad-non-chunked.warc.gz", records: example),
  ExpectedArchive(
    path: "warcio/example-bad.warc.gz.bad",
    records: [
      "warcinfo 196", "response 1610", "request 323", "revisit 340", "request 323", "response 471",
    ]),
  // A record that is two bytes longer than its length says: four records and one error in warcio,
  // three and an error in FastWARC.
  ExpectedArchive(
    path: "warcio/example-trunc.warc",
    records: ["warcinfo 249", "warcinfo 470", "response 973", "request 493"],
    problems: ["malformedRecord 3@2560"]),
  ExpectedArchive(
    path: "warcio/example-digest.warc",
    records: [String](repeating: "request 493", count: 4), offsets: [0, 922, 1840, 2758]),
  ExpectedArchive(
    path: "warcio/example-iana.org-chunked.warc",
    records: ["warcinfo 137", "response 7566", "request 76"]),
  ExpectedArchive(
    path: "warcio/example-resource.warc.gz",
    records: ["warcinfo 249", "warcinfo 399", "resource 1303"]),
  ExpectedArchive(
    path: "warcio/example-space-in-target-uri.warc.gz", records: ["warcinfo 73", "resource 70"]),
  ExpectedArchive(
    path: "warcio/example-wget-bad-target-uri.warc.gz",
    records: [
      "warcinfo 232", "request 141", "response 1598", "metadata 48", "resource 49", "resource 471",
    ]),
  // A record over three gzip members, the second record in the third.
  ExpectedArchive(
    path: "warcio/example-wrong-chunks.warc.gz", records: ["response 1613", "request 137"],
    offsets: [0, 1130]),
  ExpectedArchive(
    path: "warcio/post-test.warc.gz",
    records: [
      "response 733", "request 227", "response 740", "request 223", "response 739", "request 224",
    ]),
  ExpectedArchive(path: "warcio/example.arc", records: ["warcinfo 75", "response 1591"]),
  ExpectedArchive(
    path: "warcio/example.arc.gz", records: ["warcinfo 75", "response 1591"], offsets: [0, 171]),
  // The file's line ends were changed, so that the last record is 12 bytes short: warcio reads to the
  // end and says nothing.
  ExpectedArchive(
    path: "warcio/example-space-in-url.arc", records: ["warcinfo 75", "response 1579 cut"],
    problems: ["damagedFile 2@151"]),
  // Lengths of `-1` and `abc`: warcio gives these records no content, as here, and says nothing.
  ExpectedArchive(
    path: "warcio/bad.arc",
    records: ["warcinfo 0 cut", "response 0 cut", "response 1", "response 0 cut"],
    problems: ["malformedRecord 1@0", "malformedRecord 2@134", "malformedRecord 4@262"],
    offsets: [0, 134, 202, 262]),
  ExpectedArchive(path: "jwarc/cc.warc.gz", records: ["response 20931"]),
  ExpectedArchive(path: "jwarc/gzip_extra_sl.warc.gz", records: ["warcinfo 327"]),
  ExpectedArchive(
    path: "resiliparse/block-sized-records.warc.gz",
    records: [String](repeating: "other 16229", count: 3), offsets: [0, 204, 409]),
  ExpectedArchive(
    path: "resiliparse/block-sized-records.warc.lz4", records: [], problems: ["unsupported 0@0"]),
  ExpectedArchive(
    path: "commoncrawl/whirlwind.warc.gz",
    records: ["warcinfo 486", "request 265", "response 74581", "metadata 201"],
    offsets: [0, 516, 1023, 18374]),
  ExpectedArchive(
    path: "commoncrawl/whirlwind.warc.wet.gz", records: ["warcinfo 368", "conversion 4456"],
    offsets: [0, 466]),
  ExpectedArchive(
    path: "commoncrawl/whirlwind.warc.wat.gz", records: ["warcinfo 278", "metadata 1386"]),
  // Edited by hand with LF line ends: every length is wrong. cc_net, which splits at lines
  // `WARC/1.0`, has these three texts; warcio and FastWARC stop after the first record.
  ExpectedArchive(
    path: "commoncrawl/cc_net_sample.wet.txt",
    records: ["warcinfo 362 cut", "conversion 353", "conversion 109", "conversion 355"],
    problems: [
      "malformedRecord 1@0", "malformedRecord 2@1307", "malformedRecord 3@1755",
      "malformedRecord 4@2650",
    ]),
]

@Suite struct SharedArchiveTests {
  @Test("each file gives the records that its own project expects", arguments: expectedArchives)
  fileprivate func records(expected: ExpectedArchive) throws {
    guard let file = try SharedArchives.bytes(expected.path) else { return }
    for step in [1000, Int.max] {
      let archive = try readArchive(file, step: step)
      let found = archive.records.map { "\($0.kind) \($0.content.count)\($0.isCut ? " cut" : "")" }
      #expect(found == expected.records)
      #expect(archive.troubles == expected.problems)
      #expect(archive.records.map(\.offset).starts(with: expected.offsets))
    }
  }

  @Test("a crawl by Wget has 48 records")
  func wget() throws {
    guard let file = try SharedArchives.bytes("dolma/sample-0000.warc.gz") else { return }
    let archive = try readArchive(file)
    #expect(archive.problems.isEmpty)
    let counts = Dictionary(archive.kinds.map { ($0, 1) }, uniquingKeysWith: +)
    #expect(counts == ["warcinfo": 1, "request": 22, "response": 22, "metadata": 1, "resource": 2])
  }

  private struct PeerRecord: Decodable, Equatable {
    var type: String
    var uri: String?
    var content: String
    var length: Int
    var payload: String?
  }

  /// Every record with the XXH3 of its content and of its payload.
  private static let listing = """
    import sys, json, xxhash
    from warcio.archiveiterator import ArchiveIterator
    digest = lambda b: xxhash.xxh3_128_hexdigest(b)
    for path in sys.argv[1:]:
      raw, decoded = [], []
      for parsed, into in ((False, raw), (True, decoded)):
        with open(path, 'rb') as file:
          for r in ArchiveIterator(file, no_record_parse=not parsed):
            if parsed: into.append(digest(r.content_stream().read()) if r.http_headers and r.rec_type == 'response' else None)
            else:
              h, b = r.rec_headers, r.raw_stream.read()
              t = {'arc_header': 'warcinfo', 'unknown': 'other'}.get(r.rec_type, r.rec_type)
              into.append(dict(type=t, uri=h.get_header('WARC-Target-URI') or h.get_header('uri'), content=digest(b), length=len(b)))
      for r, p in zip(raw, decoded): r['payload'] = p
      print(json.dumps(raw))
    """

  @Test("warcio reads the same records, contents and payloads")
  func warcio() throws {
    let paths = [
      "warcio/example.warc", "warcio/example.warc.gz", "warcio/example-trunc.warc",
      "warcio/example-digest.warc", "warcio/example-iana.org-chunked.warc",
      "warcio/example-resource.warc.gz", "warcio/example-space-in-target-uri.warc.gz",
      "warcio/example-wget-bad-target-uri.warc.gz", "warcio/post-test.warc.gz",
      "warcio/example.arc", "warcio/example.arc.gz", "jwarc/cc.warc.gz",
      "jwarc/gzip_extra_sl.warc.gz", "resiliparse/block-sized-records.warc.gz",
      "commoncrawl/whirlwind.warc.gz", "commoncrawl/whirlwind.warc.wet.gz",
      "commoncrawl/whirlwind.warc.wat.gz", "dolma/sample-0000.warc.gz",
    ]
    guard try SharedArchives.bytes(paths[0]) != nil,
      let output = try peer(Self.listing, paths.map { SharedArchives.folder + $0 })
    else { return }
    let lines = output.split(separator: "\n")
    #expect(lines.count == paths.count)
    for (path, line) in zip(paths, lines) {
      let theirs = try JSONDecoder().decode([PeerRecord].self, from: Data(line.utf8))
      let file = try #require(try SharedArchives.bytes(path))
      let ours = try peerRecords(file)
      #expect(ours.count == theirs.count, "\(path)")
      for (our, their) in zip(ours, theirs) {
        var their = their
        // The record about an ARC file: warcio takes its two lines for the header.
        if their.type == "warcinfo", path.contains(".arc") {
          (their.content, their.length) = (our.content, our.length)
        }
        #expect(our == their, "\(path)")
      }
    }
  }

  private func peerRecords(_ file: [UInt8]) throws -> [PeerRecord] {
    let records = WARCRecords(MemorySource(file), name: "f")
    let http = HTTPParser()
    var found: [PeerRecord] = []
    while let record = try records.next() {
      var uri = record.targetURI.map { String(decoding: $0, as: UTF8.self) }
      if !record.isARC { uri = uri?.replacing(" ", with: "%20") }
      var payload: String?
      if record.kind == .response, let message = http.parse(record.content) {
        payload = digest(http.payload(of: message, limit: 1 << 30).bytes)
      }
      found.append(
        PeerRecord(
          type: record.kind.rawValue, uri: uri, content: digest(record.content),
          length: record.content.count, payload: payload))
    }
    return found
  }

  private func digest(_ bytes: UnsafeRawBufferPointer) -> String {
    ContentDigest(bytes).hex
  }
}
