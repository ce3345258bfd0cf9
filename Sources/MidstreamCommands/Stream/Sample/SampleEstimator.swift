import Corpora
import Evaluation
import Runs
import Streams

/// Tells from a finished run on a sample what the whole corpus would give and take.
struct SampleEstimator {
  private static let groups = 200
  private static let confidence = 0.95
  /// Below this many documents no interval says much.
  private static let fewDocuments = 100
  /// Of which none is found in 5 of 100 samples.
  private static let unseenAtMost = 3

  let context: StreamContext
  let sample: DocumentSample
  let files: SampledFiles
  let tasks: [MeasuredTask]
  /// The records of pass one.
  let extracted: [CompletionRecord]

  private func count(_ name: String) -> Int {
    extracted.reduce(0) { $0 + ($1.counts[name] ?? 0) }
  }

  func record() throws -> SampleRecord {
    let records = count(SampledReading.Outcome.recordsCount)
    let sampledRecords = count(SampledReading.Outcome.sampledRecordsCount)
    let units = FiniteSample(
      whole: files.wholeFiles + records, sampled: files.sampledWholeFiles + sampledRecords,
      confidence: Self.confidence)
    let found = try SampleCounts(
      tasks,
      shards: try RecordFile.read(ShardsRecord.self, from: context.run.file(ShardsRecord.path)),
      groups: Self.groups)
    let read = documentsRead(found, records: records, sampledRecords: sampledRecords)
    let unseen = units.whole == 0 ? 0 : 1 - Double(units.sampled) / Double(units.whole)
    let totals = found.bootstrap.totals(
      whole: Double(read.whole), unseen: unseen, confidence: Self.confidence,
      seed: UInt64(context.recipe.seed))
    func estimate(_ name: String, _ unit: String, _ sample: Int, _ quantity: Int, per: Double = 1)
      -> SampleEstimate
    {
      Self.estimate(name, unit, sample, totals[quantity], per, unseen == 0 ? .exact : .bootstrap)
    }
    func documents(_ name: String, _ count: Int) -> SampleEstimate {
      Self.estimate(
        name, "documents", count, units.total(of: count), 1, unseen == 0 ? .exact : .binomial)
    }
    let bytes = files.wholeFileBytes + files.recordFileBytes
    let disk = try SampleDisk(context.run).parts.map { part in
      guard part.grows else { return Self.exact(part.name, "bytes", part.bytes) }
      return Self.scaled(part.name, part.bytes, by: totals[SampleCounts.textBytes], found.textBytes)
    }
    let stages = try SampleTimes(
      context: context, extracted: extracted, units: units, unseen: unseen, files: files
    ).stages()
    return SampleRecord(
      share: sample.share, candidates: units.whole, sampled: units.sampled,
      confidence: Self.confidence,
      quantities: [
        Self.exact(
          "files on disk", "bytes", bytes, sample: tasks.reduce(0) { $0 + $1.rawByteCount }),
        read, estimate("read", "bytes", found.textBytes, SampleCounts.textBytes),
        documents("set aside for evaluation", found.evaluation),
        documents("passed by the filters", found.passed),
        documents("kept", found.kept.reduce(0, +)),
        estimate("kept", "bytes", found.keptBytes.reduce(0, +), SampleCounts.keptBytes),
        estimate("kept", "tokens", found.tokens.reduce(0, +), SampleCounts.tokens),
      ],
      domains: StreamRecipe.domains.enumerated().map { index, name in
        let quantity = SampleCounts.domainBytes + index
        let bytes = max(Double(found.keptBytes[index]), 1)
        return SampleDomain(
          domain: name, documents: documents(name, found.kept[index]),
          bytes: estimate(name, "bytes", found.keptBytes[index], quantity),
          tokens: estimate(
            name, "tokens", found.tokens[index], quantity, per: Double(found.tokens[index]) / bytes),
          diskBytes: estimate(
            name, "bytes", found.diskBytes[index], quantity,
            per: Double(found.diskBytes[index]) / bytes))
      },
      disk: disk + [Self.sum(of: disk, "at the peak, which is the end")], stages: stages,
      partners: partners(found, units), threads: context.threads,
      notes: notes(found, units))
  }

  /// Records were counted while they were read past; of files only those of the sample are known.
  private func documentsRead(
    _ found: SampleCounts, records: Int, sampledRecords: Int
  ) -> SampleEstimate {
    let fromFiles = FiniteSample(
      whole: files.wholeFiles, sampled: files.sampledWholeFiles, confidence: Self.confidence
    ).total(of: max(0, found.documents - sampledRecords))
    let total = FiniteSample.Total(
      estimate: fromFiles.estimate + Double(records), low: fromFiles.low + Double(records),
      high: fromFiles.high + Double(records))
    return Self.estimate(
      "read", "documents", found.documents, total, 1,
      files.wholeFiles == files.sampledWholeFiles ? .exact : .binomial)
  }

  private func partners(_ found: SampleCounts, _ units: FiniteSample) -> SamplePartners {
    let removed = found.passed - found.kept.reduce(0, +)
    let share = found.passed == 0 ? 0 : Double(removed) / Double(found.passed)
    // The one partner of a document in the sample is there too as often as any other document.
    let seen = units.sampled == units.whole ? removed : max(removed, Self.unseenAtMost)
    let most = found.passed == 0 ? 0 : min(1, Double(seen) / Double(found.passed) * units.weight)
    let passed = units.total(of: found.passed).estimate
    return SamplePartners(
      compared: found.passed, overlapping: found.passed - found.clean,
      duplicates: found.clean - found.kept.reduce(0, +), leastShare: share,
      mostShare: max(share, most), leastKept: Int((passed * (1 - max(share, most))).rounded()),
      mostKept: Int((passed * (1 - share)).rounded()))
  }

  private func notes(_ found: SampleCounts, _ units: FiniteSample) -> [String] {
    var notes = [
      "95% intervals of the sampling alone: Wilson's for documents; for bytes, tokens and disk a "
        + "bootstrap over \(found.bootstrap.groupCount) random groups of the sampled documents; "
        + "for times a bootstrap over tasks",
      "deduplication finds fewer duplicates in a sample, and fewer documents overlap with evaluation "
        + "documents: what is kept of the whole, and its bytes, tokens and disk, is less than in "
        + "proportion; the range is from all partners being in the sample to one partner each",
      "the tokenizer was trained on the sample's text: on the whole, tokens a byte differ a little",
      "training is left out: it costs what the recipe's tokens cost, whatever the corpus",
    ]
    if context.recipe.corpus.limit != nil {
      notes.append("the whole is the corpus within the recipe's 'limit_mb'")
    }
    if found.documents < Self.fewDocuments, units.sampled < units.whole {
      notes.append(
        "\(found.documents) documents are few: the intervals are rough, take a larger sample")
    }
    return notes
  }

  // MARK: Estimates

  private static func estimate(
    _ name: String, _ unit: String, _ sample: Int, _ total: FiniteSample.Total, _ factor: Double,
    _ method: SampleEstimate.Method
  ) -> SampleEstimate {
    func whole(_ value: Double) -> Int { Int(exactly: (value * factor).rounded()) ?? 0 }
    return SampleEstimate(
      name: name, unit: unit, sample: sample, whole: whole(total.estimate), low: whole(total.low),
      high: whole(total.high), method: method)
  }

  private static func exact(_ name: String, _ unit: String, _ count: Int, sample: Int? = nil)
    -> SampleEstimate
  {
    SampleEstimate(
      name: name, unit: unit, sample: sample ?? count, whole: count, low: count, high: count,
      method: .exact)
  }

  /// What grows as the text does.
  private static func scaled(
    _ name: String, _ bytes: Int, by total: FiniteSample.Total, _ textBytes: Int
  ) -> SampleEstimate {
    estimate(name, "bytes", bytes, total, Double(bytes) / Double(max(textBytes, 1)), .bootstrap)
  }

  private static func sum(of parts: [SampleEstimate], _ name: String) -> SampleEstimate {
    func sum(_ path: KeyPath<SampleEstimate, Int>) -> Int {
      parts.reduce(0) { $0 + $1[keyPath: path] }
    }
    return SampleEstimate(
      name: name, unit: "bytes", sample: sum(\.sample), whole: sum(\.whole), low: sum(\.low),
      high: sum(\.high), method: .bootstrap)
  }
}

extension SampleRecord {
  func write(to run: RunFolder) throws { try RecordFile.write(self, to: run.file(Self.path)) }
}

extension DocumentSample {
  /// Says so where no document of the corpus is in the sample.
  func checkFound(_ extracted: [CompletionRecord], _ recipe: String) throws {
    guard extracted.allSatisfy({ $0.counts["documents"] ?? 0 == 0 }) else { return }
    throw Fault(
      .input, "a sample of \(Share.text(share)) has none of the corpus's documents", at: recipe,
      hint: "take a larger share")
  }
}

extension FetchedCorpus {
  /// Keeps what is in the sample, and says so where that is nothing.
  mutating func keep(_ sample: DocumentSample, at recipe: String) throws -> SampledFiles {
    let files = keep(sample)
    guard files.sampledWholeFiles > 0 || files.recordFileBytes > 0 else {
      throw Fault(
        .input, "a sample of \(Share.text(sample.share)) has none of the corpus's files",
        at: recipe, found: "\(grouped(files.wholeFiles)) files",
        hint: "take a larger share")
    }
    return files
  }
}
