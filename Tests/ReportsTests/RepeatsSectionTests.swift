import Runs
import Streams
import TestFolders
import Testing

@testable import Reports

@Suite struct RepeatsSectionTests {
  private var record: RepeatsRecord {
    var web = DocumentFates()
    web.add(bytes: 5000, keptBytes: 4000)
    web.add(bytes: 1234, keptBytes: nil)
    var none = DocumentFates()
    none.add(bytes: 2000, keptBytes: 2000)
    return RepeatsRecord(
      part: "line", sources: ["web": web, "": none], spans: 17, cutBytes: 1000,
      lengths: [SpanLengthCount(bytes: 64, spans: 13), SpanLengthCount(bytes: 256, spans: 4)],
      search: ["parts": 99],
      repeated: [
        RepeatedPart(
          copies: 4321, bytes: 77, input: "in/<a>.jsonl", document: 5, byte: 6,
          excerpt: "All rights & <none> reserved\u{1B}[31m")
      ])
  }

  @Test("the section says how much went, of which sources, and what is most frequent, escaped")
  func body() {
    let body = RepeatsSection(repeats: record).body.text
    PageCheck.expectWellFormed(body)
    for text in [
      "17 stretches", "4,321", "(none)", "13 stretches", "All rights &amp; &lt;none&gt;",
      "in/&lt;a&gt;.jsonl", "1 of 3 without some text",
    ] {
      #expect(body.contains(text), "\(text)")
    }
    #expect(!body.contains("<none>") && !body.contains("\u{1B}"))
  }

  @Test("a folder with nothing but this record has a page and a text")
  func alone() throws {
    let folder = try TemporaryFolder()
    try RecordFile.write(record, to: folder.path + "/" + RepeatsRecord.path)
    let report = try RunReport(folder: folder.path)
    #expect(report.repeats == record && report.faults.isEmpty)
    PageCheck.expectWellFormed(report.html())
    let text = TextReport(report).text(width: 60)
    #expect(text.contains("4,321") && text.contains("web"), "\(text)")
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 60 })
  }

  @Test("where nothing is repeated the section says so")
  func empty() {
    var record = record
    record.lengths = []
    record.repeated = []
    let body = RepeatsSection(repeats: record).body.text
    #expect(body.contains("Nothing is repeated.") && !body.contains("Most frequent"))
  }
}
