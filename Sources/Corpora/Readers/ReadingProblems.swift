import Streams

/// One thing that could not be read.
public struct ReadingProblem: Sendable, Codable, Equatable {
  /// What kinds of things go wrong while reading.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// The file cannot be opened or read.
    case unreadableFile
    /// A compressed file ends early or is damaged; what came before was read.
    case damagedFile
    /// Neither the source nor the file's name says how to read it.
    case unknownFormat
    case invalidUTF8
    case emptyDocument
    case malformedJSON
    case notAnObject
    /// An escape that means nothing, or half of a surrogate pair.
    case badString
    case tooDeep
    case trailingBytes
    case missingText
    case textNotString
    /// A line, a record or a file is larger than the limit.
    case tooLarge
    /// The frame of a record is wrong: its lengths, its marks, its number of fields.
    case malformedRecord
    /// A compression, an encoding or a type that Midstream does not read.
    case unsupported
    /// The name of an archive's member leaves the archive.
    case unsafePath
    /// The extractor found no text worth reading, or refused the file.
    case notExtracted
    /// A note: a key comes twice; its last value was taken.
    case duplicateKey
    /// A note: a number of the metadata that most readers round.
    case inexactNumber
    /// A note: the text has a NUL character.
    case nulCharacter
    /// A note: the record or the page was cut by the crawler.
    case cutByCrawler

    /// Notes are counted apart: their documents were read.
    public var isNote: Bool {
      switch self {
      case .duplicateKey, .inexactNumber, .nulCharacter, .cutByCrawler: true
      default: false
      }
    }
  }

  public var kind: Kind
  public var file: String
  /// The line of a JSONL file, the row of a table behind its header, the record of a web archive or
  /// the member of an archive, from 1.
  public var record: Int?
  /// The byte where the record starts or the damage is: of the file after decompression; of the file
  /// on disk for web archives, whose members are decompressed one by one, and for ZIP and Parquet.
  public var offset: Int?
  public var message: String

  public init(
    _ kind: Kind, file: String, record: Int? = nil, offset: Int? = nil, message: String
  ) {
    self.kind = kind
    self.file = file
    self.record = record
    self.offset = offset
    self.message = message
  }
}

extension ReadingProblem: CustomStringConvertible {
  public var description: String {
    let line = record.map { ":\($0)" } ?? ""
    let byte = record == nil ? offset.map { ", byte \($0)" } ?? "" : ""
    return "\(file)\(line)\(byte): \(message)"
  }
}

/// All that could not be read: every problem is counted, the first few of each kind are kept.
public struct ReadingProblems: Sendable, Codable, Equatable {
  /// How many of a kind are kept.
  public static let keptOfEachKind = 5
  public private(set) var counts: [String: Int] = [:]
  /// The first of each kind, in reading order.
  public private(set) var first: [ReadingProblem] = []
  /// Records that are no documents by design, by reason: `request records`, `HTTP status 404`.
  public private(set) var passedOver: [String: Int] = [:]

  public init() {}

  /// What was lost; notes are not counted.
  public var count: Int { sum { !$0.isNote } }
  /// Documents that were read and deserve a look.
  public var noteCount: Int { sum(\.isNote) }
  public var isEmpty: Bool { counts.isEmpty && passedOver.isEmpty }

  private func sum(_ takes: (ReadingProblem.Kind) -> Bool) -> Int {
    ReadingProblem.Kind.allCases.reduce(0) { takes($1) ? $0 + count($1) : $0 }
  }

  /// Counts a record that is no document by design.
  public mutating func passOver(_ reason: String) { passedOver[reason, default: 0] += 1 }

  public func count(_ kind: ReadingProblem.Kind) -> Int { counts[kind.rawValue] ?? 0 }

  /// - Parameter times: how many records in a row have it, the first of them in `problem`.
  public mutating func add(_ problem: ReadingProblem, times: Int = 1) {
    let known = counts[problem.kind.rawValue] ?? 0
    counts[problem.kind.rawValue] = known + times
    if known < ReadingProblems.keptOfEachKind { first.append(problem) }
  }

  /// Forgets a problem of a record that the caller itself made: the last line of a file of which only
  /// the start was given. Without a kept problem of that record it is one of malformed JSON.
  package mutating func forget(record: Int) {
    let place = first.lastIndex { $0.record == record && !$0.kind.isNote }
    let kind = place.map { first[$0].kind } ?? .malformedJSON
    guard place != nil || count(kind) > ReadingProblems.keptOfEachKind else { return }
    if let place { first.remove(at: place) }
    counts[kind.rawValue] = count(kind) == 1 ? nil : count(kind) - 1
  }

  /// Forgets all problems of a kind.
  package mutating func forget(_ kind: ReadingProblem.Kind) {
    first.removeAll { $0.kind == kind }
    counts[kind.rawValue] = nil
  }

  /// Adds what another slice met; call it in slice order for the same result whatever the threads.
  public mutating func merge(_ other: ReadingProblems) {
    for problem in other.first {
      let kept = first.lazy.filter { $0.kind == problem.kind }.count
      if kept < ReadingProblems.keptOfEachKind { first.append(problem) }
    }
    counts.merge(other.counts) { $0 + $1 }
    passedOver.merge(other.passedOver) { $0 + $1 }
  }

  /// A fault of the stream below, as a problem of the file.
  mutating func add(_ fault: Fault, file: String, damaged: Bool, record: Int? = nil, offset: Int?) {
    let message = fault.found.map { "\(fault.message): \($0)" } ?? fault.message
    add(
      ReadingProblem(
        damaged ? .damagedFile : .unreadableFile, file: file, record: record, offset: offset,
        message: message))
  }
}
