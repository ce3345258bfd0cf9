/// A small answer over HTTPS, kept in memory: lists and records that a server's interface gives.
/// It is tried again after broken connections and server errors, as a ``Download`` is.
package struct SmallAnswer {
  package var url: String
  package var token: AccessToken?
  package var retryLimit = 6
  package var firstRetryDelay = 0.5
  package var stallLimit = 30.0
  /// More bytes are a fault.
  package var byteLimit = 64 << 20
  /// Says more of a refusal than its status does.
  package var refusal: @Sendable (HTTPHead) -> Fault? = { _ in nil }

  package init(_ url: String) { self.url = url }

  package func get(
    isInterrupted: () -> Bool = { false }
  ) throws -> (body: [UInt8], head: HTTPHead) {
    try Download.check(url)
    var patience = HTTPPatience(limit: retryLimit, firstDelay: firstRetryDelay)
    while true {
      if isInterrupted() { throw CancellationError() }
      let exchange = try HTTPExchange(HTTPRequest(url: url, token: token, stallLimit: stallLimit))
      var body: [UInt8] = []
      let ending = exchange.run(isInterrupted: isInterrupted) {
        body.append(contentsOf: $0)
        return body.count <= byteLimit
      }
      let found: String
      switch ending {
      case .interrupted: throw CancellationError()
      case .refused(let fault): throw fault
      case .stopped:
        throw Fault(.failure, "cannot read '\(url)'", found: "more than \(byteLimit) bytes")
      case .broken(let reason): found = reason
      case .answered:
        let status = exchange.head.status
        if (200..<300).contains(status) { return (body, exchange.head) }
        guard HTTPPatience.isPassing(status) else {
          throw refusal(exchange.head) ?? Download.fault(url, status: status)
        }
        found = "HTTP status \(status)"
      }
      guard try patience.wait(asked: exchange.retryDelay, isInterrupted) else {
        throw Fault(
          .failure, "cannot read '\(url)'", found: found,
          hint: "check the connection and start again")
      }
    }
  }
}
