/// The program that reads, writes and records.
package enum Program {
  /// In the records of runs, the files that are written, and `--version`.
  package static let version = "0.1.0"
}
