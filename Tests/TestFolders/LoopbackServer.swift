import Foundation
import Glibc
import Synchronization

/// An HTTP server on this machine that answers each connection as the test says.
package final class LoopbackServer: Sendable {
  package struct Request: Sendable {
    package var lines: [String]
    /// What stands between `GET` and `HTTP/1.1`.
    package var target: String {
      let words = lines.first?.split(separator: " ").map(String.init) ?? []
      return words.count > 1 ? words[1] : ""
    }
    /// The first byte of the range asked for.
    package var rangeStart: Int? {
      field("range").flatMap { Int($0.dropFirst(6).prefix { $0 != "-" }) }
    }

    /// The value of a field, whose name is in lower case.
    package func field(_ name: String) -> String? {
      lines.first { $0.lowercased().hasPrefix(name + ": ") }
        .map { String($0.dropFirst(name.count + 2)) }
    }
  }

  /// What happens to a connection behind its answer.
  package enum Ending: Sendable {
    case close
    case reset
    /// Nothing more comes for so many seconds.
    case stall(Double)
  }

  package let port: UInt16
  package var address: String { "http://127.0.0.1:\(port)" }
  private let listener: Int32
  private let seen = Mutex<[Request]>([])
  package var requests: [Request] { seen.withLock { $0 } }

  /// `answer` gets the request's number from 0 and returns the whole reply as it goes on the wire.
  package convenience init(
    answer: @escaping @Sendable (Int, Request) -> [UInt8]
  ) throws {
    try self.init { number, request in (answer(number, request), .close) }
  }

  package init(
    ending answer: @escaping @Sendable (Int, Request) -> ([UInt8], Ending)
  ) throws {
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
        if connection < 0 {
          // Closed here and not by whoever stops it, who could not know when nobody listens to this
          // number any more.
          close(descriptor)
          return
        }
        Thread.detachNewThread { [self] in serve(connection, answer) }
      }
    }
  }

  private func serve(_ connection: Int32, _ answer: (Int, Request) -> ([UInt8], Ending)) {
    defer { close(connection) }
    let request = LoopbackServer.read(connection)
    let number = seen.withLock {
      $0.append(request)
      return $0.count - 1
    }
    let (reply, ending) = answer(number, request)
    var sent = 0
    reply.withUnsafeBytes { reply in
      while sent < reply.count {
        let rest = UnsafeRawBufferPointer(rebasing: reply[sent...])
        let count = send(connection, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
        if count <= 0 { return }
        sent += count
      }
    }
    switch ending {
    case .close: break
    case .reset:
      // What was sent shall arrive before the reset does.
      usleep(50_000)
      var linger = linger(l_onoff: 1, l_linger: 0)
      setsockopt(
        connection, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
      return
    case .stall(let seconds):
      var wait = pollfd(fd: connection, events: Int16(POLLIN), revents: 0)
      poll(&wait, 1, Int32(seconds * 1000))
    }
    shutdown(connection, Int32(SHUT_WR))
    var rest: UInt8 = 0
    while recv(connection, &rest, 1, 0) > 0 {}
  }

  package func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

  private static func read(_ connection: Int32) -> Request {
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while !bytes.suffix(4).elementsEqual("\r\n\r\n".utf8), recv(connection, &byte, 1, 0) == 1 {
      bytes.append(byte)
    }
    let text = String(decoding: bytes, as: UTF8.self)
    return Request(lines: text.split(separator: "\r\n").map(String.init))
  }

  package static func reply(
    _ status: String, _ headers: [String] = [], _ body: [UInt8]
  ) -> [UInt8] {
    let head = ["HTTP/1.1 \(status)"] + headers + ["Connection: close", "", ""]
    return Array(head.joined(separator: "\r\n").utf8) + body
  }
}
