import Foundation
import Runs
import Streams

/// A recipe for a folder, every decision with its evidence.
struct DraftRecipe {
  private let survey: FolderSurvey

  private static let proseDomains = "general, math, reasoning"
  /// Below this share of English prose, rules that were made for English would drop the rest.
  private static let englishShare = 0.5
  /// Bytes of text a token, and tokens that are worth a small model.
  private static let bytesPerToken = 4
  private static let tokensToTrain = 500_000

  init(_ survey: FolderSurvey) { self.survey = survey }

  /// Letters, digits and dashes of the folder's name.
  var name: String {
    let path = survey.listing.path
    let last = Folder.name(of: path.hasSuffix("/") ? String(path.dropLast()) : path)
    let plain = last.split(separator: ".").first.map(String.init) ?? last
    let kept = plain.lowercased().map { character in
      character.isASCII && (character.isLetter || character.isNumber) ? character : "-"
    }
    let name = String(kept).split(separator: "-").joined(separator: "-")
    return name.isEmpty ? "corpus" : name
  }

  /// YAML that `midstream run` reads as it is.
  func text() -> String {
    let parts = [head, corpus, curation, tokenizer, training]
    return parts.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
  }

  // MARK: Parts

  private var head: [String] {
    let listing = survey.listing
    var lines = [
      "# \(counted(listing.fileCount, "file")), \(amount(listing.byteCount, "B")), about "
        + "\(amount(survey.estimatedTextBytes, "B")) of text; "
        + "\(counted(survey.texts.documents, "text")) looked at"
    ]
    for group in listing.groups.prefix(12) where group.format != nil {
      lines.append(
        "#   \(Self.safe(group.ending)): \(counted(group.files, "file")), "
          + "\(amount(group.bytes, "B")), \(group.format?.rawValue ?? "")")
    }
    if !survey.unreadable.isEmpty { lines.append("# What is not read:") }
    lines += survey.unreadableLines(12).map { "#   \(Self.safe($0))" }
    return lines + [
      "name: \(Self.scalar(name))",
      "seed: 1                        # of all that is drawn at random",
    ]
  }

  private var corpus: [String] {
    var lines = [
      "corpus:",
      "  path: \(Self.scalar(survey.listing.path))"
        + "   # 5% of its documents are set aside for evaluation",
    ]
    let usual = ["text", "id", "url", "source", "metadata"]
    let choice = survey.fields?.fields ?? []
    if !choice.isEmpty {
      lines.append("  fields:")
      for field in choice {
        lines.append(
          "    \(field.field): \(Self.scalar(field.name))   # \(Self.safe(field.evidence))")
      }
      let missing = usual.filter { name in !choice.contains { $0.field == name } }
      if !missing.isEmpty {
        lines.append("    # no field was found for: \(missing.joined(separator: ", "))")
      }
    }
    return lines
  }

  private var curation: [String] {
    let texts = survey.texts
    var lines = ["curation:", "  packs:"]
    let share = Double(texts.english) / Double(max(texts.prose, 1))
    let evidence =
      "\(grouped(texts.english)) of \(grouped(texts.prose)) texts of prose are surely English"
    let isEnglish = texts.prose > 0 && share >= Self.englishShare
    if isEnglish {
      lines += [
        pack("language", Self.proseDomains, evidence),
        pack("gopher-quality", Self.proseDomains, "its words and thresholds are for English prose"),
      ]
    } else if texts.prose > 0 {
      let languages = texts.languageList.prefix(3).map { "\($0.code) \(grouped($0.count))" }
      lines += [
        "    # \(evidence) (\(languages.joined(separator: ", "))):",
        "    # the packs 'language' and 'gopher-quality', which keep English, are left out",
      ]
    }
    if texts.prose > 0 {
      lines.append(
        pack(
          "gopher-repetition", Self.proseDomains,
          "\(grouped(texts.prose)) of \(grouped(texts.documents)) texts are prose"))
    }
    if texts.code > 0 {
      lines.append(
        pack(
          "source-code", "code",
          "\(grouped(texts.code)) of \(grouped(texts.documents)) texts look like source code"))
    } else {
      lines.append("    # no text looks like source code: the pack 'source-code' is left out")
    }
    return lines + [
      "  deduplication:",
      "    similarity: 0.8            # \(grouped(texts.equal)) of \(grouped(texts.documents)) texts "
        + "equal an earlier one",
      "    keep: quality              # the copy with the highest quality score stays",
    ]
  }

  private func pack(_ name: String, _ domains: String, _ evidence: String) -> String {
    "    - {pack: \(name), domains: [\(domains)]}   # \(evidence)"
  }

  private var tokenizer: [String] {
    let bytes = survey.estimatedTextBytes
    // Each step of size has about the text for its rarest tokens to be seen often enough.
    let steps = [
      (2_000_000, 1024), (20_000_000, 4096), (200_000_000, 8192), (2_000_000_000, 16_384),
      (20_000_000_000, 32_768),
    ]
    let vocabulary = steps.first { bytes < $0.0 }?.1 ?? 49_152
    let sample = min(max(Double(bytes) / 1e6, 0.1), vocabulary > 8192 ? 200 : 20)
    return [
      "tokenizer:",
      "  vocabulary: \(vocabulary)             # for \(amount(bytes, "B")) of text",
      "  sample_mb: \(String(format: "%.4g", sample))",
    ]
  }

  private var training: [String] {
    let tokens = survey.estimatedTextBytes / Self.bytesPerToken
    let estimate = "about \(grouped(tokens)) tokens"
    guard tokens >= Self.tokensToTrain else {
      return ["# no training: \(estimate) are too few for even a small model"]
    }
    let domain =
      survey.texts.domains.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? "general"
    return [
      "# \(estimate): remove the marks to train a small model on the most frequent domain",
      "# training:",
      "#   model: {width: 128, layers: 4, heads: 4, key_value_heads: 2, intermediate: 344, "
        + "context: 256}",
      "#   stages:",
      "#     - name: base",
      "#       from: initial",
      "#       stream: curated",
      "#       mixture: {\(domain): 1}",
      "#       tokens: \(min(tokens / 2, 2_000_000))",
      "#       batch: 16",
      "#       learning_rate: 0.004",
    ]
  }

  // MARK: YAML

  /// A value as YAML: quoted unless it is a plain word.
  private static func scalar(_ text: String) -> String {
    let isPlain =
      text.first.map { $0.isLetter || "/.".contains($0) } == true
      && text.utf8.allSatisfy { byte in
        Character(UnicodeScalar(byte)).isLetter && byte < 0x80
          || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || "-_./".utf8.contains(byte)
      }
    let isWord = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
      .contains(text.lowercased())
    return isPlain && !isWord ? text : JSONValue.quoted(text)
  }

  /// Text of a comment: on one line, without what moves a cursor.
  private static func safe(_ text: String) -> String {
    let scalars = text.unicodeScalars.map { scalar in
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator: " " as Unicode.Scalar
      default: scalar
      }
    }
    let line = String(String.UnicodeScalarView(scalars))
    return line.count > 160 ? line.prefix(159) + "…" : line
  }
}
