import Glibc
import Streams

/// One file or folder of a dataset, as the hub lists it.
struct HubEntry: Sendable, Codable, Equatable {
  /// Relative to the dataset.
  var path: String
  var isFolder: Bool
  var byteCount: Int
  /// Of files in large storage; small ones have none.
  var sha256: String?

  /// Whether a file may have that many bytes: a pebibyte at most.
  var hasPossibleSize: Bool { (0...(1 << 50)).contains(byteCount) }
}

/// The Hugging Face hub, or another server with its interface.
public struct Hub: Sendable {
  /// Without a slash at its end.
  public let endpoint: String
  /// Sent to the endpoint's server only.
  public let token: AccessToken?

  public static let publicEndpoint = "https://huggingface.co"

  public init(endpoint: String = Hub.publicEndpoint, token: AccessToken? = nil) {
    self.endpoint = endpoint
    self.token = token
  }

  /// The endpoint of `HF_ENDPOINT` and the token of `HF_TOKEN`, or of the file that
  /// `hf auth login` writes.
  public static func fromEnvironment() throws -> Hub {
    var endpoint = Environment.value("HF_ENDPOINT") ?? publicEndpoint
    while endpoint.hasSuffix("/") { endpoint.removeLast() }
    guard Download.accepts(endpoint) else {
      throw Fault(
        .input, "HF_ENDPOINT is not an https address", found: "'\(endpoint)'",
        expected: publicEndpoint)
    }
    let home = Environment.value("HF_HOME") ?? Environment.cacheFolder + "/huggingface"
    var written = Environment.value("HF_TOKEN")
    if written == nil, Folder.isFile(home + "/token") {
      written = try String(decoding: InputFile.bytes(home + "/token"), as: UTF8.self)
    }
    guard let trimmed = written.map(trimmed), !trimmed.isEmpty else {
      return Hub(endpoint: endpoint)
    }
    guard let token = AccessToken(trimmed, for: endpoint) else {
      throw Fault(
        .input, "HF_TOKEN is not an access token", expected: "letters and digits on one line")
    }
    return Hub(endpoint: endpoint, token: token)
  }

  private static func trimmed(_ text: String) -> String {
    let inner = text.drop { $0.isWhitespace || $0.isNewline }
    return String(inner.reversed().drop { $0.isWhitespace || $0.isNewline }.reversed())
  }

  /// The address of a file in one version of a dataset.
  func url(of path: String, in repository: String, commit: String) -> String {
    "\(endpoint)/datasets/\(repository)/resolve/\(commit)/\(HubAddress.escaped(path))"
  }

  /// The commit that a revision names now.
  func commit(of address: HubAddress, _ access: RemoteAccess) throws -> String {
    let revision = address.revision ?? "main"
    if HubAddress.isCommit(revision) { return revision.lowercased() }
    let name = HubAddress.escaped(revision, slashes: true)
    let url = "\(endpoint)/api/datasets/\(address.repository)/revision/\(name)"
    let (answer, _) = try ask(url, address, access)
    guard case .string(let commit)? = answer["sha"], HubAddress.isCommit(commit) else {
      throw Fault(
        .failure, "'\(url)' gives no commit", found: answer["sha"]?.summary ?? answer.summary,
        hint: "check HF_ENDPOINT")
    }
    return commit.lowercased()
  }

  /// What is in a folder of one version of a dataset, in the hub's order.
  func entries(
    in folder: String, of address: HubAddress, commit: String, recursive: Bool,
    _ access: RemoteAccess
  ) throws -> [HubEntry] {
    let tail = folder.isEmpty ? "" : "/" + HubAddress.escaped(folder)
    var url =
      "\(endpoint)/api/datasets/\(address.repository)/tree/\(commit)\(tail)"
      + "?recursive=\(recursive)&expand=false"
    var entries: [HubEntry] = []
    for _ in 0..<100_000 {
      let (answer, next) = try ask(url, address, access)
      guard case .array(let items) = answer else {
        throw Fault(
          .failure, "'\(url)' gives no list of files", found: answer.summary,
          hint: "check HF_ENDPOINT")
      }
      for item in items { entries.append(try entry(item, url)) }
      guard let next else { return entries }
      guard let here = atEndpoint(next), here != url else {
        throw Fault(
          .failure, "'\(url)' goes on at another server or in a circle", found: "'\(next)'")
      }
      url = here
    }
    throw Fault(.failure, "the list of '\(address.repository)' does not end")
  }

  /// The same page at this endpoint: a mirror passes on the addresses of the hub that it mirrors.
  private func atEndpoint(_ address: String) -> String? {
    if address.hasPrefix(endpoint + "/") { return address }
    guard let start = address.firstRange(of: "/api/datasets/"), Download.accepts(address) else {
      return nil
    }
    return endpoint + address[start.lowerBound...]
  }

  private func entry(_ item: JSONValue, _ url: String) throws -> HubEntry {
    guard case .string(let path)? = item["path"], case .string(let type)? = item["type"],
      HubAddress.isSafe(path)
    else {
      throw Fault(
        .failure, "'\(url)' lists something without a usable path",
        found: item["path"]?.summary ?? item.summary)
    }
    var entry = HubEntry(path: path, isFolder: type == "directory", byteCount: 0)
    if case .integer(let count)? = item["size"] { entry.byteCount = count }
    if case .integer(let count)? = item["lfs"]?["size"] { entry.byteCount = count }
    if case .string(let digest)? = item["lfs"]?["oid"], Hexadecimal.isSHA256(digest) {
      entry.sha256 = digest.lowercased()
    }
    guard entry.hasPossibleSize else {
      throw Fault(
        .failure, "'\(url)' lists a file of impossible size",
        found: "\(entry.byteCount) bytes for '\(path)'")
    }
    return entry
  }

  private func ask(
    _ url: String, _ address: HubAddress, _ access: RemoteAccess
  ) throws -> (answer: JSONValue, next: String?) {
    var request = SmallAnswer(url)
    request.token = token
    request.retryLimit = access.retryLimit
    request.firstRetryDelay = access.firstRetryDelay
    request.stallLimit = access.stallLimit
    request.refusal = { fault(for: $0, address) }
    let (body, head) = try request.get(isInterrupted: access.isInterrupted)
    return (try JSONValue(parsing: body, path: url), head.value("link").flatMap(Hub.next))
  }

  /// The address of the next page, in `<ADDRESS>; rel="next"`.
  static func next(_ link: String) -> String? {
    for part in link.split(separator: "<").dropFirst(link.hasPrefix("<") ? 0 : 1) {
      guard let end = part.firstIndex(of: ">") else { continue }
      let rest = part[part.index(after: end)...]
      if rest.contains("rel=\"next\"") || rest.contains("rel=next") { return String(part[..<end]) }
    }
    return nil
  }

  /// What a refusal means.
  func fault(for head: HTTPHead, _ address: HubAddress) -> Fault? {
    let name = address.repository
    let revision = address.revision ?? "main"
    let found = "HTTP status \(head.status)"
    let page = "\(endpoint)/datasets/\(name)"
    switch (head.value("x-error-code"), head.status) {
    case ("GatedRepo", _), (_, 403):
      return Fault(
        .input, "the dataset '\(name)' is gated", found: found,
        hint: token == nil
          ? "accept its terms on \(page) and set HF_TOKEN"
          : "accept its terms on \(page) with the account of HF_TOKEN")
    case ("RevisionNotFound", _):
      return Fault(
        .input, "the dataset '\(name)' has no revision '\(revision)'", found: found,
        hint: "its branches and tags are on \(page)")
    case ("EntryNotFound", _):
      return Fault(
        .input, "the dataset '\(name)' has no '\(address.path)' at '\(revision)'", found: found,
        hint: "its files are on \(page)/tree/\(HubAddress.escaped(revision, slashes: true))")
    case (_, 401):
      return Fault(
        .input, "the hub does not show the dataset '\(name)'", found: found,
        hint: token == nil
          ? "check its name; for a private or gated dataset set HF_TOKEN"
          : "check its name, and whether HF_TOKEN is valid and may read it")
    case (_, 404):
      return Fault(
        .input, "the hub has no dataset '\(name)', or no '\(revision)' of it", found: found,
        hint: "check the name and the revision on \(endpoint)/datasets")
    default: return nil
    }
  }
}

/// The environment of the process.
enum Environment {
  /// A variable's value; nil where it is not set or empty.
  static func value(_ name: String) -> String? {
    guard let value = getenv(name).map({ String(cString: $0) }), !value.isEmpty else { return nil }
    return value
  }

  /// `$XDG_CACHE_HOME`, else `~/.cache`.
  static var cacheFolder: String {
    value("XDG_CACHE_HOME") ?? (value("HOME") ?? "/tmp") + "/.cache"
  }
}
