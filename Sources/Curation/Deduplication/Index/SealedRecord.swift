import Runs
import Streams

/// `index.json` of an index: what it holds. Replacing it is what makes a change valid, all at once. It
/// carries a digest of itself.
package protocol SealedRecord: Codable {
  /// Raised whenever the files change, or what is measured of a text.
  static var currentFormat: Int { get }
  /// What such an index is of, as its record says.
  static var holds: String { get }

  /// Digest of all the rest.
  var seal: String { get set }
  /// All files of the index.
  var all: [FileStamp] { get }
}

private struct RecordHead: Decodable {
  var format: Int
  /// Nil in records of format 1.
  var holds: String?
}

extension SealedRecord {
  /// Identifies the state of the index.
  package var digest: String {
    get throws {
      var open = self
      open.seal = ""
      return try RecordFile.encode(open).withUnsafeBytes { ContentDigest($0).hex }
    }
  }

  func write(to path: String) throws {
    var sealed = self
    sealed.seal = try digest
    try RecordFile.write(sealed, to: path)
  }

  /// - Throws: an input fault where the file is of another version or another kind of index, cut
  ///   short or changed.
  static func read(_ path: String) throws -> Self {
    func damaged(_ found: String) -> Fault {
      Fault(
        .input, "the deduplication index cannot be used", at: path, found: found,
        expected: "an index.json as it was written",
        hint: "it was cut short or changed: restore it from a copy, or make the index again")
    }
    guard let head = try? RecordFile.read(RecordHead.self, from: path) else {
      guard Folder.isFile(path) else { throw Fault.system("read", path) }
      throw damaged("no readable record")
    }
    if let found = head.holds, found != holds {
      throw Fault(
        .input, "the deduplication index is of another kind", at: path,
        found: "an index of \(found)", expected: "an index of \(holds)",
        hint: "give the --method that it was made with, or another --index")
    }
    guard head.format == currentFormat else {
      throw Fault(
        .input, "the deduplication index is of another version of Midstream", at: path,
        found: "format version \(head.format)", expected: "format version \(currentFormat)",
        hint: "use the version that made it, or make the index again from the documents")
    }
    guard let record = try? RecordFile.read(Self.self, from: path) else {
      throw damaged("a record that lacks something")
    }
    guard try record.digest == record.seal,
      try RecordFile.encode(record) == InputFile.bytes(path)
    else { throw damaged("other values") }
    return record
  }
}
