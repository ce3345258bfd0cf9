import Streams

/// Nanotron's data stages: for each stretch the step that it begins with, folders of tokenized files
/// and their weights.
enum NanotronStages {
  static func text(_ mixture: ExportedMixture) -> String {
    var lines = ["# \(mixture.origin)", "data_stages:"]
    for stage in mixture.stages {
      let entries = DecimalShares(stage.shares).entries
      lines += [
        "- name: \(JSONValue.quoted(stage.name))", "  start_training_step: \(stage.firstStep)",
        "  data:", "    dataset:", "      dataset_folder:",
      ]
      lines += entries.map { "      - \(JSONValue.quoted(mixture.domains[$0.index].path))" }
      lines.append("      dataset_weights:")
      lines += entries.map { "      - \($0.text)" }
      lines += [
        "    num_loading_workers: 1", "    seed: \(mixture.seed.map { "\($0)" } ?? "null")",
      ]
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
