import Corpora

/// Measures the lists of packs on batches; for one thread.
final class ListMeter {
  private let lists: [PackList]
  private let readsTexts: Bool
  private var lower: [UInt8] = []
  private var host = SiteHost()
  private var word: [UInt8] = []
  private var seen: Set<UInt64> = []

  init(_ lists: [PackList]) {
    self.lists = lists
    readsTexts = lists.contains { !$0.readsURL }
  }

  /// One column a list. A list that reads the URL has no number (NaN) where a document has none.
  /// - Parameter texts: the version of the batch's texts to measure.
  func measure(_ batch: DocumentBatch, texts: ByteColumn) -> [[Float]] {
    var columns = lists.map { _ in
      var column: [Float] = []
      column.reserveCapacity(batch.count)
      return column
    }
    for document in 0..<batch.count {
      if readsTexts { texts.withBytes(document) { LowerCase.map($0, into: &lower) } }
      batch.urls.withBytes(document) { url in
        host.read(url)
        for (index, list) in lists.enumerated() {
          columns[index].append(value(of: list, url))
        }
      }
    }
    return columns
  }

  private func value(of list: PackList, _ url: UnsafeRawBufferPointer) -> Float {
    if list.readsURL, url.isEmpty { return .nan }
    switch list.matcher {
    case .text(let words, let distinct):
      return lower.withUnsafeBytes { count(words, in: $0, distinct: distinct) }
    case .urls(let set): return set.contains(url) ? 1 : 0
    case .hosts(let set):
      guard host.bytes.contains(UInt8(ascii: ".")) || host.isAddress else { return 0 }
      return host.bytes.withUnsafeBytes { set.contains($0) } ? 1 : 0
    case .domains(let set, let suffixes):
      guard let start = suffixes.registeredDomain(of: host) else { return 0 }
      return host.bytes[start...].withUnsafeBytes { set.contains($0) } ? 1 : 0
    case .urlWords(let set): return countWords(of: url, in: set)
    case .urlSubwords(let words):
      word.removeAll(keepingCapacity: true)
      for byte in url where URLWords.isPart(byte) { word.append(URLWords.lower(byte)) }
      return word.withUnsafeBytes { count(words, in: $0, distinct: false) }
    }
  }

  private func count(
    _ words: WordList, in text: UnsafeRawBufferPointer, distinct: Bool
  ) -> Float {
    var places = 0
    seen.removeAll(keepingCapacity: true)
    words.forEach(in: text) { entry in
      places += 1
      if distinct { seen.insert(entry) }
    }
    return Float(distinct ? seen.count : places)
  }

  /// How many of the URL's words, each once, a set has.
  private func countWords(of url: UnsafeRawBufferPointer, in set: HashedStrings) -> Float {
    var found: [Range<Int>] = []
    var start = 0
    for at in 0...url.count {
      if at < url.count, URLWords.isPart(url[at]) { continue }
      let word = UnsafeRawBufferPointer(rebasing: url[start..<at])
      if !word.isEmpty, set.contains(word),
        !found.contains(where: { url[$0].elementsEqual(word) })
      {
        found.append(start..<at)
      }
      start = at + 1
    }
    return Float(found.count)
  }
}
