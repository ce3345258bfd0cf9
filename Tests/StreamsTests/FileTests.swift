import Foundation
import Streams
import TestFolders
import Testing

@Suite struct OutputFileTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  @Test("a file appears under its name only when it is committed, missing folders made")
  func commit() throws {
    let path = folder.path + "/a/b/out.txt"
    let file = try OutputFile(path)
    try file.write("hello ")
    try file.write([UInt8]("world".utf8))
    try file.write([UInt8]("!".utf8).lazy.map { $0 })
    #expect(!Folder.exists(path))
    try file.commit()
    #expect(file.byteCount == 12)
    #expect(try InputFile.bytes(path) == Array("hello world!".utf8))
    #expect(try Folder.names(in: folder.path + "/a/b") == ["out.txt"])
  }

  @Test("a file that is not committed leaves the old one and nothing else behind")
  func abandoned() throws {
    let path = try folder.file("kept.txt", [1, 2, 3])
    do {
      let file = try OutputFile(path)
      try file.write([9])
    }
    #expect(try InputFile.bytes(path) == [1, 2, 3])
    #expect(try Folder.names(in: folder.path) == ["kept.txt"])
  }

  @Test("a folder that cannot be made is the user's fault and is named")
  func unwritable() throws {
    let file = try folder.file("file", [1])
    let fault = #expect(throws: Fault.self) { _ = try OutputFile(file + "/sub/out.txt") }
    #expect(fault?.kind == .input)
    #expect(fault?.message.contains(file) == true)
  }
}

@Suite struct FolderTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  @Test("files below a folder come sorted by bytes, without links")
  func files() throws {
    for name in ["b/z", "b/a", "a-1", "B", "a/é", "a/b"] {
      try OutputFile.write([1], to: folder.path + "/" + name)
    }
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/link", withDestinationPath: folder.path + "/a")
    #expect(try Folder.files(under: folder.path) == ["B", "a-1", "a/b", "a/é", "b/a", "b/z"])
  }

  @Test(
    "parent and name split a path",
    arguments: [("a/b/c", "a/b", "c"), ("c", "", "c"), ("/c", "/", "c"), ("a/", "a", "")])
  func split(path: String, parent: String, name: String) {
    #expect(Folder.parent(of: path) == parent)
    #expect(Folder.name(of: path) == name)
  }

  @Test("removing takes a whole tree, a link without its target, and nothing where there is none")
  func remove() throws {
    try OutputFile.write([1], to: folder.path + "/tree/a/b")
    try OutputFile.write([1], to: folder.path + "/target/file")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/tree/link", withDestinationPath: folder.path + "/target")
    try Folder.remove(folder.path + "/tree")
    try Folder.remove(folder.path + "/nothing")
    #expect(try Folder.files(under: folder.path) == ["target/file"])
  }

  @Test("a missing file and a folder read as a file are the user's faults and are named")
  func unreadable() throws {
    for path in [folder.path + "/missing", folder.path] {
      let fault = #expect(throws: Fault.self) { _ = try InputFile.bytes(path) }
      #expect(fault?.kind == .input)
      #expect(fault?.message.contains(path) == true)
    }
    let listed = #expect(throws: Fault.self) { _ = try Folder.files(under: "/nowhere/at/all") }
    #expect(listed?.message.contains("/nowhere/at/all") == true)
  }
}

@Suite struct DigestTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  @Test("SHA-256 of a file is the published one")
  func sha256() throws {
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    #expect(try SHA256.hex(file: folder.file("abc", Array("abc".utf8))) == abc)
    #expect(try SHA256.hex(file: folder.file("empty", [])) == empty)
  }

  @Test("XXH3-128 is the published one, and the same over a file, a buffer and a text")
  func xxh3() throws {
    #expect(ContentDigest("").hex == "99aa06d3014798d86001c324468d497f")
    let text = String(repeating: "midstream ", count: 100_000)
    let file = try folder.file("text", Array(text.utf8))
    #expect(try ContentDigest(file: file) == ContentDigest(text))
    #expect(Array(text.utf8).withUnsafeBytes { ContentDigest($0) } == ContentDigest(text))
  }
}
