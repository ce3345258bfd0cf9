/// One raw DEFLATE stream (RFC 1951), as zip archives hold it, decompressed as it is read.
package final class DeflateSource: ByteSource {
  private let source: any ByteSource
  private let path: String
  private let inflater: Inflater
  private let input: UnsafeMutableRawBufferPointer
  /// What of the input was read and not decompressed yet.
  private var waiting = 0..<0
  private var consumed = 0
  private var isAtEnd = false

  /// `path` names the stream in errors.
  package init(_ source: any ByteSource, path: String) throws {
    self.source = source
    self.path = path
    inflater = try Inflater(.none)
    input = .allocate(byteCount: 1 << 16, alignment: 16)
  }

  deinit { input.deallocate() }

  package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    guard buffer.count > 0, !isAtEnd else { return 0 }
    while true {
      var isCut = false
      if waiting.isEmpty {
        waiting = 0..<(try source.read(into: input))
        // What was read before may still become more bytes.
        isCut = waiting.isEmpty
      }
      let step = inflater.inflate(UnsafeRawBufferPointer(rebasing: input[waiting]), into: buffer)
      waiting = waiting.dropFirst(step.consumed)
      consumed += step.consumed
      if step.outcome == .ended { isAtEnd = true }
      // What came before damage first; the next call meets the damage again.
      if step.produced > 0 || isAtEnd { return step.produced }
      if case .damaged(let found) = step.outcome { throw damaged(found, "a DEFLATE stream") }
      if isCut { throw damaged("the end of the stream", "the rest of it") }
    }
  }

  private func damaged(_ found: String, _ expected: String) -> Fault {
    Fault(
      .input, "'\(path)' is damaged", at: "\(path), compressed byte \(consumed)", found: found,
      expected: expected)
  }
}
