import Testing

@testable import Runs

@Suite struct NearestNameTests {
  @Test(
    "the nearest name is suggested, a far one is not",
    arguments: [
      ("treads", "threads"), ("tsage", "stage"), ("Stages", "stages"), ("qqqq", nil),
      ("weights", "weight"),
    ] as [(String, String?)])
  func nearest(name: String, expected: String?) {
    let candidates = ["threads", "stage", "stages", "weight"]
    #expect(NearestName.find(name, in: candidates) == expected)
  }
}
