import Curation
import Runs

extension StreamRecipe {
  /// What a run would do, a line a stage.
  func plan(folder: String) throws -> String {
    let source = corpus.path.map { "the text of \($0)" } ?? "manifest \(corpus.manifest ?? "")"
    var lines = [
      "\(name): \(folder)", "  fetch      \(source)",
    ]
    if let sample {
      lines.append(
        "  sample     \(Share.text(sample.share)) of the documents, by a hash of their ids")
    }
    lines += [
      "  extract    text, signals, tags, sketches; evaluation slices set aside"
    ]
    for pack in curation.packs {
      let rules = try FilterPack.named(pack.name).rules.count
      lines.append(
        "  decide     \(pack.name): \(rules) rules for \(pack.domains.joined(separator: ", "))")
    }
    lines += [
      "  decide     duplicates from similarity \(curation.similarity) on, the "
        + (curation.keep == "quality" ? "best by quality" : "first") + " stays",
      "  write      kept/ and removed/",
      "  tokenizer  "
        + (tokenizer.file
          ?? "\(tokenizer.vocabulary) tokens from \(amount(tokenizer.sample, "B")) of text"),
      "  tokenize   shards by stream and domain",
    ]
    for stage in training?.stages ?? [] {
      lines.append(
        "  train      \(stage.name) from \(stage.from): \(grouped(stage.tokens)) tokens, "
          + "\(stage.stream), \(stage.mixture.description)")
    }
    if let arms = training?.arms {
      let runs = ArmsStage.Arm.allCases.count * arms.comparison.seeds
      lines.append(
        "  arms       \(runs) runs of \(grouped(arms.stage.tokens)) tokens from "
          + "\(arms.stage.from), curated: \(arms.stage.mixture.description)")
    }
    if training != nil { lines.append("  evaluate   bits per byte by domain") }
    if sample != nil { lines.append("  estimate   what the whole corpus would give and take") }
    return (lines + ["  report     \(folder)/report.html"]).joined(separator: "\n")
  }
}
