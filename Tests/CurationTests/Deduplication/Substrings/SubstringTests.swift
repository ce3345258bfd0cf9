import Corpora
import CounterRandom
import Foundation
import Runs
import Streams
import TestFolders
import Testing
import Tokenization

@testable import Curation

@Suite struct SubstringTests {
  /// Symbols of several lengths in bytes, and bytes that are not UTF-8.
  static let alphabets: [[[UInt8]]] = [
    [[97]],
    [[97], [98]],
    [[97], Array("é".utf8), Array("€".utf8)],
    [[97], [0x80], [0xFF], Array("😀".utf8)],
  ]

  /// Documents of drawn pieces, some of them copies of earlier stretches or documents.
  static func inputs(_ random: CounterRandom, alphabet: [[UInt8]], longest: Int) -> [[[UInt8]]] {
    var next: UInt64 = 0
    func below(_ bound: Int) -> Int {
      next += 1
      return Int(random.below(UInt64(bound), next))
    }
    var documents: [[UInt8]] = []
    for _ in 0..<1 + below(12) {
      switch below(6) {
      case 0: documents.append([])
      case 1: documents.append(alphabet[below(alphabet.count)])
      case 2 where !documents.isEmpty: documents.append(documents[below(documents.count)])
      case 3 where !documents.isEmpty:
        let from = documents[below(documents.count)]
        let start = below(from.count + 1)
        documents.append(Array(from[start..<start + below(from.count - start + 1)]))
      default:
        documents.append((0..<below(longest)).flatMap { _ in alphabet[below(alphabet.count)] })
      }
    }
    let cut = below(documents.count + 1)
    return [Array(documents[..<cut]), Array(documents[cut...])]
  }

  static func symbols(_ inputs: [[[UInt8]]]) -> [[PlainSubstrings.Text]] {
    inputs.map { $0.map { $0.map { [$0] } } }
  }

  @Test("drawn texts: what is found is the definition's", arguments: [1, 2, 3, 5, 8, 40])
  func drawnTexts(minimum: Int) throws {
    for (number, alphabet) in Self.alphabets.enumerated() {
      for trial in 0..<3 {
        let random = CounterRandom(seed: UInt64(trial), purpose: "substrings \(number) \(minimum)")
        let inputs = Self.inputs(random, alphabet: alphabet, longest: 60)
        let folder = try TemporaryFolder()
        let removal: SubstringSettings.Removal = trial == 2 ? .all : .repeats
        let settings = try SubstringSettings(minimum: minimum, removal: removal)
        let found = try SubstringTrial(settings: settings, buckets: 1 + trial)
          .spans(inputs, in: folder)
        let plain = PlainSubstrings(minimum: minimum, removesAll: removal == .all)
        #expect(found == plain.spans(Self.symbols(inputs)), "alphabet \(number), trial \(trial)")
      }
    }
  }

  @Test("texts of one letter, and of a period, keep one copy")
  func periodicTexts() throws {
    let letters = [UInt8](repeating: 97, count: 250)
    let periods = (0..<300).map { UInt8(97 + $0 % 7) }
    let inputs = [[letters, periods, letters]]
    let found = try SubstringTrial(settings: try SubstringSettings(minimum: 100))
      .spans(inputs, in: TemporaryFolder())
    #expect(found == PlainSubstrings(minimum: 100).spans(Self.symbols(inputs)))
    #expect(found[0].map(\.bytes) == [100..<250, 105..<300, 0..<250])
  }

  @Test("a window longer than every text finds nothing; no text at all neither")
  func nothing() throws {
    let settings = try SubstringSettings(minimum: 5000)
    let inputs = [[Array("abc".utf8), Array("abc".utf8), []], []]
    #expect(
      try SubstringTrial(settings: settings).spans(inputs, in: TemporaryFolder()) == [[], []])
    #expect(throws: Fault.self) { try SubstringSettings(minimum: 0) }
    #expect(throws: Fault.self) { try SubstringSettings(minimum: 70_000) }
  }

  @Test("memory, buckets, batches, threads: the same spans")
  func anyCut() throws {
    let random = CounterRandom(seed: 7, purpose: "cuts of substrings")
    var words: [[UInt8]] = []
    for word in 0..<400 {
      let letters = (0..<2 + word % 5).map { random.below(26, UInt64(word * 8 + $0)) }
      words.append(letters.map { UInt8(97 + $0) } + [32])
    }
    var texts: [[UInt8]] = []
    for text in 0..<60 {
      let choice: UInt64 = text % 3 == 0 ? 20 : 400
      let drawn = (0..<60).map { Int(random.below(choice, UInt64(9000 + text * 60 + $0))) }
      texts.append(drawn.flatMap { words[$0] })
    }
    let inputs: [[[UInt8]]] = [Array(texts[..<25]), [], Array(texts[25...] + texts[3..<9])]
    let expected = PlainSubstrings(minimum: 20).spans(Self.symbols(inputs))
    #expect(expected.joined().count > 15)
    for (memory, buckets, batch, threads) in [
      (1024, 1, 1, 1), (1024, 7, 100, 2), (1 << 20, 3, 4, 2), (1 << 31, 16, 1000, 1),
    ] {
      let settings = try SubstringSettings(minimum: 20, memory: memory)
      let trial = SubstringTrial(
        settings: settings, threads: threads, buckets: buckets, batch: batch)
      let found = try trial.spans(inputs, in: TemporaryFolder())
      #expect(found == expected, "memory \(memory), buckets \(buckets)")
    }
  }

  @Test("processes that share the tasks give the bytes of one")
  func shares() throws {
    let inputs = Self.inputs(
      CounterRandom(seed: 3, purpose: "shares"), alphabet: Self.alphabets[1], longest: 200)
    let trial = SubstringTrial(settings: try SubstringSettings(minimum: 6), buckets: 5)
    let folder = try TemporaryFolder()
    func bytes(_ folder: String) throws -> [[UInt8]] {
      try (0..<2).map { try InputFile.bytes(folder + "/" + SubstringStages.spansFile($0)) }
    }
    let whole = folder.path + "/1"
    try trial.stages(2, in: whole).runAll(texts: trial.texts(inputs))
    let expected = try bytes(whole)
    for count in [2, 7] {
      let path = folder.path + "/\(count)"
      for stage in SubstringStages.Stage.allCases {
        for index in (0..<count).reversed() {
          let share = try TaskShare(validatingIndex: index, count: count)
          try trial.stages(2, in: path, share: share).run(stage, texts: trial.texts(inputs))
        }
      }
      #expect(try bytes(path) == expected)
    }
    let early = try trial.stages(2, in: folder.path + "/early")
    #expect(throws: Fault.self) { try early.run(.match, texts: trial.texts(inputs)) }
  }

  @Test("what is most frequent, and how often; documents that hold first copies")
  func frequentAndHolders() throws {
    let note = Array("All rights reserved, whatever they are. ".utf8)
    let other = Array("Subscribe to our letter of news today! ".utf8)
    let inputs: [[[UInt8]]] = [
      [Array("one ".utf8) + note, Array("two ".utf8) + note + other],
      [note, Array("three ".utf8) + other, note + Array("four".utf8)],
    ]
    let trial = SubstringTrial(settings: try SubstringSettings(minimum: 30))
    let folder = try TemporaryFolder()
    let found = try trial.spans(inputs, in: folder)
    #expect(found == PlainSubstrings(minimum: 30).spans(Self.symbols(inputs)))
    let totals = try trial.stages(2, in: folder.path + "/run").found()
    #expect(totals.documents == 5 && totals.spans == 4 && totals.editedDocuments == 4)
    #expect(totals.textBytes == inputs.joined().joined().count)
    #expect(totals.removedBytes == found.joined().reduce(0) { $0 + $1.bytes.count })
    let first = try #require(totals.frequent.first)
    #expect(first.copies == 4 && first.bytes == 30)
    #expect(first.place.document == DocumentAddress(task: 0, ordinal: 0) && first.place.byte >= 4)
    let holders = try (0..<2).map {
      try ColumnFile.read(folder.path + "/run/work/holders/0000\($0).columns").uint64("ordinal")
    }
    #expect(holders == [[0, 1], []])
  }

  @Test("fifty megabytes of one letter take seconds")
  func oneLetter() throws {
    let text = [UInt8](repeating: 97, count: 50_000_000)
    let settings = try SubstringSettings(minimum: 100)
    let found = try SubstringTrial(settings: settings, buckets: 4)
      .spans([[text]], in: TemporaryFolder())
    #expect(found == [[.init(ordinal: 0, bytes: 100..<50_000_000, kept: [0, 0, 0])]])
  }
}
