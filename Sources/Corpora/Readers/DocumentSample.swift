import Streams

/// A share of a corpus's documents, chosen by a keyed hash of their ids: the same ones whatever the
/// threads and the rest of the corpus, and those of a smaller share are among those of a larger one.
public struct DocumentSample: Sendable, Equatable {
  private static let key: UInt64 = 0x7361_6d70_6c65_6964

  /// Above 0, at most 1.
  public var share: Double

  public init(share: Double) { self.share = share }

  /// Whether the document with this id is in the sample.
  public func contains(id: UnsafeRawBufferPointer) -> Bool {
    KeyedShare.position(of: id, key: Self.key) < share
  }

  public func contains(id: String) -> Bool {
    var id = id
    return id.withUTF8 { contains(id: UnsafeRawBufferPointer($0)) }
  }
}

/// Places ids in [0, 1): a document is in a share where its place is below it.
enum KeyedShare {
  /// The places under two keys are independent.
  static func position(of id: UnsafeRawBufferPointer, key: UInt64) -> Double {
    var hash = ContentDigest(id).high ^ key
    hash = (hash ^ (hash >> 30)) &* 0xbf58_476d_1ce4_e5b9
    hash = (hash ^ (hash >> 27)) &* 0x94d0_49bb_1331_11eb
    return Double(hash >> 11) * 0x1p-53
  }
}

/// What a sample was drawn from, as far as it is known without reading.
public struct SampledFiles: Sendable, Equatable {
  /// Files that are one document, and those of them that are in the sample.
  public var wholeFiles = 0
  public var sampledWholeFiles = 0
  /// Their bytes on disk.
  public var wholeFileBytes = 0
  /// Bytes of the files that hold many documents: they are read whole for a sample too.
  public var recordFileBytes = 0
}

extension FetchedCorpus {
  /// Leaves out the files that are one document and not in the sample, without reading them. Files
  /// that hold many documents stay: their documents are chosen while they are read.
  public mutating func keep(_ sample: DocumentSample) -> SampledFiles {
    var found = SampledFiles()
    for index in sources.indices {
      let source = sources[index].source
      sources[index].files.removeAll { file in
        // A file that nobody can read is a problem of its own, in a sample as in the whole.
        guard source.format(of: file.path)?.isOneDocument ?? true else {
          found.recordFileBytes += file.byteCount
          return false
        }
        let isTaken = sample.contains(id: "\(source.name)/\(file.path)")
        found.wholeFiles += 1
        found.wholeFileBytes += file.byteCount
        found.sampledWholeFiles += isTaken ? 1 : 0
        return !isTaken
      }
    }
    return found
  }
}
