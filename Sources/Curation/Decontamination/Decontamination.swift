import Corpora
import Streams

/// How much of a training document stands in the evaluation set.
public struct Contamination: Sendable, Equatable {
  /// Runs of words of the document, and how many of them stand in an evaluation document.
  public var passages: Int
  public var hits: Int
  /// The first hit, joined with those that overlap it: where it stands in the text.
  public var firstHit: Range<Int>?
  /// The evaluation document of the first hit.
  public var evaluationID: String?
  /// A document too short for one run of words was compared as a whole.
  public var isWholeText: Bool

  /// Hits by passages, 0 without any.
  public var share: Double { passages == 0 ? 0 : Double(hits) / Double(passages) }
}

/// Finds training documents that repeat evaluation documents, by exact runs of words.
///
/// Words are lower-cased (A-Z) and cut at whitespace and punctuation; a run is 13 words by default,
/// as in GPT-3 (Brown et al. 2020, arXiv:2005.14165, appendix C). An evaluation document of fewer
/// words is taken as a whole and found only in training documents that are equal to it in words: the
/// words of a short question turn up by chance too often. What was added is counted.
///
/// A document is contaminated where at least `shareLimit` of its runs hit; 0.2 by default. A lower
/// limit also drops long documents that quote one evaluation item among much else (a hit of 13 words
/// may be a common phrase or a licence line); a higher one keeps documents with an evaluation item
/// in them. Where the evaluation set must stay unseen, use 0 and read the evidence: any hit decides.
public struct Decontamination: Sendable {
  public let words: Int
  public let shareLimit: Double
  private var passages = PassageSet()
  private var whole = PassageSet()
  private var ids = ByteColumn()

  /// - Throws: an input fault unless words are 1 to 100 and the limit is in 0...1.
  public init(words: Int = 13, shareLimit: Double = 0.2) throws {
    guard (1...100).contains(words), (0...1).contains(shareLimit) else {
      throw Fault(
        .input, "decontamination cannot work with these settings",
        found: "\(words) words, share \(shareLimit)",
        expected: "1 to 100 words, a share from 0 to 1")
    }
    self.words = words
    self.shareLimit = shareLimit
  }

  /// Evaluation documents added so far.
  public var documentCount: Int { ids.count }
  /// Distinct runs of words in them.
  public var passageCount: Int { passages.count }
  /// Distinct evaluation documents of fewer words than a run.
  public var shortDocumentCount: Int { whole.count }

  /// Adds the texts of an evaluation set. For items in several fields, append one document a field
  /// and one for the fields together, so that a run across the seam counts too.
  public mutating func add(_ evaluation: DocumentBatch) {
    let reader = PassageReader(words: words)
    for index in 0..<evaluation.count {
      let owner = UInt32(ids.count)
      ids.append(evaluation.ids[index])
      evaluation.texts.withBytes(index) { reader.read($0) }
      if reader.passageCount > 0 {
        for passage in 0..<reader.passageCount {
          passages.insert(reader.hashes[passage], owner: owner)
        }
      } else if reader.wordCount > 0 {
        whole.insert(Self.wholeHash(reader), owner: owner)
      }
    }
  }

  /// The words of a text that is shorter than a run, as one hash.
  private static func wholeHash(_ reader: PassageReader) -> UInt64 {
    (0..<reader.wordCount).reduce(UInt64(reader.wordCount)) {
      ($0 &* 0x9e37_79b9_7f4a_7c15) &+ reader.hashes[$1]
    }
  }

  /// Measures every document of a batch.
  public func measure(_ batch: DocumentBatch) -> [Contamination] {
    let reader = PassageReader(words: words)
    return (0..<batch.count).map { index in
      batch.texts.withBytes(index) { measure($0, reader) }
    }
  }

  /// Whether what was measured reaches the limit; never without a hit.
  public func isContaminated(_ measured: Contamination) -> Bool {
    measured.hits > 0 && measured.share >= shareLimit
  }

  /// Why the document at `ordinal` with this text goes: how much was found, where, and the passage.
  public func decision(
    on ordinal: UInt64, _ measured: Contamination, text: ArraySlice<UInt8>
  ) -> Decision {
    let passage = measured.firstHit.map {
      String(decoding: text.dropFirst($0.lowerBound).prefix(min($0.count, 200)), as: UTF8.self)
    }
    return Decision(
      ordinal: ordinal, stage: "decontamination", rule: "evaluation-passage",
      value: Float(measured.share),
      evidence: "\(measured.hits) of \(measured.passages) passages of \(words) words"
        + " are in \(measured.evaluationID ?? "?"), first: \(passage ?? "")")
  }

  private func measure(
    _ text: UnsafeRawBufferPointer, _ reader: PassageReader
  ) -> Contamination {
    reader.read(text)
    guard reader.passageCount > 0 else { return measureWhole(reader, byteCount: text.count) }
    var hits = 0
    var first: Range<Int>?
    var firstOwner: UInt32?
    for index in 0..<reader.passageCount {
      guard let owner = passages.owner(of: reader.hashes[index]) else { continue }
      hits += 1
      if let open = first {
        if index <= open.upperBound {
          first = open.lowerBound..<max(open.upperBound, index + words)
        }
      } else {
        first = index..<index + words
        firstOwner = owner
      }
    }
    return Contamination(
      passages: reader.passageCount, hits: hits,
      firstHit: first.map { reader.bytes(ofWords: $0, textByteCount: text.count) },
      evaluationID: firstOwner.map { ids.string(Int($0)) }, isWholeText: false)
  }

  private func measureWhole(_ reader: PassageReader, byteCount: Int) -> Contamination {
    let owner = reader.wordCount > 0 ? whole.owner(of: Self.wholeHash(reader)) : nil
    return Contamination(
      passages: reader.wordCount > 0 ? 1 : 0, hits: owner == nil ? 0 : 1,
      firstHit: owner.map { _ in
        reader.bytes(ofWords: 0..<reader.wordCount, textByteCount: byteCount)
      }, evaluationID: owner.map { ids.string(Int($0)) }, isWholeText: true)
  }
}
