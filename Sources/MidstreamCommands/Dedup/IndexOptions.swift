import ArgumentParser
import Corpora
import Curation
import Foundation
import Streams

/// An index of what earlier calls have seen.
struct IndexOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Compare with what is in this index too, and with --update add the documents of --input to it.",
      valueName: "dir"))
  var index: String?

  @Flag(help: "Add the documents to the index, which is made where there is none.")
  var update = false

  @Option(
    help: ArgumentHelp(
      "Documents of the index that stayed: keep lets them stay; retract applies the keep rule to "
        + "all and lists those that lose their place in retractions.jsonl.",
      valueName: "keep|retract"))
  var published: Published?

  @Option(
    help: ArgumentHelp(
      "Take the documents of these ids, one a line, out of the index; of an index of documents DIR "
        + "gets restorable.jsonl: documents that went for one of them.", valueName: "file"))
  var forget: String?

  func validate() throws {
    if index == nil {
      if update { throw ValidationError("'--update' adds to an index: --index DIR says to which") }
      if forget != nil {
        throw ValidationError("'--forget' takes out of an index: --index DIR says of which")
      }
    }
    if published != nil, !update {
      throw ValidationError("'--published' is for an update of an index: --index DIR --update")
    }
    if forget != nil, update {
      throw ValidationError("'--forget' and '--update' are two changes: give one of them")
    }
  }

  /// - Throws: an input fault where the files of the index would be read as documents, or lie among
  ///   the results.
  func checkIsOutside(_ inputs: [String], _ output: String) throws {
    guard let index else { return }
    guard !OutputFolder.isInside(index, output), !OutputFolder.isInside(output, index) else {
      throw Fault(
        .input, "the index '\(index)' and the output '\(output)' lie in each other",
        hint: "give another --index or --output")
    }
    for input in inputs where Folder.isFolder(input) {
      guard OutputFolder.isInside(index, input) else { continue }
      throw Fault(
        .input, "the index '\(index)' lies among the files of the input '\(input)'",
        hint: "give another --index, or name the files: the index would be read as documents")
    }
  }

  /// What of it decides what is written.
  var listed: [DatasetCard.Setting] {
    guard let index else { return [] }
    return [
      .init("index", index), .init("update", update ? "yes" : "no"),
      .init("published", (published ?? .keep).rawValue),
    ]
  }

  /// The same for parts of documents.
  var listedForParts: [DatasetCard.Setting] { listed.filter { $0.name != "published" } }

  /// Refuses an index where substrings are compared.
  func refuse(_ method: String) throws {
    guard index != nil else { return }
    throw Fault(
      .input, "there is no index for '--method \(method)'",
      expected: "--method exact, url, minhash, paragraph, sentence or line",
      hint: "search old and new documents together")
  }

  /// The index of parts, where one is wanted.
  /// - Parameters:
  ///   - isFilter: a Bloom filter is wanted.
  ///   - isWhole: this process does all stages.
  func openParts(_ rule: SegmentRule, isFilter: Bool, isWhole: Bool) throws -> IndexedParts? {
    try index.map {
      try IndexedParts(self, path: $0, rule: rule, isFilter: isFilter, isWhole: isWhole)
    }
  }

  /// The index, where one is wanted, for these settings.
  /// - Parameter isWhole: this process does all stages.
  func open(
    _ settings: inout DocumentDeduplication.Settings, isWhole: Bool
  ) throws -> IndexedWork? {
    guard let index else { return nil }
    settings.keepsSets = update && settings.plan != nil && settings.verifies
    return try IndexedWork(self, path: index, settings, isWhole: isWhole)
  }

  /// Takes documents out of the index, where that is wanted.
  /// - Returns: whether it was.
  func performForgetting(_ folder: OutputFolder, memory: Int, _ common: CommonOptions) throws
    -> Bool
  {
    guard let index, let forget else { return false }
    let record = try IndexForgettingCommand(
      index: index, ids: forget, folder: folder, memory: memory, common: common
    ).perform()
    if common.json { try Output.json(record) } else { try record.show(in: folder) }
    return true
  }
}

extension Published: ExpressibleByArgument {}
