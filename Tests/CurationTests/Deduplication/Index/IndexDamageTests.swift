import Corpora
import Runs
import Streams
import TestFolders
import Testing

@testable import Curation

@Suite struct IndexDamageTests {
  private let members = textsWithChains(8, chains: 10)

  private func makeIndex(_ folder: TemporaryFolder, _ corpus: IndexedCorpus) throws -> String {
    let path = folder.path + "/index"
    let half = members.count / 2
    _ = try corpus.deduplicate(Array(members[..<half]), index: path, update: "a")
    _ = try corpus.deduplicate(Array(members[half...]), index: path, update: "b", .retract)
    return path
  }

  /// Opens an index, checks it and reads its sets, as a comparison with many candidates does.
  private func use(_ path: String) throws {
    let index = try DeduplicationIndex(path)
    for file in 0..<index.checkedCount { try index.check(file) }
    for part in index.parts {
      guard let sets = part.files.sets else { continue }
      let reader = try ShingleSetFile.Reader(path + "/" + sets.path)
      for place in 0..<reader.count { _ = try reader.set(place) }
    }
  }

  @Test("a file of an index that is cut short, changed or missing is named, and nothing is changed")
  func damage() throws {
    let folder = try TemporaryFolder()
    let corpus = try IndexedCorpus()
    let path = try makeIndex(folder, corpus)
    try use(path)
    let whole = try contents(path)
    #expect(whole.count > 10)
    for (name, bytes) in whole {
      var changed = bytes
      changed[bytes.count * 2 / 3] ^= 4
      var head = bytes
      head[bytes.count > 20 ? 13 : 0] ^= 1
      let versions: [[UInt8]?] = [
        nil, [], Array(bytes.dropLast()), Array(bytes.prefix(bytes.count / 2)), bytes + [0],
        changed,
        head,
      ]
      for version in versions {
        try Folder.remove(path + "/" + name)
        if let version { try folder.file("index/" + name, version) }
        let before = try contents(path)
        do {
          try use(path)
          Issue.record("\(name) of \(version?.count ?? -1) bytes passed for \(bytes.count)")
        } catch let fault as Fault {
          #expect(fault.kind == .input, "\(fault)")
          #expect(fault.place?.contains(name) == true || fault.message.contains(name), "\(fault)")
          #expect(fault.found != nil && (fault.hint != nil || version == nil), "\(fault)")
        }
        #expect(try contents(path) == before)
      }
      try folder.file("index/" + name, bytes)
    }
    try use(path)
  }

  @Test("an index of another format version is refused by name, and so are other settings")
  func otherVersion() throws {
    let folder = try TemporaryFolder()
    var corpus = try IndexedCorpus()
    let path = try makeIndex(folder, corpus)
    let file = path + "/index.json"
    let text = String(decoding: try InputFile.bytes(file), as: UTF8.self)
    try OutputFile.write(
      Array(text.replacing("\"format\" : 2", with: "\"format\" : 1").utf8), to: file)
    let fault = #expect(throws: Fault.self) { try DeduplicationIndex(path) }
    #expect(fault?.found == "format version 1" && fault?.expected == "format version 2")
    try OutputFile.write(Array(text.utf8), to: file)
    corpus.threshold = 0.7
    let other = #expect(throws: Fault.self) {
      try corpus.deduplicate(members, index: path, update: "c")
    }
    #expect(other?.kind == .input)
    #expect(other?.found == "similarity 0.8" && other?.expected == "similarity 0.7")
    corpus.threshold = 0.8
    corpus.plan = try MinHashPlan(validatingBands: 9, slotsPerBand: 13)
    #expect(throws: Fault.self) { try corpus.deduplicate(members, index: path, update: "c") }
    corpus.plan = nil
    #expect(throws: Fault.self) { try corpus.deduplicate(members, index: path, update: "c") }
    #expect(
      throws: Fault.self, performing: { try DeduplicationIndex(path).check(rankedBy: "quality") })
  }

  @Test("who writes is alone; who reads is alone with readers")
  func locks() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/index"
    var writer: IndexLock? = try IndexLock(path, writes: true, creates: true)
    #expect(throws: Fault.self) { try IndexLock(path, writes: true) }
    #expect(throws: Fault.self) { try IndexLock(path, writes: false) }
    withExtendedLifetime(writer) {}
    writer = nil
    var readers = [try IndexLock(path, writes: false), try IndexLock(path, writes: false)]
    #expect(throws: Fault.self) { try IndexLock(path, writes: true) }
    #expect(throws: Fault.self) { try readers[0].beginWriting() }
    readers.removeLast()
    try readers[0].beginWriting()
    #expect(throws: Fault.self) { try IndexLock(path, writes: false) }
  }

  @Test("an index does not come to lie among other files, and removes none of them")
  func otherFiles() throws {
    let folder = try TemporaryFolder()
    let corpus = try IndexedCorpus()
    try folder.file("index/notes.txt", "mine")
    #expect(throws: Fault.self) {
      try corpus.deduplicate(members, index: folder.path + "/index", update: "a")
    }
    try Folder.remove(folder.path + "/index/notes.txt")
    _ = try corpus.deduplicate(members, index: folder.path + "/index", update: "a")
    let names = ["index/notes.txt", "index/g00001/mine", "index/g1/state", "index/state-1"]
    for name in names { try folder.file(name, "mine") }
    try folder.file("index/g00002/links-00000-r00002.part", "a left-over")
    _ = try corpus.deduplicate(members, index: folder.path + "/index", update: "b")
    for name in names { #expect(Folder.isFile(folder.path + "/" + name)) }
    #expect(!Folder.exists(folder.path + "/index/g00002/links-00000-r00002.part"))
  }
}
