import Foundation
import Testing

@testable import Curation

/// Extraction on real pages with hand-made gold texts, where they are present.
@Suite struct ExtractionQualityTests {
  private func texts(_ archive: String) throws -> [String: String]? {
    guard let files = try SharedData.archive(archive) else { return nil }
    let extractor = HTMLExtractor()
    var texts: [String: String] = [:]
    for file in files where file.name.hasSuffix(".html") {
      var text: [UInt8] = []
      _ = file.bytes.withUnsafeBytes { extractor.extract($0, into: &text) }
      let name = file.name.split(separator: "/").last.map(String.init) ?? file.name
      texts[name] = String(decoding: text, as: UTF8.self)
    }
    return texts
  }

  private func shingles(_ text: String) -> [[String]: Int] {
    let words = text.unicodeScalars.split {
      !($0.properties.isAlphabetic || $0.properties.numericType != nil || $0 == "_")
    }.map { String($0) }
    var counts: [[String]: Int] = [:]
    for start in 0..<max(1, words.count - 3) {
      let shingle = Array(words[start..<min(start + 4, words.count)])
      if !shingle.isEmpty { counts[shingle, default: 0] += 1 }
    }
    return counts
  }

  @Test("article bodies: F1 of four-word shingles is at least 0.93")
  func articles() throws {
    guard let gold = try SharedData.bytes("html/aeb_ground_truth.json.zst"),
      let found = try texts("html/aeb_pages.tar.zst"),
      let truth = try JSONSerialization.jsonObject(with: Data(gold)) as? [String: [String: Any]]
    else { return }
    var (precisions, recalls) = ([Double](), [Double]())
    for (id, entry) in truth {
      let expected = shingles(entry["articleBody"] as? String ?? "")
      let actual = shingles(found[id + ".html"] ?? "")
      let common = actual.reduce(0) { $0 + min($1.value, expected[$1.key] ?? 0) }
      let (actualCount, expectedCount) = (actual.values.reduce(0, +), expected.values.reduce(0, +))
      if actualCount > 0 { precisions.append(Double(common) / Double(actualCount)) }
      if expectedCount > 0 { recalls.append(Double(common) / Double(expectedCount)) }
    }
    let precision = precisions.reduce(0, +) / Double(precisions.count)
    let recall = recalls.reduce(0, +) / Double(recalls.count)
    let score = 2 * precision * recall / (precision + recall)
    print("article bodies: precision \(precision), recall \(recall), F1 \(score)")
    #expect(score >= 0.93)
  }

  @Test("multilingual pages: F1 of wanted and unwanted snippets is at least 0.91")
  func snippets() throws {
    guard let gold = try SharedData.bytes("html/trafilatura_evaldata.json.zst"),
      let found = try texts("html/trafilatura_pages.tar.zst"),
      let truth = try JSONSerialization.jsonObject(with: Data(gold)) as? [String: [String: Any]]
    else { return }
    var (hits, misses, extras) = (0, 0, 0)
    func flat(_ text: String) -> String { text.split { $0.isWhitespace }.joined(separator: " ") }
    for entry in truth.values {
      let text = flat(found[entry["file"] as? String ?? ""] ?? "")
      for snippet in entry["with"] as? [String] ?? [] {
        if text.contains(flat(snippet)) { hits += 1 } else { misses += 1 }
      }
      for snippet in entry["without"] as? [String] ?? [] where text.contains(flat(snippet)) {
        extras += 1
      }
    }
    let precision = Double(hits) / Double(hits + extras)
    let recall = Double(hits) / Double(hits + misses)
    let score = 2 * precision * recall / (precision + recall)
    print("snippets: precision \(precision), recall \(recall), F1 \(score)")
    #expect(score >= 0.91)
  }
}
