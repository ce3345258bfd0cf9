/// Every edit that a pack can name.
enum TextEdits {
  static let all: [String: any TextEdit.Type] = [
    "collapse_newlines": CollapseNewlines.self,
    "mask_pii": MaskPII.self,
    "site_boilerplate": SiteBoilerplate.self,
  ]
}
