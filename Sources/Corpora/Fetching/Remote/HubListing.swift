import Foundation
import Runs
import Streams

/// The files that an address on the hub names, in one version of its dataset.
struct HubListing: Sendable {
  let address: HubAddress
  let commit: String
  /// Sorted by the bytes of their paths.
  let files: [HubEntry]

  /// - Parameter commit: known already; nil asks the hub.
  init(_ address: HubAddress, commit: String? = nil, _ access: RemoteAccess) throws {
    self.address = address
    let commit = try commit ?? HubListing.commit(of: address, access)
    self.commit = commit
    func entries(_ folder: String, recursive: Bool) throws -> [HubEntry] {
      try HubListing.entries(folder, of: address, commit, recursive: recursive, access)
    }
    let glob = PathGlob(address.path)
    let parent = Folder.parent(of: glob.isLiteral ? address.path : glob.literalPrefix)
    var found: [HubEntry]
    if address.path.isEmpty {
      found = HubListing.data(try entries("", recursive: true), below: "")
    } else if glob.isLiteral {
      let siblings = try entries(parent, recursive: false)
      guard let entry = siblings.first(where: { $0.path == address.path }) else {
        throw HubListing.missing(address, siblings)
      }
      found =
        entry.isFolder
        ? HubListing.data(try entries(entry.path, recursive: true), below: entry.path + "/")
        : [entry]
    } else {
      let rest = address.path.dropFirst(parent.isEmpty ? 0 : parent.count + 1)
      found = try entries(parent, recursive: rest.contains("/") || rest.contains("**"))
        .filter { !$0.isFolder && (glob.matches($0.path) || $0.path == address.path) }
    }
    if found.isEmpty { throw HubListing.missing(address, []) }
    found.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    files = found
  }

  /// Files of a folder without those that describe it: hidden ones, and the card and licence at the
  /// top of a dataset.
  private static func data(_ entries: [HubEntry], below folder: String) -> [HubEntry] {
    entries.filter { entry in
      guard !entry.isFolder, entry.path.hasPrefix(folder) else { return false }
      if entry.path.split(separator: "/").contains(where: { $0.hasPrefix(".") }) { return false }
      let isTop = !entry.path.contains("/")
      let name = entry.path.uppercased()
      return !isTop || !(name.hasPrefix("README") || name.hasPrefix("LICENSE"))
    }
  }

  private static func missing(_ address: HubAddress, _ siblings: [HubEntry]) -> Fault {
    let name = Folder.name(of: address.path)
    let near = NearestName.find(name, in: siblings.map { Folder.name(of: $0.path) })
    let parent = Folder.parent(of: address.path)
    let kind = PathGlob(address.path).isLiteral ? "has no" : "has no file that matches"
    return Fault(
      .input,
      "the dataset '\(address.repository)' \(kind) '\(address.path)' at "
        + "'\(address.revision ?? "main")'",
      hint: near.map { "did you mean '\(parent.isEmpty ? $0 : parent + "/" + $0)'?" })
  }

  // MARK: What is known from earlier

  static func folder(of address: HubAddress, _ access: RemoteAccess) -> String {
    let name = address.repository.replacing("/", with: "--")
    return "\(access.cache)/hub/datasets--\(name)"
  }

  /// The commit that the revision names now, or what it named last where the hub cannot be reached.
  private static func commit(of address: HubAddress, _ access: RemoteAccess) throws -> String {
    let revision = address.revision ?? "main"
    if HubAddress.isCommit(revision) { return revision.lowercased() }
    let record =
      folder(of: address, access) + "/refs/"
      + HubAddress.escaped(revision, slashes: true)
    let last = (try? InputFile.bytes(record)).map { String(decoding: $0, as: UTF8.self) }
    let known = last.flatMap { HubAddress.isCommit($0) ? $0 : nil }
    var access = access
    if known != nil { access.retryLimit = min(access.retryLimit, 1) }
    do {
      let commit = try access.hub.commit(of: address, access)
      // Without a cache that can be written, only working without the hub is lost.
      if commit != known { try? OutputFile.write(Array(commit.utf8), to: record) }
      return commit
    } catch let fault as Fault where fault.kind == .failure {
      guard let known else { throw fault }
      access.note(
        "\(access.hub.endpoint) cannot be reached (\(fault.found ?? fault.message)): "
          + "'\(address.repository)' is used as of \(known.prefix(12))")
      return known
    }
  }

  /// The entries of a folder: those of a commit never change, so they are asked for once.
  private static func entries(
    _ path: String, of address: HubAddress, _ commit: String, recursive: Bool,
    _ access: RemoteAccess
  ) throws -> [HubEntry] {
    let key = ContentDigest("\(recursive) \(path)").hex.prefix(16)
    let record = "\(folder(of: address, access))/lists/\(commit)/\(key).json"
    if let bytes = try? InputFile.bytes(record),
      let entries = try? JSONDecoder().decode([HubEntry].self, from: Data(bytes)),
      entries.allSatisfy({ HubAddress.isSafe($0.path) && $0.hasPossibleSize })
    {
      return entries
    }
    let entries = try access.hub.entries(
      in: path, of: address, commit: commit, recursive: recursive, access)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try? OutputFile.write(Array(encoder.encode(entries)), to: record)
    return entries
  }
}
