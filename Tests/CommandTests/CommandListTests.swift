import Foundation
import Testing

/// Commands and flags are a contract: scripts rely on them. Adding one is a line here and a line in
/// the changelog; taking one away breaks somebody.
@Suite struct CommandListTests {
  static let everywhere = ["--help", "--version", "-h"]

  static let commands = [
    "midstream run: --dry-run --json --output --quiet --sample --seed --set --threads <recipe>",
    "midstream init: --json --output --overwrite --quiet --threads <folder>",
    "midstream diff: --examples --json --quiet --threads <run-a> <run-b>",
    "midstream fetch: --dry-run --json --local --output --quiet --threads <manifest>",
    "midstream extract: --document-limit --field --format --json --output --quiet --skip --threads "
      + "<input>",
    "midstream convert: --document-limit --field --format --json --level --license --output "
      + "--quiet --skip --strict --threads <inputs>",
    "midstream head: --document-limit --documents --field --format --json --lines --quiet --skip "
      + "--threads <inputs>",
    "midstream stats: --document-limit --field --format --json --quiet --skip --threads <inputs>",
    "midstream curate: --filter --filters --input --json --no-removed --no-signals --output "
      + "--overwrite --quiet --redecide --set --threads --tokenizer",
    "midstream filters list: --json --quiet --signals --threads",
    "midstream filters show: --filters --json --quiet --threads <name>",
    "midstream filters try: --filter --filters --id --json --quiet --record --set --threads "
      + "<file>",
    "midstream dedup: --all-copies --bands --bloom --copies --date-field --expected "
      + "--false-positive --forget --index --input --json --keep --least-words --memory --method "
      + "--minimum-bytes --minimum-tokens --ngram --no-verify --output --overwrite --plan "
      + "--prefer-source --preset --published --quiet --recall --remove --reweight --rows --scope "
      + "--segment-words --show-removed --similarity --slots --stage --task --tasks --threads "
      + "--tokenizer --unit --update --verify --window",
    "midstream decontaminate: --action --against --answer-words --fields --input --json "
      + "--keep-share --method --output --overlap --overwrite --quiet --share --threads "
      + "--tokenizer --unit --words",
    "midstream classify train: --corpus --json --manifest --negative --output --positive "
      + "--quiet --seed --threads",
    "midstream classify apply: --input --json --model --output --quiet --threads",
    "midstream classify evaluate: --json --model --negative --positive --quiet --threads",
    "midstream explain: --json --quiet --run --threads <id>",
    "midstream tokenizer train: --input --json --output --quiet --threads --vocabulary",
    "midstream tokenizer encode: --input --json --quiet --text --threads --tokenizer",
    "midstream tokenizer decode: --ids --json --quiet --threads --tokenizer",
    "midstream tokenizer inspect: --json --quiet --threads --tokenizer",
    "midstream tokenize: --domain --input --json --license --name --output --overwrite "
      + "--quiet --shard-tokens --source --threads --tokenizer",
    "midstream shards inspect: --json --quiet --threads <path>",
    "midstream shards verify: --json --quiet --threads <path>",
    "midstream shards head: --documents --json --quiet --threads --tokenizer --tokens <path>",
    "midstream train: --dry-run --json --output --quiet --resume --seed --set --threads <recipe>",
    "midstream ablate: --dry-run --import --json --output --quiet --seed --set --show --threads "
      + "<recipe>",
    "midstream mix show: --json --quiet --run --set --stage --threads <recipe>",
    "midstream mix export: --branch --json --mixture --output --path --quiet --run --set --stage "
      + "--study --threads --to <recipe>",
    "midstream evaluate: --against --bytes --domain --input --json --model --quiet --seed "
      + "--threads",
    "midstream generate: --json --model --prompt --quiet --seed --temperature --threads "
      + "--tokens",
    "midstream status: --json --quiet --threads <run>",
    "midstream logs: --json --quiet --threads <run>",
    "midstream report: --json --quiet --threads <run>",
    "midstream doctor: --json --quiet --threads",
  ]

  @Test("commands and flags are those of the contract")
  func contract() throws {
    let result = try Program.run(["--experimental-dump-help"])
    #expect(result.status == 0)
    let dump = try JSONDecoder().decode(Dump.self, from: Data(result.output.utf8))
    #expect(dump.command.lines().sorted() == Self.commands.sorted())
  }

  @Test("the help of each command shows an example")
  func examples() throws {
    let result = try Program.run(["--experimental-dump-help"])
    let dump = try JSONDecoder().decode(Dump.self, from: Data(result.output.utf8))
    for command in dump.command.leaves() where command.commandName != "help" {
      #expect(
        command.discussion?.contains("EXAMPLE\n") == true,
        "'\(command.commandName)' has no example")
    }
  }

  private struct Dump: Decodable {
    struct Command: Decodable {
      struct Argument: Decodable {
        struct Name: Decodable {
          var kind: String
          var name: String
        }

        var kind: String
        var names: [Name]?
        var valueName: String?
      }

      var commandName: String
      var discussion: String?
      var arguments: [Argument]?
      var subcommands: [Command]?

      func leaves() -> [Command] {
        guard let subcommands, !subcommands.isEmpty else { return [self] }
        return subcommands.flatMap { $0.leaves() }
      }

      /// One line a command that can be run: its name and all that it takes, sorted.
      func lines(_ parent: String = "") -> [String] {
        let name = parent.isEmpty ? commandName : parent + " " + commandName
        if let subcommands, !subcommands.isEmpty {
          return subcommands.flatMap { $0.lines(name) }
        }
        let taken = (arguments ?? []).flatMap { argument -> [String] in
          guard argument.kind != "positional" else { return ["<\(argument.valueName ?? "")>"] }
          return (argument.names ?? []).map { ($0.kind == "long" ? "--" : "-") + $0.name }
        }.filter { !CommandListTests.everywhere.contains($0) }
        return commandName == "help" ? [] : ["\(name): \(taken.sorted().joined(separator: " "))"]
      }
    }

    var command: Command
  }
}
