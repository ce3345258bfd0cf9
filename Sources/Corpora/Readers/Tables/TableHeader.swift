import Streams

/// The names of a table's columns, as ``DocumentFields`` name them.
package enum TableHeader {
  /// - Throws: a `Fault` of the input where the file is no table of its format.
  package static func columns(of path: String, format: CorpusFormat) throws -> [String] {
    switch format {
    case .csv, .tsv:
      let separator = UInt8(ascii: format == .csv ? "," : "\t")
      let records = DelimitedRecords(
        try InputFile.open(path), separator: separator,
        recordLimit: ReadingOptions().documentLimit, fieldLimit: TableColumns.limit)
      return try TableColumns.header(records, name: path)
    case .parquet:
      let metadata = try ParquetMetadata(RandomAccessBytes(path: path), name: path)
      return metadata.columns.filter { $0.nestedIn == nil }.map(\.fieldPath)
    default: return []
    }
  }
}
