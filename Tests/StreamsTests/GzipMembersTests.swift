import Streams
import Testing

/// What came out of a file: whole members by the place where they start, and the damage.
private struct Reading: Equatable {
  var members: [Int: [UInt8]] = [:]
  var order: [Int] = []
  var damage: [MemberDamage] = []
  var largestWindow = 0

  var all: [UInt8] { order.flatMap { members[$0] ?? [] } }
}

private func read(
  _ file: [UInt8], step: Int = .max, wholeLimit: Int = 32 << 20,
  isResumption: @escaping (UnsafeRawBufferPointer) -> Bool = { _ in true }
) throws -> Reading {
  let members = try GzipMembers(
    Pieces(file, step: step), wholeLimit: wholeLimit, isResumption: isResumption)
  let window = ByteWindow(capacity: 64)
  var reading = Reading()
  var open: Int?
  while true {
    switch try members.next(into: window) {
    case .bytes(let offset, let isFirst, let isLast):
      #expect(isFirst == (open == nil))
      if isFirst { reading.order.append(offset) }
      reading.members[offset, default: []] += Array(window.bytes)
      open = isLast ? nil : offset
    case .damage(let damage):
      reading.damage.append(damage)
      open = nil
    case .end: return reading
    }
    reading.largestWindow = max(reading.largestWindow, window.count)
    window.removeAll()
  }
}

@Suite struct GzipMembersTests {
  @Test(
    "members of many sizes come out whole and in order, with their places in the file",
    arguments: [1, 13, 4096, Int.max], [1 << 12, 32 << 20])
  func members(step: Int, wholeLimit: Int) throws {
    var numbers = Numbers(seed: 3)
    var file: [UInt8] = []
    var expected: [(offset: Int, bytes: [UInt8])] = []
    for size in [0, 1, 5, 40, 1000, 4096, 4097, 70_000, 3, 200_000, 0, 12] {
      let bytes = numbers.bytes(size, values: 7)
      expected.append((file.count, bytes))
      file += packed(bytes, level: Int32(numbers.below(10)))
    }
    let reading = try read(file, step: step, wholeLimit: wholeLimit)
    #expect(reading.order == expected.map(\.offset))
    #expect(expected.allSatisfy { reading.members[$0.offset] == $0.bytes })
    #expect(reading.damage.isEmpty)
  }

  @Test("headers with an extra field, a name, a comment and a checksum are read")
  func headers() throws {
    let body = Array(packed(Array("text".utf8)).dropFirst(10))
    let extra: [UInt8] = [0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 3, 4, 0, 0x73, 0x6c, 0, 0]
    let named: [UInt8] = [0x1f, 0x8b, 8, 0x18, 0, 0, 0, 0, 0, 3] + Array("name\0comment\0".utf8)
    let reading = try read(extra + body + named + body)
    #expect(reading.all == Array("texttext".utf8))
    #expect(reading.order == [0, extra.count + body.count])
    #expect(reading.damage.isEmpty)
  }

  @Test("padding and other bytes behind the last member are damage that trails")
  func trailing() throws {
    let member = packed(Array("text".utf8))
    for tail in [
      [0], [UInt8](repeating: 0, count: 5000), Array("garbage".utf8), [0x1f], [0x1f, 0x8b],
    ] {
      for step in [1, 100, Int.max] {
        let reading = try read(member + member + tail, step: step)
        #expect(reading.all == Array("texttext".utf8))
        #expect(reading.damage.map(\.isTrailing) == [true])
        #expect(reading.damage.first?.offset == 2 * member.count)
        #expect(reading.damage.first?.message.hasPrefix("\(tail.count) bytes of ") == true)
      }
    }
    let between = try read(member + [0, 0, 0] + member)
    #expect(between.all == Array("texttext".utf8))
    #expect(between.damage.map(\.isTrailing) == [false])
  }

  @Test(
    "a file cut at any byte gives its beginning and one piece of damage at its end",
    arguments: [1, Int.max], [64, 32 << 20])
  func truncated(step: Int, wholeLimit: Int) throws {
    var numbers = Numbers(seed: 4)
    let parts = (0..<3).map { _ in numbers.bytes(150, values: 20) }
    let members = parts.map { packed($0) }
    let file = Array(members.joined())
    let plain = Array(parts.joined())
    var ends = [0]
    for member in members { ends.append((ends.last ?? 0) + member.count) }
    for length in 0...file.count {
      let reading = try read(Array(file.prefix(length)), step: step, wholeLimit: wholeLimit)
      #expect(plain.starts(with: reading.all))
      let whole = ends.lastIndex { $0 <= length } ?? 0
      #expect(reading.all.count >= whole * 150)
      let isBetween = ends.contains(length)
      #expect(reading.damage.count == (isBetween ? 0 : 1), "cut at \(length)")
      if let damage = reading.damage.first {
        // One or two bytes are no member yet.
        let isForeign = length - ends[whole] < 3
        #expect(damage.offset == (isForeign ? ends[whole] : length))
      }
    }
  }

  /// Members whose names have no end, and members that lie in one another and end in one damage.
  enum Hostile: CaseIterable {
    case names, emptyBlocks, storedBlocks

    func bytes(_ count: Int) -> [UInt8] {
      let header: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]
      var bytes: [UInt8] = []
      bytes.reserveCapacity(count + 100_000)
      switch self {
      case .names: while bytes.count < count { bytes += [0x1f, 0x8b, 8, 8] }
      case .emptyBlocks:
        while bytes.count < count {
          bytes += header
          for _ in 0..<400 { bytes += [0, 0, 0, 0xff, 0xff] }
        }
      case .storedBlocks:
        // Each block holds the beginnings of thousands of members that all go on behind it.
        let size = 50_000
        while bytes.count < count {
          let end = bytes.count + size
          while bytes.count + 64 < end {
            let rest = end - bytes.count - header.count - 5
            bytes += header + [0, UInt8(rest & 255), UInt8(rest >> 8)]
            bytes += [UInt8(~rest & 255), UInt8(~rest >> 8 & 255)]
          }
          bytes += [UInt8](repeating: 65, count: end - bytes.count)
          bytes += [0, UInt8(size & 255), UInt8(size >> 8)]
          bytes += [UInt8(~size & 255), UInt8(~size >> 8 & 255)]
        }
        bytes += [UInt8](repeating: 0xff, count: 60_000)
      }
      return bytes
    }
  }

  @Test(
    "members made to be tried again and again cost linear time, and what follows is found",
    .timeLimit(.minutes(1)), arguments: Hostile.allCases, [1 << 16, 8 << 20])
  func hostile(_ hostile: Hostile, size: Int) throws {
    let text = Array("WARC/1.0\r\n".utf8)
    let start = ContinuousClock.now
    let reading = try read(hostile.bytes(size) + packed(text)) { $0.starts(with: text) }
    #expect(reading.all.suffix(text.count) == text[...])
    #expect(ContinuousClock.now - start < .seconds(20))
  }

  @Test("nested members that are read as content cost linear time")
  func nested() throws {
    let start = ContinuousClock.now
    let reading = try read(Hostile.storedBlocks.bytes(8 << 20))
    #expect(!reading.damage.isEmpty)
    #expect(ContinuousClock.now - start < .seconds(30))
  }

  @Test("behind a damaged member reading goes on with the next one, whatever byte is wrong")
  func damaged() throws {
    var numbers = Numbers(seed: 5)
    let parts = (0..<4).map { "WARC/1.0 \($0)\r\n".utf8 + numbers.bytes(120, values: 30) }
    let members = parts.map { packed($0) }
    let start = members[0].count
    for place in start..<start + members[1].count {
      for bit in [0x01, 0x10, 0x80] as [UInt8] {
        var file = Array(members.joined())
        file[place] ^= bit
        for step in [50, Int.max] {
          let reading = try read(file, step: step) { $0.starts(with: Array("WARC/".utf8)) }
          let other = parts[0] + parts[2] + parts[3]
          if reading.damage.isEmpty {
            // The name of the system, the time or a flag that changes nothing.
            #expect(reading.all == Array(parts.joined()), "byte \(place)")
          } else {
            #expect(reading.all == other, "byte \(place)")
            #expect(reading.damage.count == 1)
            #expect(reading.damage.first?.memberOffset == start)
          }
        }
      }
    }
  }

  @Test("a member that was cut and has the next one right behind it does not take that one along")
  func cutInTheMiddle() throws {
    let parts = (0..<3).map {
      Array("WARC/1.0 \($0), \(String(repeating: "words ", count: 40))".utf8)
    }
    let members = parts.map { packed($0) }
    for kept in 1..<members[0].count {
      let file = members[0].prefix(kept) + members[1] + members[2]
      let reading = try read(Array(file)) { $0.starts(with: Array("WARC/".utf8)) }
      #expect(
        reading.all.suffix(parts[1].count + parts[2].count).elementsEqual(parts[1] + parts[2]))
      #expect(reading.damage.count == 1, "cut at \(kept)")
    }
  }

  @Test("resumption looks at what a member holds")
  func resumption() throws {
    let bad = packed(Array("WARC/1.0 first".utf8))
    var file = packed(Array("WARC/1.0 zero".utf8)) + bad
    file[file.count - 6] ^= 1
    let inner = packed(Array("the body of a page".utf8))
    let last = packed(Array("WARC/1.0 last".utf8))
    let reading = try read(file + inner + last) { $0.starts(with: Array("WARC/".utf8)) }
    #expect(reading.all == Array("WARC/1.0 zeroWARC/1.0 last".utf8))
  }

  @Test("a member of many megabytes is read in bounded memory")
  func bomb() throws {
    let zeros = [UInt8](repeating: 0, count: 40 << 20)
    let file = packed(Array("before".utf8)) + packed(zeros, level: 9) + packed(Array("after".utf8))
    let reading = try read(file, wholeLimit: 1 << 20)
    #expect(reading.largestWindow <= 1 << 20)
    #expect(reading.order.count == 3)
    #expect(reading.members[reading.order[1]]?.count == zeros.count)
    #expect(reading.members[reading.order[2]] == Array("after".utf8))
  }

  @Test("hostile bytes never trap and never last")
  func hostile() throws {
    var numbers = Numbers(seed: 6)
    let marks: [[UInt8]] = [[0x1f, 0x8b, 8, 0], [0x1f, 0x8b, 8, 4, 255, 255], packed([1, 2, 3])]
    for _ in 0..<300 {
      var file: [UInt8] = []
      for _ in 0..<numbers.below(40) {
        file += marks[numbers.below(3)]
        file += numbers.bytes(numbers.below(30))
      }
      let whole = try read(file)
      #expect(try read(file, step: 3) == whole)
    }
  }
}
