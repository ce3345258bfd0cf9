/// One record of a web archive. Its bytes hold until the next record is read.
public struct WARCRecord {
  /// What a record is (ISO 28500). ARC files have captures, which are responses, and one record about
  /// the file.
  public enum Kind: String, Sendable, CaseIterable {
    case warcinfo, response, resource, request, metadata, revisit, conversion, continuation
    /// Of another type, or of none.
    case other
  }

  public let kind: Kind
  /// From 1; records that cannot be read count.
  public let number: Int
  /// Where the record starts in the file as it is on disk: the record itself, or the gzip member or
  /// zstd frame that it starts in.
  public let offset: Int
  /// `WARC/1.0` or `ARC/1.0`, for example.
  public let version: UnsafeRawBufferPointer
  /// Of an ARC record: its fields under the names that WARC has for them.
  public let header: HeaderFields
  public let content: UnsafeRawBufferPointer
  /// The content has fewer bytes than the header says, or the header does not say how many: it ends
  /// where the file, the gzip member or the bytes before damage end, or where another record starts.
  /// This is a problem that was counted.
  public let isCut: Bool
  public let isARC: Bool

  /// `WARC-Target-URI`, without the angle brackets that some crawlers write around it.
  public var targetURI: UnsafeRawBufferPointer? {
    header["WARC-Target-URI"].map { Self.withoutBrackets($0) }
  }

  /// `WARC-Record-ID` without `<urn:uuid:` and `>`.
  public var id: UnsafeRawBufferPointer? {
    header["WARC-Record-ID"].map { value in
      let id = Self.withoutBrackets(value)
      guard id.hasPrefix("urn:uuid:") else { return id }
      return UnsafeRawBufferPointer(rebasing: id[9...])
    }
  }

  private static func withoutBrackets(_ value: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    guard value.count >= 2, value[0] == 0x3c, value[value.count - 1] == 0x3e else { return value }
    return UnsafeRawBufferPointer(rebasing: value[1..<value.count - 1])
  }
}

extension WARCRecord.Kind {
  init(_ name: UnsafeRawBufferPointer?) {
    guard let name else {
      self = .other
      return
    }
    if name.equals("response") {
      self = .response
    } else if name.equals("request") {
      self = .request
    } else if name.equals("metadata") {
      self = .metadata
    } else if name.equals("conversion") {
      self = .conversion
    } else if name.equals("resource") {
      self = .resource
    } else if name.equals("revisit") {
      self = .revisit
    } else if name.equals("warcinfo") {
      self = .warcinfo
    } else if name.equals("continuation") {
      self = .continuation
    } else {
      self = .other
    }
  }
}
