import Testing

@testable import Reports

@Suite struct TextReportTests {
  @Test("no line is wider than the terminal", arguments: [40, 50, 60, 72, 80, 120, 200])
  func width(cells: Int) {
    for line in TextReport(SmallRun.report()).text(width: cells).split(separator: "\n") {
      #expect(TextTable.cellCount(String(line)) <= cells, "\(line)")
    }
  }

  @Test("numbers are aligned at the right, names at the left")
  func alignment() {
    let table = TextTable(
      columns: [.text("name"), .number("count")], rows: [["a", "1"], ["bcdefg", "12,345"]])
    #expect(table.lines(width: 80) == ["name     count", "a            1", "bcdefg  12,345"])
  }

  @Test(
    "where the width does not suffice, names are cut and columns are left out by rank and named")
  func narrow() {
    let table = TextTable(
      columns: [
        .text("name"), .number("first"), .number("second", rank: 1), .number("third", rank: 2),
      ],
      rows: [["a name of more than sixteen cells", "11111111", "22222222", "33333333"]])
    #expect(
      table.lines(width: 38) == [
        "name                   first    second", "a name of more th…  11111111  22222222",
        "(not shown: third)",
      ])
  }

  @Test("wide and combining characters are counted in terminal cells")
  func cells() {
    #expect(TextTable.cellCount("abc") == 3)
    #expect(TextTable.cellCount("漢字") == 4)
    #expect(TextTable.cellCount("e\u{301}") == 1)
    #expect(TextTable.cellCount("🙂") == 2)
    #expect(TextTable.cellCount("") == 0)
  }

  @Test("text is wrapped between words; a word longer than the line stands alone")
  func wrapping() {
    #expect(TextReport.wrapped("aa bb cc", width: 5) == ["aa bb", "cc"])
    #expect(TextReport.wrapped("abcdefgh ij", width: 5) == ["abcdefgh", "ij"])
    #expect(TextReport.wrapped("", width: 5).isEmpty)
  }
}
