import Curation
import Glibc
import Testing

/// The share of equal slots as an estimate of the Jaccard similarity, against the similarity of the
/// sets that were drawn.
@Suite struct EstimatorTests {
  static let unions = [1, 2, 3, 5, 10, 30, 100, 300, 1000, 5000]
  static let similarities = [0, 0.1, 0.3, 0.5, 0.8, 0.95, 1]

  /// Errors over many pairs, in units of what independent permutations would have.
  private struct Errors {
    var squares = 0.0
    var variances = 0.0
    var trials = 0
  }

  @Test(
    "unbiased within five standard errors, with no more variance than independent permutations",
    arguments: [(DrawnPair.Unit.word, 112), (.word, 28), (.character, 112)])
  func errors(unit: DrawnPair.Unit, slots: Int) throws {
    let plan = try MinHashPlan(
      validatingBands: slots / 4, slotsPerBand: 4, shingleLength: 1,
      unit: unit == .word ? .word : .character)
    let fingerprinter = Fingerprinter(plan: plan)
    var all = Errors()
    var number = 0
    for union in Self.unions {
      let trials = max(3, min(50, 5000 / union))
      for wanted in Self.similarities {
        let common = Int((wanted * Double(union)).rounded())
        let truth = Double(common) / Double(union)
        let variance = truth * (1 - truth) / Double(slots)
        var sum = 0.0
        for _ in 0..<trials {
          let pair = DrawnPair(common: common, union: union, unit, number: number)
          number += 1
          let error = pair.estimate(fingerprinter) - truth
          sum += error
          all.squares += error * error
        }
        all.variances += Double(trials) * variance
        if variance > 0 { all.trials += trials }
        // Disjoint and equal sets leave nothing to chance but 2^-32.
        let bound = 5 * sqrt(variance / Double(trials))
        #expect(abs(sum / Double(trials)) <= bound, "\(common) of \(union)")
      }
    }
    // The ratio of a sum of squares to its expectation has a standard error of about √(2/n).
    let ratio = all.squares / all.variances
    #expect(ratio < 1 + 5 * sqrt(2 / Double(all.trials)), "variance is \(ratio) of independent")
  }

  @Test("runs of several words and characters have the similarity of their sets of strings")
  func runs() throws {
    let texts = textsWithCopies(originals: 10, seed: 11)
    let wordPlan = try MinHashPlan(validatingBands: 64, slotsPerBand: 16)
    let characterPlan = try MinHashPlan(
      validatingBands: 64, slotsPerBand: 16, shingleLength: 24, unit: .character)
    for (plan, shingles) in [
      (wordPlan, SmallCorpus.shingles), (characterPlan, Self.characterShingles),
    ] {
      let fingerprinter = Fingerprinter(plan: plan)
      let sketches = texts.map { text in Array(text.utf8).withUnsafeBytes(fingerprinter.sketch) }
      let sets = texts.map(shingles)
      var worst = 0.0
      for a in texts.indices {
        for b in 0..<a {
          let truth = SmallCorpus.similarity(sets[a], sets[b])
          let equal = zip(sketches[a], sketches[b]).count { $0 == $1 }
          let variance = max(truth * (1 - truth), 1e-3) / 1024
          worst = max(worst, abs(Double(equal) / 1024 - truth) / sqrt(variance))
        }
      }
      // Of a few hundred pairs the worst is at about 3 standard errors.
      #expect(worst < 5.5, "\(plan)")
    }
  }

  static func characterShingles(_ text: String) -> Set<String> {
    let collapsed = text.lowercased().split { $0.isWhitespace }.joined(separator: " ")
    let scalars = Array(collapsed.unicodeScalars)
    if scalars.count <= 24 { return [collapsed] }
    return Set(
      (0...scalars.count - 24).map { start in
        String(String.UnicodeScalarView(scalars[start..<start + 24]))
      })
  }

  @Test("texts shorter than a shingle are equal or not at all alike")
  func shortTexts() throws {
    for plan in [MinHashPlan.fineWeb, MinHashPreset.nemo.plan] {
      let fingerprinter = Fingerprinter(plan: plan)
      func sketch(_ text: String) -> [UInt32] {
        Array(text.utf8).withUnsafeBytes(fingerprinter.sketch)
      }
      #expect(sketch("").isEmpty && sketch(" \n\t\u{2003}").isEmpty)
      #expect(sketch("One  Word") == sketch(" one\nword "))
      #expect(sketch("one word").count == plan.slots)
      let equal = zip(sketch("one word"), sketch("one ward")).count { $0 == $1 }
      #expect(equal == 0)
    }
  }
}
