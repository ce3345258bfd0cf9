import Corpora
import Curation
import Foundation
import Streams
import Testing

/// The articles with planted near-duplicates of chrisjmccormick/MinHash, where they are present.
@Suite struct SharedArticlesTests {
  @Test("the planted pairs of 1,000 articles are found, and nothing else")
  func articles() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let folder = root.path + "/../shared/data/dedup"
    guard Folder.isFolder(folder) else {
      print("skipped: no shared data beside the package")
      return
    }
    var ids: [String] = []
    var texts: [String] = []
    let bytes = try InputFile.decompressedBytes(folder + "/articles_1000.train.zst")
    for line in bytes.split(separator: 10) {
      let cut = line.firstIndex(of: 32) ?? line.endIndex
      ids.append(String(decoding: line[..<cut], as: UTF8.self))
      texts.append(String(decoding: line[cut...], as: UTF8.self))
    }
    let truth = Set(
      String(decoding: try InputFile.bytes(folder + "/articles_1000.truth"), as: UTF8.self)
        .split(separator: "\n").map { Set($0.split(separator: " ").map(String.init)) })
    let corpus = SmallCorpus(texts: texts, taskSizes: [300, texts.count - 300])
    let removals = try corpus.clusters(threshold: 0.5).removals
    let found = Set(
      removals.map { Set([ids[corpus.number($0.removed)], ids[corpus.number($0.kept)]]) })
    #expect(!truth.isEmpty)
    #expect(found == truth)
  }
}
