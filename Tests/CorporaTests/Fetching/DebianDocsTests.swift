import Foundation
import Streams
import Testing

@testable import Corpora

private let packageRoot = URL(filePath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

@Suite struct DebianDocsTests {
  @Test(
    "the shipped manifest is read without a fault and has evaluation slices in all four domains")
  func reads() throws {
    let manifest = try CorpusManifest(path: packageRoot + "/corpora-manifests/debian-docs.yaml")
    for domain in CorpusDomain.allCases {
      let slices = manifest.sources.filter { $0.domain == domain && $0.evaluation != .none }
      #expect(!slices.isEmpty)
    }
    #expect(manifest.sources.contains { $0.quality == .high })
    #expect(manifest.sources.contains { $0.quality == .low })
  }

  /// Downloads more than 100 MB: runs where MIDSTREAM_FETCH_FOLDER names a folder.
  @Test("the shipped manifest can be fetched, and a second fetch downloads nothing")
  func fetches() throws {
    guard let folder = ProcessInfo.processInfo.environment["MIDSTREAM_FETCH_FOLDER"] else {
      print("skipped: MIDSTREAM_FETCH_FOLDER is not set")
      return
    }
    let manifest = try CorpusManifest(path: packageRoot + "/corpora-manifests/debian-docs.yaml")
    let start = ContinuousClock.now
    let corpus = try Fetcher(folder: folder).fetch(manifest)
    print("fetched \(corpus.downloadedByteCount) bytes in \(ContinuousClock.now - start)")
    for source in corpus.sources {
      print(
        source.source.domain?.rawValue ?? "-", source.source.name, source.package ?? "-",
        source.files.count, source.byteCount)
    }
    for warning in corpus.warnings { print("warning:", warning) }
    let again = try Fetcher(folder: folder).fetch(manifest)
    #expect(again.downloadedByteCount == 0)
    #expect(again.sources == corpus.sources)
  }
}
