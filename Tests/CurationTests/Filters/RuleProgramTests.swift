import Corpora
import Streams
import Testing

@testable import Curation

@Suite struct RuleProgramTests {
  static func verdicts(_ condition: String, _ signals: ColumnTable) throws -> [UInt8] {
    try RuleProgram(try RuleParser.parse(condition)).evaluate(signals)
  }

  static func table(_ columns: [String: [Float]], languages: [String] = []) -> ColumnTable {
    var table = ColumnTable()
    for (name, values) in columns.sorted(by: { $0.key < $1.key }) {
      table.set(name, .float32(values))
    }
    if !languages.isEmpty {
      var column = ByteColumn()
      for language in languages { column.append(language) }
      table.set("language", .bytes(column))
    }
    return table
  }

  @Test(
    "a condition binds as written: or, and, not, comparison, sum, product, sign",
    arguments: [
      ("word_count < 3", [2, 0, 0]),
      ("word_count <= 3 and char_count > 1", [0, 2, 0]),
      ("word_count == 1 or word_count == 3 and char_count == 9", [2, 0, 0]),
      ("(word_count == 1 or word_count == 3) and char_count == 2", [0, 2, 0]),
      ("not word_count == 1 and char_count == 2", [0, 2, 0]),
      ("not not word_count == 1", [2, 0, 0]),
      ("1 + 2 * word_count == 7", [0, 2, 0]),
      ("(1 + 2) * word_count == 9", [0, 2, 0]),
      ("-word_count < -4", [0, 0, 2]),
      ("char_count / word_count - 1 >= 0", [2, 0, 0]),
      ("word_count in [1, 5]", [2, 0, 2]),
      ("word_count not in [1, -5]", [0, 2, 2]),
      ("1_000 != 1e3 or word_count != 3", [2, 0, 2]),
    ] as [(String, [UInt8])])
  func precedence(condition: String, expected: [UInt8]) throws {
    let table = Self.table(["word_count": [1, 3, 5], "char_count": [1, 2, 3]])
    #expect(try Self.verdicts(condition, table) == expected)
  }

  @Test(
    "texts compare with ==, != and in",
    arguments: [
      ("language == \"en\"", [2, 0, 0]), ("'en' != language", [0, 2, 2]),
      ("language in [\"de\", \"en\"]", [2, 2, 0]), ("language not in ['en']", [0, 2, 2]),
    ] as [(String, [UInt8])])
  func texts(condition: String, expected: [UInt8]) throws {
    let table = Self.table([:], languages: ["en", "de", ""])
    #expect(try Self.verdicts(condition, table) == expected)
  }

  @Test(
    "a comparison with NaN is unknown, and stays so unless the other side decides",
    arguments: [
      ("mean_word_length < 3", 1), ("not mean_word_length < 3", 1), ("mean_word_length != 3", 1),
      ("mean_word_length in [3]", 1), ("mean_word_length < 3 and word_count > 5", 0),
      ("mean_word_length < 3 or word_count < 5", 2), ("mean_word_length < 3 or word_count > 5", 1),
      ("0 * mean_word_length == 0", 1), ("word_count / 0 > 5", 1),
    ] as [(String, UInt8)])
  func notANumber(condition: String, expected: UInt8) throws {
    let table = Self.table(["mean_word_length": [.nan], "word_count": [0]])
    #expect(try Self.verdicts(condition, table) == [expected])
  }

  @Test("a stored ratio of one tenth is not above the literal 0.1")
  func floatLiterals() throws {
    let table = Self.table(["hash_ratio": [Float(1.0 / 10.0), Float(11.0 / 100.0)]])
    #expect(try Self.verdicts("hash_ratio > 0.1", table) == [0, 2])
  }

  @Test("vectors and their rest give the verdicts of single documents")
  func vectors() throws {
    let values = (0..<1537).map { Float($0 % 7) }
    let table = Self.table(["word_count": values])
    let expected = values.map { UInt8($0 * 2 > 6 ? 2 : 0) }
    #expect(try Self.verdicts("word_count * 2 > 6", table) == expected)
  }

  @Test(
    "a wrong condition is a fault at its place",
    arguments: [
      ("word_cuont < 5", 0, "unknown signal 'word_cuont'"),
      ("word_count < ", 13, "a condition lacks a value"),
      ("word_count < 5 5", 15, "a condition goes on where it should end"),
      ("word_count + 5", 0, "a rule needs a condition"),
      ("word_count < \"en\"", 13, "'<' needs a number"),
      ("language < \"en\"", 9, "'<' cannot compare texts"),
      ("(word_count < 5", 15, "a parenthesis is not closed"),
      ("word_count and 5", 0, "'and' needs a condition"),
      ("word_count < 5 and 7", 19, "'and' needs a condition"),
      ("word_count ? 5", 11, "a condition cannot hold '?'"),
      ("word_count < 5x", 13, "'5x' is not a number"),
      ("language == \"en", 12, "a text in a condition has no closing quote"),
      ("language in [1]", 13, "a list of 'in' has an item that cannot be compared"),
      ("word_count in [1 2]", 17, "a list has no end"),
      ("word_count not 5", 15, "'not' stands after a value without 'in'"),
      ("1 + (2 < 3) < 4", 4, "'+' needs a number"),
      (String(repeating: "(", count: 5000), 99, "a condition is nested too deeply"),
      (
        String(repeating: "1 + ", count: 200_000) + "1 > 0", 4000,
        "a condition is more than 1000 deep with the definitions that it reads"
      ),
    ] as [(String, Int, String)])
  func faults(condition: String, offset: Int, message: String) throws {
    let fault = #expect(throws: RuleFault.self) { try RuleParser.parse(condition) }
    #expect(fault?.message == message)
    #expect(fault?.offset == offset)
  }

  @Test("no sequence of tokens makes the parser crash")
  func randomConditions() throws {
    let pieces = [
      "word_count", "language", "1", "0.5", "'en'", "<", "==", "and", "or", "not", "in", "(", ")",
      "[",
      "]", ",", "+", "-", "*", "/", "?",
    ]
    let table = Self.table(["word_count": [1, 2]], languages: ["en", "de"])
    for _ in 0..<3000 {
      let count = Int.random(in: 0...9)
      let condition = (0..<count).map { _ in pieces.randomElement() ?? "" }.joined(separator: " ")
      if let expression = try? RuleParser.parse(condition) {
        #expect(try RuleProgram(expression).evaluate(table).count == 2, "\(condition)")
      }
    }
  }
}
