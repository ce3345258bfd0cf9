import Corpora
import Runs
import Streams

/// Writes the shingle sets of one part's candidates, whose texts are read again.
public final class CandidateSets {
  /// The places of the candidates in the part, in order.
  public let places: [Int]
  private let numbers: [UInt64]
  private let bins: [UInt16]
  private let file: BinnedFile.Writer
  private var next = 0
  private var record: [UInt64] = []

  /// - Parameters:
  ///   - part: by its place among the parts of `stages`.
  ///   - files: what `bin` wrote.
  public init(
    part: Int, of stages: DeduplicationStages, _ files: DeduplicationStages.CandidateFiles,
    to path: String
  ) throws {
    let range = stages.numbering.range(ofPart: part)
    let bins = try CandidateBins(files.candidates, documentCount: stages.documentCount)
    let found = try bins.candidates(in: range)
    numbers = found.numbers
    self.bins = found.bins
    places = found.numbers.map { Int($0) - range.lowerBound }
    file = try BinnedFile.Writer(
      path, kind: CandidateSetFile.kind, memory: min(stages.memory / 4, 1 << 26),
      isScratch: stages.isScratch)
  }

  /// Takes the set of the next candidate.
  public func append(_ set: [UInt32]) throws {
    guard next < numbers.count else { return }
    try CandidateSetFile.append(
      set, of: numbers[next], bin: Int(bins[next]), to: file, &record)
    next += 1
  }

  /// - Throws: where texts have become fewer than there are candidates.
  public func commit() throws {
    guard next == numbers.count else {
      throw Fault(
        .failure, "the documents are not those that were measured",
        found: "\(next) of \(numbers.count) candidates", expected: "each candidate once, in order",
        hint: "measure the documents again")
    }
    try file.commit()
  }
}
