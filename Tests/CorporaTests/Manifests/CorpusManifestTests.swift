import Corpora
import Streams
import Testing

@Suite struct CorpusManifestTests {
  private func faults(_ sources: String) -> [Fault] {
    do {
      _ = try CorpusManifest(text: "name: test\nsources:\n" + sources, path: "m.yaml")
      return []
    } catch { return (error as? Faults)?.faults ?? [] }
  }

  @Test("every key of a source is read")
  func reads() throws {
    let manifest = try CorpusManifest(
      text: """
        name: test
        description: A test.
        sources:
          - name: manuals
            domain: math
            quality: high
            license: MIT
            apt: doc-[0-9]*
            format: html
            include: ["a/*.html", "b/**"]
            exclude: b/c
            evaluation_share: 0.25
            optional: true
          - name: files
            license: MIT
            path: here
          - name: held
            domain: code
            license: MIT
            https: https://example.org/data.jsonl.zst
            sha256: BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD
            evaluation: true
        """, path: "m.yaml")
    #expect(manifest.sources.map(\.name) == ["manuals", "files", "held"])
    let first = manifest.sources[0]
    #expect(first.domain == .math && first.quality == .high && first.format == .html)
    #expect(first.evaluation == .share(0.25) && first.isOptional)
    #expect(first.origin == .apt("doc-[0-9]*"))
    #expect(first.takes("a/x.html") && first.takes("b/x/y"))
    #expect(!first.takes("b/c") && !first.takes("c"))
    #expect(manifest.sources[1].origin == .path("here"))
    #expect(manifest.sources[1].takes("anything"))
    #expect(manifest.sources[2].evaluation == .all)
    let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    #expect(
      manifest.sources[2].origin
        == .https(url: "https://example.org/data.jsonl.zst", sha256: digest))
  }

  @Test(
    "a wrong source is refused with its line and what to do instead",
    arguments: [
      (
        "  - name: a\n    license: MIT\n    s3: s3://b/k\n", "reading from S3 is not built yet",
        "m.yaml:5:9", "path: FOLDER"
      ),
      (
        "  - name: a\n    license: MIT\n    hf: org/data\n",
        "reading from the Hugging Face hub is not built yet", "m.yaml:5:9", "path: FOLDER"
      ),
      (
        "  - name: a\n    license: MIT\n", "a source says nowhere where it comes from",
        "m.yaml:3:5",
        "path: FOLDER"
      ),
      (
        "  - name: a\n    license: MIT\n    apt: x\n    path: y\n", "a source comes from two",
        "m.yaml:3:5", "path: FOLDER"
      ),
      ("  - name: a\n    apt: x\n", "'sources[0].license' is missing", "m.yaml:3:5", ""),
      (
        "  - name: a\n    license: MIT\n    path: x\n    evaluation_share: 0.1\n",
        "'sources[0].domain' is missing", "m.yaml:3:5", "by domain"
      ),
      (
        "  - name: a\n    license: MIT\n    path: x\n    domian: math\n",
        "unknown key 'domian' in 'sources[0]'", "m.yaml:6:5", "rename it to 'domain'"
      ),
      (
        "  - name: a/b\n    license: MIT\n    path: x\n", "'a/b' cannot name a source",
        "m.yaml:3:11",
        "NAME/PATH"
      ),
      (
        "  - name: a\n    license: MIT\n    https: http://example.org/f\n",
        "'http://example.org/f' is not an https address", "m.yaml:5:12", ""
      ),
      (
        "  - name: a\n    license: MIT\n    https: https://example.org/f\n    sha256: abc\n",
        "'sha256' is not a SHA-256", "m.yaml:6:13", ""
      ),
    ])
  func refused(yaml: String, message: String, place: String, hint: String) throws {
    let fault = try #require(faults(yaml).first)
    #expect(faults(yaml).count == 1)
    #expect(fault.message == message)
    #expect(fault.place == place)
    #expect(hint.isEmpty || fault.hint?.contains(hint) == true)
  }

  @Test("two sources of one name are refused")
  func sameName() {
    let source = "  - name: a\n    license: MIT\n    path: x\n"
    #expect(faults(source + source).map(\.message) == ["two sources are named 'a'"])
  }

  @Test("a manifest without sources is refused")
  func empty() {
    #expect(throws: Faults.self) { try CorpusManifest(text: "name: x", path: "m.yaml") }
    #expect(throws: Faults.self) { try CorpusManifest(text: "name: x\nsources: []", path: "m") }
  }

  @Test("a share sets that share of documents aside, always the same ones")
  func share() {
    let ids = (0..<20_000).map { "source/file-\($0).html" }
    func chosen(_ share: Double) -> [String] {
      ids.filter { id in
        var id = id
        return id.withUTF8 {
          EvaluationShare.share(share).setsAside(id: UnsafeRawBufferPointer($0))
        }
      }
    }
    #expect(abs(chosen(0.05).count - 1000) < 150)
    #expect(Set(chosen(0.02)).isSubset(of: chosen(0.05)))
    #expect(chosen(0).isEmpty)
    #expect(chosen(1).count == ids.count)
  }
}
