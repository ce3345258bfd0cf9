import CZstd

/// The memory that a zstd frame may ask for. A frame of a few bytes can ask for any amount.
enum ZstdWindow {
  /// The limit of the `zstd` command without `--long`: 128 MiB.
  static let logLimit: Int32 = 27

  static let found = "it needs a window of more than 128 MiB"
  static let hint = "decompress it first with 'zstd -d --long=31'"

  /// Whether a result of the decompressor says that a frame asks for more.
  static func isTooLarge(_ result: Int) -> Bool {
    ZSTD_getErrorCode(result) == ZSTD_error_frameParameter_windowTooLarge
  }
}
