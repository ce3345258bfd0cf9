import Foundation
import Streams
import TestFolders
import Testing

@testable import Corpora

@Suite struct ZipReaderTests {
  private func read(_ bytes: [UInt8]) throws -> (members: [String], problems: ReadingProblems) {
    let zip = try ZipReader(RandomAccessBytes(bytes), name: "z.zip")
    var members: [String] = []
    while let member = zip.next() {
      do {
        let text = String(decoding: try member.source.readAll(), as: UTF8.self)
        members.append("\(member.path)=\(text)")
      } catch let fault as Fault {
        members.append("\(member.path) \(fault.found ?? "")")
      }
    }
    return (members, zip.problems)
  }

  private func read(_ zip: ZipBytes) throws -> (members: [String], problems: ReadingProblems) {
    try read(zip.bytes)
  }

  @Test("stored members are read; a program in front and a comment behind do no harm")
  func stored() throws {
    var zip = ZipBytes([.init("a.txt", "one"), .init("folder/", ""), .init("folder/b", "")])
    zip.front = Array(repeating: 0x50, count: 1000)
    zip.comment = Array("a comment with PK\u{5}\u{6} in it, and some bytes that follow".utf8)
    let (members, problems) = try read(zip)
    #expect(members == ["a.txt=one", "folder/b="])
    #expect(problems.isEmpty)
    #expect(try read(ZipBytes([])).members.isEmpty)
  }

  @Test("old names are code page 437, and a UTF-8 name of the extra field goes before them")
  func names() throws {
    var old = ZipBytes.Member("", "1")
    old.name = [0x81, 0x2e, 0x74]
    var new = ZipBytes.Member("plain", "2")
    let path = Array("grün".utf8)
    let sum = Array("plain".utf8).withUnsafeBytes { CRC32($0) }.value
    let zip = ZipBytes([])
    new.extra = [0x75, 0x70] + zip.u16(5 + path.count) + [1] + zip.u32(Int(sum)) + path
    #expect(try read(ZipBytes([old, new])).members == ["ü.t=1", "grün=2"])
  }

  @Test("the name in a member's own header does not count")
  func twoNames() throws {
    var (longer, shorter) = (ZipBytes.Member("a.txt", "one"), ZipBytes.Member("b.txt", "two"))
    longer.localName = Array("../../outside.txt".utf8)
    shorter.localName = []
    let (members, problems) = try read(ZipBytes([longer, shorter]))
    #expect(members == ["a.txt=one", "b.txt=two"])
    #expect(problems.isEmpty)
  }

  @Test("what cannot be read is refused member by member")
  func refused() throws {
    var encrypted = ZipBytes.Member("encrypted", "x")
    encrypted.flags = 1
    var method = ZipBytes.Member("lzma", "x")
    method.method = 14
    var link = ZipBytes.Member("link", "target")
    link.madeBy = 3 << 8
    link.attributes = 0o120777 << 16
    var checksum = ZipBytes.Member("checksum", "x")
    checksum.checksum ^= 1
    var small = ZipBytes.Member("small", "xyz")
    small.byteCount = 2
    var large = ZipBytes.Member("large", "xyz")
    large.byteCount = 4
    var overlap = ZipBytes.Member("overlap", "x")
    overlap.compressedByteCount = 50
    var nowhere = ZipBytes.Member("nowhere", "x")
    nowhere.offset = 0x7fff_ffff
    var deflate = ZipBytes.Member("deflate", "\u{7f}\u{7f}\u{7f}")
    deflate.method = 8
    var zstd = ZipBytes.Member("zstd", "no zstd")
    zstd.method = 93
    let (members, problems) = try read(
      ZipBytes([
        encrypted, method, link, checksum, small, large, overlap, .init("/absolute", "x"),
        .init("a/../../b", "x"), .init("a\\b", "x"), .init("nul\0", "x"), deflate, zstd, nowhere,
        .init("good", "x"),
      ]))
    #expect(members.last == "good=x")
    #expect(
      members.prefix(5).map { $0 } == [
        "checksum another checksum", "small more than 2 bytes", "large 3 bytes",
        members[3], members[4],
      ])
    #expect(members.count == 6)
    #expect(
      problems.counts == ["unsupported": 2, "unsafePath": 4, "malformedRecord": 2])
    #expect(problems.passedOver == ["links in archives": 1])
  }

  @Test("members that share their bytes are read once")
  func overlapping() throws {
    let kernel = ZipBytes.Member("kernel", String(repeating: "x", count: 100))
    var again = kernel
    again.name = Array("copies".utf8)
    again.offset = 0
    let (members, problems) = try read(ZipBytes([kernel, again, again, again]))
    #expect(members.count == 1)
    #expect(problems.counts == ["malformedRecord": 3])
  }

  @Test("a directory that lies is named", arguments: 0..<5)
  func directory(index: Int) throws {
    var zip = ZipBytes([.init("a", "1"), .init("b", "2")])
    switch index {
    case 0: zip.entryCount = 3
    case 1: zip.directorySize = 1 << 30
    case 2: zip.directoryOffset = 1 << 30
    case 3: zip.directorySize = 60
    default: zip.members[1].extra = [1, 0]
    }
    do {
      let (_, problems) = try read(zip)
      #expect(index == 4 ? problems.isEmpty : problems.count > 0)
    } catch let fault as Fault {
      #expect(fault.kind == .input && [1, 2].contains(index))
    }
    let bytes = Array(zip.bytes)
    for count in stride(from: 0, to: bytes.count, by: 3) { _ = try? read(Array(bytes[..<count])) }
    #expect(throws: Fault.self) { try read([]) }
    #expect(throws: Fault.self) { try read(Array("no archive".utf8)) }
  }

  @Test("zip64 numbers are read where the short ones say so")
  func wide() throws {
    var member = ZipBytes.Member("w", "wide")
    let zip = ZipBytes([])
    member.extra = zip.u16(1) + zip.u16(24) + zip.u32(4) + zip.u32(0) + zip.u32(4) + zip.u32(0)
    member.extra += zip.u32(0) + zip.u32(0)
    member.byteCount = 0xffff_ffff
    member.compressedByteCount = 0xffff_ffff
    member.offset = 0xffff_ffff
    #expect(try read(ZipBytes([member])).members == ["w=wide"])
    member.extra = []
    #expect(try read(ZipBytes([member])).members.isEmpty)
    member.extra = zip.u16(1) + zip.u16(4) + zip.u32(4)
    #expect(try read(ZipBytes([member])).problems.count(.malformedRecord) > 0)
  }

  @Test("archives of Python's zipfile give what it reads")
  func peers() throws {
    guard let python = PeerPython.find("zipfile", "zstandard") else {
      return print("skipped: no Python with zstandard (MIDSTREAM_TEST_PYTHON)")
    }
    let folder = try TemporaryFolder()
    let script = """
      import io, random, sys, zipfile, zstandard, struct, zlib
      root, draw = sys.argv[1], random.Random(5)
      data = {'a.txt': b'', 'é/中.md': b'hello ' * 50000, 'r': bytes(draw.randrange(256) for _ in range(70000))}
      class Pipe(io.RawIOBase):
          def __init__(self, f): self.f = f
          def writable(self): return True
          def write(self, b): return self.f.write(b)
      for kind in ['stored', 'deflated', 'wide', 'piped']:
          with open(root + '/' + kind + '.zip', 'wb') as f:
              with zipfile.ZipFile(Pipe(f) if kind == 'piped' else f, 'w',
                  zipfile.ZIP_STORED if kind == 'stored' else zipfile.ZIP_DEFLATED) as z:
                  for n in data:
                      with z.open(n, 'w', force_zip64=kind == 'wide') as m: m.write(data[n])
      many = zipfile.ZipFile(root + '/many.zip', 'w')
      for n in range(70000): many.writestr(str(n), b'')
      many.close()
      for kind in ['stored', 'deflated', 'wide', 'piped']:
          with zipfile.ZipFile(root + '/' + kind + '.zip') as z:
              for n in z.namelist(): print(kind, n, len(b := z.read(n)), sum(b))
      """
    let printed = try #require(PeerPython.run(python, script, [folder.path]))
    var lines: [String] = []
    for kind in ["stored", "deflated", "wide", "piped"] {
      let zip = try ZipReader(path: "\(folder.path)/\(kind).zip")
      while let member = zip.next() {
        let bytes = try member.source.readAll()
        let sum = bytes.reduce(0) { $0 + Int($1) }
        lines.append("\(kind) \(member.path) \(bytes.count) \(sum)")
      }
      #expect(zip.problems.isEmpty)
    }
    #expect(lines == printed.split(separator: "\n").map(String.init))
    let many = try ZipReader(path: folder.path + "/many.zip")
    var count = 0
    while many.next() != nil { count += 1 }
    #expect(count == 70_000 && many.problems.isEmpty)
  }

  @Test("zstd members are read")
  func zstd() throws {
    let plain = Array(String(repeating: "zstd in zip ", count: 1000).utf8)
    var member = ZipBytes.Member("z", String(decoding: plain, as: UTF8.self))
    member.data = try plain.withUnsafeBytes { try Zstd.compress($0) }
    member.compressedByteCount = member.data.count
    member.method = 93
    #expect(try read(ZipBytes([member])).members[0].utf8.count == plain.count + 2)
  }
}
