import Streams

@testable import Corpora

/// Zip archives made by hand, right and wrong.
struct ZipBytes {
  struct Member {
    var name: [UInt8]
    /// In its own header, instead of the name that the directory has.
    var localName: [UInt8]?
    var data: [UInt8]
    var method = 0
    var flags = 0
    var checksum: UInt32
    var byteCount: Int
    var compressedByteCount: Int
    /// Instead of the place of its header.
    var offset: Int?
    var extra: [UInt8] = []
    var attributes = 0
    var madeBy = 0

    init(_ name: String, _ text: String) {
      self.name = Array(name.utf8)
      data = Array(text.utf8)
      checksum = data.withUnsafeBytes { CRC32($0) }.value
      byteCount = data.count
      compressedByteCount = data.count
    }
  }

  var members: [Member]
  var front: [UInt8] = []
  var comment: [UInt8] = []
  var entryCount: Int?
  var directoryOffset: Int?
  var directorySize: Int?

  init(_ members: [Member]) { self.members = members }

  var bytes: [UInt8] {
    var bytes = front
    var directory: [UInt8] = []
    for member in members {
      let offset = member.offset ?? bytes.count - front.count
      let sizes =
        u32(Int(member.checksum)) + u32(member.compressedByteCount) + u32(member.byteCount)
      bytes += u32(0x0403_4b50) + u16(20) + u16(member.flags) + u16(member.method) + u32(0)
      let localName = member.localName ?? member.name
      bytes += sizes + u16(localName.count) + u16(0) + localName + member.data
      directory += u32(0x0201_4b50) + u16(member.madeBy) + u16(20) + u16(member.flags)
      directory += u16(member.method) + u32(0) + sizes + u16(member.name.count)
      directory += u16(member.extra.count) + u16(0) + u16(0) + u16(0) + u32(member.attributes)
      directory += u32(offset) + member.name + member.extra
    }
    let start = bytes.count - front.count
    bytes += directory + u32(0x0605_4b50) + u16(0) + u16(0)
    bytes += u16(entryCount ?? members.count) + u16(entryCount ?? members.count)
    bytes += u32(directorySize ?? directory.count) + u32(directoryOffset ?? start)
    return bytes + u16(comment.count) + comment
  }

  func u16(_ value: Int) -> [UInt8] { [UInt8(value & 255), UInt8(value >> 8 & 255)] }
  func u32(_ value: Int) -> [UInt8] { u16(value) + u16(value >> 16) }
}
