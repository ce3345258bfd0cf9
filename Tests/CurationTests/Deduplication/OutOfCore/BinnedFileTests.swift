import Streams
import TestFolders
import Testing

@testable import Curation

@Suite struct BinnedFileTests {
  @Test("each bin has its records in the order in which they came, for any memory")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    var draw = NumberDraw(seed: 4)
    let records = (0..<4000).map { _ -> (bin: Int, values: [UInt64]) in
      (draw.below(9), (0..<draw.below(6)).map { _ in draw.next() })
    }
    for memory in [1, 40_000, 1 << 24] {
      let path = folder.path + "/binned"
      let file = try BinnedFile.Writer(path, kind: "TEST", memory: memory)
      for record in records { try file.append(record.values, bin: record.bin) }
      try file.commit()
      let reader = try BinnedFile.Reader(path, kind: "TEST")
      for bin in 0..<10 {
        let expected = records.filter { $0.bin == bin }.flatMap(\.values)
        #expect(try reader.values(bin) == expected)
        #expect(reader.count(bin) == expected.count)
      }
    }
  }

  @Test("nothing is written for nothing, and read back")
  func empty() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/binned"
    try BinnedFile.Writer(path, kind: "TEST").commit()
    #expect(try BinnedFile.Reader(path, kind: "TEST").values(0) == [])
  }

  @Test("damage anywhere is a fault or other values, and never a trap")
  func damage() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/binned"
    let file = try BinnedFile.Writer(path, kind: "TEST")
    for bin in 0..<4 { try file.append([UInt64(bin), 5], bin: bin) }
    try file.commit()
    let bytes = try InputFile.bytes(path)
    for length in 0..<bytes.count {
      try OutputFile.write(bytes[..<length], to: path)
      #expect(throws: Fault.self) {
        let reader = try BinnedFile.Reader(path, kind: "TEST")
        for bin in 0..<4 where try reader.values(bin) != [UInt64(bin), 5] {
          throw Fault(.input, "other values")
        }
      }
    }
    for place in bytes.indices {
      var damaged = bytes
      damaged[place] ^= 0xff
      try OutputFile.write(damaged, to: path)
      if let reader = try? BinnedFile.Reader(path, kind: "TEST") {
        for bin in 0..<4 { _ = try? reader.values(bin) }
      }
    }
    try OutputFile.write(bytes, to: path)
    #expect(throws: Fault.self) { try BinnedFile.Reader(path, kind: "ELSE") }
  }
}
