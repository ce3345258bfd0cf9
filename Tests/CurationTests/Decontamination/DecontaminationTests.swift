import Corpora
import Curation
import Foundation
import Streams
import Testing

private func batch(_ texts: [String], prefix: String = "d") -> DocumentBatch {
  var batch = DocumentBatch()
  for (index, text) in texts.enumerated() {
    batch.append(Document(id: "\(prefix)\(index)", text: text, source: "test"))
  }
  return batch
}

private func words(_ range: Range<Int>, _ stem: String = "word") -> String {
  range.map { "\(stem)\($0)" }.joined(separator: " ")
}

@Suite struct DecontaminationTests {
  @Test("hits, passages and the first hit are those of a plain search over word lists")
  func plainTwin() throws {
    var generator = SystemRandomNumberGenerator()
    func text(_ count: Int) -> String {
      (0..<count).map { _ in
        "\(["a", "B", "cat", "Dog"].randomElement(using: &generator) ?? "")"
          + "\([" ", ", ", " — ", "\n"].randomElement(using: &generator) ?? "")"
      }.joined()
    }
    func plain(_ text: String) -> [String] {
      text.lowercased().split { $0.isWhitespace || ",—".contains($0) }.map(String.init)
    }
    let n = 4
    for _ in 0..<200 {
      let evaluation = (0..<3).map { _ in text(Int.random(in: 0...12, using: &generator)) }
      let training = text(Int.random(in: 0...40, using: &generator))
      let runs = Set(
        evaluation.map(plain).flatMap { list in
          list.count < n ? [] : (0...list.count - n).map { Array(list[$0..<$0 + n]) }
        })
      let list = plain(training)
      guard list.count >= n else { continue }
      let hits = (0...list.count - n).filter { runs.contains(Array(list[$0..<$0 + n])) }
      var decontamination = try Decontamination(words: n)
      decontamination.add(batch(evaluation))
      let found = decontamination.measure(batch([training]))[0]
      #expect(found.passages == list.count - n + 1)
      #expect(found.hits == hits.count)
      if let range = found.firstHit {
        let passage = String(decoding: Array(training.utf8)[range], as: UTF8.self)
        #expect(plain(passage).starts(with: list[hits[0]..<hits[0] + n]))
      } else {
        #expect(hits.isEmpty)
      }
    }
  }

  @Test("the evidence is the quoted passage in the words of the training document")
  func evidence() throws {
    var decontamination = try Decontamination()
    decontamination.add(batch([words(0..<20)], prefix: "eval-"))
    let quoted = words(0..<20).uppercased().replacingOccurrences(of: " ", with: ", ")
    let text = "Intro of some words. " + quoted + "! And then more of it."
    let found = decontamination.measure(batch([text]))[0]
    #expect(found.evaluationID == "eval-0")
    #expect(found.hits == 8)
    let range = try #require(found.firstHit)
    #expect(String(decoding: Array(text.utf8)[range], as: UTF8.self) == quoted + "! ")
  }

  @Test("the limit decides at its share, and no limit decides without a hit")
  func limit() throws {
    // 20 quoted words give 8 of the 38 passages of 50 words: 0.21.
    let text = words(0..<20) + " " + words(0..<30, "other")
    for (limit, expected) in [(0.0, true), (0.2, true), (0.22, false), (1, false)] {
      var decontamination = try Decontamination(shareLimit: limit)
      decontamination.add(batch([words(0..<20)]))
      let found = decontamination.measure(batch([text, words(0..<50, "clean"), ""]))
      #expect(found[0].hits == 8 && found[0].passages == 38)
      #expect(found.map(decontamination.isContaminated) == [expected, false, false])
    }
  }

  @Test("an evaluation text shorter than a passage is found only as a whole text")
  func shortTexts() throws {
    var decontamination = try Decontamination()
    decontamination.add(batch(["What is two plus two?", "..."]))
    let found = decontamination.measure(
      batch([
        "what is TWO, plus two", "what is two plus three", words(0..<30) + " what is two plus two",
      ])
    )
    #expect(found.map(\.hits) == [1, 0, 0])
    #expect(found.map(\.isWholeText) == [true, true, false])
  }

  @Test("evaluation items planted in real prose are all found, and unplanted prose is clean")
  func sharedData() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().path
    let data = root + "/../shared/data/"
    guard Folder.isFolder(data) else {
      print("skipped: no shared data beside the package")
      return
    }
    func texts(_ path: String, _ keys: [String]) throws -> [String] {
      try InputFile.decompressedBytes(data + path).split(separator: 10).map { line in
        let row = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
        return keys.compactMap { row?[$0] as? String }.joined(separator: "\n")
      }
    }
    let evaluation = try texts("eval/gsm8k_test.jsonl.zst", ["question", "answer"])
    let prose = try texts("text/prose_standardebooks.jsonl.zst", ["text"]).prefix(40)
    var decontamination = try Decontamination(shareLimit: 0)
    decontamination.add(batch(evaluation, prefix: "gsm8k-"))
    let clean = decontamination.measure(batch(Array(prose)))
    #expect(clean.allSatisfy { $0.hits == 0 })
    let planted = zip(prose, evaluation).map { text, item in
      String(text.prefix(2000)) + "\n\n" + item + "\n" + String(text.suffix(500))
    }
    let found = decontamination.measure(batch(planted))
    #expect(found.allSatisfy { decontamination.isContaminated($0) })
    #expect(found.enumerated().allSatisfy { $1.evaluationID == "gsm8k-\($0)" })
  }

  @Test("settings out of range are input faults")
  func settings() {
    #expect(throws: Fault.self) { try Decontamination(words: 0) }
    #expect(throws: Fault.self) { try Decontamination(shareLimit: -0.1) }
    #expect(throws: Fault.self) { try Decontamination(shareLimit: .nan) }
  }
}
