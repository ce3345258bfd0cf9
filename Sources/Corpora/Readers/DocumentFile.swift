import Streams

/// Opens files of documents, each by its format.
public enum DocumentFile {
  /// A reader of the documents of one file.
  ///
  ///     let reader = try DocumentFile.open("docs.jsonl.zst")
  ///
  /// - Parameters:
  ///   - path: a file on this machine.
  ///   - name: how ids and problems call it; the path by default.
  ///   - format: by the file's name where it is nil.
  ///   - lines: a range of a plain JSONL file.
  ///   - rowGroups: those of a Parquet file to read; all by default.
  ///   - extract: gives the text of pages, texts and source files.
  public static func open(
    _ path: String, name: String? = nil, format: CorpusFormat? = nil,
    options: ReadingOptions = ReadingOptions(), lines: DocumentSlice.LineRange? = nil,
    rowGroups: Range<Int>? = nil, extract: @escaping TextExtraction = PlainText.extract
  ) throws -> any DocumentReader {
    let name = name ?? path
    guard let format = format ?? CorpusFormat(path: path) else { throw unknownFormat(path) }
    switch format {
    case .html, .text, .code:
      let file = RawFilesReader.File(
        path: Folder.name(of: path), id: name, url: "", format: format)
      return RawFilesReader(
        [file], root: Folder.parent(of: path), options: options, extract: extract)
    case .jsonl: return try JSONLinesReader(path, name: name, options: options, lines: lines)
    case .warc:
      return try WARCReader(FileSource(path), name: name, options: options, extract: extract)
    case .csv, .tsv:
      return try CSVReader(
        InputFile.open(path), name: name, options: options,
        separator: UInt8(ascii: format == .csv ? "," : "\t"))
    case .tar:
      return try ArchiveReader(
        tar: InputFile.open(path), name: name, options: options, extract: extract,
        open: member(options, extract))
    case .zip:
      return try ArchiveReader(
        zip: path, name: name, options: options, extract: extract, open: member(options, extract))
    case .parquet:
      return try ParquetReader(path, name: name, options: options, rowGroups: rowGroups)
    }
  }

  /// Opens members of archives that hold many documents each; they come decompressed.
  private static func member(
    _ options: ReadingOptions, _ extract: @escaping TextExtraction
  ) -> ArchiveReader.MemberOpening {
    { source, name, format in
      switch format {
      case .jsonl:
        try JSONLinesReader(source, name: name, options: options)
      case .csv, .tsv:
        try CSVReader(
          source, name: name, options: options,
          separator: UInt8(ascii: format == .csv ? "," : "\t"))
      case .warc: try WARCReader(source, name: name, options: options, extract: extract)
      case .parquet: try ParquetReader(source, name: name, options: options)
      case .html, .text, .code, .tar, .zip: nil
      }
    }
  }

  /// The fault of a file whose name says no format.
  static func unknownFormat(_ path: String) -> Fault {
    Fault(
      .input, "nothing says how to read '\(path)'",
      expected: "a name that ends in .jsonl, .parquet, .warc, .csv, .tsv, .html, .txt, .tar or "
        + ".zip, or in one of a programming language; .gz and .zst may follow",
      hint: "--format says how to read files whose names do not tell")
  }
}
