import ArgumentParser
import Corpora
import Foundation
import Reports
import Runs
import Streams

/// `midstream init`.
struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Look at the files of a folder and write a recipe for them.",
    discussion: """
      Counts the files by format, reads the start of some of them, and tells which field of JSON \
      lines or column of a table is the text, which languages there are, and what is prose and \
      what is code. Each line of the recipe that was a decision has its evidence beside it; \
      `midstream run` takes it as it is. What cannot be read is named.

      EXAMPLE
        midstream init my-texts
        midstream init my-texts --output recipes/mine.yaml
        midstream run recipes/mine.yaml --sample 1%
      """)

  @OptionGroup var common: CommonOptions

  @Argument(help: "A folder of texts, pages, source code, tables, archives; or one file.")
  var folder: String

  @Option(help: ArgumentHelp("The recipe to write.", valueName: "file"))
  var output = "recipe.yaml"

  @Flag(help: "Replace the recipe that is there.")
  var overwrite = false

  /// What `--json` prints.
  private struct Result: Encodable {
    var format = 1
    var recipe: String
    var survey: FolderSurvey
  }

  func run() throws {
    if Folder.exists(output), !overwrite {
      throw Fault(
        .input, "'\(output)' is there already", at: output,
        hint: "give another --output, or --overwrite to replace it")
    }
    let progress = common.progress
    progress.begin("init", total: 0, unit: "files")
    let survey = try FolderSurvey(folder) {
      try Interruption.check()
      progress.add(1)
    }
    progress.end()
    try check(survey)
    try OutputFile.write(DraftRecipe(survey).text().utf8, to: output)
    if common.json { return try Output.json(Result(recipe: output, survey: survey)) }
    for line in text(survey) { try Output.print(line.printable) }
  }

  private static let formats =
    "files of HTML, text, source code, JSON lines, CSV, Parquet or WARC, or archives of them"

  private func check(_ survey: FolderSurvey) throws {
    guard survey.listing.fileCount > 0 else {
      throw Fault(
        .input, "there is no file in '\(folder)'", at: folder,
        expected: Self.formats)
    }
    guard survey.texts.documents > 0 else {
      throw Fault(
        .input, "there is no text in '\(folder)' that can be read", at: folder,
        found: survey.unreadableLines(5).joined(separator: "; "),
        expected: Self.formats)
    }
  }

  private func text(_ survey: FolderSurvey) -> [String] {
    let listing = survey.listing
    let texts = survey.texts
    let files = TextTable(
      columns: [.text("files"), .text("format"), .number("count"), .number("bytes")],
      rows: listing.groups.prefix(20).map {
        [
          $0.ending.isEmpty ? "no ending" : $0.ending, $0.format?.rawValue ?? "not read",
          grouped($0.files), amount($0.bytes, "B"),
        ]
      } + [["all", "", grouped(listing.fileCount), amount(listing.byteCount, "B")]]
    ).lines(width: Output.width)
    let fields = (survey.fields?.fields ?? []).map {
      "\($0.field.padding(toLength: 10, withPad: " ", startingAt: 0))\($0.name): \($0.evidence)"
    }
    let languages = texts.languageList.prefix(5).map { "\($0.code) \(grouped($0.count))" }
    let domains = texts.domains.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
      "\($0.key) \(grouped($0.value))"
    }
    let mean = texts.bytes / max(texts.documents, 1)
    let found = [
      "looked at  \(grouped(texts.documents)) texts, \(amount(mean, "B")) on average, "
        + "\(amount(texts.largest, "B")) at most, \(grouped(texts.equal)) equal to an earlier one",
      "text       about \(amount(survey.estimatedTextBytes, "B")) in all",
      "languages  \(languages.isEmpty ? "no prose" : languages.joined(separator: ", "))",
      "domains    \(domains.joined(separator: ", "))",
    ]
    let problems = survey.unreadableLines(10).map { "! \($0)" }
    let next = ["", "\(output) is written; next: midstream run \(output) --sample 1%"]
    return files + [""] + (fields.isEmpty ? [] : fields + [""]) + found
      + (problems.isEmpty ? [] : [""] + problems) + next
  }
}
