import CDeflate

/// The checksum of gzip and zip (CRC-32, reflected, polynomial 0x04C11DB7).
package struct CRC32: Sendable {
  package private(set) var value: UInt32 = 0

  package init() {}

  package init(_ bytes: UnsafeRawBufferPointer) { update(bytes) }

  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    value = libdeflate_crc32(value, bytes.baseAddress, bytes.count)
  }
}
