/// Every edit that a pack can name.
enum TextEdits {
  static let all: [String: any TextEdit.Type] = [
    "c4_lines": C4Lines.self,
    "collapse_newlines": CollapseNewlines.self,
  ]
}
