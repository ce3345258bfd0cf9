import Corpora
import TextKernels

extension ColumnMeasure {
  /// What the name of a source file tells; no edit of its text changes that.
  static let sourceFileName = ColumnMeasure(
    signals: [
      .init(
        "programming_language", "name",
        "The language of a source file, as GitHub writes it (Python, C++), from the metadata or the "
          + "file's name; empty where nothing shows it.", kind: .text, survivesEdits: true),
      .init(
        "file_ending", "text", "What follows the last dot of the file's name, in lower case.",
        kind: .text, survivesEdits: true),
      .init(
        "file_stem", "text", "The file's name before its last dot, in lower case.", kind: .text,
        survivesEdits: true),
      .init(
        "requirement_file", "1 or 0", "Whether the file's name holds the word requirement.",
        paper: Paper.starCoder2, survivesEdits: true),
    ]
  ) { SourceNameMeter() }

  /// What takes more of a source file than its text: its language.
  static let sourceFileContent = ColumnMeasure(
    signals: [
      .init(
        "generated_source", "1 or 0",
        "Whether the file's name or its first 40 lines show that a program wrote it.",
        paper: Paper.starCoder2),
      .init(
        "comment_ratio", "share of code points",
        "Comments with their marks, and documenting texts in Python; not a number where the language "
          + "is unknown or has none.", paper: Paper.santaCoder),
      .init(
        "html_visible_chars", "code points",
        "The text of an HTML file outside tags, scripts and styles; not a number for other files.",
        paper: Paper.starCoder),
      .init(
        "html_visible_ratio", "share of code points",
        "The text of an HTML file outside tags, scripts and styles; not a number for other files.",
        paper: Paper.starCoder),
    ]
  ) { SourceContentMeter() }
}

private final class SourceNameMeter: ColumnMeter {
  func measure(_ batch: DocumentBatch, texts: ByteColumn, into signals: inout ColumnTable) {
    var languages = ByteColumn()
    var endings = ByteColumn()
    var stems = ByteColumn()
    var requirements: [Float] = []
    for document in 0..<batch.count {
      let file = texts.withBytes(document) { SourceFileName(batch, document, $0) }
      languages.append(file.language)
      endings.append(file.ending)
      stems.append(file.stem)
      requirements.append(file.stem.contains("requirement") ? 1 : 0)
    }
    signals.set("programming_language", .bytes(languages))
    signals.set("file_ending", .bytes(endings))
    signals.set("file_stem", .bytes(stems))
    signals.set("requirement_file", .float32(requirements))
  }
}

private final class SourceContentMeter: ColumnMeter {
  private let visible = VisibleText()

  func measure(_ batch: DocumentBatch, texts: ByteColumn, into signals: inout ColumnTable) {
    var columns = [[Float]](repeating: [], count: 4)
    for document in 0..<batch.count {
      texts.withBytes(document) { text in
        let file = SourceFileName(batch, document, text)
        let marks = GeneratedCode.marks(path: file.name, text)
        columns[0].append(marks.contains(.generated) ? 1 : 0)
        let characters = text.reduce(0) { $0 + ($1 & 0xc0 == 0x80 ? 0 : 1) }
        columns[1].append(Self.commentRatio(file.language, text, characters))
        let shown = file.language == "HTML" ? visible.characters(of: text) : nil
        columns[2].append(shown.map(Float.init) ?? .nan)
        columns[3].append(shown.map { ratio($0, of: characters) } ?? .nan)
      }
    }
    for (name, column) in zip(ColumnMeasure.sourceFileContent.signals.map(\.name), columns) {
      signals.set(name, .float32(column))
    }
  }

  private static func commentRatio(
    _ language: String, _ text: UnsafeRawBufferPointer, _ characters: Int
  ) -> Float {
    guard let syntax = CommentSyntax.of(language),
      let start = text.bindMemory(to: UInt8.self).baseAddress
    else { return .nan }
    return ratio(text_comment_characters(start, text.count, syntax), of: characters)
  }
}

/// Counts what a browser would show of an HTML file, as BeautifulSoup's `get_text` gives it: tags,
/// comments, scripts and styles left out, a character reference one character.
private final class VisibleText {
  private let attributes = UnsafeMutableBufferPointer<HTMLTag.Attribute>.allocate(
    capacity: HTMLTokenizer.attributeLimit)

  deinit { attributes.deallocate() }

  func characters(of page: UnsafeRawBufferPointer) -> Int {
    var counter = Counter()
    HTMLTokenizer(attributes: attributes).tokenize(page.bindMemory(to: UInt8.self), into: &counter)
    return counter.count
  }

  private struct Counter: HTMLTokenSink {
    var count = 0

    mutating func text(_ bytes: UnsafeBufferPointer<UInt8>) {
      guard let base = bytes.baseAddress else { return }
      var index = 0
      while index < bytes.count {
        let byte = base[index]
        if byte == UInt8(ascii: "&") {
          let length = reference(base + index, bytes.count - index)
          if length > 0 {
            index += length
            continue
          }
        }
        count += byte & 0xc0 == 0x80 ? 0 : 1
        index += 1
      }
    }

    mutating func rawText(_ bytes: UnsafeBufferPointer<UInt8>) {}
    mutating func startTag(_ element: HTMLElement, _ tag: HTMLTag) {}
    mutating func endTag(_ element: HTMLElement) {}

    /// Counts what the reference at `start` stands for; returns its bytes, 0 where it is none.
    private mutating func reference(_ start: UnsafePointer<UInt8>, _ left: Int) -> Int {
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 8) { characters in
        var length = 0
        let consumed = character_reference(start, left, characters.baseAddress, &length)
        for byte in characters[..<length] { count += byte & 0xc0 == 0x80 ? 0 : 1 }
        return consumed
      }
    }
  }
}
