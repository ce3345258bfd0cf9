import Corpora
import Foundation
import Runs
import Streams
import TestFolders
import Testing

/// The report's numbers, computed again from the columns, decisions and scores that a run stored.
@Suite struct RecordTests {
  /// The stored rows of one task.
  struct Rows {
    var bytes: [UInt64]
    var quality: [Float]
    var evaluation: [UInt8]
    var unfiltered: [UInt8]
    var curated: [UInt8]
    var domain: [UInt8]
    var ordinals: [UInt64]
    var stages: ByteColumn
    var rules: ByteColumn
  }

  static let globalStages = [
    "evaluation-overlap", "decontamination", "exact-duplicates", "near-duplicates",
  ]

  func rows(of run: String) throws -> [Rows] {
    try Folder.names(in: run + "/columns").map { name in
      let columns = try ColumnFile.read("\(run)/columns/\(name)")
      let streams = try ColumnFile.read("\(run)/streams/\(name)")
      let decisions = try ColumnFile.read("\(run)/decisions/\(name)")
      return Rows(
        bytes: try columns.uint64("text_bytes"), quality: try columns.float32("quality"),
        evaluation: try columns.uint8("evaluation"), unfiltered: try streams.uint8("unfiltered"),
        curated: try streams.uint8("curated"), domain: try streams.uint8("domain"),
        ordinals: try decisions.uint64("ordinal"), stages: try decisions.bytes("stage"),
        rules: try decisions.bytes("rule"))
    }
  }

  @Test("each number of the records is what the stored columns give")
  func recomputed() throws {
    let scratch = try TemporaryFolder()
    let run = scratch.path + "/run"
    let corpus = try SmallCorpus(scratch)
    #expect(try Program.run(["run", corpus.recipe, "--output", run, "--quiet"]).status == 0)
    let rows = try rows(of: run)
    let curation = try RecordFile.read(CurationRecord.self, from: run + "/" + CurationRecord.path)
    checkFunnel(curation, rows)
    checkRules(curation, rows)
    checkDomains(curation, rows)
    try checkClusters(curation, run)
    try checkShards(curation, run)
    try checkEvaluation(run)
    try checkTraining(run)
  }

  func checkFunnel(_ record: CurationRecord, _ rows: [Rows]) {
    func step(_ name: String, _ isThere: (Rows, Int) -> Bool) {
      var (documents, bytes) = (0, 0)
      for task in rows {
        for index in task.bytes.indices where isThere(task, index) {
          documents += 1
          bytes += Int(task.bytes[index])
        }
      }
      let found = record.funnel.first { $0.name == name }
      #expect(found?.documents == documents && found?.bytes == bytes, "\(name)")
    }
    func isFiltered(_ task: Rows, _ index: Int) -> Bool {
      task.ordinals.indices.contains {
        task.ordinals[$0] == UInt64(index) && !Self.globalStages.contains(task.stages.string($0))
      }
    }
    step("extracted") { _, _ in true }
    step("training") { $0.evaluation[$1] == 0 }
    step("filtered") { $0.evaluation[$1] == 0 && !isFiltered($0, $1) }
    step("decontaminated") {
      $0.evaluation[$1] == 0 && !isFiltered($0, $1) && $0.unfiltered[$1] == 1
    }
    step("deduplicated") { $0.curated[$1] == 1 }
  }

  func checkRules(_ record: CurationRecord, _ rows: [Rows]) {
    #expect(!record.rules.isEmpty)
    for rule in record.rules {
      var (documents, bytes, alone) = (0, 0, 0)
      for task in rows {
        for index in task.ordinals.indices
        where task.stages.string(index) == rule.stage && task.rules.string(index) == rule.rule {
          documents += 1
          bytes += Int(task.bytes[Int(task.ordinals[index])])
          alone += task.ordinals.count { $0 == task.ordinals[index] } == 1 ? 1 : 0
        }
      }
      #expect(rule.documents == documents && rule.bytes == bytes && rule.alone == alone)
      #expect(rule.examples.count == min(3, documents))
      #expect(rule.examples.allSatisfy { !$0.excerpt.isEmpty && !$0.evidence.isEmpty })
    }
  }

  func checkDomains(_ record: CurationRecord, _ rows: [Rows]) {
    for (index, domain) in record.domains.enumerated() {
      func sums(_ isThere: (Rows, Int) -> Bool) -> (documents: Int, bytes: Int, quality: Double) {
        var sums = (documents: 0, bytes: 0, quality: 0.0)
        for task in rows {
          for row in task.bytes.indices where task.domain[row] == UInt8(index) && isThere(task, row)
          {
            sums.documents += 1
            sums.bytes += Int(task.bytes[row])
            sums.quality += Double(task.quality[row])
          }
        }
        return sums
      }
      let before = sums { $0.evaluation[$1] == 0 }
      let after = sums { $0.curated[$1] == 1 }
      #expect(domain.documentsBefore == before.documents && domain.bytesBefore == before.bytes)
      #expect(domain.documentsAfter == after.documents && domain.bytesAfter == after.bytes)
      #expect(abs(domain.qualityBefore * Double(max(before.documents, 1)) - before.quality) < 1e-6)
      #expect(abs(domain.qualityAfter * Double(max(after.documents, 1)) - after.quality) < 1e-6)
    }
  }

  func checkClusters(_ record: CurationRecord, _ run: String) throws {
    let table = try ColumnFile.read(run + "/clusters.columns")
    let members = Dictionary(grouping: try table.uint64("cluster"), by: { $0 }).mapValues(\.count)
    let exact = try table.uint8("exact").count { $0 == 1 }
    #expect(record.duplicates.exactRemoved == exact)
    #expect(record.duplicates.nearRemoved == table.count - exact)
    for size in record.duplicates.sizes {
      #expect(members.values.count { $0 + 1 == size.size } == size.clusters)
    }
    #expect(record.duplicates.sizes.reduce(0) { $0 + $1.clusters } == members.count)
  }

  /// Tokens, counted in the plain stream that `zstd -dc` would give.
  func checkShards(_ curation: CurationRecord, _ run: String) throws {
    let shards = try RecordFile.read(ShardsRecord.self, from: run + "/" + ShardsRecord.path)
    #expect(!shards.sets.isEmpty)
    for set in shards.sets {
      let folder = "\(run)/shards/\(set.stream)/\(set.domain)"
      let files = try Folder.names(in: folder).filter { $0.hasSuffix(".tokens.zst") }
      let bytes = try files.reduce(0) {
        try $0 + InputFile.decompressedBytes("\(folder)/\($1)").count
      }
      #expect(set.tokens == bytes / 2 && set.files == files.count)
      #expect(
        set.diskBytes == files.reduce(0) { $0 + (Folder.byteCount(of: "\(folder)/\($1)") ?? 0) })
    }
    for domain in curation.domains {
      let set = shards.sets.first { $0.stream == "curated" && $0.domain == domain.domain }
      #expect(domain.tokensAfter == set?.tokens ?? 0 && domain.bytesAfter == set?.textBytes ?? 0)
      #expect(domain.documentsAfter == set?.documents ?? 0)
    }
  }

  func checkEvaluation(_ run: String) throws {
    let record = try RecordFile.read(EvaluationRecord.self, from: run + "/" + EvaluationRecord.path)
    #expect(record.models == ["base", "continued"] && record.domains.count == 4)
    for (place, model) in record.models.enumerated() {
      let scores = try ColumnFile.read("\(run)/evaluation/\(model).columns")
      let domains = try scores.uint8("domain")
      let bytes = try scores.uint64("bytes")
      let nats = try scores.uint64("nats_bits").map { Double(bitPattern: $0) }
      for domain in record.domains {
        let index = try #require(
          ["general", "math", "code", "reasoning"].firstIndex(of: domain.domain))
        let members = domains.indices.filter { domains[$0] == UInt8(index) }
        let size = members.reduce(0) { $0 + Int(bytes[$1]) }
        let bits = members.reduce(0.0) { $0 + nats[$1] } / log(2.0) / Double(size)
        #expect(domain.bytes == size && domain.documents == members.count)
        #expect(abs(domain.scores[place].bitsPerByte - bits) < 1e-12)
      }
    }
    for domain in record.domains {
      let change = try #require(domain.change)
      let difference = domain.scores[1].bitsPerByte - domain.scores[0].bitsPerByte
      #expect(abs(change.mean - difference) < 1e-12)
      #expect(change.low <= change.mean && change.mean <= change.high)
    }
  }

  /// Tokens and shares of each stage, counted in its metrics.
  func checkTraining(_ run: String) throws {
    for stage in ["base", "continued"] {
      let record = try RecordFile.read(
        TrainingRecord.self, from: run + "/" + TrainingRecord.path(stage: stage))
      let lines = try InputFile.bytes("\(run)/training/\(stage)/metrics.jsonl").split(separator: 10)
      var sequences = [Int: Int]()
      for line in lines {
        let step = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
        for domain in step?["domains"] as? [[String: Any]] ?? [] {
          let index = domain["domain"] as? Int ?? -1
          sequences[index, default: 0] += domain["sequences"] as? Int ?? 0
        }
      }
      let total = sequences.values.reduce(0, +)
      #expect(record.curve.count == lines.count && record.tokens == total * 32)
      for (index, row) in record.mixture.enumerated() {
        let count = sequences[index] ?? 0
        #expect(abs(row.realisedShare - Double(count) / Double(total)) < 1e-12)
        #expect(abs(Double(count) - row.plannedShare * Double(total)) <= 1)
      }
      #expect(record.mixtureBound <= 1)
    }
  }
}
