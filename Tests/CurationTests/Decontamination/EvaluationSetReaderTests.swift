import Foundation
import Streams
import TestFolders
import Testing

@testable import Curation

@Suite struct EvaluationSetReaderTests {
  private func read(
    _ text: String, as name: String, fields: String? = nil, argument: String? = nil
  ) throws -> EvaluationSetReader.Read {
    let folder = try TemporaryFolder()
    let path = folder.path + "/" + name
    try OutputFile.write(text.utf8, to: path)
    let reader = EvaluationSetReader(
      try BenchmarkCatalog.builtIn(), fields: try fields.map { try EvaluationFields($0) })
    return try reader.read(argument.map { "\($0)=\(path)" } ?? path)
  }

  private func parts(_ read: EvaluationSetReader.Read) -> [[String]] {
    read.set.items.map { $0.parts.map { "\($0.kind.rawValue): \($0.text)" } }
  }

  @Test("the catalogue is read strictly and names each benchmark once, with a source")
  func catalogue() throws {
    let catalog = try BenchmarkCatalog.builtIn()
    let names = catalog.benchmarks.flatMap { [$0.name] + $0.aliases }
    #expect(Set(names).count == names.count && catalog.benchmarks.count >= 25)
    for benchmark in catalog.benchmarks {
      #expect(benchmark.source.hasPrefix("hf://") || benchmark.source.hasPrefix("https://"))
      #expect(!benchmark.layouts.isEmpty && !benchmark.license.isEmpty)
    }
    #expect(throws: (any Error).self) {
      try BenchmarkCatalog(text: "name: x\nbenchmarks:\n  - {name: a, kind: b}\n", path: "x.yaml")
    }
  }

  @Test(
    "a benchmark is recognised by name and fields; an answer is a place or a letter of a choice")
  func recognised() throws {
    let letters = try read(
      "question,A,B,C,D,answer\n\"Which, of these?\",one,two,three,four,C\n", as: "mmlu_test.csv")
    #expect(letters.set.name == "mmlu")
    #expect(
      parts(letters) == [
        [
          "question: Which, of these?", "choice: one", "choice: two", "answer: three",
          "choice: four",
        ]
      ])
    let places = try read(
      #"{"ind":7,"ctx":"He","endings":["runs","sits"],"label":1}"#, as: "hellaswag.jsonl")
    #expect(places.set.items[0].id == "7")
    #expect(parts(places) == [["question: He", "choice: runs", "answer: sits"]])
    let byFields = try read(
      #"{"problem":"1+1?","solution":"It is 2"}"#, as: "unknown.jsonl")
    #expect(byFields.set.name == "unknown" && byFields.recognised.contains("math"))
    let counted = try read(
      #"{"sentence":"S","option1":"a","option2":"b","answer":"2"}"#, as: "winogrande.jsonl")
    #expect(parts(counted) == [["question: S", "choice: a", "answer: b"]])
  }

  @Test("a prompt is taken apart at its labels, and choices that are letters stand for its lines")
  func prompts() throws {
    let found = try read(
      #"{"query":"Question: Where?\nChoices:\nA. bank\nB. mall\nAnswer:","choices":["A","B"],"gold":0}"#,
      as: "commonsense_qa.jsonl")
    #expect(parts(found) == [["question: Where?", "answer: bank", "choice: mall"]])
    let boolq = try read(
      #"{"query":"Passage: It rains.\nQuestion: does it?\n","choices":["no","yes"],"gold":1}"#,
      as: "boolq.jsonl")
    #expect(
      parts(boolq) == [
        ["passage: It rains.", "question: does it?", "choice: no", "answer: yes"]
      ])
  }

  @Test("objects and lists are followed by dots, and texts are cut at a separator")
  func paths() throws {
    let found = try read(
      #"{"id":"x","question":"Q","choices":{"text":["a","b"],"label":["A","B"]},"answerKey":"B"}"#,
      as: "arc.jsonl")
    #expect(parts(found) == [["question: Q", "choice: a", "answer: b"]])
    let truthful = try read(
      "Question,Best Answer,Correct Answers,Incorrect Answers\nWhy?,a,a; b,c; d\n",
      as: "truthfulqa.csv")
    #expect(
      parts(truthful) == [
        ["question: Why?", "answer: a", "answer: a", "answer: b", "choice: c", "choice: d"]
      ])
  }

  @Test("fields that are named are taken, and one that is not there is a fault with the nearest")
  func named() throws {
    let text = #"{"q":"Q?","options":["a","b"],"lable":"b"}"#
    let found = try read(
      text, as: "x.jsonl", fields: "question=q,choices=options,answer=lable", argument: "mine")
    #expect(found.set.name == "mine")
    #expect(parts(found) == [["question: Q?", "choice: a", "answer: b"]])
    let fault = #expect(throws: Fault.self) {
      try read(text, as: "x.jsonl", fields: "question=q,answer=label")
    }
    #expect(fault?.found == "q, options, lable")
    #expect(fault?.hint == "did you mean 'lable'?")
    for wrong in ["question", "q=x", "choices=a", "question="] {
      #expect(throws: Fault.self) { try EvaluationFields(wrong) }
    }
  }

  @Test("rows without a part are counted and named; files without an item are faults")
  func empty() throws {
    let found = try read(
      "{\"question\":\"Q\",\"answer\":\"a\"}\n{\"question\":\" \",\"answer\":\"\"}\nnonsense\n",
      as: "gsm8k.jsonl")
    #expect(found.empty.count == 1 && found.empty[0].hasSuffix("gsm8k.jsonl:2"))
    #expect(found.problems.count == 1)
    for (name, text) in [
      ("a.jsonl", ""), ("b.csv", ""), ("c.jsonl", "\u{0}\u{1}\u{2}"), ("d.jsonl", "[1]\n"),
      ("e.jsonl", "{\"x\":1}\n"), ("f.parquet", "PAR1"), ("g.jsonl", "{\"question\":\"\"}\n"),
    ] {
      #expect(throws: Fault.self, "\(name)") { try read(text, as: name) }
    }
  }

  @Test(
    "items of the shared evaluation sets planted into prose are found, however they are changed")
  func shared() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().path
    let data = root + "/../shared/data/"
    guard Folder.isFolder(data) else {
      print("skipped: no shared data beside the package")
      return
    }
    let reader = EvaluationSetReader(try BenchmarkCatalog.builtIn())
    let sets = try [
      "foundry/copa.jsonl.zst", "humaneval.jsonl.zst", "mmlu_dev_val.tar.zst",
      "foundry/openbook_qa.jsonl.zst",
    ].map { try reader.read(data + "eval/" + $0).set }
    #expect(sets.map(\.items.count) == [100, 164, 285, 500])
    let finder = try EvaluationIndexes(sets).finder()
    let text = String(
      decoding: try InputFile.decompressedBytes(data + "text/prose_tinyshakespeare.txt.zst"),
      as: UTF8.self)
    let carrier = String(text.prefix(1000))
    func holds(_ text: String, _ set: Int, _ item: Int) -> Bool {
      Array(text.utf8).withUnsafeBytes { finder.findings(in: $0) }.contains {
        $0.decides && $0.set == set && $0.item == item
      }
    }
    #expect(
      Array(text.utf8).withUnsafeBytes { finder.findings(in: $0) }.allSatisfy { !$0.decides })
    var (planted, verbatim, changed) = (0, 0, 0)
    for (set, evaluation) in sets.enumerated() {
      for item in stride(from: 0, to: evaluation.items.count, by: 10) {
        let whole = evaluation.items[item].parts.map(\.text).joined(separator: "\n")
        planted += 1
        verbatim += holds(carrier + whole + "\n" + carrier, set, item) ? 1 : 0
        let loud = whole.uppercased().filter { !",.;:!?'\"()".contains($0) }
          .replacing(" ", with: "\n ")
        changed += holds(carrier + loud + "\n" + carrier, set, item) ? 1 : 0
      }
    }
    #expect(verbatim == planted)
    #expect(Double(changed) >= 0.95 * Double(planted))
  }
}
