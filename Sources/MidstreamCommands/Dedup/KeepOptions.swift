import ArgumentParser
import Curation

/// Which document of a cluster of duplicates stays, and what it weighs.
struct KeepOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Which document of a cluster stays: first, longest, newest, highest:SIGNAL, lowest:SIGNAL, "
        + "or quality for highest:quality. A number that documents carry under that name goes before "
        + "what is measured here; a document without a value goes last, and of equals the first "
        + "stays.", valueName: "rule"))
  var keep = "first"

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Sources whose documents stay before all others, the first named before the second, whatever "
        + "--keep says of them.", valueName: "source"))
  var preferSource: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "For --keep newest: members of the metadata or fields of the record that hold the date, as "
        + "ISO 8601 or seconds or milliseconds since 1970; the first that is there counts. "
        + KeepPolicy.defaultDateFields.joined(separator: ", ") + " where not given.",
      valueName: "name"))
  var dateField: [String] = []

  @Option(
    help: ArgumentHelp(
      "Give each document that stays an attribute 'weight' by the number of copies that it stands "
        + "for, itself too: copies, log(1+copies), sqrt(copies), or one of them with a cap as in "
        + "'min(copies, 10)'.", valueName: "weight"))
  var reweight: String?

  /// The options that were given.
  var given: [String] {
    [
      ("--keep", keep != "first"), ("--prefer-source", !preferSource.isEmpty),
      ("--date-field", !dateField.isEmpty), ("--reweight", reweight != nil),
    ].filter(\.1).map(\.0)
  }

  /// The policy that the options ask for.
  func policy() throws -> KeepPolicy {
    let rule = try KeepRule(keep)
    let isQuality = rule.signal == LinearClassifier.qualityColumn
    return try KeepPolicy(
      rule, preferredSources: preferSource,
      dateFields: dateField.isEmpty ? KeepPolicy.defaultDateFields : dateField,
      qualityModel: isQuality ? QualityModel.builtIn() : nil)
  }

  /// The weights of documents that stay; nil for none.
  func reweighting() throws -> Reweighting? { try reweight.map { try Reweighting($0) } }
}
