import Corpora
import Streams
import TestFolders
import Testing

@testable import Curation

@Suite struct SiteBoilerplateTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func chain(_ options: String) throws -> FilterChain {
    FilterChain([
      try FilterPack(
        yaml: "name: p\nversion: 1\npaper: none\ndescription: d\nsteps:\n"
          + "  - {edit: site_boilerplate, \(options)}\n", path: "p.yaml")
    ])
  }

  private func batch(_ documents: [(url: String?, text: String)]) -> DocumentBatch {
    var batch = DocumentBatch()
    for (url, text) in documents {
      batch.append(Document(id: "", text: text, source: "", url: url))
    }
    return batch
  }

  private func freeze(_ batches: [DocumentBatch], minimum: Int) throws -> FrozenSiteLines {
    let counts = try SiteLineCounts(folder: folder.path + "/one")
    for batch in batches { try counts.add(batch) }
    return try SiteLineCounts.freeze([counts], minimum: minimum)
  }

  @Test(
    "lines that enough documents of a site have go; those of other sites and of small ones stay")
  func planted() throws {
    var documents: [(url: String?, text: String)] = (0..<4).map {
      ("http://www.a.example/\($0)", "Home |  About\nstory \($0)\n\n---\nhome | about\r\nLast")
    }
    documents += [
      ("https://A.example:8080/x", "HOME | ABOUT\nother\nlast"),
      ("http://b.example/1", "Home | About\nLast"), ("http://b.example/2", "Home | About\nLast"),
      (nil, "Home | About\nLast"),
    ]
    let chain = try chain("min_documents: 5, min_share: 1")
    #expect(chain.needsSiteLines && chain.siteLineMinimum == 5)
    let batch = batch(documents)
    let lines = try freeze([batch], minimum: 5)
    let measured = try ChainMeter(chain, siteLines: lines).measure(batch)
    let texts = try #require(measured.texts)
    #expect(
      (0..<texts.count).map { texts.string($0) }
        == (0..<4).map { "story \($0)\n\n---\n" } + ["other\n"]
        + [String](repeating: "Home | About\nLast", count: 3))
    let removed = try measured.signals.float32(chain.columns[0])
    #expect(removed[..<7] == [3, 3, 3, 3, 2, 0, 0] && removed[7].isNaN)
    #expect(try measured.signals.float32(chain.columns[1])[4] == 17.0 / 23)
  }

  @Test("a share of the site's documents is asked for too")
  func share() throws {
    let batch = batch(
      (0..<10).map { ("http://a.example/\($0)", $0 < 4 ? "menu\nx\($0)" : "y\($0)") })
    let lines = try freeze([batch], minimum: 2)
    for (share, text) in [("0.4", "x0"), ("0.41", "menu\nx0")] {
      let chain = try chain("min_documents: 3, min_share: \(share)")
      #expect(
        try ChainMeter(chain, siteLines: lines).measure(batch).texts?.string(0) == text)
    }
  }

  @Test("counts are those of a plain dictionary, on disk and in parts, in any order")
  func exact() throws {
    var state: UInt64 = 3
    let next = { (count: Int) -> Int in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % count
    }
    var batches: [DocumentBatch] = []
    var truth: [String: Set<Int>] = [:]
    for index in 0..<200 {
      let site = "s\(next(5)).example"
      let lines = (0..<400).map { _ in "line \(next(40) == 0 ? next(50) : next(1_000_000))" }
      for line in lines { truth["\(site) \(line)", default: []].insert(index) }
      batches.append(batch([("http://\(site)/", lines.joined(separator: "\n"))]))
    }
    let parts = try (0..<2).map {
      try SiteLineCounts(folder: folder.path + "/part\($0)", keysInMemory: 64)
    }
    for (index, batch) in batches.enumerated() { try parts[index % 5 == 0 ? 1 : 0].add(batch) }
    #expect(try !Folder.names(in: folder.path + "/part0").isEmpty)
    let lines = try SiteLineCounts.freeze(parts, minimum: 3)
    #expect(try Folder.names(in: folder.path + "/part0").isEmpty)
    let repeated = truth.filter { $0.value.count >= 3 }
    #expect(lines.count == repeated.count + 5)
    var reader = SiteLineReader()
    for (place, documents) in repeated {
      let parts = place.split(separator: " ", maxSplits: 1).map(String.init)
      #expect(Array("http://\(parts[0])/".utf8).withUnsafeBytes { reader.readHost($0) })
      Array(parts[1].utf8).withUnsafeBytes { text in
        reader.forEachLine(of: text) { key, _ in #expect(lines.count(of: key) == documents.count) }
      }
    }
    // The same from one folder, backwards.
    let other = try freeze(batches.reversed(), minimum: 3)
    let paths = ["a", "b"].map { "\(folder.path)/\($0).lines" }
    try lines.write(to: paths[0])
    try other.write(to: paths[1])
    #expect(try InputFile.bytes(paths[0]) == InputFile.bytes(paths[1]))
  }

  @Test("written counts are read again; damaged ones are a fault")
  func file() throws {
    let batch = batch([("http://a.example", "menu"), ("http://a.example", "menu")])
    let path = folder.path + "/counts.lines"
    try freeze([batch], minimum: 2).write(to: path)
    let lines = try FrozenSiteLines(contentsOf: path)
    #expect(lines.minimum == 2 && lines.count == 2)
    let chain = try chain("min_documents: 2, min_share: 0")
    #expect(try ChainMeter(chain, siteLines: lines).measure(batch).texts?.string(0) == "")
    let bytes = try InputFile.bytes(path)
    for damage in [
      Array(bytes.dropLast()), bytes + [0], bytes.map { $0 ^ 1 }, [], bytes.dropLast(16),
    ] {
      let damaged = try folder.file("damaged.lines", Array(damage))
      #expect(throws: Fault.self) { try FrozenSiteLines(contentsOf: damaged) }
    }
  }

  @Test("a meter without counts, or with counts of fewer lines, is a fault")
  func uncounted() throws {
    let chain = try chain("min_documents: 3, min_share: 0")
    let fault = #expect(throws: Fault.self) { try ChainMeter(chain) }
    #expect(
      fault?.message
        == "the pack 'p' removes lines that a site repeats, and nobody has counted them")
    let lines = try freeze([], minimum: 4)
    #expect(throws: Fault.self) { try ChainMeter(chain, siteLines: lines) }
    #expect(!FilterChain([try .named("pii")]).needsSiteLines)
  }

  @Test("any bytes are walked through, and the kept lines are the text's")
  func hostile() throws {
    var state: UInt64 = 11
    for _ in 0..<50 {
      var bytes: [UInt8] = []
      for _ in 0..<500 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes.append(
          [10, 13, 0xE2, 0x80, 0xA8, 0x41, 0x20, UInt8(state >> 56)][Int(state >> 33) % 8])
      }
      var reader = SiteLineReader()
      #expect(Array("x.example".utf8).withUnsafeBytes { reader.readHost($0) })
      var end = 0
      bytes.withUnsafeBytes { text in
        reader.forEachLine(of: text) { _, range in
          #expect(range.lowerBound >= end && range.upperBound <= text.count)
          end = range.upperBound
        }
      }
    }
  }
}
