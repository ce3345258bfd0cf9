import Streams
import Testing

@Suite struct DeflateSourceTests {
  private func read(_ source: any ByteSource, step: Int) throws -> [UInt8] {
    var all: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: step)
    while true {
      let count = try piece.withUnsafeMutableBytes { try source.read(into: $0) }
      if count == 0 { return all }
      all += piece[..<count]
    }
  }

  @Test(
    "a stream is the same in pieces of any size, also where much becomes of its last byte",
    arguments: [1, 7, 300, 1 << 16])
  func pieces(step: Int) throws {
    var numbers = Numbers(seed: 3)
    let runs = (250..<330).map { [UInt8](repeating: 0, count: $0) }
    for plain in [[], numbers.bytes(5000), numbers.bytes(9000, values: 3)] + runs {
      let stored = packed(plain, .raw)
      for inputStep in [1, 5, 1 << 20] {
        let source = try DeflateSource(Pieces(stored, step: inputStep), path: "p")
        #expect(try read(source, step: step) == plain)
      }
    }
  }

  @Test("a cut stream is a fault behind what came before")
  func cut() throws {
    var numbers = Numbers(seed: 4)
    let stored = packed(numbers.bytes(500, values: 5), .raw)
    for end in 0..<stored.count {
      let source = try DeflateSource(Pieces(Array(stored[..<end])), path: "p")
      let fault = #expect(throws: Fault.self) { try read(source, step: 64) }
      #expect(fault?.found == "the end of the stream")
      #expect(fault?.place == "p, compressed byte \(end)")
    }
  }
}
