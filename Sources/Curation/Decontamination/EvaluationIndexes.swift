import Streams

/// Evaluation sets, ready to be found in training documents. Made once, shared by all threads.
///
///     let sets = EvaluationIndexes([EvaluationSet(name: "gsm8k", items: items)])
///     let finder = sets.finder()  // one a thread
///     for found in finder.findings(in: text) where found.decides { … }
public struct EvaluationIndexes: Sendable {
  public let settings: ContaminationSettings
  private let index: EvaluationIndex
  private let sketches: PartSketches?

  /// - Throws: an input fault where a setting is out of its range.
  public init(
    _ sets: [EvaluationSet], settings: ContaminationSettings = ContaminationSettings()
  ) throws {
    try settings.check()
    self.settings = settings
    index = EvaluationIndex(sets, settings)
    sketches = settings.method == .minhash ? try PartSketches(index) : nil
  }

  /// Items in which there is no word, by the place of their set and their place in it.
  public var emptyItems: [(set: Int, item: Int)] { index.emptyItems }
  /// Distinct runs of words by which parts are found.
  public var seedCount: Int { index.seeds.count }

  public func finder() -> ContaminationFinder { ContaminationFinder(index, sketches: sketches) }
}
