import Streams
import Testing

@Suite struct CSVTableTests {
  private func message(_ text: String) -> String {
    do {
      _ = try CSVTable(text, path: "t.csv")
      return "read"
    } catch { return "\(error)" }
  }

  @Test("quotes, doubled quotes, commas, line ends and a byte order mark are read as RFC 4180 says")
  func quotes() throws {
    let table = try CSVTable(
      "\u{FEFF}name,\"a \"\"b\"\"\",c\r\n\"x,\ny\",,2\r\n\nlast,1,\"\"", path: "t.csv")
    #expect(table.header == ["name", "a \"b\"", "c"])
    #expect(table.rows.map(\.fields) == [["x,\ny", "", "2"], ["last", "1", ""]])
    #expect(table.rows.map(\.line) == [2, 5])
  }

  @Test("a table without a line, a short row and an open quote are refused with their place")
  func refused() {
    #expect(message("").contains("the table is empty"))
    #expect(message("a,b\n1,2\n3\n").contains("t.csv:3"))
    #expect(message("a,b\n1,\"2\n").contains("a quote is not closed"))
  }
}
