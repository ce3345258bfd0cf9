import Glibc
import Streams

/// Keeps an index from being changed while it is read, and from being changed twice at once. The
/// kernel releases it when the process ends, however it ends.
package final class IndexLock: Sendable {
  static let fileName = "index.lock"

  private let descriptor: Int32
  private let path: String

  /// - Parameters:
  ///   - writes: nobody else may be there; else others may read too.
  ///   - creates: makes the folder where there is none.
  package init(_ folder: String, writes: Bool, creates: Bool = false) throws {
    path = folder + "/" + Self.fileName
    if creates { try Folder.create(folder) }
    var descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    // An index in a place where nothing can be written can be read.
    if descriptor < 0, !writes { descriptor = open(path, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else { throw Fault.system(writes ? "write" : "read", path) }
    self.descriptor = descriptor
    try lock(writes ? LOCK_EX : LOCK_SH)
  }

  /// Makes a reader the only writer, for a moment with nobody.
  package func beginWriting() throws { try lock(LOCK_EX) }

  private func lock(_ kind: Int32) throws {
    guard flock(descriptor, kind | LOCK_NB) == 0 else {
      throw Fault(
        .input, "another process is working with the index '\(Folder.parent(of: path))'", at: path,
        expected: "nobody, to change it", hint: "wait for it and run the same command again")
    }
  }

  deinit { close(descriptor) }
}
