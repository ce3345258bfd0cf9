import Glibc
import Streams

/// A folder that goes when the test ends.
final class TemporaryFolder {
  let path: String

  init() throws {
    var template = Array("/tmp/midstream-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Fault.system("create", "/tmp") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { try? Folder.remove(path) }
}
