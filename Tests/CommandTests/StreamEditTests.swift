import Foundation
import Runs
import Streams
import TestFolders
import Testing

/// A run whose packs edit texts.
@Suite struct StreamEditTests {
  @Test("edits reach the kept documents of a pack's domains, and nothing else")
  func edits() throws {
    let scratch = try TemporaryFolder()
    let corpus = try SmallCorpus(scratch)
    let pack = try scratch.file(
      "newlines.yaml",
      """
      name: newlines
      version: 1
      paper: none
      description: single newlines
      steps:
        - {edit: collapse_newlines, most: 1}
        - rules:
            - {id: many, fails_when: newlines_removed > 1000}
      """)
    let recipe = try String(contentsOfFile: corpus.recipe, encoding: .utf8)
    let edited = recipe.replacing(
      "- {pack: language, domains: [general]}",
      with: "- {pack: \(pack), domains: [general]}\n    - {pack: language, domains: [general]}")
    let path = try scratch.file("edited.yaml", edited)
    let run = scratch.path + "/run"
    let result = try Program.run(["run", path, "--output", run, "--quiet"])
    #expect(result.status == 0, "\(result.errors)")

    var paragraphs: [String: Int] = [:]
    var documents: [String: Int] = [:]
    for part in ["kept", "removed", "held-out", "documents"] {
      for file in try Folder.files(under: run + "/" + part) {
        for line in try scratch.text("run/\(part)/\(file)").split(separator: "\n") {
          let source = line.contains("\"source\":\"general\"") ? "general" : "other"
          documents["\(part) \(source)", default: 0] += 1
          let hasParagraphs = line.contains("\\n\\n")
          paragraphs["\(part) \(source)", default: 0] += hasParagraphs ? 1 : 0
        }
      }
    }
    #expect(try #require(documents["kept general"]) > 3 && paragraphs["kept general"] == 0)
    #expect(try #require(paragraphs["kept other"]) > 3)
    #expect(try #require(paragraphs["held-out general"]) > 1)
    #expect(try #require(paragraphs["documents general"]) > 3)

    let curation = try RecordFile.read(CurationRecord.self, from: run + "/" + CurationRecord.path)
    let steps = Dictionary(uniqueKeysWithValues: curation.funnel.map { ($0.name, $0) })
    let training = try #require(steps["training"])
    let filtered = try #require(steps["filtered"])
    #expect(filtered.bytes < training.bytes)

    // Without the pack the edited texts are gone, and the unfiltered stream is what it was.
    let plain = scratch.path + "/plain"
    #expect(try Program.run(["run", corpus.recipe, "--output", plain, "--quiet"]).status == 0)
    #expect(Folder.isFolder(run + "/edited") && !Folder.exists(plain + "/edited"))
    for file in try Folder.files(under: run + "/documents") {
      let ours = try ContentDigest(file: "\(run)/documents/\(file)")
      #expect(try ours == ContentDigest(file: "\(plain)/documents/\(file)"))
    }
  }
}
