import Streams
import Testing

private func frame(_ bytes: [UInt8]) throws -> [UInt8] {
  try bytes.withUnsafeBytes { try Zstd.compress($0) }
}

private func read(
  _ file: [UInt8], step: Int = .max
) throws -> (bytes: [UInt8], offsets: [Int], damage: [MemberDamage]) {
  let frames = try ZstdFrames(Pieces(file, step: step)) { $0.starts(with: Array("WARC/".utf8)) }
  let window = ByteWindow(capacity: 64)
  var offsets: [Int] = []
  var damage: [MemberDamage] = []
  while true {
    switch try frames.next(into: window) {
    case .bytes(let offset, let isFirst, _): if isFirst { offsets.append(offset) }
    case .damage(let found): damage.append(found)
    case .end: return (Array(window.bytes), offsets, damage)
    }
  }
}

@Suite struct ZstdFramesTests {
  private func parts() -> [[UInt8]] {
    var numbers = Numbers(seed: 8)
    return (0..<4).map { Array("WARC/1.0 \($0)\r\n".utf8) + numbers.bytes(300, values: 20) }
  }

  @Test(
    "frames come out in order with their places; skippable ones are skipped",
    arguments: [1, 7, .max])
  func frames(step: Int) throws {
    let skipped: [UInt8] = [0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 9, 9, 9]
    var file = skipped
    var expected: [Int] = []
    var numbers = Numbers(seed: 7)
    let parts = parts() + [numbers.bytes(400_000, values: 9)]
    for part in parts {
      expected.append(file.count)
      file += try frame(part) + skipped
    }
    let reading = try read(file, step: step)
    #expect(reading.bytes == Array(parts.joined()))
    #expect(reading.offsets == expected && reading.damage.isEmpty)
  }

  @Test("frames of empty blocks cost linear time, and what follows is found")
  func emptyBlocks() throws {
    var file: [UInt8] = []
    while file.count < 4 << 20 {
      for _ in 0..<100 { file += [0x28, 0xb5, 0x2f, 0xfd, 0, 0x58] }
      for _ in 0..<50_000 { file += [0, 0, 0] }
      file += [7, 0, 0]
    }
    let text = parts()[0]
    let start = ContinuousClock.now
    let reading = try read(file + frame(text))
    #expect(reading.bytes.suffix(text.count) == text[...])
    #expect(ContinuousClock.now - start < .seconds(20))
  }

  @Test("a frame that asks for more than 128 MiB of memory is named, and the next one is read")
  func window() throws {
    let text = parts()[0]
    // 2 GiB, and 128 MiB and an eighth; the frames hold one byte.
    for descriptor: UInt8 in [0xa8, 0x89] {
      let reading = try read([0x28, 0xb5, 0x2f, 0xfd, 0, descriptor, 9, 0, 0, 65] + frame(text))
      #expect(reading.bytes == text && reading.damage.count == 1)
      #expect(reading.damage[0].message.contains("more than 128 MiB"))
      #expect(reading.damage[0].message.contains("--long=31"))
    }
  }

  @Test("a cut file gives its beginning, and behind damage reading goes on with the next frame")
  func damaged() throws {
    let frames = try parts().map { try frame($0) }
    let file = Array(frames.joined())
    let plain = Array(parts().joined())
    for length in 0..<file.count {
      let reading = try read(Array(file.prefix(length)))
      #expect(plain.starts(with: reading.bytes))
    }
    for place in frames[0].count + 4..<frames[0].count + frames[1].count {
      var file = file
      file[place] ^= 0x20
      for step in [40, Int.max] {
        let reading = try read(file, step: step)
        let rest = parts()[2] + parts()[3]
        #expect(reading.bytes.starts(with: parts()[0]), "byte \(place)")
        #expect(reading.bytes.suffix(rest.count).elementsEqual(rest), "byte \(place)")
        #expect(reading.damage.count == 1 || reading.bytes == plain, "byte \(place)")
      }
    }
  }
}
