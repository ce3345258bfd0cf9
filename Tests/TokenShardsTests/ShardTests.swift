import Foundation
import Streams
import TestFolders
import Testing

@testable import TokenShards

/// Documents that are the same for the same number.
private func documents(_ count: Int, vocabulary: UInt32, seed: UInt64) -> [[UInt32]] {
  var state = seed &* 2 &+ 1
  func next() -> UInt32 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return UInt32(truncatingIfNeeded: state >> 33)
  }
  return (0..<count).map { _ in (0..<Int(next() % 50)).map { _ in next() % vocabulary } }
}

private let origin = ShardOrigin(domain: "math", source: "tests \"1\"", licence: "CC0-1.0")

private func header(_ vocabulary: Int = 50_257, tokensPerFrame: Int = 64) -> ShardHeader {
  ShardHeader(
    vocabularyCount: vocabulary, tokenizerDigest: ContentDigest("t"), endOfText: 0,
    tokensPerFrame: tokensPerFrame)
}

/// All tokens of a shard of these documents.
private func stream(_ documents: [[UInt32]]) -> [UInt32] {
  var tokens: [UInt32] = []
  for document in documents {
    tokens.append(contentsOf: document)
    tokens.append(0)
  }
  return tokens
}

@discardableResult
private func write(
  _ documents: [[UInt32]], _ header: ShardHeader, to folder: String, limit: Int = 1 << 20
) throws -> [ShardEntry] {
  let writer = try ShardWriter(
    folder: folder, name: "t", header: header, origin: origin, tokenLimit: limit)
  for document in documents { try writer.append(document) }
  return try writer.finish()
}

private func run(_ command: String, _ arguments: [String]) throws -> [UInt8] {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: command)
  process.arguments = arguments
  let pipe = Pipe()
  process.standardOutput = pipe
  try process.run()
  let output = pipe.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  guard process.terminationStatus == 0 else {
    throw Fault(.failure, "'\(command)' ended with \(process.terminationStatus)")
  }
  return Array(output)
}

private func has(_ command: String) -> Bool {
  let found = Folder.isFile(command)
  if !found { print("skipped: there is no '\(command)'") }
  return found
}

@Suite struct ShardTests {
  @Test(
    "what was written is read, any window of it, whatever the sizes",
    arguments: [1, 2, 256, 65_536, 65_537, 200_000], [0, 1, 5, 100])
  func roundTrip(vocabulary: Int, count: Int) throws {
    let folder = try TemporaryFolder()
    let written = documents(count, vocabulary: UInt32(vocabulary), seed: UInt64(count))
    let entries = try write(written, header(vocabulary), to: folder.path)
    let reader = try ShardReader(folder.path + "/" + entries[0].file, cachedFrames: 2)
    try reader.verify()
    #expect(entries.count == 1)
    #expect(reader.origin == origin)
    #expect(reader.header == header(vocabulary))
    #expect(reader.header.bytesPerToken == (vocabulary <= 65_536 ? 2 : 4))
    let tokens = stream(written)
    #expect(reader.tokenCount == tokens.count && entries[0].tokenCount == tokens.count)
    #expect(try reader.documentLengths() == written.map { UInt32($0.count + 1) })
    #expect(try reader.tokens(from: 0, count: tokens.count) == tokens)
    for start in stride(from: 0, to: tokens.count, by: 37) {
      let window = min(130, tokens.count - start)
      #expect(
        try reader.tokens(from: start, count: window) == Array(tokens[start..<start + window]))
    }
    #expect(throws: Fault.self) { try reader.tokens(from: 1, count: tokens.count) }
    #expect(throws: Fault.self) { try reader.tokens(from: -1, count: 1) }
    #expect(throws: Fault.self) { try reader.tokens(from: 0, count: .max) }
  }

  @Test("the same documents give the same bytes, and the index says which")
  func deterministic() throws {
    let (one, two) = (try TemporaryFolder(), try TemporaryFolder())
    let written = documents(200, vocabulary: 50_257, seed: 3)
    let entries = try write(written, header(), to: one.path, limit: 1000)
    #expect(try write(written, header(), to: two.path, limit: 1000) == entries)
    #expect(entries.count > 3)
    #expect(entries.allSatisfy { $0.tokenCount <= 1000 && $0.documentCount > 0 })
    #expect(entries.map(\.documentCount).reduce(0, +) == 200)
    try ShardIndex(entries).write(to: one.path)
    #expect(try ShardIndex(folder: one.path).shards == entries)
    for entry in entries {
      let path = one.path + "/" + entry.file
      #expect(try ContentDigest(file: path) == entry.digest)
      #expect(Folder.byteCount(of: path) == entry.byteCount)
    }
  }

  @Test("a document longer than the limit has a file of its own")
  func longDocument() throws {
    let folder = try TemporaryFolder()
    let entries = try write(
      [[1], [UInt32](repeating: 2, count: 300), [3]], header(), to: folder.path, limit: 100)
    #expect(entries.map(\.tokenCount) == [2, 301, 2])
  }

  @Test("zstd gives the bare tokens", .enabled(if: has("/usr/bin/zstd")))
  func zstdCommand() throws {
    let folder = try TemporaryFolder()
    let written = documents(300, vocabulary: 50_257, seed: 5)
    let entries = try write(written, header(), to: folder.path)
    let bytes = try run("/usr/bin/zstd", ["-dc", folder.path + "/" + entries[0].file])
    let tokens = stream(written)
    let expected = tokens.flatMap { token in [UInt8(token & 255), UInt8(token >> 8)] }
    #expect(bytes == expected)
  }

  @Test(
    "the checker in Python finds nothing wrong, and the same sum of tokens",
    .enabled(if: has("/usr/bin/zstd") && has("/usr/bin/python3")), arguments: [300, 70_000])
  func independentChecker(vocabulary: Int) throws {
    let folder = try TemporaryFolder()
    let written = documents(100, vocabulary: UInt32(vocabulary), seed: 8)
    let entries = try write(written, header(vocabulary), to: folder.path)
    let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let output = try run(
      "/usr/bin/python3",
      [root + "/tools/shards/check_token_shard.py", folder.path + "/" + entries[0].file])
    let sum = stream(written).reduce(0) { $0 + Int($1) }
    #expect(String(decoding: output, as: UTF8.self).contains("\"sum\": \(sum)}"))
  }

  @Test("no byte can be changed and no byte cut without a fault or the same tokens")
  func damage() throws {
    let folder = try TemporaryFolder()
    let written = documents(12, vocabulary: 50_257, seed: 6)
    let entries = try write(written, header(), to: folder.path)
    let path = folder.path + "/" + entries[0].file
    let whole = try InputFile.bytes(path)
    let tokens = stream(written)
    let damaged = folder.path + "/damaged.tokens.zst"
    func read(_ bytes: [UInt8]) throws -> [UInt32] {
      try Data(bytes).write(to: URL(fileURLWithPath: damaged))
      let reader = try ShardReader(damaged)
      try reader.verify()
      #expect(reader.origin == origin && reader.header == header())
      return try reader.tokens(from: 0, count: reader.tokenCount)
    }
    var harmless = 0
    for index in whole.indices {
      var bytes = whole
      bytes[index] ^= index % 2 == 0 ? 1 : 0x80
      do {
        #expect(try read(bytes) == tokens)
        harmless += 1
      } catch let fault as Fault {
        #expect(fault.kind == .input && fault.place?.contains(damaged) == true)
      }
    }
    #expect(harmless < 8)
    for count in stride(from: 0, to: whole.count, by: 11) {
      #expect(throws: Fault.self) { try read(Array(whole[..<count])) }
    }
    #expect(throws: Fault.self) { try read(whole + [0]) }
  }

  @Test("a fault says file, frame and offset")
  func faultPlace() throws {
    let folder = try TemporaryFolder()
    let entries = try write(
      [[UInt32]](repeating: [1, 2, 3], count: 100), header(), to: folder.path)
    let path = folder.path + "/" + entries[0].file
    var bytes = try InputFile.bytes(path)
    let second = try #require(
      bytes.indices.dropFirst(100).first {
        bytes[$0...].starts(with: [0x28, 0xB5, 0x2F, 0xFD])
      })
    bytes[second + 9] ^= 0xFF
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let fault = #expect(throws: Fault.self) { try ShardReader(path).verify() }
    #expect(fault?.place == "\(path), frame 2, byte \(second)")
  }

  @Test("ids outside the vocabulary and unknown keys of an index are refused")
  func refused() throws {
    let folder = try TemporaryFolder()
    #expect(throws: Fault.self) { try write([[300]], header(300), to: folder.path) }
    #expect(try Folder.names(in: folder.path) == [])
    #expect(throws: Fault.self) {
      _ = try ShardWriter(folder: folder.path, name: "a/b", header: header(), origin: origin)
    }
    for text in [
      "", "[]", #"{"version": 2, "shards": []}"#, #"{"version": 1}"#,
      #"{"version": 1, "shards": [], "more": 1}"#, #"{"version": 1, "shards": [{"file": "x"}]}"#,
    ] {
      try OutputFile.write(text.utf8, to: folder.path + "/shards.json")
      #expect(throws: Fault.self) { _ = try ShardIndex(folder: folder.path) }
    }
    try ShardIndex([]).write(to: folder.path)
    #expect(try ShardIndex(folder: folder.path).shards.isEmpty)
  }
}
