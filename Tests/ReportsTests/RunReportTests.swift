import Foundation
import Runs
import Streams
import Testing

@testable import Reports

@Suite struct RunReportTests {
  /// Made again by `MIDSTREAM_UPDATE_GOLDEN=1 swift test --filter RunReportTests`.
  private static let golden = Folder.parent(of: Folder.parent(of: #filePath)) + "/Golden"

  @Test(
    "the small run's page and text are those of the golden files",
    arguments: ["report.html", "report.txt"])
  func golden(name: String) throws {
    let made =
      name == "report.html"
      ? SmallRun.report().html() : TextReport(SmallRun.report()).text(width: 80)
    let path = Self.golden + "/" + name
    if ProcessInfo.processInfo.environment["MIDSTREAM_UPDATE_GOLDEN"] != nil {
      try OutputFile.write(made.utf8, to: path)
    }
    let expected = String(decoding: try InputFile.bytes(path), as: UTF8.self)
    let lines = zip(made.split(separator: "\n"), expected.split(separator: "\n"))
    let difference = lines.enumerated().first { $1.0 != $1.1 }
    #expect(made == expected, "first different line: \(String(describing: difference))")
  }

  @Test("every number of the records appears in the page, as a reader writes it")
  func everyNumber() {
    let page = SmallRun.report().html()
    let numbers = [
      // The run.
      "2026-02-03 14:05 UTC", "12 min 34 s", "6 cores", "24.7 GB", "4711", "41.2 s", "3.21 MB",
      "10 min 12 s", "1,550,001 tokens", "0.1.0", "0123456789abcdef",
      // Funnel and rules.
      "12,345", "98,765,432", "11,022", "44,556,677", "11,223,344", "7,351", "29,876,543",
      "7,654,321", "2,718", "1,414,213", "1,618", "953", "577,215", "908",
      // Duplicates, domains, problems.
      "321 documents", "654 documents", "17 documents", "211", "83", "37", "5 clusters",
      "36 removed", "0.876", "4,001", "16.0 MB", "3,002", "12.5 MB", "3,456,789", "0.411", "0.522",
      "7,021", "28.6 MB", "4,349", "17.4 MB", "4,197,532", "0.233", "0.344", "29",
      // Shards.
      "32,768", "3.817", "3.62", "4.81 MB", "143", "612 B",
      // Training.
      "10,485,761", "301 steps", "1,230,001", "8 min 22 s", "2,453 tokens a second", "61.7%",
      "9.0123", "5.6789", "4.3210", "0.0001", "0.00025", "2.345", "1.234", "0.987", "40.0%",
      "40.2%", "494,461", "0.14", "59.8%", "735,540", "0.18", "0.875", "78 steps", "320,002",
      "2 min 11 s", "2,439 tokens a second", "60.3%", "4.4321", "3.9876", "0.0004", "4e−5",
      "1.111", "0.777", "71.0%", "70.9%", "226,881", "0.07", "29.0%", "29.1%", "93,121", "0.02",
      "0.625",
      // Evaluation.
      "61", "250,123", "1.2345", "1.2011", "1.2679", "0.0472", "1.1234", "1.0955", "1.1513",
      "0.0395", "−0.1111", "−0.1302 to −0.0921", "1.3457", "1.3468", "+0.0011",
      "−0.0102 to +0.0124", "1.5678", "1.5991", "+0.0313", "+0.0214 to +0.0412", "0.0645", "0.0601",
    ]
    for number in numbers { #expect(page.contains(number), "\(number) is not in the page") }
  }

  @Test("the answer comes first and says what was won, lost and not resolved")
  func answer() throws {
    let page = SmallRun.report().html()
    let sentence =
      "From base to continued, bits per byte fell in code (−0.1111) and rose in web (+0.0313). "
      + "Not resolved: manuals (the 95% interval contains 0)."
    let place = try #require(page.range(of: sentence))
    let funnel = try #require(page.range(of: "<section id=\"funnel\""))
    #expect(place.lowerBound < funnel.lowerBound)
  }

  @Test(
    "a change is resolved only where its interval leaves out 0",
    arguments: [
      (-0.2, -0.1, Answer.Verdict.better), (0.1, 0.2, .worse), (-0.1, 0.1, .notResolved),
      (0, 0.1, .notResolved), (-0.1, 0, .notResolved), (.nan, 0.1, .notMeasured),
      (0.2, 0.1, .notMeasured), (-.infinity, -0.1, .notMeasured),
    ])
  func verdicts(low: Double, high: Double, expected: Answer.Verdict) {
    #expect(Answer.Verdict(PairedChange(mean: 0, low: low, high: high)) == expected)
  }

  @Test("a page of missing records says of each what is missing")
  func missingRecords() {
    let page = RunReport(
      folder: "runs/empty", run: nil, curation: nil, shards: nil, training: [], evaluation: nil
    ).html()
    #expect(page.contains("<h1>empty</h1>"))
    for path in [
      "run.json", "records/curation.json", "records/shards.json", "records/training-*.json",
      "records/evaluation.json",
    ] { #expect(page.contains("<code>\(path)</code> is missing")) }
    #expect(!page.contains("<svg"))
    let text = TextReport(
      RunReport(
        folder: "x", run: nil, curation: nil, shards: nil, training: [], evaluation: nil)
    ).text(width: 80)
    #expect(text.contains("records/evaluation.json is missing"))
  }

  @Test("empty lists, no bytes and one domain leave no broken picture or number")
  func emptyLists() {
    var run = SmallRun.run
    run.stages = []
    run.finished = nil
    let none = DuplicateSummary(
      exactRemoved: 0, nearRemoved: 0, evaluationOverlapRemoved: 0, sizes: [], largest: [])
    let nothing = DomainComposition(
      domain: "only", documentsBefore: 0, bytesBefore: 0, documentsAfter: 0, bytesAfter: 0,
      tokensAfter: 0, qualityBefore: .nan, qualityAfter: .nan)
    var stage = SmallRun.training[0]
    (stage.curve, stage.mixture) = ([], [])
    let reports = [
      SmallRun.report(
        run: run,
        curation: CurationRecord(
          funnel: [], rules: [], duplicates: none, domains: [], problems: []),
        shards: ShardsRecord(vocabularySize: 0, bytesPerToken: .nan, sets: []), training: [stage],
        evaluation: EvaluationRecord(models: [], domains: [])),
      SmallRun.report(
        curation: CurationRecord(
          funnel: [FunnelStep(name: "raw", documents: 0, bytes: 0)], rules: [], duplicates: none,
          domains: [nothing], problems: []),
        evaluation: EvaluationRecord(
          models: ["base"],
          domains: [
            DomainEvaluation(
              domain: "only", documents: 0, bytes: 0,
              scores: [ModelBitsPerByte(bitsPerByte: .nan, byShard: [], spread: .nan)], change: nil)
          ])),
    ]
    for report in reports {
      let page = report.html()
      #expect(!page.contains("nan%") && !page.contains("inf%") && !page.contains("NaN"))
      #expect(page.components(separatedBy: "<section").count == 14)
      #expect(!TextReport(report).text(width: 80).isEmpty)
    }
    #expect(reports[0].html().contains("not finished"))
    #expect(reports[1].html().contains("not a number"))
    #expect(reports[1].html().contains("there is no change to report"))
  }

  @Test("names, excerpts and places from the data cannot become markup")
  func hostileData() {
    let hostile = "<script>alert(\"1\")</script>'&\u{1B}[2J\u{0}"
    var run = SmallRun.run
    (run.name, run.recipe, run.overrides, run.version) = (hostile, hostile, [hostile], hostile)
    run.stages[0].name = hostile
    run.stages[0].unit = hostile
    var curation = SmallRun.curation
    curation.funnel[0].name = hostile
    curation.rules[0].stage = hostile
    curation.rules[0].rule = hostile
    curation.rules[0].examples[0] = RemovalExample(id: hostile, evidence: hostile, excerpt: hostile)
    curation.duplicates.largest[0].kept = hostile
    curation.duplicates.largest[0].keptExcerpt = hostile
    curation.duplicates.largest[0].members[0].id = hostile
    curation.duplicates.largest[0].members[0].excerpt = hostile + " " + hostile
    curation.domains[0].domain = hostile
    curation.problems[0] = ProblemCount(kind: hostile, count: 1, places: [hostile])
    var shards = SmallRun.shards
    (shards.sets[0].stream, shards.sets[0].domain) = (hostile, hostile)
    var training = SmallRun.training
    training[0].stage = hostile
    training[1].from = hostile
    training[0].mixture[0].domain = hostile
    var evaluation = SmallRun.evaluation
    evaluation.models = [hostile, hostile]
    evaluation.domains[0].domain = hostile
    var thresholds = SmallRun.thresholds
    thresholds.rules[0].pack = hostile
    thresholds.rules[0].rule = hostile
    thresholds.rules[0].signal = hostile
    thresholds.rules[0].unit = hostile
    thresholds.rules[0].samples[0].id = hostile
    thresholds.rules[0].samples[0].excerpt = hostile
    let report = SmallRun.report(
      run: run, curation: curation, thresholds: thresholds, shards: shards, training: training,
      evaluation: evaluation)
    let page = report.html().replacing(
      ThresholdScript.element.text, with: "", maxReplacements: 1)
    #expect(!page.contains("<script"))
    #expect(!page.contains("alert(\""))
    #expect(page.contains("&lt;script&gt;alert(&quot;1&quot;)"))
    let isPlain = { (text: String) in
      text.unicodeScalars.allSatisfy { $0.value >= 0x20 || $0 == "\n" || $0 == "\t" }
    }
    #expect(isPlain(page))
    #expect(isPlain(TextReport(report).text(width: 80)))
  }

  @Test("the page asks for nothing from outside and runs no script but its own")
  func selfContained() {
    let page = SmallRun.report().html().replacing(
      ThresholdScript.element.text, with: "", maxReplacements: 1)
    for sign in ["<script", "<img", "<link", "<iframe", "url(", "@import", "src="] {
      #expect(!page.contains(sign))
    }
    let addresses = page.components(separatedBy: "http").dropFirst()
    #expect(
      addresses.allSatisfy { $0.hasPrefix("://www.w3.org/2000/svg\"") || $0.hasPrefix("-equiv") })
  }

  @Test(
    "the tags of the page are closed in the order in which they were opened, its ids are unique")
  func wellFormed() {
    PageCheck.expectWellFormed(SmallRun.report().html())
  }

  @Test("the command to reproduce quotes what a shell would take apart")
  func command() {
    #expect(ReproductionSection.quoted("size=tiny") == "size=tiny")
    #expect(ReproductionSection.quoted("it's two") == "'it'\\''s two'")
    #expect(ReproductionSection.quoted("") == "''")
    #expect(ReproductionSection.quoted("$(x)") == "'$(x)'")
  }

  @Test("stages stand after the stage they continue, whatever their names")
  func stageOrder() {
    func stage(_ name: String, _ from: String) -> TrainingRecord {
      var record = SmallRun.training[0]
      (record.stage, record.from) = (name, from)
      return record
    }
    let chain = [stage("a", "b"), stage("b", "initial"), stage("c", "a")]
    #expect(SmallRun.report(training: chain).training.map(\.stage) == ["b", "a", "c"])
    let circle = [stage("a", "b"), stage("b", "a")]
    #expect(SmallRun.report(training: circle).training.count == 2)
    let offsets = LossSection.offsets(SmallRun.report(training: chain).training)
    #expect(offsets == ["b": 0, "a": 1_230_001, "c": 2_460_002])
  }

  @Test("what a stage measured along the way is drawn, with its marks and why it stopped")
  func measures() {
    var training = SmallRun.training
    #expect(!SmallRun.report().html().contains("along the way"))
    training[1].measures = [0, 40, 78].map { step in
      TrainingMeasure(
        step: step, tokens: step * 4_103,
        domains: [
          .init(domain: "code", bitsPerByte: 1.4141 - Double(step) / 1000),
          .init(domain: "web", bitsPerByte: step == 78 ? .nan : 1.7171),
        ], mark: step == 40 ? "web rose by 0.1234 <b>" : nil)
    }
    training[1].stopped = "web rose by more than 0.2"
    training[0].measures = []
    let page = SmallRun.report(training: training).html()
    PageCheck.expectWellFormed(page)
    for text in [
      "1.4141", "1.3741", "164,120", "Step 40: web rose by 0.1234 &lt;b&gt;",
      "Stopped early: web rose by more than 0.2", "Nothing was measured along the way.",
      "not a number",
    ] { #expect(page.contains(text), "\(text) is not in the page") }
  }

  @Test("cluster sizes above 4 are counted in ranges that double")
  func clusterSizes() {
    let sizes = [2, 3, 5, 8, 9, 1000, Int.max].map { ClusterSizeCount(size: $0, clusters: 2) }
    let ranges = DuplicatesSection.ranges(sizes)
    #expect(
      ranges.map(\.name).prefix(5) == ["2", "3", "5 to 8", "9 to 16", "513 to 1,024"])
    #expect(ranges.map(\.clusters) == [2, 2, 4, 2, 2, 2])
  }
}

@Suite struct RunReportFolderTests {
  /// A folder with the small run's records, removed at the end.
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "midstream-report-\(UUID().uuidString)"
    defer { try? Folder.remove(folder) }
    try RecordFile.write(SmallRun.run, to: folder + "/" + RunRecord.path)
    try RecordFile.write(SmallRun.curation, to: folder + "/" + CurationRecord.path)
    try RecordFile.write(SmallRun.shards, to: folder + "/" + ShardsRecord.path)
    for stage in SmallRun.training {
      try RecordFile.write(stage, to: folder + "/" + TrainingRecord.path(stage: stage.stage))
    }
    try RecordFile.write(SmallRun.evaluation, to: folder + "/" + EvaluationRecord.path)
    for study in [SmallStudy.mixtures(), SmallStudy.arms] {
      try RecordFile.write(study, to: folder + "/" + StudyRecord.path(name: study.name))
    }
    try body(folder)
  }

  @Test("a folder's records are read back and the page is written beside them")
  func folder() throws {
    try withFolder { folder in
      let report = try RunReport(folder: folder)
      #expect(report.run == SmallRun.run)
      #expect(report.curation == SmallRun.curation)
      #expect(report.shards == SmallRun.shards)
      #expect(report.training == SmallRun.training)
      #expect(report.evaluation == SmallRun.evaluation)
      #expect(report.studies == [SmallStudy.arms, SmallStudy.mixtures()])
      #expect(report.faults.isEmpty)
      let path = try report.write()
      #expect(path == folder + "/report.html")
      #expect(try InputFile.bytes(path) == Array(report.html().utf8))
    }
  }

  @Test("a record that is cut short or of another format is named in the page; the rest is shown")
  func unreadable() throws {
    try withFolder { folder in
      try OutputFile.write(
        "{\"format\": 1, \"models\": [".utf8, to: folder + "/" + EvaluationRecord.path)
      var shards = SmallRun.shards
      shards.format = 2
      try RecordFile.write(shards, to: folder + "/" + ShardsRecord.path)
      var study = SmallStudy.arms
      study.format = 3
      try RecordFile.write(study, to: folder + "/" + StudyRecord.path(name: study.name))
      let report = try RunReport(folder: folder)
      #expect(report.evaluation == nil)
      #expect(report.shards == nil)
      #expect(report.studies.map(\.name) == ["weights"])
      #expect(report.faults.count == 3)
      let page = report.html()
      #expect(page.contains("3 records of this run could not be read"))
      #expect(page.contains("found     format 3"))
      #expect(page.contains("found     format 2"))
      #expect(page.contains("12,345"))
    }
  }

  @Test("a folder that does not exist, or holds no record, is a fault of the input")
  func noRun() throws {
    let missing = try #require(throws: Fault.self) { try RunReport(folder: "/nowhere/at/all") }
    #expect(missing.kind == .input)
    #expect(missing.message == "there is no run in '/nowhere/at/all'")
    let folder = NSTemporaryDirectory() + "midstream-report-\(UUID().uuidString)"
    try Folder.create(folder)
    defer { try? Folder.remove(folder) }
    let empty = try #require(throws: Fault.self) { try RunReport(folder: folder) }
    #expect(empty.message == "'\(folder)' holds no record of a run")
  }
}
