import Foundation
import Streams
import TestFolders
import Testing

@testable import Corpora

@Suite struct TarReaderTests {
  private func read(_ bytes: [UInt8]) throws -> (members: [String], problems: ReadingProblems) {
    let tar = TarReader(BytesSource(bytes), name: "t.tar")
    var members: [String] = []
    while let member = tar.next() {
      let text = (try? member.source.readAll()).map { String(decoding: $0, as: UTF8.self) }
      members.append("\(member.path)=\(text ?? "cut")")
    }
    return (members, tar.problems)
  }

  @Test("ustar, old, GNU and pax names and sizes are read, folders and links are none")
  func forms() throws {
    let long = String(repeating: "d/", count: 100) + "é.txt"
    let bytes =
      TarBytes.file("a.txt", "one", prefix: "deep/folder")
      + TarBytes.header("old", size: 3, magic: "") + TarBytes.padded(Array("two".utf8))
      + TarBytes.header("folder/", type: "5")
      + TarBytes.header("link", type: "2") + TarBytes.header("hard", type: "1")
      + TarBytes.header("device", type: "3")
      + TarBytes.header(
        "././@LongLink", size: long.utf8.count + 1, type: "L", magic: "ustar  \u{0}")
      + TarBytes.padded(Array(long.utf8) + [0]) + TarBytes.file("short", "three")
      + TarBytes.pax([("comment", "x")], type: "g")
      + TarBytes.pax([("path", "pax/" + long), ("size", "4")])
      + TarBytes.header("p", size: 99) + TarBytes.padded(Array("four".utf8))
      + TarBytes.header(
        "wide", sizeField: [0x80] + [UInt8](repeating: 0, count: 10) + [4])
      + TarBytes.padded(Array("five".utf8)) + TarBytes.end
      + TarBytes.file("./second/./archive", "") + TarBytes.end
    let (members, problems) = try read(bytes)
    #expect(
      members == [
        "deep/folder/a.txt=one", "old=two", "\(long)=three", "pax/\(long)=four", "wide=five",
        "second/archive=",
      ])
    #expect(problems.count == 0)
    #expect(problems.passedOver == ["links in archives": 2, "devices in archives": 1])
  }

  @Test("members with endless names or folders are passed over and counted")
  func deepNames() throws {
    func member(_ name: String) -> [UInt8] {
      TarBytes.header("././@LongLink", size: name.utf8.count, type: "L", magic: "ustar  \u{0}")
        + TarBytes.padded(Array(name.utf8)) + TarBytes.file("short", "x")
    }
    let deep = String(repeating: "a/", count: 255)
    let wide = String(repeating: "w", count: 4096)
    let (members, problems) = try read(
      member(String(repeating: "a/", count: 500_000) + "x.py") + member(deep + "b/x.py")
        + member(deep + "x.py") + member(wide) + member(wide + "w") + TarBytes.end)
    #expect(members == [deep + "x.py=x", wide + "=x"])
    #expect(problems.counts == ["unsafePath": 3])
    #expect(problems.first.allSatisfy { $0.message.utf8.count < 300 })
    let problem = try #require(problems.first.first)
    #expect(problem.message.hasPrefix("the name of a member is too long: 'a/a/"))
  }

  @Test("members that are not read whole are passed over rightly")
  func partial() throws {
    let bytes = TarBytes.file("a", String(repeating: "x", count: 300_000)) + TarBytes.file("b", "y")
    let tar = TarReader(BytesSource(bytes), name: "t")
    let first = try #require(tar.next())
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 10, alignment: 1)
    defer { buffer.deallocate() }
    #expect(try first.source.read(into: buffer) == 10)
    let second = try #require(tar.next())
    #expect(try first.source.read(into: buffer) == 0)
    #expect(try second.source.readAll() == [0x79])
    #expect(tar.next() == nil)
  }

  @Test("behind a damaged header reading goes on at the next that is valid")
  func damage() throws {
    var broken = TarBytes.file("b", "lost")
    broken[0] = 0x7a
    let (members, problems) = try read(
      TarBytes.file("a", "1") + broken + TarBytes.file("c", "2") + TarBytes.end)
    #expect(members == ["a=1", "c=2"])
    #expect(problems.counts == ["malformedRecord": 1])
    #expect(problems.first[0].offset == 1024)
    #expect(try read(Array(repeating: 0x41, count: 5000)).problems.count > 0)
  }

  @Test("a cut archive gives the members in front of the cut", arguments: [513, 600, 1535, 1600])
  func cut(at count: Int) throws {
    let bytes = TarBytes.file("a", "1") + TarBytes.file("b", "2") + TarBytes.end
    let (members, problems) = try read(Array(bytes.prefix(count)))
    #expect(members == (count == 1600 ? ["a=1", "b=2"] : ["a=1"]))
    #expect(problems.counts == ["damagedFile": 1])
  }

  @Test(
    "names that leave the archive are refused, one by one",
    arguments: ["/etc/passwd", "../x", "a/../../x", "a\\b", "C:x", "..", "./", "a/..", "x/\u{0}"])
  func unsafeNames(name: String) throws {
    let (members, problems) = try read(
      TarBytes.pax([("path", name)]) + TarBytes.file("harmless", "1") + TarBytes.file("good", "2"))
    let isFolder = name.hasSuffix("/")
    #expect(members == ["good=2"])
    #expect(problems.counts == (isFolder ? [:] : ["unsafePath": 1]))
  }

  @Test("sparse members, wrong sizes and wrong extended fields are named and passed over")
  func hostile() throws {
    var map = TarBytes.header("sparse", size: 4, type: "S", magic: "ustar  \u{0}")
    map[482] = 0
    let bytes =
      map + TarBytes.padded(Array("data".utf8))
      + TarBytes.pax([("GNU.sparse.major", "1")]) + TarBytes.file("s2", "data")
      + TarBytes.header("x", size: 5, type: "x") + TarBytes.padded(Array("99 a=b\n".utf8.prefix(5)))
      + TarBytes.pax([("size", "99999999999999999999999")])
      + TarBytes.header("negative", sizeField: [UInt8](repeating: 0xff, count: 12))
      + TarBytes.header("letters", sizeField: Array("12x45678901".utf8))
      + TarBytes.header("m", type: "M") + TarBytes.header("v", type: "V")
      + TarBytes.file("good", "1")
    let (members, problems) = try read(bytes)
    #expect(members == ["good=1"])
    #expect(problems.counts == ["unsupported": 3, "malformedRecord": 3])
    let huge = TarBytes.header(
      "h", sizeField: [0x80, 0, 0, 0, 0x7f] + [UInt8](repeating: 0xff, count: 7))
    #expect(try read(huge).members.isEmpty)
    let large = TarBytes.header(
      "h", sizeField: [0x80, 0, 0, 0, 0x10] + [UInt8](repeating: 0, count: 7))
    #expect(try read(large).members == ["h=cut"])
    let name = TarBytes.header(
      "l", sizeField: [0x80, 0, 0, 0, 0x7f] + [UInt8](repeating: 0xff, count: 7))
    var long = name
    long[156] = UInt8(ascii: "L")
    #expect(try read(long).members.isEmpty)
  }

  @Test("archives of Python's tarfile and GNU tar give what those programs read")
  func peers() throws {
    guard let python = PeerPython.find("tarfile") else {
      return print("skipped: no Python (MIDSTREAM_TEST_PYTHON)")
    }
    let folder = try TemporaryFolder()
    let script = """
      import io, os, random, subprocess, sys, tarfile
      root, draw = sys.argv[1], random.Random(5)
      names = ['a.txt', 'n' * 99, 'd' * 60 + '/' + 'e' * 90 + '.txt', 'x/' * 80 + 'é中.md', 'z' * 250]
      data = {n: bytes(draw.randrange(256) for _ in range(draw.choice([0, 1, 511, 512, 513, 40000]))) for n in names}
      for kind, form in [('ustar', tarfile.USTAR_FORMAT), ('gnu', tarfile.GNU_FORMAT), ('pax', tarfile.PAX_FORMAT)]:
          with tarfile.open(root + '/' + kind + '.tar', 'w', format=form) as t:
              for n in names:
                  i = tarfile.TarInfo(n)
                  i.size = len(data[n])
                  try: t.addfile(i, io.BytesIO(data[n]))
                  except ValueError: assert kind == 'ustar'
      os.makedirs(root + '/in')
      for n in names[:2]: open(root + '/in/' + n, 'wb').write(data[n])
      subprocess.run(['tar', '-cf', root + '/tool.tar', '-C', root, 'in'], check=True)
      for kind in ['ustar', 'gnu', 'pax', 'tool']:
          with tarfile.open(root + '/' + kind + '.tar') as t:
              for m in t:
                  if m.isfile(): print(kind, m.name, len(b := t.extractfile(m).read()), sum(b))
      """
    let printed = try #require(PeerPython.run(python, script, [folder.path]))
    var lines: [String] = []
    for kind in ["ustar", "gnu", "pax", "tool"] {
      let tar = TarReader(try FileSource("\(folder.path)/\(kind).tar"), name: kind)
      while let member = tar.next() {
        let bytes = try member.source.readAll()
        let sum = bytes.reduce(0) { $0 + Int($1) }
        lines.append("\(kind) \(member.path) \(bytes.count) \(sum)")
      }
      #expect(tar.problems.isEmpty)
    }
    #expect(lines.count > 14)
    #expect(lines == printed.split(separator: "\n").map(String.init))
  }
}
