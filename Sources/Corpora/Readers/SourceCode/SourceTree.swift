import Streams

/// A tree of source files with the licences of its folders: a file stands under the licence of the
/// nearest folder, from its own upwards, that has a licence file.
final class SourceTree {
  /// Nil for an archive, whose licence files are told with `learn`.
  private let root: String?
  /// What was found before, by folder; the outermost is empty.
  private var licenses: [String: SourceCodeDescription.License?] = [:]
  /// Folders that are kept in mind.
  private static let folderLimit = 1 << 14
  /// Folders around a file: no path that can be opened has more.
  private static let depthLimit = 2048
  /// The licence files of each folder of an archive.
  private var learned: [String: [(name: String, id: String)]] = [:]

  /// - Parameter root: the folder that holds the files.
  init(root: String? = nil) { self.root = root }

  func describe(path: String, _ bytes: UnsafeRawBufferPointer) -> SourceCodeDescription {
    SourceCodeDescription(
      path: path, bytes, folderLicense: license(of: Folder.parent(of: path)))
  }

  /// A licence file of an archive. It counts for what follows it.
  func learn(licenseFile path: String, _ bytes: UnsafeRawBufferPointer) {
    let folder = Folder.parent(of: path)
    learned[folder, default: []].append(
      (Folder.name(of: path), LicenseDetector.license(ofText: bytes)))
    licenses = [:]
  }

  private func license(of folder: String) -> SourceCodeDescription.License? {
    if let known = licenses[folder] { return known }
    var (folder, found) = (folder, ownLicense(of: folder))
    var passed = [folder]
    while found == nil {
      // What lies further out is not known for these folders, nor for those between.
      guard passed.count < SourceTree.depthLimit else { return nil }
      let parent = Folder.parent(of: folder)
      if parent == folder { break }
      folder = parent
      if let known = licenses[folder] {
        found = known
        break
      }
      found = ownLicense(of: folder)
      passed.append(folder)
    }
    if licenses.count + passed.count > SourceTree.folderLimit { licenses = [:] }
    for folder in passed { licenses[folder] = .some(found) }
    return found
  }

  private func ownLicense(of folder: String) -> SourceCodeDescription.License? {
    let found = root == nil ? learned[folder] ?? [] : licenseFiles(in: folder)
    guard let first = found.min(by: { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) })
    else { return nil }
    return SourceCodeDescription.License(
      id: LicenseDetector.joined(found),
      file: folder.isEmpty ? first.name : folder + "/" + first.name)
  }

  private func licenseFiles(in folder: String) -> [(name: String, id: String)] {
    guard let root else { return [] }
    let path = folder.isEmpty ? root : root.isEmpty ? folder : root + "/" + folder
    // A folder that cannot be listed has no licence that can be read.
    let names = (try? Folder.names(in: path)) ?? []
    return names.filter(LicenseDetector.isLicenseFile).compactMap { name in
      let file = path.isEmpty ? name : path + "/" + name
      guard Folder.isFile(file), let source = try? FileSource(file) else { return nil }
      var bytes = [UInt8](repeating: 0, count: LicenseDetector.licenseFileLimit)
      guard let count = try? bytes.withUnsafeMutableBytes({ try source.readFully(into: $0) })
      else { return nil }
      return bytes.withUnsafeBytes {
        (name, LicenseDetector.license(ofText: UnsafeRawBufferPointer(rebasing: $0[..<count])))
      }
    }
  }
}
