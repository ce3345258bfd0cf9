import Runs
import Streams
import TokenShards

/// Computes `records/shards.json` from the shards' indices and the tokenize stage's records.
struct ShardSummary {
  let run: RunFolder
  let records: [CompletionRecord]
  let vocabularySize: Int

  func record() throws -> ShardsRecord {
    var sets: [ShardSetRecord] = []
    for stream in StreamMembers.Name.allCases {
      for domain in StreamRecipe.domains {
        let folder = run.file(TokenizeStage.folder(stream, domain))
        guard Folder.isFile(folder + "/" + ShardIndex.fileName) else { continue }
        let shards = try ShardIndex(folder: folder).shards
        sets.append(
          ShardSetRecord(
            stream: stream.rawValue, domain: domain, files: shards.count,
            documents: shards.reduce(0) { $0 + $1.documentCount },
            tokens: shards.reduce(0) { $0 + $1.tokenCount },
            textBytes: records.reduce(0) {
              $0 + ($1.counts["\(stream.rawValue)/\(domain)/bytes"] ?? 0)
            }, diskBytes: shards.reduce(0) { $0 + $1.byteCount }))
      }
    }
    let curated = sets.filter { $0.stream == StreamMembers.Name.curated.rawValue }
    let tokens = curated.reduce(0) { $0 + $1.tokens }
    return ShardsRecord(
      vocabularySize: vocabularySize,
      bytesPerToken: Double(curated.reduce(0) { $0 + $1.textBytes }) / Double(max(tokens, 1)),
      sets: sets)
  }
}
