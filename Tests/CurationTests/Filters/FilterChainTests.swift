import Corpora
import Streams
import Testing

@testable import Curation

@Suite struct FilterChainTests {
  private func pack(_ body: String) throws -> FilterPack {
    try FilterPack(
      yaml: "name: p\nversion: 1\npaper: none\ndescription: d\n" + body, path: "p.yaml")
  }

  private func faults(_ body: String) -> [String] {
    do {
      _ = try pack(body)
      return []
    } catch let faults as Faults {
      return faults.faults.map { "\($0.place ?? "") \($0.message)" }
    } catch {
      return ["\(error)"]
    }
  }

  private let chain = """
    steps:
      - measurements: [line_count, char_count]
        rules:
          - {id: few, fails_when: line_count < 3}
      - edit: collapse_newlines
        most: 1
      - measurements: [line_count]
        rules:
          - {id: few_after, fails_when: line_count < 3}
          - {id: changed, fails_when: newlines_removed > 0}
    """

  @Test("each rule reads the version of the text at its place, and the last text comes out")
  func versions() throws {
    let chain = FilterChain([try pack(chain)])
    #expect(chain.edits)
    let edited = try #require(chain.columns.last)
    #expect(edited.hasPrefix("line_count@collapse_newlines-"))
    var batch = DocumentBatch()
    for text in ["a\n\n\nb", "a\nb\nc\nd", ""] {
      batch.append(Document(id: text, text: text, source: ""))
    }
    let measured = try ChainMeter(chain).measure(batch)
    #expect(measured.signals.names == chain.columns)
    #expect(try measured.signals.float32("line_count") == [4, 4, 0])
    #expect(try measured.signals.float32(edited) == [2, 4, 0])
    #expect(measured.texts == ByteColumn(["a\nb", "a\nb\nc\nd", ""]))
    let decisions = try FilterDecider(chain).decide(measured.signals).decisions
    let failed = (0..<decisions.count).map { "\(decisions[$0].ordinal) \(decisions[$0].rule)" }
    #expect(failed == ["0 few_after", "0 changed", "2 few", "2 few_after"])
  }

  @Test("a pack's edits pass by the documents that it does not judge")
  func passedBy() throws {
    let chain = FilterChain([try pack(chain)])
    var batch = DocumentBatch()
    batch.append(Document(id: "1", text: "a\n\nb", source: ""))
    batch.append(Document(id: "2", text: "a\n\nb", source: ""))
    let measured = try ChainMeter(chain).measure(batch) { _, document in document == 1 }
    #expect(measured.texts == ByteColumn(["a\n\nb", "a\nb"]))
  }

  @Test("a rule that reads a signal of the text before an edit is a fault")
  func outdated() {
    #expect(
      faults(
        """
        steps:
          - measurements: [line_count]
          - edit: collapse_newlines
          - rules:
              - {id: few, fails_when: line_count < 3}
        """) == [
          "p.yaml:9:31 rule 'few' reads 'line_count' of the text before the edit "
            + "'collapse_newlines' changed it"
        ])
  }

  @Test("definitions are expressions over signals; one that leads back to itself is a fault")
  func definitions() throws {
    let defined = try pack(
      """
      define:
        symbols: hash_ratio + dots
        dots: ellipsis_ratio * 2
      measurements: [hash_ratio, ellipsis_ratio]
      rules:
        - {id: many, fails_when: symbols > 0.5}
      """)
    #expect(defined.rules.first?.signals == ["hash_ratio", "ellipsis_ratio"])
    #expect(
      faults(
        """
        define:
          a: b + 1
          b: c * 2
          c: a - 1
        measurements: [hash_ratio]
        """) == ["p.yaml:8:6 a definition reads itself: a reads b reads c reads a"])
  }

  @Test("definitions that double at each name are a fault at 1,000 parts, with its line")
  func doublingDefinitions() {
    let lines = (1...40).map { "  a\($0): a\($0 - 1) + a\($0 - 1)\n" }
    for lines in [lines, lines.reversed()] {
      let found = faults("define:\n  a0: word_count\n" + lines.joined() + "measurements: [a40]\n")
      #expect(
        found.contains {
          $0.hasSuffix(
            "a definition comes to more than 1000 parts with the definitions that it reads")
        })
      #expect(found.count < 8)
    }
    let forwards = faults(
      "define:\n  a0: word_count\n" + lines.joined() + "measurements: [word_count]\n")
    // 1,023 parts, after 511 in the line before.
    #expect(forwards.first?.hasPrefix("p.yaml:15:12 a definition comes to more than") == true)
  }

  @Test("a chain of definitions is a fault from 100 on, in whichever order it is written")
  func deepDefinitions() throws {
    func body(_ count: Int, reversed: Bool) -> String {
      let lines = (1...count).map { "  a\($0): a\($0 - 1)\n" }
      return "define:\n  a0: word_count\n" + (reversed ? lines.reversed() : lines).joined()
        + "measurements: [word_count]\n"
    }
    for reversed in [false, true] {
      #expect(faults(body(99, reversed: reversed)) == [])
      let message = "a definition is more than 100 deep with the definitions that it reads"
      #expect(faults(body(100, reversed: reversed)).map { $0.hasSuffix(message) } == [true])
      let long = faults(body(500, reversed: reversed))
      #expect(!long.isEmpty && long.allSatisfy { $0.hasSuffix(message) })
    }
  }

  @Test("a digest of decisions is the same for the same packs, and another for any other")
  func decisionDigest() throws {
    let body = { (kinds: String, definition: String, rest: String) in
      """
      define:
        many: \(definition)
      steps:
        - {edit: mask_pii, kinds: [\(kinds)]}
        - measurements: [word_count]
          rules:
            - {id: few, fails_when: \(rest)}
      """
    }
    let digest = { (body: String) in FilterChain([try self.pack(body)]).decisionDigest }
    let one = try digest(body("email, ip, phone, iban, card", "word_count * 2", "many < 50"))
    #expect(one.count == 32)
    #expect(try digest(body("card, phone, ip, iban, email", "word_count * 2", "many < 50")) == one)
    // Written here, since what changes from process to process is the same within one.
    #expect(one == "0e603a4f38e7979eddec16dadc76e4f6")
    let others = try [
      body("email, ip, phone, iban", "word_count * 2", "many < 50"),
      body("email, ip, phone, iban, card", "word_count * 3", "many < 50"),
      body("email, ip, phone, iban, card", "word_count * 2", "many < 51"),
      body("email, ip, phone, iban, card", "word_count * 2", "many < 50, early: true"),
    ].map(digest)
    #expect(Set(others + [one]).count == 5)
    let packs = try ["gopher-quality", "language"].map { try FilterPack.named($0) }
    #expect(FilterChain(packs).decisionDigest != FilterChain(packs.reversed()).decisionDigest)
    let changed = try FilterPack.named(
      "gopher-quality", conditions: ["gopher_short_doc": "word_count < 30"])
    #expect(FilterChain([changed]).decisionDigest != FilterChain([packs[0]]).decisionDigest)
  }

  @Test("a pack may use others, and its name is no file")
  func use() throws {
    let using = try pack("steps:\n  - use: gopher-quality\n  - use: gopher-repetition\n")
    let parts = try ["gopher-quality", "gopher-repetition"].map { try FilterPack.named($0) }
    #expect(using.rules == parts.flatMap(\.rules))
    #expect(
      faults("steps:\n  - use: p\n") == ["p.yaml:6:10 there is no filter pack 'p'"])
    #expect(
      faults("steps:\n  - use: gopher-qualty\n")
        == ["p.yaml:6:10 there is no filter pack 'gopher-qualty'"])
  }

  @Test("a misplaced step, an unknown edit and an unknown option are faults with their lines")
  func steps() {
    #expect(
      faults(
        """
        words: spaces
        steps:
          - {edit: collapse_newline}
          - {use: language, edit: collapse_newlines}
          - {edit: collapse_newlines, mots: 3}
          - {measurements: [newlines_removed]}
        """) == [
          "p.yaml:5:8 unknown value 'spaces' for 'words'",
          "p.yaml:7:12 unknown value 'collapse_newline' for 'steps[0].edit'",
          "p.yaml:8:5 a step is one of use, edit, or measurements and rules",
          "p.yaml:9:31 unknown key 'mots' in 'steps[2]'",
          "p.yaml:10:20 'newlines_removed' is counted by the edit 'collapse_newlines', not measured",
        ])
  }
}
