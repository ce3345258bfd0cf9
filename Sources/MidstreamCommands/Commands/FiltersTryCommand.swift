import ArgumentParser
import Curation
import Runs

extension FiltersCommand {
  /// `midstream filters try`.
  struct Try: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Judge one document by each rule: verdict, value, threshold, evidence marked.",
      discussion: """
        Prints what each rule says, what the packs' edits changed, and the text with the places \
        marked that made it fail: in reverse video on a terminal, else as [[rule: place]].

        EXAMPLE
          midstream filters try essay.txt --filter gopher-quality language
          midstream filters try docs.jsonl.zst --record 12 --filter gopher-repetition
          echo "a short text" | midstream filters try - --filter gopher-quality --json
        """)

    @OptionGroup var common: CommonOptions

    @Argument(
      help: "A text file, or a file of documents with --id or --record; - for standard input.")
    var file: String

    @Option(help: ArgumentHelp("The document of this id, of a file of many.", valueName: "id"))
    var id: String?

    @Option(
      help: ArgumentHelp(
        "The document of this number in a file of many, from 1, as 'midstream head' counts.",
        valueName: "n"))
    var record: Int?

    @OptionGroup var filters: FilterOptions

    func validate() throws {
      if let record, record < 1 {
        throw ValidationError("'--record \(record)' is not a positive number")
      }
      if id != nil, record != nil {
        throw ValidationError("give one of --id and --record")
      }
    }

    func run() throws {
      let packs = try filters.packs()
      let document = try TriedDocument(
        file: file, choice: id.map { .id($0) } ?? record.map { .number($0) })
      var texts: [[UInt8]] = []
      let judgement = try Judgement(document, packs, texts: &texts)
      if common.json { return try Output.json(judgement) }
      try Output.print(
        JudgementText(
          judgement: judgement, texts: texts, width: Output.width, isColoured: Output.isColoured
        ).text)
    }
  }
}
