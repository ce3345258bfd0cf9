import Runs
import Streams

extension CorpusSource {
  private static let originKeys = ["apt", "path", "https", "s3", "hf"]

  /// Nil where the mapping has no single usable origin; the fault is in the recipe then.
  init?(reading item: RecipeMapping) {
    let name = item.requiredString("name")
    if name.contains(where: { $0 == "/" || $0.isWhitespace || $0.isNewline }) || name == ".."
      || name == "."
    {
      item.fault(
        "name", "'\(name)' cannot name a source", expected: "a name without '/' and spaces",
        hint: "document ids are NAME/PATH")
    }
    func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, _: Choice.Type) -> Choice?
    where Choice.RawValue == String {
      item.choice(key, of: Choice.allCases.map(\.rawValue)).flatMap(Choice.init(rawValue:))
    }
    let domain = choice("domain", CorpusDomain.self)
    let quality = choice("quality", CorpusQuality.self)
    let format = choice("format", CorpusFormat.self)
    let license = item.requiredString("license")
    let include = (item.strings("include") ?? []).map(PathGlob.init)
    let exclude = (item.strings("exclude") ?? []).map(PathGlob.init)
    let isOptional = item.flag("optional") ?? false
    let evaluation = CorpusSource.evaluation(item, domain)
    let fields = CorpusSource.fields(item)
    let documentLimit = item.number("document_limit_mb", in: 0.001...1e6).map { Int($0 * 1e6) }
    let skippedCode = CorpusSource.skippedCode(item)
    let fileLimit = item.integer("max_files", in: 1...1_000_000_000)
    let gigabytes = item.number("size_gb", in: 0...1e9)
    let homepage = item.string("homepage")
    let isGated = item.flag("gated") ?? false
    guard let origin = CorpusSource.origin(item) else { return nil }
    self.init(
      name: name, domain: domain, quality: quality, license: license, format: format,
      include: include, exclude: exclude, evaluation: evaluation, isOptional: isOptional,
      origin: origin)
    self.fields = fields
    self.documentLimit = documentLimit
    self.skippedCode = skippedCode
    self.fileLimit = fileLimit
    self.gigabytes = gigabytes
    self.homepage = homepage
    self.isGated = isGated
  }

  /// The names of the fields that the mapping gives; the others keep theirs.
  package static func fields(_ item: RecipeMapping) -> DocumentFields? {
    guard let mapping = item.mapping("fields") else { return nil }
    var fields = DocumentFields()
    let keys: [(String, WritableKeyPath<DocumentFields, String>)] = [
      ("text", \.text), ("id", \.id), ("url", \.url), ("source", \.source),
      ("metadata", \.metadata),
    ]
    for (key, path) in keys {
      guard let name = mapping.string(key) else { continue }
      let parts = name.split(separator: ".", omittingEmptySubsequences: false)
      if name.isEmpty || parts.contains(where: \.isEmpty) {
        mapping.fault(
          key, "'\(name)' cannot name a field", expected: "a name, or names joined by dots",
          hint: "for example \(key): meta.\(key)")
      }
      fields[keyPath: path] = name
    }
    return fields
  }

  package static func skippedCode(_ item: RecipeMapping) -> Set<SourceCodeMark> {
    let choices = SourceCodeMark.allCases.map(\.rawValue)
    var marks: Set<SourceCodeMark> = []
    for text in item.strings("skip") ?? [] {
      guard let mark = SourceCodeMark(rawValue: text) else {
        item.fault(
          "skip", "unknown value '\(text)' for 'skip'", expected: choices.joined(separator: ", "),
          hint: NearestName.find(text, in: choices).map { "did you mean '\($0)'?" })
        continue
      }
      marks.insert(mark)
    }
    return marks
  }

  private static func evaluation(
    _ item: RecipeMapping, _ domain: CorpusDomain?
  ) -> EvaluationShare {
    let whole = item.flag("evaluation") ?? false
    let share = item.number("evaluation_share", in: 0...1)
    if whole, share != nil {
      item.fault(
        "evaluation_share", "a source has 'evaluation: true' or 'evaluation_share', not both")
    }
    if whole || share ?? 0 > 0, domain == nil, !item.keys.contains("domain") {
      item.missing("domain", hint: "evaluation slices are made by domain")
    }
    return whole ? .all : share.map { .share($0) } ?? .none
  }

  private static func origin(_ item: RecipeMapping) -> CorpusOrigin? {
    let given = originKeys.filter { !item.isEmpty($0) }
    let digests = item.strings("sha256")
    guard given.count == 1, let key = given.first else {
      item.fault(
        nil,
        given.isEmpty ? "a source says nowhere where it comes from" : "a source comes from two",
        expected: "exactly one of apt, path, https, hf",
        hint: "for files that are there already: path: FOLDER")
      return nil
    }
    if digests != nil, key != "https" {
      item.fault("sha256", "'sha256' belongs to 'https' only", hint: "remove it")
    }
    switch key {
    case "apt": return item.string(key).map { .apt($0) }
    case "path": return item.string(key).map { .path($0) }
    case "https": return https(item, item.strings(key) ?? [], digests)
    case "hf": return hub(item, item.strings(key) ?? [])
    default:
      let value = item.string(key) ?? ""
      item.fault(
        "s3", "reading from S3 is not built yet", expected: "apt, path, https or hf",
        hint: "copy it first (aws s3 cp --recursive \(value) FOLDER) and write path: FOLDER")
      return nil
    }
  }

  private static func https(
    _ item: RecipeMapping, _ urls: [String], _ digests: [String]?
  ) -> CorpusOrigin? {
    var isUsable = !urls.isEmpty
    for url in urls where !Download.accepts(url) {
      item.fault("https", "'\(url)' is not an https address", expected: "https://HOST/PATH/FILE")
      isUsable = false
    }
    if Set(urls).count < urls.count {
      item.fault("https", "an address is listed twice", hint: "keep one of them")
    }
    if let digests, digests.count != urls.count {
      item.fault(
        "sha256", "'sha256' has \(digests.count) digests for \(urls.count) addresses",
        expected: "one digest an address, in the same order")
      return nil
    }
    for digest in digests ?? [] where !Hexadecimal.isSHA256(digest) {
      item.fault("sha256", "'sha256' is not a SHA-256", expected: "64 hexadecimal digits")
    }
    let files = urls.enumerated().map {
      HTTPSFile(url: $1, sha256: digests?[$0].lowercased())
    }
    return isUsable ? .https(files) : nil
  }

  private static func hub(_ item: RecipeMapping, _ texts: [String]) -> CorpusOrigin? {
    var addresses: [HubAddress] = []
    for text in texts {
      do {
        addresses.append(try HubAddress(text))
      } catch {
        item.fault(
          "hf", "'\(text)' is no address of a dataset on the Hugging Face hub",
          expected: "datasets/OWNER/NAME[@REVISION]/PATH",
          hint: "for files that are there already: path: FOLDER")
      }
    }
    guard let first = addresses.first, addresses.count == texts.count else { return nil }
    for address in addresses
    where address.repository != first.repository || address.revision != first.revision {
      item.fault(
        "hf", "a source reads two datasets, or two revisions of one",
        expected: "addresses that start with the same OWNER/NAME[@REVISION]",
        hint: "write a source for each of them")
      return nil
    }
    return .hub(addresses)
  }
}
