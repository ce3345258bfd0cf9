import Streams
import TestFolders
import Testing

@testable import Corpora

@Suite struct DocumentSampleTests {
  private let ids = (0..<20_000).map { "source/file-\($0).txt" }

  private func taken(_ share: Double) -> Set<String> {
    let sample = DocumentSample(share: share)
    return Set(ids.filter { sample.contains(id: $0) })
  }

  @Test("a smaller sample is part of a larger one, and all is all")
  func nested() {
    let samples = [0.001, 0.01, 0.02, 0.5, 1].map(taken)
    for (smaller, larger) in zip(samples, samples.dropFirst()) {
      #expect(smaller.isSubset(of: larger) && smaller.count < larger.count)
    }
    #expect(samples[4].count == ids.count)
  }

  @Test("a sample has its share of the ids", arguments: [0.01, 0.1, 0.5])
  func share(share: Double) {
    let expected = share * Double(ids.count)
    let deviation = (expected * (1 - share)).squareRoot()
    #expect(abs(Double(taken(share).count) - expected) < 4 * deviation)
  }

  @Test("being in a sample says nothing about being set aside for evaluation")
  func independentOfEvaluation() {
    let evaluation = EvaluationShare.share(0.2)
    var count = 0
    let sample = taken(0.2)
    for var id in sample
    where id.withUTF8({ evaluation.setsAside(id: UnsafeRawBufferPointer($0)) }) {
      count += 1
    }
    let expected = 0.2 * Double(sample.count)
    #expect(abs(Double(count) - expected) < 4 * (expected * 0.8).squareRoot())
  }

  @Test("files that are one document are chosen by their paths, others stay for their records")
  func files() throws {
    let folder = try TemporaryFolder()
    let names = (0..<40).map { "page-\($0).html" } + ["lines.jsonl", "picture.png"]
    for name in names { _ = try folder.file(name, "text") }
    let source = CorpusSource(name: "own", license: "own", origin: .path(folder.path))
    var corpus = FetchedCorpus(
      manifest: CorpusManifest(name: "own", sources: [source], path: ""),
      sources: [
        FetchedSource(
          source: source, root: folder.path,
          files: names.map { CorpusFile(path: $0, byteCount: 4) })
      ])
    let sample = DocumentSample(share: 0.3)
    let found = corpus.keep(sample)
    let kept = corpus.sources[0].files.map(\.path)
    #expect(
      kept == names.filter { $0 == "lines.jsonl" || sample.contains(id: "own/\($0)") })
    #expect(found.wholeFiles == 41 && found.sampledWholeFiles == kept.count - 1)
    #expect(found.wholeFileBytes == 164 && found.recordFileBytes == 4)
  }

  @Test("a selection of a batch has the rows with all their columns")
  func selection() {
    var batch = DocumentBatch()
    for number in 0..<6 {
      batch.append(
        Document(
          id: "id-\(number)", text: "text \(number)", source: "s", url: "u\(number)",
          metadata: Array("{\"n\":\(number)}".utf8)))
    }
    batch.attributes.set("a", .float32([0, 1, 2, 3, 4, 5]))
    batch.attributes.set("b", .uint64Rows((0..<12).map { UInt64($0) }, width: 2))
    batch.attributes.set("c", .bytes(ByteColumn((0..<6).map { "c\($0)" })))
    let odd = batch.selecting { $0 % 2 == 1 }
    #expect(odd.count == 3)
    #expect((0..<3).map { odd[$0] } == [1, 3, 5].map { batch[$0] })
    #expect(odd.attributes["a"] == .float32([1, 3, 5]))
    #expect(odd.attributes["b"] == .uint64Rows([2, 3, 6, 7, 10, 11], width: 2))
    #expect(odd.attributes["c"] == .bytes(ByteColumn(["c1", "c3", "c5"])))
    #expect(batch.selecting { _ in true } == batch && batch.selecting { _ in false }.isEmpty)
  }
}
