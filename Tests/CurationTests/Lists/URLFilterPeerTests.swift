import Corpora
import Foundation
import Streams
import TestFolders
import Testing

@testable import Curation

/// The URL rules beside datatrove's URLFilter, with the same lists and the same list of suffixes.
@Suite struct URLFilterPeerTests {
  private static let script = """
    import json, os, sys, warnings
    warnings.simplefilter("ignore")
    import tldextract
    from datatrove.data import Document
    from datatrove.pipeline.filters import URLFilter
    folder = sys.argv[1]
    lines = lambda name: open(folder + "/" + name).read().splitlines()
    one = URLFilter(
        extra_domains=lines("domains"), extra_urls=lines("urls"), banned_words=lines("hard"),
        banned_subwords=lines("sub"), soft_banned_words=lines("soft"), use_integrated_lists=False)
    one.tldextractor = tldextract.TLDExtract(suffix_list_urls=())
    answers = []
    for url in lines("pages"):
        verdict = one.filter(Document(text="", id="", metadata={"url": url}))
        parts = one.tldextractor(url)
        answers.append([verdict[1] if isinstance(verdict, tuple) else "", parts.registered_domain])
    print(json.dumps(answers))
    """

  private static let order = [
    "domain", "subdomain", "url", "hard_blacklisted", "soft_blacklisted", "blacklisted_subword",
  ]

  @Test("each page falls to the rule that it falls to in datatrove, with its list of suffixes")
  func sameVerdicts() throws {
    guard let python = PeerPython.find("datatrove", "tldextract", "ahocorasick", "fasteners") else {
      return print("skipped: no Python with datatrove and tldextract (MIDSTREAM_TEST_PYTHON)")
    }
    let folder = try TemporaryFolder()
    var domains = ["example.com", "b.example.org", "example.co.uk", "city.kobe.jp", "a.kobe.jp"]
    var hard = ["casino", "Viagra", "free-slots"]
    var sub = ["online casino", "buyviagra", "p0ker"]
    var soft = ["bet", "win", "slots", "bonus"]
    if let archive = try SharedData.archive("lists/ut1_domains.tar.zst") {
      for (name, bytes) in archive where name.hasSuffix("gambling/domains") {
        domains += String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
      }
      let read = { (name: String) in
        try SharedData.bytes("lists/datatrove_\(name).txt").map {
          String(decoding: $0, as: UTF8.self).split(separator: "\n").map(String.init)
        } ?? []
      }
      hard += try read("banned_words")
      sub += try read("banned_subwords")
      soft += try read("soft_banned_words")
    }
    var state: UInt64 = 7
    let next = { (count: Int) -> Int in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % count
    }
    let plain = ["a", "news", "the", "x1", "page", "of", "shop", "city"]
    let suffixes = [
      "com", "co.uk", "org", "kobe.jp", "jp", "de", "com.br", "ck", "www.ck", "city.kobe.jp",
    ]
    var urls: [String] = []
    var pages: [String] = []
    for index in 0..<4000 {
      let word = { () -> String in
        let words = [plain, plain, plain, hard, soft, sub][next(6)]
        return words[next(words.count)].lowercased().replacing(" ", with: "-")
      }
      // datatrove keeps the case of hosts, which have none: they are in lower case here.
      let host =
        next(3) == 0
        ? domains[next(domains.count)].lowercased()
        : "\(plain[next(8)])\(plain[next(8)]).\(suffixes[next(suffixes.count)])"
      // An address is in no list of datatrove's, since it has no domain: ours finds it.
      if host.allSatisfy({ $0.isNumber || $0 == "." }) { continue }
      let front = ["", "www.", "m.a.", "u:p@"][next(4)]
      let url =
        "http\(next(2) == 0 ? "s" : "")://\(front)\(host)\(["", ":80", "."][next(3)])/"
        + "\(word())\(["-", "/", "_", "", "?q="][next(5)])\(word())/\(next(2) == 0 ? word() : "P")"
      guard url.unicodeScalars.allSatisfy({ $0.value > 32 }) else { continue }
      pages.append(url)
      if index % 97 == 0 { urls.append(url) }
    }
    for (name, lines) in [
      ("domains", domains), ("urls", urls), ("hard", hard), ("sub", sub), ("soft", soft),
      ("pages", pages),
    ] {
      try folder.file(name, lines.joined(separator: "\n") + "\n")
    }
    let snapshot = try #require(
      PeerPython.run(
        python,
        "import os, tldextract; print(os.path.dirname(tldextract.__file__) + '/.tld_set_snapshot', end='')"
      ))
    let path = try folder.file(
      "p.yaml",
      """
      name: p
      version: 1
      paper: none
      description: d
      lists:
        domain: {file: domains, match: domains, suffixes: \(snapshot)}
        subdomain: {file: domains, match: hosts}
        url: {file: urls, match: urls}
        hard: {file: hard, match: url_words}
        soft: {file: soft, match: url_words}
        sub: {file: sub, match: url_subwords}
      measurements: [domain, subdomain, url, hard, soft, sub]
      rules:
        - {id: domain, fails_when: domain > 0}
        - {id: subdomain, fails_when: subdomain > 0}
        - {id: url, fails_when: url > 0}
        - {id: hard_blacklisted, fails_when: hard > 0}
        - {id: soft_blacklisted, fails_when: soft >= 2}
        - {id: blacklisted_subword, fails_when: sub > 0}
      """)
    let chain = FilterChain([try FilterPack.named(path)])
    var batch = DocumentBatch()
    for page in pages { batch.append(Document(id: "", text: "", source: "", url: page)) }
    let decisions = try FilterDecider(chain).decide(ChainMeter(chain).measure(batch).signals)
      .decisions
    var first = [String](repeating: "", count: pages.count)
    for entry in 0..<decisions.count where first[Int(decisions[entry].ordinal)].isEmpty {
      first[Int(decisions[entry].ordinal)] = decisions[entry].rule
    }
    let output = try #require(PeerPython.run(python, Self.script, [folder.path]))
    let answers = try JSONDecoder().decode([[String]].self, from: Data(output.utf8))
    #expect(answers.count == pages.count)
    let (known, _) = try PublicSuffixes.read(snapshot, packFolder: "")
    var host = SiteHost()
    var seen: Set<String> = []
    for (index, answer) in answers.enumerated() {
      #expect(first[index] == answer[0], "\(pages[index])")
      seen.insert(answer[0])
      Array(pages[index].utf8).withUnsafeBytes { host.read($0) }
      let domain = known.registeredDomain(of: host)
        .map { String(decoding: host.bytes[$0...], as: UTF8.self) }
      #expect(domain ?? "" == answer[1], "\(pages[index])")
    }
    #expect(seen.isSuperset(of: Self.order))
  }

  @Test("millions of domains are read in seconds and cost their hashes")
  func manyDomains() throws {
    let folder = try TemporaryFolder()
    var text: [UInt8] = []
    for index in 0..<1_000_000 { text += Array("site\(index).example\n".utf8) }
    let path = try folder.file("domains", text)
    let file = try ListFile(try InputFile.decompressedBytes(path), path: path)
    var set = HashedStrings(expected: file.entries.count)
    file.forEach { set.insert($0) }
    #expect(set.count == 1_000_000)
    #expect(Array("site999999.example".utf8).withUnsafeBytes { set.contains($0) })
    #expect(!Array("site1000000.example".utf8).withUnsafeBytes { set.contains($0) })
  }
}
