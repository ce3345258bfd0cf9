import Curation
import Foundation
import Streams
import TestFolders
import Testing

@Suite struct PackNestingTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Writes a pack of these steps.
  @discardableResult
  private func pack(_ file: String, _ name: String = "p", uses: [String]) throws -> String {
    let steps = uses.map { "  - use: \($0)\n" }.joined()
    return try folder.file(
      file, "name: \(name)\nversion: 1\npaper: none\ndescription: d\nsteps:\n" + steps)
  }

  /// Writes a pack of one rule.
  private func pack(_ file: String, rule: String) throws {
    try folder.file(
      file,
      "name: \(rule)\nversion: 1\npaper: none\ndescription: d\nmeasurements: [word_count]\nrules:\n"
        + "  - {id: \(rule), fails_when: word_count < 1}\n")
  }

  private func rules(_ name: String, folder: String? = nil) throws -> [String] {
    try FilterPack.named(name, folder: folder).rules.map(\.id)
  }

  private func faults(_ path: String, folder packs: String? = nil) -> [Fault] {
    do {
      _ = try FilterPack.named(path, folder: packs)
      return []
    } catch let faults as Faults {
      return faults.faults
    } catch {
      return [error as? Fault ?? Fault(.failure, "\(error)")]
    }
  }

  @Test("a pack that leads back to its own file is a fault, whatever its names are")
  func cycles() throws {
    let alone = try pack("a.yaml", "x", uses: ["./a.yaml"])
    #expect(faults(alone).map(\.message) == ["a pack uses itself: \(alone) uses ./a.yaml"])
    #expect(faults(alone).first?.place == "\(alone):6:10")
    let first = try pack("b.yaml", "y", uses: ["c"])
    try pack("c.yaml", "z", uses: ["d/../b.yaml"])
    try pack("d/e.yaml", uses: ["language"])
    #expect(
      faults(first).map(\.message) == ["a pack uses itself: \(first) uses c uses d/../b.yaml"])
    let linked = folder.path + "/link.yaml"
    try FileManager.default.createSymbolicLink(
      atPath: linked, withDestinationPath: folder.path + "/f.yaml")
    let outer = try pack("f.yaml", uses: ["link"])
    #expect(faults(outer).map(\.message) == ["a pack uses itself: \(outer) uses link"])
    // Only the innermost of them are the cycle.
    let user = try pack("g.yaml", uses: ["a.yaml"])
    #expect(faults(user).map(\.message) == ["a pack uses itself: a.yaml uses ./a.yaml"])
  }

  @Test("a pack with the name of the one that it uses is no cycle; a file of that name is")
  func sameNames() throws {
    let mine = try pack("mine.yaml", "c4", uses: ["c4"])
    #expect(try FilterPack.named(mine).rules == FilterPack.named("c4").rules)
    let shadow = try pack("c4.yaml", "mine", uses: ["c4"])
    #expect(faults(shadow).map(\.message) == ["a pack uses itself: \(shadow) uses c4"])
    #expect(
      faults(shadow).first?.hint
        == "rename the file '\(folder.path)/c4.yaml' to use the pack of the program")
  }

  @Test("a used pack is looked for beside its user, then in the folder of packs, then built in")
  func places() throws {
    try pack("packs/one.yaml", rule: "one_of_packs")
    try pack("packs/two.yaml", rule: "two_of_packs")
    let user = try pack("mine/user.yaml", uses: ["one", "two"])
    let packs = folder.path + "/packs"
    #expect(try rules(user, folder: packs) == ["one_of_packs", "two_of_packs"])
    try pack("mine/one.yaml", rule: "one_beside")
    #expect(try rules(user, folder: packs) == ["one_beside", "two_of_packs"])
    #expect(faults(user).map(\.message) == ["there is no filter pack 'two'"])
    let builtIn = try pack("mine/user2.yaml", uses: ["language"])
    #expect(try rules(builtIn, folder: packs) == rules("language"))
    // What the user calls by name is in no pack's folder.
    #expect(throws: Fault.self) { try FilterPack.named("one") }
  }

  @Test("a path is relative to the pack that names it, then to the working directory")
  func paths() throws {
    try pack("mine/parts/one.yaml", rule: "one")
    try pack("mine/two.yaml", rule: "two")
    try pack("mine/parts/both.yaml", uses: ["one.yaml", "../two.yaml"])
    let user = try pack("mine/user.yaml", uses: ["parts/both.yaml"])
    #expect(try rules(user) == ["one", "two"])
    let absolute = try pack("user.yaml", uses: [folder.path + "/mine/two.yaml"])
    #expect(try rules(absolute) == ["two"])
    guard Folder.isFile("filters/language.yaml") else {
      return print("skipped: the working directory is not the project's")
    }
    let working = try pack("mine/working.yaml", uses: ["filters/language.yaml"])
    #expect(try rules(working) == rules("language"))
  }

  @Test("packs use one another 32 deep and no deeper")
  func depth() throws {
    try pack("p0.yaml", rule: "last")
    for number in 1...32 { try pack("p\(number).yaml", uses: ["p\(number - 1)"]) }
    #expect(try rules(folder.path + "/p31.yaml") == ["last"])
    #expect(
      faults(folder.path + "/p32.yaml").map(\.message)
        == ["packs use one another more than 32 deep"])
  }

  @Test("packs that use the next one twice end at 10,000 steps")
  func doubled() throws {
    try folder.file(
      "p0.yaml",
      "name: p\nversion: 1\npaper: none\ndescription: d\nmeasurements: [word_count]\n")
    for number in 1...30 {
      try pack("p\(number).yaml", uses: ["p\(number - 1)", "p\(number - 1)"])
    }
    #expect(try FilterPack.named(folder.path + "/p13.yaml").steps.count == 8192)
    #expect(
      faults(folder.path + "/p30.yaml").map(\.message)
        == ["a pack comes to more than 10000 steps with those of the packs it uses"])
  }
}
