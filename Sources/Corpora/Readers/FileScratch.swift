import Streams

/// A buffer that takes one whole file after the other.
final class FileScratch {
  private var buffer: UnsafeMutableRawBufferPointer
  private let limit: Int

  init(limit: Int) {
    self.limit = limit
    buffer = .allocate(byteCount: 1 << 18, alignment: 64)
  }

  deinit { buffer.deallocate() }

  /// The file's bytes, valid until the next call; nil where they are in `problems` instead.
  func read(_ path: String, id: String, _ problems: inout ReadingProblems)
    -> UnsafeRawBufferPointer?
  {
    do {
      let source = try InputFile.open(path)
      return read(source, isPacked: InputFile.isCompressed(path), id: id, &problems)
    } catch {
      let fault = error as? Fault ?? Fault(.failure, "\(error)")
      problems.add(fault, file: id, damaged: false, offset: nil)
      return nil
    }
  }

  /// All bytes of a stream, as those of a file.
  /// - Parameter isPacked: whether what breaks the stream is damage, and no failure of the disk.
  func read(
    _ source: any ByteSource, isPacked: Bool, id: String, _ problems: inout ReadingProblems
  ) -> UnsafeRawBufferPointer? {
    var filled = 0
    do {
      while true {
        let free = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
        let count = try source.read(into: free)
        if count == 0 { return UnsafeRawBufferPointer(rebasing: buffer[..<filled]) }
        filled += count
        if filled > limit {
          problems.add(
            ReadingProblem(.tooLarge, file: id, message: "the file is larger than \(limit) bytes"))
          return nil
        }
        if filled == buffer.count { grow() }
      }
    } catch {
      let fault = error as? Fault ?? Fault(.failure, "\(error)")
      problems.add(fault, file: id, damaged: isPacked, offset: filled)
      return nil
    }
  }

  private func grow() {
    let larger = UnsafeMutableRawBufferPointer.allocate(
      byteCount: buffer.count * 2, alignment: 64)
    larger.copyMemory(from: UnsafeRawBufferPointer(buffer))
    buffer.deallocate()
    buffer = larger
  }
}
