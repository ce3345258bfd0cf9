import Corpora
import Curation
import Streams

/// Pages in memory, from folders of HTML files or WARC archives.
struct PageSet: Sendable {
  var names: [String] = []
  var bodies: [[UInt8]] = []

  init(_ inputs: [String]) throws {
    for input in inputs {
      if Folder.isFolder(input) {
        for file in try Folder.files(under: input)
        where file.hasSuffix(".html") || file.hasSuffix(".htm") {
          names.append(Folder.name(of: file))
          bodies.append(try InputFile.bytes(input + "/" + file))
        }
      } else if input.hasSuffix(".html") {
        names.append(Folder.name(of: input))
        bodies.append(try InputFile.bytes(input))
      } else {
        readArchive(try InputFile.decompressedBytes(input))
      }
    }
    if bodies.isEmpty { throw Fault(.input, "no pages in \(inputs)") }
  }

  /// Reads the response records of an uncompressed, well-formed WARC file.
  private mutating func readArchive(_ bytes: [UInt8]) {
    var start = 0
    while let headerEnd = Self.end(of: [13, 10, 13, 10], in: bytes, from: start) {
      let header = String(decoding: bytes[start..<headerEnd], as: UTF8.self).lowercased()
      let length = Self.value("content-length:", header).flatMap { Int($0) } ?? 0
      let end = min(headerEnd + length, bytes.count)
      if Self.value("warc-type:", header) == "response",
        let bodyStart = Self.end(of: [13, 10, 13, 10], in: bytes, from: headerEnd)
      {
        names.append("\(bodies.count).html")
        bodies.append(Array(bytes[min(bodyStart, end)..<end]))
      }
      start = end + 4
    }
  }

  private static func value(_ name: String, _ header: String) -> String? {
    for line in header.split(whereSeparator: { $0.isNewline }) where line.hasPrefix(name) {
      return String(line.dropFirst(name.count).drop { $0 == " " })
    }
    return nil
  }

  private static func end(of mark: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
    var index = start
    while index + mark.count <= bytes.count {
      if bytes[index..<index + mark.count].elementsEqual(mark) { return index + mark.count }
      index += 1
    }
    return nil
  }

  /// The pages as documents.
  func texts() -> DocumentBatch {
    var batch = DocumentBatch()
    let extractor = HTMLExtractor()
    for (name, body) in zip(names, bodies) {
      var text: [UInt8] = []
      _ = body.withUnsafeBytes { extractor.extract($0, into: &text) }
      batch.append(Document(id: name, text: String(decoding: text, as: UTF8.self), source: ""))
    }
    return batch
  }

  /// Writes each page's text to `folder/NAME.txt`.
  func writeTexts(to folder: String) throws {
    try Folder.create(folder)
    let extractor = HTMLExtractor()
    for (name, body) in zip(names, bodies) {
      var text: [UInt8] = []
      _ = body.withUnsafeBytes { extractor.extract($0, into: &text) }
      let stem = name.split(separator: ".").dropLast().joined(separator: ".")
      let output = try OutputFile(folder + "/" + stem + ".txt")
      try output.write(text)
      try output.commit()
    }
  }
}
