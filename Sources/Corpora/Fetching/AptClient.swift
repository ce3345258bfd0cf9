import Glibc
import Streams

/// One version of a package that the system's lists offer.
struct PackageOffer: Sendable, Equatable {
  var name: String
  var version: String
  var byteCount: Int
  var sha256: String

  /// Where the package is unpacked: a folder named by what is in it.
  var folderName: String {
    let plain = version.map { $0.isLetter || $0.isNumber || ".+-~".contains($0) ? $0 : "_" }
    return "\(name)_\(String(plain))_\(sha256.prefix(12))"
  }
}

/// The system's package client, used without root: nothing is installed.
struct AptClient {
  /// A folder of its own for output and downloads.
  var scratch: String
  var poll: () throws -> Void

  static var isPresent: Bool {
    ["apt-cache", "apt-get", "dpkg-deb"].allSatisfy(ChildProcess.isInstalled)
  }

  /// For each glob the highest version on offer; globs that match nothing are left out.
  func offers(for globs: Set<String>) throws -> [String: PackageOffer] {
    let names = try packageNames(matching: globs)
    let records = try records(of: Array(Set(names.values.joined())).sorted())
    var offers: [String: PackageOffer] = [:]
    for (glob, candidates) in names {
      offers[glob] = candidates.lazy.compactMap { records[$0] }.first
    }
    return offers
  }

  /// Whether the system knows any package list; without one nothing can be found.
  func hasPackageLists() throws -> Bool {
    let targets = try run(
      "apt-get", ["indextargets", "--format", "$(FILENAME)", "Created-By: Packages"])
    return String(decoding: targets.output, as: UTF8.self).split(separator: "\n")
      .contains { Folder.isFile(String($0)) }
  }

  /// The names that each glob matches, the highest first.
  private func packageNames(matching globs: Set<String>) throws -> [String: [String]] {
    let patterns = globs.map(PathGlob.init)
    var matched = Dictionary(uniqueKeysWithValues: globs.map { ($0, [$0]) })
    let open = patterns.filter { !$0.isLiteral }
    if open.isEmpty { return matched }
    let all = try run("apt-cache", ["pkgnames"])
    for pattern in open { matched[pattern.pattern] = [] }
    for name in all.output.split(separator: UInt8(ascii: "\n")) {
      let bytes = Array(name)
      for pattern in open where pattern.matches(bytes) {
        matched[pattern.pattern]?.append(String(decoding: name, as: UTF8.self))
      }
    }
    return matched.mapValues { names in
      names.sorted { NaturalOrder.isLess($1, $0) }
    }
  }

  /// The candidate version of each package that can be downloaded.
  private func records(of names: [String]) throws -> [String: PackageOffer] {
    if names.isEmpty { return [:] }
    let shown = try run("apt-cache", ["show", "--no-all-versions"] + names)
    var offers: [String: PackageOffer] = [:]
    for record in String(decoding: shown.output, as: UTF8.self).split(separator: "\n\n") {
      var fields: [Substring: Substring] = [:]
      for line in record.split(separator: "\n") where line.first != " " {
        guard let colon = line.firstIndex(of: ":") else { continue }
        fields[line[..<colon]] = line[line.index(after: colon)...].drop { $0 == " " }
      }
      guard let name = fields["Package"], let version = fields["Version"],
        let size = fields["Size"].flatMap({ Int($0) }), let sha256 = fields["SHA256"],
        offers[String(name)] == nil
      else { continue }
      offers[String(name)] = PackageOffer(
        name: String(name), version: String(version), byteCount: size,
        sha256: String(sha256).lowercased())
    }
    return offers
  }

  /// Downloads packages into the scratch folder and returns their files, checked.
  func download(_ offers: [PackageOffer], progress: (Int) -> Void) throws -> [String] {
    let client = try ChildProcess(
      program: "apt-get",
      arguments: ["-q", "download"] + offers.map { "\($0.name)=\($0.version)" },
      folder: scratch
    ).run {
      try poll()
      progress(packageFiles().reduce(0) { $0 + (Folder.byteCount(of: scratch + "/" + $1) ?? 0) })
    }
    var paths: [String] = []
    for offer in offers {
      guard let path = try verifiedFile(of: offer) else {
        let reason = client.errors.split(separator: "\n").filter { $0.hasPrefix("E:") }
        throw Fault(
          .failure, "apt-get cannot download '\(offer.name)'",
          found: reason.first.map(String.init) ?? "exit status \(client.status)",
          hint: "run `apt-get update` (the lists may be older than the archive) and start again")
      }
      paths.append(path)
    }
    return paths
  }

  /// The package's file with the expected digest; others of its name are removed.
  private func verifiedFile(of offer: PackageOffer) throws -> String? {
    for file in packageFiles() where file.hasPrefix(offer.name + "_") {
      let path = scratch + "/" + file
      if try SHA256.hex(file: path) == offer.sha256 { return path }
      try Folder.remove(path)
    }
    return nil
  }

  /// Unpacks a package into `folder`, which appears only when it is complete.
  func unpack(_ package: String, into folder: String) throws {
    let aside = scratch + "/unpacked"
    try Folder.remove(aside)
    let result = try run("dpkg-deb", ["-x", package, aside])
    guard result.status == 0 else {
      throw Fault(
        .failure, "dpkg-deb cannot unpack '\(Folder.name(of: package))'",
        found: result.errors.split(separator: "\n").first.map(String.init),
        hint: "check the space on the disk")
    }
    try Folder.create(Folder.parent(of: folder))
    guard rename(aside, folder) == 0 else { throw Fault.system("write", folder) }
  }

  private func packageFiles() -> [String] {
    ((try? Folder.names(in: scratch)) ?? []).filter { $0.hasSuffix(".deb") }
  }

  private func run(_ program: String, _ arguments: [String]) throws -> ChildProcess.Result {
    try ChildProcess(program: program, arguments: arguments, folder: scratch).run(poll: poll)
  }
}

/// Orders names as people do: runs of digits by their value, so `doc-9` comes before `doc-15`.
enum NaturalOrder {
  static func isLess(_ a: String, _ b: String) -> Bool {
    let x = Array(a.utf8)
    let y = Array(b.utf8)
    var i = 0
    var j = 0
    while i < x.count, j < y.count {
      if isDigit(x[i]), isDigit(y[j]) {
        let m = digits(x, &i)
        let n = digits(y, &j)
        if m.count != n.count { return m.count < n.count }
        if m != n { return m.lexicographicallyPrecedes(n) }
      } else {
        if x[i] != y[j] { return x[i] < y[j] }
        i += 1
        j += 1
      }
    }
    return x.count - i < y.count - j
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

  /// The digits at `index` without leading zeros.
  private static func digits(_ bytes: [UInt8], _ index: inout Int) -> ArraySlice<UInt8> {
    let start = index
    while index < bytes.count, isDigit(bytes[index]) { index += 1 }
    return bytes[start..<index].drop { $0 == UInt8(ascii: "0") }
  }
}
