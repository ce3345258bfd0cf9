import TestFolders
import Foundation
import Streams

/// Texts and documents that tests make: English enough for the filters, each different.
enum SmallTexts {
  private static let subjects = [
    "the river", "a careful reader", "the old library", "every number", "this proof",
    "the committee", "a small engine", "the northern garden", "one student", "the archive",
  ]
  private static let verbs = [
    "carries", "describes", "measures", "follows", "explains", "contains", "repairs", "forgets",
    "improves", "remembers",
  ]
  private static let objects = [
    "the long history of the valley", "a method that works with little effort",
    "the sum of two squares and its meaning", "what people have written about the weather",
    "the tools that farmers use to build walls", "letters that were sent to the capital",
    "a question to be answered in the morning", "the light of distant and silent stars",
    "the rules of a game with many players", "some bread and the smell of coffee",
  ]

  /// A text of some hundred words; the same number gives the same text.
  static func text(_ number: Int, sentences: Int = 14) -> String {
    var state = UInt64(number + 1) &* 0x9e37_79b9_7f4a_7c15
    func draw(_ words: [String]) -> String {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return words[Int((state >> 33) % UInt64(words.count))]
    }
    return (0..<sentences).map { _ in
      "That \(draw(subjects)) \(draw(verbs)) \(draw(objects)), and \(draw(subjects)) "
        + "\(draw(verbs)) \(draw(objects))."
    }.joined(separator: "\n")
  }

  /// JSON lines, one a text.
  static func lines(
    _ texts: [String], ids: String = "doc-", attributes: String? = nil
  ) throws -> String {
    let encoder = JSONEncoder()
    return try texts.enumerated().map { index, text in
      let quoted = String(decoding: try encoder.encode(text), as: UTF8.self)
      let more = attributes.map { ", \"attributes\": \($0)" } ?? ""
      return "{\"id\": \"\(ids)\(index)\", \"text\": \(quoted)\(more)}\n"
    }.joined()
  }
}

extension TemporaryFolder {
  func read(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: path + "/" + name)))
  }

  /// A file's text, decompressed.
  func text(_ name: String) throws -> String {
    String(decoding: try InputFile.decompressedBytes(path + "/" + name), as: UTF8.self)
  }

  func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + name) }
}

extension Program.Result {
  /// Standard output as a JSON object.
  func object() throws -> [String: Any] {
    try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any] ?? [:]
  }

  /// Standard output as a JSON list of objects.
  func list() throws -> [[String: Any]] {
    try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [[String: Any]] ?? []
  }
}
