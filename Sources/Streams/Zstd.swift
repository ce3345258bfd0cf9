import CZstd

/// A zstd stream of any number of frames, decompressed as it is read. Skippable frames are skipped.
public final class ZstdSource: ByteSource {
  private let source: any ByteSource
  private let path: String
  private let context: OpaquePointer
  private let input: UnsafeMutableRawBufferPointer
  private var inputStart = 0
  private var inputEnd = 0
  private var consumed = 0
  private var frameIsOpen = false

  /// `path` names the stream in errors.
  public init(_ source: any ByteSource, path: String) throws {
    guard let context = ZSTD_createDCtx() else { throw Fault(.failure, "out of memory") }
    self.source = source
    self.path = path
    self.context = context
    ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, ZstdWindow.logLimit)
    input = .allocate(byteCount: 1 << 17, alignment: 16)
  }

  deinit {
    ZSTD_freeDCtx(context)
    input.deallocate()
  }

  public func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    guard buffer.count > 0 else { return 0 }
    while true {
      if inputStart == inputEnd {
        inputStart = 0
        inputEnd = try source.read(into: input)
        if inputEnd == 0 {
          if frameIsOpen { throw truncated() }
          return 0
        }
      }
      var from = ZSTD_inBuffer(src: input.baseAddress, size: inputEnd, pos: inputStart)
      var to = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
      let result = ZSTD_decompressStream(context, &to, &from)
      consumed += from.pos - inputStart
      inputStart = from.pos
      if ZstdWindow.isTooLarge(result) {
        throw Fault(
          .input, "'\(path)' takes too much memory to decompress", at: "\(path), byte \(consumed)",
          found: ZstdWindow.found, expected: "zstd without --long, or --long=27 at most",
          hint: ZstdWindow.hint)
      }
      if ZSTD_isError(result) != 0 {
        throw Fault(
          .input, "'\(path)' is not valid zstd", at: "\(path), byte \(consumed)",
          found: String(cString: ZSTD_getErrorName(result)), expected: "zstd frames",
          hint: "the file is damaged: fetch or make it again")
      }
      frameIsOpen = result != 0
      if to.pos > 0 { return to.pos }
    }
  }

  private func truncated() -> Fault {
    Fault(
      .input, "'\(path)' ends inside a zstd frame", at: "\(path), byte \(consumed)",
      found: "the end of the file", expected: "the rest of the frame",
      hint: "the file is truncated: fetch or make it again")
  }
}

/// Compresses bytes as they come into one zstd frame with a checksum.
public final class ZstdWriter {
  private let file: OutputFile
  private let context: OpaquePointer
  private let output: UnsafeMutableRawBufferPointer
  /// Bytes given to the compressor so far.
  public private(set) var plainByteCount = 0

  /// Compresses into `file`; `level` as in zstd, 3 by default.
  public init(_ file: OutputFile, level: Int32 = 3) throws {
    guard let context = ZSTD_createCCtx() else { throw Fault(.failure, "out of memory") }
    self.file = file
    self.context = context
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
    output = .allocate(byteCount: 1 << 17, alignment: 16)
  }

  deinit {
    ZSTD_freeCCtx(context)
    output.deallocate()
  }

  public func write(_ bytes: UnsafeRawBufferPointer) throws {
    plainByteCount += bytes.count
    try compress(bytes, ZSTD_e_continue)
  }

  /// Ends the frame and commits the file.
  public func commit() throws {
    try endFrame()
    try file.commit()
  }

  /// Ends the current frame: what follows can be decompressed without what came before.
  public func endFrame() throws {
    try compress(UnsafeRawBufferPointer(start: nil, count: 0), ZSTD_e_end)
  }

  private func compress(_ bytes: UnsafeRawBufferPointer, _ directive: ZSTD_EndDirective) throws {
    var from = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
    while true {
      var to = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
      let left = ZSTD_compressStream2(context, &to, &from, directive)
      guard ZSTD_isError(left) == 0 else {
        throw Fault(
          .failure, "zstd cannot compress '\(file.path)'",
          found: String(cString: ZSTD_getErrorName(left)))
      }
      try file.write(UnsafeRawBufferPointer(rebasing: output[..<to.pos]))
      let finished = directive == ZSTD_e_end ? left == 0 : from.pos == from.size
      if finished { return }
    }
  }
}

/// Whole buffers at once.
public enum Zstd {
  /// One frame with a content checksum.
  public static func compress(_ bytes: UnsafeRawBufferPointer, level: Int32 = 3) throws -> [UInt8] {
    guard let context = ZSTD_createCCtx() else { throw Fault(.failure, "out of memory") }
    defer { ZSTD_freeCCtx(context) }
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
    let bound = ZSTD_compressBound(bytes.count)
    return try [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
      let size = ZSTD_compress2(
        context, buffer.baseAddress, buffer.count, bytes.baseAddress, bytes.count)
      guard ZSTD_isError(size) == 0 else {
        throw Fault(.failure, "zstd: \(String(cString: ZSTD_getErrorName(size)))")
      }
      count = size
    }
  }

  /// Decompresses one frame of known size into `output`, and checks that it fills it.
  /// - Returns: false where the frame is damaged or of another size.
  public static func decompress(
    _ frame: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> Bool {
    let size = ZSTD_decompress(output.baseAddress, output.count, frame.baseAddress, frame.count)
    return ZSTD_isError(size) == 0 && size == output.count
  }
}
