import Runs
import Streams
import TestFolders
import Testing

@testable import Reports

@Suite struct ContaminationSectionTests {
  private let record = ContaminationRecord(
    method: "runs of 8 words, 80% of a part", action: "passage", documents: 1200, bytes: 9_000_000,
    contaminated: 3, removed: 1, cut: 2, cutBytes: 512,
    sets: [
      ContaminatedSet(
        name: "gsm8k", file: "gsm8k.jsonl", fields: "question=question", recognised: "by name",
        items: 1319, touched: 33, emptyRows: 0, emptyPlaces: [])
    ],
    worst: [
      ContaminatedItem(
        set: "gsm8k", item: "a:1", part: "question", text: "How many <eggs> are there & where?",
        share: 0.875, documentCount: 2, documents: ["doc-1", "doc-2"],
        passage: "HOW MANY <eggs> are there")
    ])

  @Test("the section says what was found and done, by set, and shows item and passage, escaped")
  func body() {
    let body = ContaminationSection(contamination: record).body.text
    PageCheck.expectWellFormed(body)
    for text in [
      "3 of 1,200 documents", "cut out of 2 documents", "1,319", "2.5%", "87.5% of the question",
      "&lt;eggs&gt;", "<code>doc-1</code>", "2 documents",
    ] {
      #expect(body.contains(text), "\(text)")
    }
    #expect(!body.contains("<eggs>"))
  }

  @Test("a folder with nothing but this record has a page and a text")
  func alone() throws {
    let folder = try TemporaryFolder()
    try RecordFile.write(record, to: folder.path + "/" + ContaminationRecord.path)
    let report = try RunReport(folder: folder.path)
    #expect(report.contamination == record && report.faults.isEmpty)
    PageCheck.expectWellFormed(report.html())
    #expect(report.html().contains("id=\"contamination\""))
    let text = TextReport(report).text(width: 80)
    #expect(text.contains("gsm8k") && !text.contains("is missing"))
  }

  @Test("without sets or items the section says so")
  func empty() {
    var record = record
    record.sets = []
    record.worst = []
    record.action = "report"
    let body = ContaminationSection(contamination: record).body.text
    #expect(body.contains("no evaluation set") && body.contains("No item stands in a document."))
    #expect(body.contains("nothing: this is a report"))
  }
}
