import ArgumentParser
import Curation
import Streams

/// Which repeated parts of documents go.
struct SegmentOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Parts of fewer words always stay; two characters of a script without spaces are a word.",
      valueName: "n"))
  var segmentWords = 8

  @Option(help: ArgumentHelp("Sentences that are compared as one.", valueName: "n"))
  var window = 3

  @Option(
    help: ArgumentHelp("So many copies of a part stay, the first ones.", valueName: "k"))
  var copies = 1

  @Flag(help: "Of what occurs more than --copies times, the first copies go too.")
  var allCopies = false

  @Option(help: "Where copies are looked for.")
  var scope = SegmentRule.Scope.corpus

  @Flag(
    help: "Remember what was seen in a Bloom filter: little memory, no work files, some mistakes.")
  var bloom = false

  @Option(
    help: ArgumentHelp(
      "For --bloom: how many different parts there will be at most.", valueName: "n"))
  var expected: Int?

  @Option(
    help: ArgumentHelp(
      "For --bloom: the share of new parts that may be taken for known ones; 0.001 where it is not "
        + "given.", valueName: "p"))
  var falsePositive: Double?

  func validate() throws {
    guard bloom || expected == nil else {
      throw ValidationError("'--expected' is for --bloom")
    }
  }

  /// What a Bloom filter is made for, which an index may have already; nil where none is wanted.
  func bloomSettings(_ indexed: IndexedParts?) throws -> SegmentDeduplication.BloomSettings? {
    guard bloom else { return nil }
    guard let made = indexed?.index?.bloomSettings else {
      guard let expected else {
        throw Fault(.input, "'--bloom' needs --expected, the number of different parts")
      }
      return .init(expected: expected, falsePositives: falsePositive ?? 0.001)
    }
    let given = SegmentDeduplication.BloomSettings(
      expected: expected ?? made.expected, falsePositives: falsePositive ?? made.falsePositives)
    guard given == made else {
      throw Fault(
        .input, "the filter of the index is of another size",
        found: "--expected \(given.expected) --false-positive \(given.falsePositives)",
        expected: "--expected \(made.expected) --false-positive \(made.falsePositives), or neither")
    }
    return made
  }

  /// The options that were given.
  var given: [String] {
    [
      ("--segment-words", segmentWords != 8), ("--window", window != 3), ("--copies", copies != 1),
      ("--all-copies", allCopies), ("--scope", scope != .corpus), ("--bloom", bloom),
      ("--false-positive", falsePositive != nil),
    ].filter(\.1).map(\.0)
  }

  func rule(_ part: SegmentRule.Part) throws -> SegmentRule {
    try SegmentRule(
      part: part, window: window, leastWords: segmentWords, copies: copies,
      removesFirst: allCopies, scope: scope)
  }
}

extension SegmentRule.Scope: ExpressibleByArgument {}
