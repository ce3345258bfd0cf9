import Streams

/// A file in an archive.
package struct ArchiveMember {
  /// Inside the archive, without `.` and `..`.
  package var path: String
  /// Where its header is: bytes of the archive, after decompression.
  package var offset: Int
  /// As the archive says.
  package var byteCount: Int
  /// Its bytes, as long as the archive's reader has not gone on.
  package var source: any ByteSource
}

/// Goes through the files of an archive, in its order.
package protocol ArchiveMembers: AnyObject {
  /// The next file, or nil at the end. What is no readable file is in `problems`.
  func next() -> ArchiveMember?

  /// What could not be read so far.
  var problems: ReadingProblems { get }
}
