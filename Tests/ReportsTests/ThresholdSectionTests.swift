import Foundation
import Runs
import Streams
import Testing

@testable import Reports

@Suite struct ThresholdSectionTests {
  private func section(_ record: ThresholdsRecord = SmallRun.thresholds) -> String {
    ThresholdSection(thresholds: record).body.text
  }

  /// The cells of each row, without their markup.
  private func rows(_ page: String) -> [[String]] {
    page.matches(of: /<tr><th scope="row".*?<\/tr>/.dotMatchesNewlines()).map { row in
      row.output.matches(of: />([^<]+)</).map { String($0.output.1) }.filter { $0 != "\n" }
    }
  }

  @Test("each step of the slider says what is kept, and what moving there flips")
  func steps() {
    let page = section()
    let steps = rows(page).map { $0.joined(separator: " | ") }
    #expect(
      steps == [
        "10 | 9,914 documents | 34.3 MB, 8,630,203 tokens | "
          + "brings back 1,611 documents (828 kB, 207,092 tokens)",
        "40 | 8,414 documents | 33.5 MB, 8,438,150 tokens | "
          + "brings back 111 documents (60.2 kB, 15,039 tokens)",
        "50 | 8,303 documents | 33.4 MB, 8,423,111 tokens | is where it is",
        "60 | 8,180 documents | 33.4 MB, 8,405,609 tokens | "
          + "removes 123 documents (70.0 kB, 17,502 tokens)",
        "1,200 | 80 documents | 33.4 MB, 8,405,606 tokens | "
          + "removes 8,223 documents (70.0 kB, 17,505 tokens)",
        "0 | 1 document | 0 B, 0 tokens | removes 8,302 documents (33.4 MB, 8,423,111 tokens)",
        "0.25 | 8,291 documents | 33.4 MB, 8,422,511 tokens | "
          + "removes 12 documents (1.20 kB, 600 tokens)",
        "0.3 | 8,303 documents | 33.4 MB, 8,423,111 tokens | is where it is",
      ])
  }

  @Test("without the script the page shows the present state, and no slider that does nothing")
  func withoutScript() {
    let page = section()
    #expect(page.contains("kept 8,303 documents (33.4 MB, 8,423,111 tokens)"))
    #expect(page.contains("data-slider=\"\" hidden"))
    #expect(page.contains("<code>word_count &lt; 50</code> (words)"))
    #expect(page.contains("13 documents have no value"))
    #expect(page.contains("Nearly &lt;enough&gt;"))
    #expect(page.contains("word_count = 49 · removed now"))
    #expect(page.contains("word_count = 50 · kept now"))
  }

  @Test("the page allows its one script by the digest of its text, and no other source")
  func policy() throws {
    let page = SmallRun.report().html()
    PageCheck.expectWellFormed(page)
    let element = try #require(page.firstMatch(of: /<script>(.*)<\/script>/.dotMatchesNewlines()))
    let script = Array(element.output.1.utf8)
    let folder = NSTemporaryDirectory() + "midstream-script-\(UUID().uuidString)"
    try Folder.create(folder)
    defer { try? Folder.remove(folder) }
    try OutputFile.write(script, to: folder + "/script.js")
    let program = Process()
    program.executableURL = URL(filePath: "/usr/bin/sha256sum")
    program.arguments = [folder + "/script.js"]
    let output = Pipe()
    program.standardOutput = output
    try program.run()
    let line = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let hex = Array(line.prefix(64))
    let digest = Data(
      stride(from: 0, to: 64, by: 2).compactMap { UInt8(String(hex[$0...$0 + 1]), radix: 16) })
    #expect(
      page.contains(
        "content=\"default-src 'none'; style-src 'unsafe-inline'; "
          + "script-src &#39;sha256-\(digest.base64EncodedString())&#39;\""))
    let plain = SmallRun.report(thresholds: nil).html()
    #expect(!plain.contains("<script") && !plain.contains("script-src"))
  }

  @Test(
    "records whose parts do not fit together, or that hold extremes, leave a page that is whole")
  func oddRecords() {
    var record = SmallRun.thresholds
    record.rules[0].free.documents.removeLast()
    record.rules[1].threshold = 0.31
    #expect(section(record).contains("No rule compares one signal"))
    record = SmallRun.thresholds
    record.rules[0].free.documents = .init(repeating: .max, count: 6)
    record.rules[0].free.bytes = [-1, .max]
    record.rules[0].samples[0].bin = .max
    record.rules[0].samples[1].value = .nan
    record.rules[1].edges = [-.infinity, 1e-30, 0.3]
    record.rules[1].free.documents = [0, 0, 0, 0]
    record.rules[1].bound.documents = [0, 0, 0, 0]
    PageCheck.expectWellFormed(SmallRun.report(thresholds: record).html())
    record.rules = []
    #expect(section(record).contains("No rule compares"))
  }

  @Test("a folder of decisions alone has a page of them alone")
  func decisionsAlone() {
    let page = SmallRun.report(
      run: nil, curation: nil, shards: nil, training: [], evaluation: nil
    ).html()
    PageCheck.expectWellFormed(page)
    #expect(page.contains("<h1>small-run</h1>") && page.contains("gopher_short_doc"))
    #expect(!page.contains("is missing"))
  }
}
