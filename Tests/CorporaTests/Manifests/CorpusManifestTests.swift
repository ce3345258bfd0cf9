@testable import Corpora
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
          - name: hub
            license: ODC-By-1.0
            hf: [datasets/o/n@v1/data, datasets/o/n@v1/more/*.parquet]
            fields: {text: content, id: meta.id}
            document_limit_mb: 2.5
            skip: [generated, vendored]
            max_files: 3
            size_gb: 12.5
            homepage: https://example.org
            gated: true
          - name: two
            license: MIT
            https: [https://example.org/a/x.jsonl, https://example.org/b/x.jsonl]
        """, path: "m.yaml")
    #expect(manifest.sources.map(\.name) == ["manuals", "files", "held", "hub", "two"])
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
        == .https([HTTPSFile(url: "https://example.org/data.jsonl.zst", sha256: digest)]))
    let hub = manifest.sources[3]
    #expect(
      hub.origin
        == .hub([
          try HubAddress("datasets/o/n@v1/data"), try HubAddress("datasets/o/n@v1/more/*.parquet"),
        ]))
    #expect(hub.fields?.text == "content" && hub.fields?.id == "meta.id")
    #expect(hub.fields?.url == "url")
    #expect(hub.documentLimit == 2_500_000 && hub.skippedCode == [.generated, .vendored])
    #expect(hub.fileLimit == 3 && hub.gigabytes == 12.5 && hub.isGated)
    #expect(hub.homepage == "https://example.org")
    #expect(
      manifest.sources[4].origin
        == .https([
          HTTPSFile(url: "https://example.org/a/x.jsonl"),
          HTTPSFile(url: "https://example.org/b/x.jsonl"),
        ]))
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
        "'org/data' is no address of a dataset on the Hugging Face hub", "m.yaml:5:9",
        "path: FOLDER"
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
      (
        "  - name: a\n    license: MIT\n    hf: [datasets/o/n/a, datasets/o/n@x/b]\n",
        "a source reads two datasets, or two revisions of one", "m.yaml:5:9", "a source for each"
      ),
      (
        "  - name: a\n    license: MIT\n    hf: datasets/o/n/../b\n",
        "'datasets/o/n/../b' is no address of a dataset on the Hugging Face hub", "m.yaml:5:9", ""
      ),
      (
        "  - name: a\n    license: MIT\n    https: [https://e.org/a, https://e.org/b]\n"
          + "    sha256: [abc]\n",
        "'sha256' has 1 digests for 2 addresses", "m.yaml:6:13", ""
      ),
      (
        "  - name: a\n    license: MIT\n    path: x\n    skip: [minfied]\n",
        "unknown value 'minfied' for 'skip'", "m.yaml:6:11", "did you mean 'minified'?"
      ),
      (
        "  - name: a\n    license: MIT\n    path: x\n    fields: {txt: content}\n",
        "unknown key 'txt' in 'sources[0].fields'", "m.yaml:6:14", "rename it to 'text'"
      ),
      (
        "  - name: a\n    license: MIT\n    path: x\n    fields: {text: a..b}\n",
        "'a..b' cannot name a field", "m.yaml:6:20", "text: meta.text"
      ),
      (
        "  - name: a\n    license: MIT\n    path: x\n    max_files: 0\n",
        "wrong value for 'sources[0].max_files'", "m.yaml:6:16", ""
      ),
    ])
  func refused(yaml: String, message: String, place: String, hint: String) throws {
    let fault = try #require(faults(yaml).first)
    #expect(faults(yaml).count == 1)
    #expect(fault.message == message)
    #expect(fault.place == place)
    #expect(hint.isEmpty || fault.hint?.contains(hint) == true)
  }

  @Test("files over https never get one name, whatever they are called")
  func webNames() {
    func names(_ urls: [String]) -> [String] { urls.map { HTTPSFile(url: "https://" + $0) }.names }
    #expect(names(["h/a/x", "h/b/y", "h/c/"]) == ["x", "y", "index.html"])
    #expect(names(["h/a/x", "h/b/x"]) == ["1-x", "2-x"])
    #expect(names(["h/a/x", "h/b/x", "h/c/2-x"]) == ["1-x", "3-x", "2-x"])
    #expect(names(["h/a/x", "h/b/x", "h/c/x", "h/2-x"]) == ["1-x", "3-x", "4-x", "2-x"])
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
