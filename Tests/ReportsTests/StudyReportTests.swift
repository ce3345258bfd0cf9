import Foundation
import Runs
import Streams
import Testing

@testable import Reports

@Suite struct StudyReportTests {
  /// Made again by `MIDSTREAM_UPDATE_GOLDEN=1 swift test --filter StudyReportTests`.
  private static let golden = Folder.parent(of: Folder.parent(of: #filePath)) + "/Golden"

  @Test(
    "the small studies' pages and texts are those of the golden files",
    arguments: [
      "study-arms.html", "study-arms.txt", "study-mixtures.html", "study-mixtures.txt",
    ])
  func golden(name: String) throws {
    let study = name.contains("arms") ? SmallStudy.arms : SmallStudy.mixtures()
    let report = SmallStudy.report(study)
    let made = name.hasSuffix("html") ? report.html() : TextReport(report).text(width: 80)
    let path = Self.golden + "/" + name
    if ProcessInfo.processInfo.environment["MIDSTREAM_UPDATE_GOLDEN"] != nil {
      try OutputFile.write(made.utf8, to: path)
    }
    let expected = String(decoding: try InputFile.bytes(path), as: UTF8.self)
    let lines = zip(made.split(separator: "\n"), expected.split(separator: "\n"))
    let difference = lines.enumerated().first { $1.0 != $1.1 }
    #expect(made == expected, "first different line: \(String(describing: difference))")
  }

  @Test("every number of the arms' record appears in the page, as a reader writes it")
  func everyNumber() {
    let page = SmallStudy.report(SmallStudy.arms).html()
    let numbers = [
      // The setting.
      "12 runs", "1,048,577 parameters", "200,009 tokens", "70.0%", "30.0%", "11, 12, 13",
      "71 documents", "310 kB", "43 documents", "170 kB", "59 documents", "206 kB", "2 of 3 runs",
      // Trunk, branches with their deviations, noise.
      "1.6201", "1.9612", "1.3487", "1.6126 ± 0.0018", "1.9239 ± 0.0030", "1.8126 ± 0.0029",
      "1.7740 ± 0.0027", "1.3318 ± 0.0032", "1.5887 ± 0.0016", "1.6413 ± 0.0021", "0.00187",
      "0.00271", "0.00263", "0.00194",
      // Contrasts with both intervals.
      "−0.0386", "−0.0458 to −0.0314", "−0.0437 to −0.0335", "−0.0046", "−0.0109 to +0.0017",
      "−0.1113", "+0.0241", "+0.0115", "+0.0429", "+0.0390 to +0.0468", "−0.1872", "95% confidence",
      // Against the trunk.
      "−0.1361 ± 0.0021", "+0.0115 ± 0.0017", "11.87",
      // Plans and what became of them.
      "82.00%", "164,003", "0.41", "65.00%", "130,005", "4.61", "65.00% to 65.08%",
      "130,005 to 134,107", "0.751",
      // Runs.
      "200,010", "34,811", "97", "21.7 s", "22.8 s", "2.31 s", "a1b2c3d4e5f",
      "the loss of step 17 is not a number", "11 completed, 1 diverged",
    ]
    for number in numbers { #expect(page.contains(number), "\(number) is not in the page") }
  }

  @Test("in a run's report the arms come first, then the change over training, then the rest")
  func order() throws {
    let page = SmallRun.report(studies: [SmallStudy.mixtures(), SmallStudy.arms]).html()
    let places = try [
      "Filter gain: better in mathematics (−0.0386)",
      "&#39;mathematics 100%&#39; is the best mixture",
      "Before and after", "<section id=\"funnel\"", "Noise floor", "<section id=\"glossary\"",
    ].map { text in
      let start = try #require(page.range(of: "<main>")).upperBound
      return try #require(page[start...].range(of: text), "\(text)").lowerBound
    }
    #expect(places == places.sorted())
    PageCheck.expectWellFormed(page)
  }

  @Test("a study's own folder shows the study alone, and a run with a study still all its records")
  func alone() {
    let page = SmallStudy.report(SmallStudy.mixtures()).html()
    #expect(!page.contains("is missing"))
    #expect(!page.contains("<section id=\"funnel\""))
    #expect(page.contains("midstream ablate recipes/small.yaml"))
    let run = RunReport(
      folder: "x", run: SmallRun.run, curation: SmallRun.curation, shards: nil, training: [],
      evaluation: nil, studies: [SmallStudy.arms]
    ).html()
    #expect(run.contains("<code>records/shards.json</code> is missing"))
    #expect(!run.contains("<code>records/evaluation.json</code> is missing"))
    #expect(run.contains("midstream run recipes/small.yaml"))
  }

  @Test("each number says what it compares, with the letters of its arms")
  func explanations() {
    let page = SmallStudy.report(SmallStudy.arms).html()
    for text in [
      "Filter gain (c − b)", "Mixture gain (b − a)", "Forgetting against the base (c − base)",
      "Forgetting against general text only (c − d)",
      "Curated text at the curated weights, compared with unfiltered text at the curated weights",
      "Unfiltered text at the curated weights, compared with unfiltered text at its natural weights",
    ] { #expect(page.contains(text), "\(text) is not in the page") }
  }

  @Test("verdicts have a sign and words, whatever their colour")
  func signs() {
    let page = SmallStudy.report(SmallStudy.arms).html()
    for sign in ["▼\u{A0}better", "▲\u{A0}worse", "○\u{A0}not resolved"] {
      #expect(page.contains(sign))
    }
    var study = SmallStudy.arms
    study.contrasts[0].effect = nil
    study.contrasts[0].documents = nil
    study.contrasts[0].seeds = nil
    study.contrasts[0].resolution = .notMeasured
    #expect(SmallStudy.report(study).html().contains("–\u{A0}not measured"))
  }

  @Test("a mixture is marked as the best only where it is resolved against each other one")
  func marks() {
    func stars(_ study: StudyRecord) -> Int {
      SmallStudy.report(study).html().components(separatedBy: "★\u{A0}").count - 1
    }
    #expect(stars(SmallStudy.mixtures(5, best: 1)) == 1)
    #expect(stars(SmallStudy.mixtures(5, best: 2)) == 0)
    #expect(stars(SmallStudy.mixtures(5, seeds: 1)) == 0)
    #expect(stars(SmallStudy.mixtures(1)) == 0)
  }

  @Test("sixty-four mixtures stay one page: long tables are folded, five lines are told apart")
  func many() {
    let report = SmallStudy.report(SmallStudy.mixtures(64, best: 4))
    let page = report.html()
    PageCheck.expectWellFormed(page)
    #expect(page.utf8.count < 2_000_000)
    #expect(page.contains("<summary>All 64 mixtures</summary>"))
    #expect(page.contains("<summary>All 255 differences as a table</summary>"))
    #expect(page.contains("thin: the other 59 mixtures"))
    let text = TextReport(report).text(width: 80)
    #expect(text.split(separator: "\n").count < 70)
    #expect(text.contains("(52 more in report.html)"))
  }

  @Test("no line of a study's text is wider than the terminal", arguments: [40, 57, 80, 120, 200])
  func width(cells: Int) {
    for study in [SmallStudy.arms, SmallStudy.mixtures(), SmallStudy.mixtures(64, best: 3)] {
      let text = TextReport(SmallStudy.report(study)).text(width: cells)
      for line in text.split(separator: "\n") {
        #expect(TextTable.cellCount(String(line)) <= cells, "\(line)")
      }
    }
  }

  @Test("the terminal shows the verdict first, then the numbers with their domains")
  func terminal() {
    let text = TextReport(SmallRun.report(studies: [SmallStudy.arms])).text(width: 80)
    #expect(text.hasPrefix("Filter gain: better in mathematics (-0.0386)"))
    #expect(
      text.contains(
        "c - b filter gain    mathematics  -0.0386  -0.0474 to -0.0298  better"))
    #expect(text.contains("bits per byte    base  continued"))
    #expect(text.contains("34,811 to 200,012"))
  }

  @Test("names, meanings and remarks from the data cannot become markup")
  func hostileData() {
    let hostile = "<script>alert(\"1\")</script>'&\u{1B}[2J\u{0}"
    for base in [SmallStudy.arms, SmallStudy.mixtures()] {
      var study = base
      (study.name, study.trunk.checkpoint, study.general) = (hostile, hostile, hostile)
      study.domains = [hostile, hostile + "2", hostile + "3"]
      for index in study.branches.indices {
        let name = hostile + String(index)
        for member in study.members.indices
        where study.members[member].branch == study.branches[index].name {
          study.members[member].branch = name
          study.members[member].key = hostile
          study.members[member].remark = hostile
        }
        study.branches[index].name = name
        study.branches[index].meaning = hostile
        study.branches[index].stream = hostile
        study.branches[index].warnings = [hostile]
        for row in study.branches[index].mixture.indices {
          study.branches[index].mixture[row].domain = hostile + String(row)
        }
      }
      for index in study.contrasts.indices {
        study.contrasts[index].name = hostile
        study.contrasts[index].branch = hostile + "0"
        study.contrasts[index].against = hostile + "1"
        study.contrasts[index].domain = hostile
      }
      study.noise[0].domain = hostile
      study.verdict = StudyVerdict(sentence: hostile, best: [hostile + "0"], leftOut: [hostile])
      let report = SmallStudy.report(study)
      let page = report.html()
      PageCheck.expectWellFormed(page)
      #expect(page.contains("&lt;script&gt;alert(&quot;1&quot;)"))
      let isPlain = { (text: String) in
        text.unicodeScalars.allSatisfy { $0.value >= 0x20 || $0 == "\n" || $0 == "\t" }
      }
      #expect(isPlain(page))
      #expect(isPlain(TextReport(report).text(width: 80)))
    }
  }
}
