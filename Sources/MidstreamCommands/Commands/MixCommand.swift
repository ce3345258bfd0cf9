import ArgumentParser
import Mixtures
import Reports
import Runs
import Streams

/// `midstream mix show|export`.
struct MixCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mix",
    abstract: "Show what a mixture comes to, and write it for other trainers.",
    discussion: """
      EXAMPLE
        midstream mix show tools/recipes/quickstart.yaml
      """,
    subcommands: [Show.self, Export.self])

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Planned tokens, epochs and schedule of each stage, and what runs dry when.",
      discussion: """
        The recipe is one of `midstream run`, whose shards are in its run's folder, or one with \
        shards of its own (`data:`). Nothing is trained.

        EXAMPLE
          midstream mix show tools/recipes/quickstart.yaml
          midstream mix show tools/recipes/mixtures.yaml --stage heavy --json
        """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var stage: StageOptions

    @Argument(help: "The recipe, a YAML file.")
    var recipe: String

    func run() throws {
      let records = try stage.mixtures(of: recipe).named(stage.stage).map { MixtureRecord($0) }
      if common.json { return try Output.json(records) }
      for (index, record) in records.enumerated() {
        if index > 0 { try Output.print("") }
        for line in record.lines(width: Output.width) { try Output.print(line) }
      }
    }
  }

  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write a mixture for Megatron, OLMo-core, MosaicML Streaming or nanotron.",
      discussion: """
        The mixture is a stage's of a recipe, a study's branch, or given by hand. '{domain}' in the \
        path stands for the name of a domain. Formats: megatron (weights and prefixes, for \
        --data-path or a file for --data-args-path), olmo-core (a list of sources, YAML), mosaicml \
        (streams with proportions, YAML), nanotron (data stages, YAML; the only one with a \
        schedule, the others get the shares over the whole stage).

        EXAMPLE
          midstream mix export tools/recipes/quickstart.yaml --stage continued --to nanotron
          midstream mix export --study runs/mixtures --branch heavy --to olmo-core \\
            --path 'data/{domain}/*.npy' --output sources.yaml
          midstream mix export --mixture general=0.4,math=0.6 --to megatron --path 'data/{domain}_text'
        """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var stage: StageOptions

    @Argument(help: "A recipe, a YAML file; not needed with --mixture or --study.")
    var recipe: String?

    @Option(help: ArgumentHelp("A mixture by hand.", valueName: "domain=weight,…"))
    var mixture: String?

    @Option(help: ArgumentHelp("A study's folder, or its record.", valueName: "path"))
    var study: String?

    @Option(
      help: ArgumentHelp("The study's branch; its best one without it.", valueName: "name"))
    var branch: String?

    @Option(help: ArgumentHelp("megatron, olmo-core, mosaicml or nanotron.", valueName: "format"))
    var to: String

    @Option(
      help: ArgumentHelp("Where the trainer finds a domain's data.", valueName: "template"))
    var path = "data/{domain}"

    @Option(help: ArgumentHelp("The file to write; standard output without it.", valueName: "file"))
    var output: String?

    func validate() throws {
      guard [recipe, mixture, study].compactMap({ $0 }).count == 1 else {
        throw ValidationError("give one of a recipe, --mixture and --study")
      }
      if branch != nil && study == nil { throw ValidationError("--branch needs --study") }
      if recipe == nil && !stage.isEmpty {
        throw ValidationError("--stage, --run and --set need a recipe")
      }
    }

    func run() throws {
      let format = try self.format()
      let exported = try self.exported(PathTemplate(path))
      if exported.stages.count > 1, !format.hasSchedule {
        common.progress.note(
          "\(format.rawValue) has no schedule: the shares are those over all \(exported.stages.count) "
            + "stretches of the stage")
      }
      let text = try format.text(exported)
      if let output { try OutputFile.write(text.utf8, to: output) }
      if common.json {
        return try Output.json(ExportRecord(format, exported, text: text, output: output))
      }
      guard let output else { return try Output.write(Array(text.utf8)) }
      try Output.print("\(output): \(exported.domains.count) domains for \(format.rawValue)")
    }

    private func format() throws -> MixtureFormat {
      if let format = MixtureFormat(rawValue: to) { return format }
      let names = MixtureFormat.allCases.map(\.rawValue)
      throw Fault(
        .input, "there is no format '\(to)'", found: "'--to \(to)'",
        expected: names.joined(separator: ", "),
        hint: NearestName.find(to, in: names).map { "did you mean '\($0)'?" })
    }

    private func exported(_ template: PathTemplate) throws -> ExportedMixture {
      if let mixture { return try HandMixture(mixture).exported(template) }
      if let study { return try StudyMixture(study, branch: branch).exported(template) }
      let recipe = recipe ?? ""
      let mixtures = try stage.mixtures(of: recipe).named(stage.stage)
      guard mixtures.count == 1 else {
        throw Fault(
          .input, "the recipe has \(mixtures.count) mixtures", at: recipe,
          expected: "--stage with one of \(mixtures.map(\.name).joined(separator: ", "))")
      }
      let planned = mixtures[0]
      return try ExportedMixture(
        name: planned.name, plan: planned.plan, path: template.path,
        origin: "midstream mix export \(recipe) --stage \(planned.name), "
          + "\(planned.plan.sampleCount * planned.sequenceLength) tokens", seed: planned.seed)
    }
  }

  /// Which mixture of which recipe.
  struct StageOptions: ParsableArguments {
    @Option(help: ArgumentHelp("One stage or mixture of the recipe.", valueName: "name"))
    var stage: String?

    @Option(
      help: ArgumentHelp("The folder of the recipe's run; runs/NAME without it.", valueName: "dir"))
    var run: String?

    @Option(
      name: .customLong("set"), parsing: .singleValue,
      help: ArgumentHelp("Lay a value over the recipe; may be repeated.", valueName: "key=value"))
    var overrides: [String] = []

    var isEmpty: Bool { stage == nil && run == nil && overrides.isEmpty }

    func mixtures(of recipe: String) throws -> [PlannedMixture] {
      try PlannedMixture.all(of: recipe, overrides: overrides, run: run)
    }
  }
}

/// What `mix export --json` prints.
private struct ExportRecord: Encodable {
  struct Source: Encodable {
    var domain: String
    var share: Double
    var path: String
  }

  var format: String
  var origin: String
  var sources: [Source]
  var output: String?
  var text: String

  init(_ format: MixtureFormat, _ mixture: ExportedMixture, text: String, output: String?) {
    self.format = format.rawValue
    origin = mixture.origin
    sources = zip(mixture.domains, mixture.shares).map {
      Source(domain: $0.name, share: $1, path: $0.path)
    }
    self.output = output
    self.text = text
  }
}
