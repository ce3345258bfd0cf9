import Streams

/// What language a source file is written in.
public struct ProgrammingLanguage: Sendable, Hashable, CustomStringConvertible {
  /// As GitHub writes it: `Python`, `C++`.
  public let name: String

  public var description: String { name }

  init(_ name: String) { self.name = name }

  /// All languages of the table, sorted.
  public static var all: [ProgrammingLanguage] {
    Set(table.rows.map(\.name)).sorted().map(ProgrammingLanguage.init)
  }

  /// By the file's name, by the program that runs it (`#!/usr/bin/env python3`), and by its content
  /// where several languages share an ending.
  /// - Parameter bytes: the file, or its beginning.
  public init?(path: String, _ bytes: UnsafeRawBufferPointer) {
    let name = Self.plainName(path)
    let table = Self.table
    let byName = table.names[name] ?? Self.prefixedName(name)
    if let byName, name.contains(".") {
      self.name = byName
    } else if let ending = Self.ending(name), let languages = table.endings[ending] {
      self.name = SharedEnding.language(ending, among: languages, bytes)
    } else if let program = Self.program(bytes), let language = table.programs[program] {
      self.name = language
    } else if let byName {
      self.name = byName
    } else {
      return nil
    }
  }

  /// Whether files of this name hold source code, and no text, markup or data.
  static func isSourceCode(path: String) -> Bool {
    let name = plainName(path)
    if table.codeNames.contains(name) || prefixedName(name) != nil { return true }
    guard let ending = ending(name) else { return false }
    return table.codeEndings.contains(ending)
  }

  // MARK: Names

  /// The last part of a path in lower case, without what shows a compression.
  private static func plainName(_ path: String) -> String {
    var name = Folder.name(of: path).lowercased()
    for ending in [".gz", ".zst"] where name.hasSuffix(ending) { name.removeLast(ending.count) }
    return name
  }

  private static func ending(_ name: String) -> String? {
    guard let dot = name.lastIndex(of: ".") else { return nil }
    return String(name[name.index(after: dot)...])
  }

  /// `Makefile.linux` and `Dockerfile.test`.
  private static func prefixedName(_ name: String) -> String? {
    name.hasPrefix("makefile.") ? "Makefile" : name.hasPrefix("dockerfile.") ? "Dockerfile" : nil
  }

  /// The program of a first line `#!/usr/bin/env -S python3 -u`, without its version's last part.
  private static func program(_ bytes: UnsafeRawBufferPointer) -> String? {
    guard bytes.starts(with: [UInt8(ascii: "#"), UInt8(ascii: "!")]) else { return nil }
    let line = bytes.dropFirst(2).prefix(200).prefix { $0 != 0x0a && $0 != 0x0d }
    let words = String(decoding: line, as: UTF8.self).split(separator: " ").map(String.init)
    guard let first = words.first else { return nil }
    var program = Folder.name(of: first)
    if program == "env" {
      program =
        words.dropFirst().first { !$0.hasPrefix("-") && !$0.contains("=") }.map(Folder.name) ?? ""
    }
    program = program.lowercased()
    if table.programs[program] != nil { return program }
    let withoutVersion = program.prefix { !$0.isNumber && $0 != "-" }
    return withoutVersion.isEmpty ? nil : String(withoutVersion)
  }

  // MARK: The table

  private struct Table {
    var rows: [(name: String, isCode: Bool)] = []
    var endings: [String: [String]] = [:]
    var codeEndings: Set<String> = []
    var names: [String: String] = [:]
    var codeNames: Set<String> = []
    var programs: [String: String] = [:]

    mutating func add(_ text: String, isCode: Bool) {
      for line in text.split(separator: "\n") {
        let cells = line.split(separator: "|", omittingEmptySubsequences: false).map {
          $0.split(separator: " ").map(String.init)
        }
        guard cells.count == 4 else { continue }
        let name = cells[0].joined(separator: " ")
        rows.append((name, isCode))
        for ending in cells[1] {
          endings[ending, default: []].append(name)
          if isCode { codeEndings.insert(ending) }
        }
        for file in cells[2] {
          if names[file] == nil { names[file] = name }
          if isCode { codeNames.insert(file) }
        }
        for program in cells[3] where programs[program] == nil { programs[program] = name }
      }
    }
  }

  private static let table: Table = {
    var table = Table()
    table.add(ProgrammingLanguages.code, isCode: true)
    table.add(ProgrammingLanguages.data, isCode: false)
    return table
  }()
}

/// The first lines of a file, for a look at what it holds.
struct BeginningOfFile {
  private let lines: [String]
  private let text: String

  init(_ bytes: UnsafeRawBufferPointer) {
    text = String(decoding: bytes.prefix(16_384), as: UTF8.self)
    lines = text.split(whereSeparator: \.isNewline).map { line in
      String(line.drop { $0 == " " || $0 == "\t" })
    }
  }

  /// Whether a line starts with one of these, behind its indentation.
  func hasLine(_ starts: String...) -> Bool {
    lines.contains { line in starts.contains { line.hasPrefix($0) } }
  }

  func has(_ words: String...) -> Bool { words.contains { text.contains($0) } }

  func starts(_ starts: String...) -> Bool {
    starts.contains { lines.first?.hasPrefix($0) ?? false }
  }
}
