import Curation
import Foundation
import TestFolders
import Testing

/// The same pairs, sketched here and by datasketch.
@Suite struct SketchPeerTests {
  private struct Pair: Codable {
    var a: String
    var b: String
  }

  private static let script = """
    import json, sys
    from datasketch import MinHash
    rows = json.load(open(sys.argv[1]))
    def sketch(words):
        m = MinHash(num_perm=112, seed=1)
        m.update_batch([w.encode() for w in words])
        return m
    print(json.dumps([sketch(r['a'].split()).jaccard(sketch(r['b'].split())) for r in rows]))
    """

  @Test("both estimates are near the similarity, and ours no further on the whole")
  func datasketch() throws {
    guard let python = PeerPython.find("datasketch") else {
      return print("skipped: no Python with datasketch")
    }
    let plan = try MinHashPlan(validatingBands: 14, slotsPerBand: 8, shingleLength: 1)
    let fingerprinter = Fingerprinter(plan: plan)
    var pairs: [Pair] = []
    var truths: [Double] = []
    var ours: [Double] = []
    for union in [4, 20, 100, 400] {
      for step in 0...20 {
        for draw in 0..<4 {
          let common = union * step / 20
          let pair = DrawnPair(
            common: common, union: union, .word, number: 1_000_000 + union * 1000 + step * 10 + draw
          )
          truths.append(Double(common) / Double(union))
          ours.append(pair.estimate(fingerprinter))
          pairs.append(
            Pair(
              a: String(decoding: pair.a, as: UTF8.self), b: String(decoding: pair.b, as: UTF8.self)
            )
          )
        }
      }
    }
    let folder = try TemporaryFolder()
    let file = folder.path + "/pairs.json"
    try JSONEncoder().encode(pairs).write(to: URL(fileURLWithPath: file))
    let printed = try #require(PeerPython.run(python, Self.script, [file]))
    let theirs = try JSONDecoder().decode([Double].self, from: Data(printed.utf8))
    #expect(theirs.count == truths.count)
    func squares(_ estimates: [Double]) -> Double {
      zip(estimates, truths).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
    let expected = truths.reduce(0) { $0 + $1 * (1 - $1) / 112 }
    let spread = 5 * (2 / Double(truths.count)).squareRoot()
    #expect(squares(ours) / expected < 1 + spread)
    #expect(squares(theirs) / expected < 1 + spread)
    for (ours, truth) in zip(ours, truths) { #expect(abs(ours - truth) < 0.22) }
    print(
      "squared errors of independent permutations: ours \(squares(ours) / expected), "
        + "datasketch \(squares(theirs) / expected)")
  }
}
