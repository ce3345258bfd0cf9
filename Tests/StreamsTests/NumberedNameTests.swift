import Testing

@testable import Streams

@Suite struct NumberedNameTests {
  @Test("numbers get zeros before them and are never cut")
  func padded() {
    #expect(zeroPadded(0) == "00000" && zeroPadded(42) == "00042")
    #expect(zeroPadded(7, to: 2) == "07" && zeroPadded(123_456) == "123456")
    let names = [0, 9, 10, 99_999].map { zeroPadded($0) }
    #expect(names == names.sorted())
  }
}
