import Corpora
import Curation

extension DocumentDeduplication {
  struct Settings: Sendable {
    /// As it is written: exact, url or minhash.
    var method = "minhash"
    var equalBy = EqualBy.text
    /// Nil for equal documents only.
    var plan: MinHashPlan?
    var threshold = 0.8
    var verifies = true
    var keep = KeepPolicy.first
    var reweight: Reweighting?
    /// Makes the shingle sets of all documents, for an index.
    var keepsSets = false
    /// Bytes.
    var memory = 2_000_000_000
  }
}

extension DocumentDeduplication.Settings {
  /// What decides what is written, by the names of the options: for the card, the record, and people
  /// who come back to unfinished work.
  var listed: [DatasetCard.Setting] {
    var settings: [DatasetCard.Setting] = [.init("method", method)]
    if let plan {
      settings += [
        .init("bands", "\(plan.bands)"), .init("rows", "\(plan.slotsPerBand)"),
        .init("unit", plan.unit.name), .init("ngram", "\(plan.shingleLength)"),
      ]
      if let digest = plan.unit.tokenizerDigest {
        settings.append(.init("tokenizer", digest.hex))
      }
      settings += [
        .init("similarity", "\(threshold)"), .init("verify", verifies ? "yes" : "no"),
      ]
    }
    settings.append(.init("keep", "\(keep.rule)"))
    if keep.rule == .newest {
      settings.append(.init("date-field", keep.dateFields.joined(separator: " ")))
    }
    let preferred = keep.preferredSources.joined(separator: " ")
    return settings + [
      .init("prefer-source", preferred.isEmpty ? "none" : preferred),
      .init("reweight", reweight.map { "\($0)" } ?? "none"),
    ]
  }
}

extension [DatasetCard.Setting] {
  /// As options, a line each, with the inputs.
  func described(inputs: [String]) -> [String] {
    map { "--\($0.name) \($0.value)" } + inputs.map { "--input \($0)" }
  }
}
