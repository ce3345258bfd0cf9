import ArgumentParser
import Curation
import Streams

/// How documents are sketched, and which pairs of them are near duplicates.
struct SketchOptions: ParsableArguments {
  enum Unit: String, CaseIterable, ExpressibleByArgument { case word, character, token }

  @Option(
    help: ArgumentHelp("The least similarity of near duplicates (Jaccard).", valueName: "share"))
  var similarity = 0.8

  @Option(
    help: ArgumentHelp(
      "What a shingle is a run of: words between spaces, Unicode characters (for any script), or "
        + "tokens of --tokenizer."))
  var unit = Unit.word

  @Option(
    help: ArgumentHelp(
      "How many of them a shingle has; 5 words or tokens, 24 characters where not given.",
      valueName: "n"))
  var ngram: Int?

  @Option(
    help: ArgumentHelp(
      "Bands of a sketch, with --rows. Where they are not given, they are planned for "
        + "--similarity, --recall and --slots: 14 of 8 slots for 0.8.", valueName: "b"))
  var bands: Int?

  @Option(help: ArgumentHelp("Slots in a band, with --bands.", valueName: "r"))
  var rows: Int?

  @Option(
    help: ArgumentHelp(
      "The least share of pairs of --similarity that the plan must find; 0.92 where not given.",
      valueName: "share"))
  var recall: Double?

  @Option(
    help: ArgumentHelp(
      "The most slots that the plan may use; 112 where not given.", valueName: "n"))
  var slots: Int?

  @Option(
    help: ArgumentHelp(
      "Bands and shingles as a published corpus or tool has them.", valueName: "name"))
  var preset: MinHashPreset?

  @Flag(
    inversion: .prefixedNo,
    help: ArgumentHelp(
      "Measure each candidate pair on its texts before it counts. Without, a shared band is "
        + "enough, as in datatrove, and --similarity only plans the bands."))
  var verify = true

  @Flag(
    name: .customLong("plan"),
    help: "Print what the bands find at each similarity and what they cost, and do nothing else.")
  var showsPlan = false

  func validate() throws {
    guard similarity > 0, similarity <= 1 else {
      throw ValidationError("'--similarity \(similarity)' is not above 0 and at most 1")
    }
    if let ngram, !(1...MinHashPlan.shingleLimit).contains(ngram) {
      throw ValidationError("'--ngram \(ngram)' is not from 1 to \(MinHashPlan.shingleLimit)")
    }
    if let recall, !(recall > 0 && recall < 1) {
      throw ValidationError("'--recall \(recall)' is not between 0 and 1")
    }
    if let slots, !(1...MinHashPlan.slotLimit).contains(slots) {
      throw ValidationError("'--slots \(slots)' is not from 1 to \(MinHashPlan.slotLimit)")
    }
    try checkBands()
    try checkCombinations()
  }

  private func checkBands() throws {
    guard bands != nil || rows != nil else { return }
    guard let bands, let rows else {
      let (given, lacking) = bands == nil ? ("--rows", "--bands") : ("--bands", "--rows")
      throw ValidationError("'\(given)' needs '\(lacking)' beside it")
    }
    let limit = MinHashPlan.slotLimit
    guard (1...limit).contains(bands), (1...limit).contains(rows), bands * rows <= limit else {
      throw ValidationError(
        "'--bands \(bands) --rows \(rows)' is not at least 1 each and at most \(limit) slots "
          + "together")
    }
  }

  private func checkCombinations() throws {
    if bands != nil, recall != nil || slots != nil {
      throw ValidationError("'--bands' and '--rows' leave nothing to plan for --recall and --slots")
    }
    if let preset {
      guard bands == nil, recall == nil, slots == nil, ngram == nil, unit == .word else {
        throw ValidationError(
          "'--preset \(preset.rawValue)' names bands and shingles: leave out --bands, --rows, "
            + "--recall, --slots, --ngram and --unit")
      }
    }
  }

  /// The options that were given, beside `--plan`.
  var given: [String] {
    [
      ("--similarity", similarity != 0.8), ("--unit", unit != .word), ("--ngram", ngram != nil),
      ("--bands", bands != nil), ("--rows", rows != nil), ("--recall", recall != nil),
      ("--slots", slots != nil), ("--preset", preset != nil), ("--no-verify", !verify),
    ].filter(\.1).map(\.0)
  }

  /// - Parameter tokenizer: `--tokenizer` of the command.
  func check(tokenizer: String?) throws {
    if unit == .token, tokenizer == nil {
      throw ValidationError("'--unit token' needs '--tokenizer <path>'")
    }
    if unit != .token, tokenizer != nil {
      throw ValidationError("'--tokenizer' is for '--unit token' and '--method substring'")
    }
  }

  /// The plan that the options ask for.
  func plan(tokenizer: String?) throws -> MinHashPlan {
    if let preset { return preset.plan }
    let (unit, length) = try shingles(tokenizer)
    if let bands, let rows {
      return try MinHashPlan(
        validatingBands: bands, slotsPerBand: rows, shingleLength: length, unit: unit)
    }
    // Every plan finds equal sets; the bands are then those for almost equal ones.
    return try .plan(
      threshold: min(similarity, 0.999), recall: recall ?? Self.recallOfFineWeb,
      slots: slots ?? 112,
      shingleLength: length, unit: unit)
  }

  /// With it FineWeb's 14 bands of 8 slots are what is planned for a similarity of 0.8.
  private static let recallOfFineWeb = 0.92

  private func shingles(_ tokenizer: String?) throws -> (unit: ShingleUnit, length: Int) {
    switch unit {
    case .word: (.word, ngram ?? 5)
    case .character: (.character, ngram ?? 24)
    case .token: (.token(try TokenizerOption.load(tokenizer ?? "")), ngram ?? 5)
    }
  }
}

extension MinHashPreset: ExpressibleByArgument {}
