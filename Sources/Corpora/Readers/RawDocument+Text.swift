import Streams

extension RawDocument {
  /// Extracts the text and appends the document to the batch. Why there is none goes to `problems`.
  /// - Parameters:
  ///   - source: UTF-8.
  ///   - metadata: raw JSON, or empty.
  ///   - scratch: a buffer that is used again and again.
  func append(
    to batch: inout DocumentBatch, source: [UInt8], metadata: [UInt8] = [],
    scratch text: inout [UInt8], problems: inout ReadingProblems, extract: TextExtraction
  ) {
    text.removeAll(keepingCapacity: true)
    if let reason = extract(self, &text) {
      let isEncoding = reason == PlainText.notUTF8
      problems.add(
        ReadingProblem(isEncoding ? .invalidUTF8 : .notExtracted, file: id, message: reason))
      return
    }
    if text.isEmpty {
      problems.add(ReadingProblem(.emptyDocument, file: id, message: "there is no text"))
      return
    }
    guard text.withUnsafeBytes(PlainText.isUTF8) else {
      problems.add(ReadingProblem(.invalidUTF8, file: id, message: PlainText.notUTF8))
      return
    }
    var (id, url) = (id, url)
    id.withUTF8 { id in
      url.withUTF8 { url in
        text.withUnsafeBytes { text in
          source.withUnsafeBytes { source in
            metadata.withUnsafeBytes { metadata in
              batch.append(
                id: UnsafeRawBufferPointer(id), text: text, source: source,
                url: UnsafeRawBufferPointer(url), metadata: metadata)
            }
          }
        }
      }
    }
  }
}
