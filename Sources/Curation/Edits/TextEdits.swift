/// Every edit that a pack can name.
enum TextEdits {
  static let all: [String: any TextEdit.Type] = [
    "c4_lines": C4Lines.self,
    "collapse_newlines": CollapseNewlines.self,
    "dolma_c4_lines": DolmaC4Lines.self,
    "mask_pii": MaskPII.self,
    "refinedweb_lines": RefinedWebLines.self,
    "site_boilerplate": SiteBoilerplate.self,
    "symbol_lines": SymbolLines.self,
  ]
}
