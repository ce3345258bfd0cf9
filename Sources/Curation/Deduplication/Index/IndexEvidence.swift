import Runs
import Streams

/// Writes what was found equal and similar into an index: one file a kind for each change.
struct IndexEvidence {
  let folder: IndexFolder
  let generation: Int
  let revision: Int
  let documentCount: Int

  struct Stamps {
    var equalGroups: [FileStamp] = []
    var links: [FileStamp] = []
    var unverifiedGroups: [FileStamp] = []
  }

  /// - Parameters:
  ///   - firstNew: of a group's documents below it only the first is written; the others are
  ///     connected with it by what the index has.
  ///   - manifest: names the files that these come after.
  ///   - renumber: the number in the index of a number in the evidence.
  func write(
    _ evidence: DeduplicationStages.Evidence, firstNew: Int, after manifest: IndexManifest?,
    renumber: (UInt64) -> UInt64 = { $0 }
  ) throws -> Stamps {
    var stamps = Stamps()
    stamps.equalGroups = try writeGroups(
      evidence.equalGroups, as: name("equal", manifest?.equalGroups), firstNew: firstNew, renumber)
    stamps.unverifiedGroups = try writeGroups(
      evidence.unverifiedGroups, as: name("groups", manifest?.unverifiedGroups),
      firstNew: firstNew, renumber)
    if !evidence.links.isEmpty {
      let name = name("links", manifest?.links)
      let file = try ValueFile.Writer(folder.file(name), kind: LinkFile.kind)
      for path in evidence.links {
        try LinkFile.forEach(path, below: documentCount) { link in
          try LinkFile.append(
            DuplicateLink(
              a: renumber(link.a), b: renumber(link.b), similarity: link.similarity), to: file)
        }
      }
      try file.commit()
      stamps.links = [try folder.stamp(name)]
    }
    return stamps
  }

  private func name(_ kind: String, _ before: [FileStamp]?) -> String {
    IndexFolder.file(kind, before?.count ?? 0, generation: generation, revision: revision)
  }

  private func writeGroups(
    _ paths: [String], as name: String, firstNew: Int, _ renumber: (UInt64) -> UInt64
  ) throws -> [FileStamp] {
    if paths.isEmpty { return [] }
    let file = try GroupFile.Writer(folder.file(name))
    var members: [UInt64] = []
    for path in paths {
      try GroupFile.forEach(path, below: documentCount) { group in
        members.removeAll(keepingCapacity: true)
        for (index, member) in group.enumerated() where index == 0 || member >= firstNew {
          members.append(renumber(member))
        }
        if members.count > 1 { try file.append(members) }
      }
    }
    try file.commit()
    return [try folder.stamp(name)]
  }
}
