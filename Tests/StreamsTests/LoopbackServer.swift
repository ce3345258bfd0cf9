import Foundation
import Glibc
import Synchronization

/// An HTTP server on this machine that answers each connection as the test says.
final class LoopbackServer: Sendable {
  struct Request: Sendable {
    var lines: [String]
    /// The first byte of the range asked for.
    var rangeStart: Int? {
      lines.first { $0.lowercased().hasPrefix("range: bytes=") }
        .flatMap { Int($0.dropFirst(13).prefix { $0 != "-" }) }
    }
  }

  let port: UInt16
  private let listener: Int32
  private let seen = Mutex<[Request]>([])
  var requests: [Request] { seen.withLock { $0 } }

  /// `answer` gets the request's number from 0 and returns the whole reply as it goes on the wire;
  /// the connection closes behind it.
  init(answer: @escaping @Sendable (Int, Request) -> [UInt8]) throws {
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = listener
    let bound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && listen(descriptor, 16) == 0
          && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard bound else { throw CancellationError() }
    port = UInt16(bigEndian: address.sin_port)
    Thread.detachNewThread { [self] in
      while true {
        let connection = accept(descriptor, nil, nil)
        if connection < 0 { return }
        let request = LoopbackServer.read(connection)
        let number = seen.withLock {
          $0.append(request)
          return $0.count - 1
        }
        let reply = answer(number, request)
        reply.withUnsafeBytes {
          _ = send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        shutdown(connection, Int32(SHUT_WR))
        var rest: UInt8 = 0
        while recv(connection, &rest, 1, 0) > 0 {}
        close(connection)
      }
    }
  }

  func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  private static func read(_ connection: Int32) -> Request {
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while !bytes.suffix(4).elementsEqual("\r\n\r\n".utf8), recv(connection, &byte, 1, 0) == 1 {
      bytes.append(byte)
    }
    let text = String(decoding: bytes, as: UTF8.self)
    return Request(lines: text.split(separator: "\r\n").map(String.init))
  }

  static func reply(_ status: String, _ headers: [String] = [], _ body: [UInt8]) -> [UInt8] {
    let head = ["HTTP/1.1 \(status)"] + headers + ["Connection: close", "", ""]
    return Array(head.joined(separator: "\r\n").utf8) + body
  }
}
