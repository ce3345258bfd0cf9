import Corpora
import Curation
import EmbeddedFiles
import Foundation
import Streams
import TestFolders
import Testing

@Suite struct FilterPackTests {
  @Test("the packs of the binary are those of the folder, byte for byte")
  func embeddedPacks() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let folder = root.appending(path: "filters")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".yaml") }.map { "filters/\($0)" }
    var files: UnsafePointer<embedded_file>?
    let count = embedded_files(&files)
    let embedded = UnsafeBufferPointer(start: files, count: count)
    let paths = embedded.map { String(cString: $0.path) }
    #expect(paths == paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    #expect(Set(paths.filter { $0.hasPrefix("filters/") && $0.hasSuffix(".yaml") }) == Set(names))
    for file in embedded where names.contains(String(cString: file.path)) {
      let bytes = UnsafeBufferPointer(start: file.bytes, count: file.length)
      let path = root.appending(path: String(cString: file.path))
      #expect(try Data(contentsOf: path) == Data(bytes))
    }
  }

  @Test(
    "each pack in the binary reads without a fault and has its name",
    arguments: FilterPack.builtInNames)
  func builtIn(name: String) throws {
    let pack = try FilterPack.named(name)
    #expect(pack.name == name)
    #expect(!pack.steps.isEmpty)
    #expect(pack.measurements.allSatisfy { SignalRegistry.origin(of: $0) != nil })
  }

  @Test("an unknown pack is a fault that lists the packs and names the nearest")
  func unknownPack() throws {
    let fault = #expect(throws: Fault.self) { try FilterPack.named("gopher-qualty") }
    #expect(fault?.kind == .input)
    #expect(fault?.message == "there is no filter pack 'gopher-qualty'")
    #expect(fault?.hint == "did you mean 'gopher-quality'?")
  }

  private let head = """
    name: p
    version: 1
    paper: none
    description: a pack
    measurements: [word_count, hash_ratio]

    """

  @Test("all faults of a pack come out together, with line, column and the nearest name")
  func faults() throws {
    let yaml =
      head + """
        rules:
          - id: a
            fails_when: word_count < 5 and hash_rato > 0.1
          - id: a
            fails_when: char_count > 5
            erly: true
          - id: c
            fails_when: "word_count <"
        """
    let faults = try #require(
      #expect(throws: Faults.self) { try FilterPack(yaml: yaml, path: "p.yaml") })
    #expect(
      faults.faults.map { "\($0.place ?? "") \($0.message)" } == [
        "p.yaml:8:36 unknown signal 'hash_rato'",
        "p.yaml:9:9 two rules are called 'a'",
        "p.yaml:10:17 rule 'a' reads 'char_count', which the pack does not measure",
        "p.yaml:11:5 unknown key 'erly' in 'rules[1]'",
        "p.yaml:13:30 a condition lacks a value",
      ])
    #expect(faults.faults[0].hint == "rename it to 'hash_ratio'")
    #expect(faults.faults[3].hint == "rename it to 'early'")
  }

  @Test("a fault in a condition from outside is at '--set', and shows that condition")
  func conditionsFromOutside() throws {
    func faults(_ condition: String) -> [Fault] {
      let conditions = ["gopher_short_doc": condition]
      // Used by 'fineweb-heuristics', whose name the user knows.
      let faults = #expect(throws: Faults.self) {
        try FilterPack.named("fineweb-heuristics", conditions: conditions)
      }
      return faults?.faults ?? []
    }
    let place = "--set fineweb-heuristics.gopher_short_doc"
    #expect(
      faults("word_cuont < 30") == [
        Fault(
          .input, "unknown signal 'word_cuont'", at: place, found: "word_cuont",
          expected: "a signal that 'midstream filters list --signals' names",
          hint: "rename it to 'word_count'")
      ])
    #expect(
      faults("char_count < 30") == [
        Fault(
          .input, "rule 'gopher_short_doc' reads 'char_count', which the pack does not measure",
          at: place, found: "'char_count < 30'", hint: "add it to 'measurements'")
      ])
    #expect(faults("word_count <").map(\.place) == [place])
    let changed = try FilterPack.named(
      "fineweb-heuristics", conditions: ["gopher_short_doc": "word_count < 30"])
    #expect(changed.rules.contains { $0.condition == "word_count < 30" })
  }

  @Test("a fault in a condition from outside comes behind those of the file")
  func conditionsAndFile() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file(
      "p.yaml", head + "rules:\n  - {id: a, fails_when: word_count < 1, erly: true}\n")
    let faults = #expect(throws: Faults.self) {
      try FilterPack.named(path, conditions: ["a": "word_count"])
    }
    #expect(faults?.faults.map(\.place) == ["\(path):7:41", "--set p.a"])
  }

  @Test("two rules of one name are a fault")
  func sameName() throws {
    let yaml =
      head + """
        rules:
          - {id: a, fails_when: word_count < 5}
          - {id: a, fails_when: word_count > 9}
        """
    let faults = #expect(throws: Faults.self) { try FilterPack(yaml: yaml, path: "p.yaml") }
    #expect(faults?.faults.map(\.message) == ["two rules are called 'a'"])
  }

  @Test("a pack without rules, or measuring an unknown signal, is refused")
  func incomplete() throws {
    let yaml = "name: p\nversion: 1\npaper: x\ndescription: d\nmeasurements: [word_cuont]\n"
    let faults = #expect(throws: Faults.self) { try FilterPack(yaml: yaml, path: "p.yaml") }
    #expect(
      faults?.faults.map(\.message).sorted() == [
        "unknown signal 'word_cuont' in 'measurements'"
      ])
  }

  @Test("a trial shows verdict, values and threshold of each rule on one text")
  func trial() throws {
    let pack = try FilterPack.named("gopher-quality")
    let trials = try CurationTests.trials(FilterChain([pack]), on: "a few words of the text")
    #expect(trials.count == pack.rules.count)
    #expect(trials[0].rule == "gopher_short_doc")
    #expect(trials[0].verdict == .fails)
    #expect(trials[0].values == [.number("word_count", 6)])
    #expect(trials[0].threshold == 50)
    #expect(trials[9].verdict == .passes)
  }

  @Test("a rule whose signal was not measured is unknown, and decided once it is given")
  func trialOnColumns() throws {
    let chain = FilterChain([try FilterPack.named("language")])
    let alone = try chain.trials(on: ColumnTable())
    #expect(alone.map(\.verdict) == [.unknown, .unknown])
    #expect(alone[0].values == [.missing("language")])
    var signals = ColumnTable()
    var language = ByteColumn()
    language.append("de")
    signals.set("language", .bytes(language))
    signals.set("language_score", .float32([0.9]))
    let given = try chain.trials(on: signals)
    #expect(given.map(\.verdict) == [.fails, .passes])
    #expect(given[0].values == [.text("language", "de")])
  }
}
