import Foundation
import Testing

@testable import Curation

@Suite struct DocumentDateTests {
  private func seconds(_ text: String) -> Double? {
    Array(text.utf8).withUnsafeBytes { DocumentDate.seconds($0) }
  }

  @Test("forms of one time are equal")
  func forms() {
    let time = 1_715_953_530.0  // 2024-05-17 13:45:30 UTC
    for text in [
      "2024-05-17T13:45:30Z", "2024-05-17 13:45:30", "2024-05-17t13:45:30+00:00",
      "2024-05-17T15:45:30+02:00", "2024-05-17T08:15:30-0530", "2024-05-17T15:45:30+02",
      "20240517T134530Z", "20240517134530", "1715953530", "1715953530000", "1715953530000000",
      "1.71595353e9", " 2024-05-17T13:45:30.000Z\n",
    ] { #expect(seconds(text) == time, "\(text)") }
    #expect(seconds("2024-05-17T13:45:30.25Z") == time + 0.25)
    #expect(seconds("2024-05-17T13:45") == time - 30)
    #expect(seconds("2024-05-17") == 1_715_904_000)
    #expect(seconds("20240517") == 1_715_904_000)
    #expect(seconds("2024-05") == 1_714_521_600)
    #expect(seconds("2024") == 1_704_067_200)
    #expect(seconds("1969-12-31T23:59:59Z") == -1)
    #expect(seconds("0") == 0 && seconds("-86400") == -86400)
  }

  @Test("days are those of the Gregorian calendar")
  func calendar() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
    for year in [1600, 1700, 1899, 1900, 1999, 2000, 2023, 2024, 2100, 2400, 2999] {
      for (month, day) in [(1, 1), (2, 28), (3, 1), (7, 4), (12, 31)] {
        let parts = DateComponents(year: year, month: month, day: day)
        let date = try #require(calendar.date(from: parts))
        let text = String(format: "%04d-%02d-%02d", year, month, day)
        #expect(seconds(text) == date.timeIntervalSince1970, "\(text)")
      }
    }
    #expect(seconds("2024-02-29") != nil && seconds("2000-02-29") != nil)
    #expect(seconds("2023-02-29") == nil && seconds("1900-02-29") == nil)
  }

  @Test(
    "what is no date is none",
    arguments: [
      "", " ", "yesterday", "17 May 2024", "2024-13-01", "2024-00-01", "2024-05-32", "2024-05-17T",
      "2024-05-17T25:00", "2024-05-17T13:60", "2024-05-17T13:45:30+2", "2024-05-17T13:45:30ZZ",
      "2024-", "0001-01-01", "nan", "inf", "0x10", "--5", "1e400", "e", "\u{0}",
      "2024-05-17T13:45:30.",
      "{\"a\":1}", "[2024]", String(repeating: "9", count: 63), String(repeating: "1", count: 5000),
    ])
  func hostile(text: String) { #expect(seconds(text) == nil) }
}
