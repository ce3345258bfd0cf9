import Streams

/// A file in an archive.
public struct ArchiveMember {
  /// Inside the archive, without `.` and `..`.
  public var path: String
  /// Where its header is: bytes of the archive, after decompression.
  public var offset: Int
  /// As the archive says.
  public var byteCount: Int
  /// Its bytes, as long as the archive's reader has not gone on.
  public var source: any ByteSource
}

/// Goes through the files of an archive, in its order.
public protocol ArchiveMembers: AnyObject {
  /// The next file, or nil at the end. What is no readable file is in `problems`.
  func next() -> ArchiveMember?

  /// What could not be read so far.
  var problems: ReadingProblems { get }
}
