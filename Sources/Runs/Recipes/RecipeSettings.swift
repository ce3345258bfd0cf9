import Yams

extension Recipe {
  /// All values of the recipe with the chosen size and the overrides, as they are written, by key:
  /// `tokenizer.vocabulary`. An item of a list is named by its `name` or `pack`, else by its place:
  /// `curation.packs[language].domains`. Description and other sizes are left out.
  public var settings: [String: String] {
    var found: [String: String] = [:]
    for (key, value) in root.node.mapping ?? [:] {
      guard let name = key.string, !["description", "sizes"].contains(name) else { continue }
      Self.flatten(value, name, into: &found)
    }
    return found
  }

  private static func flatten(
    _ node: Node, _ path: String, into found: inout [String: String]
  ) {
    switch node {
    case .scalar(let scalar): found[path] = scalar.string
    case .mapping(let mapping):
      for (key, value) in mapping {
        flatten(value, "\(path).\(key.string ?? "?")", into: &found)
      }
    case .sequence(let items):
      let texts = items.compactMap { $0.scalar?.string }
      if texts.count == items.count {
        found[path] = texts.joined(separator: ", ")
        return
      }
      for (place, item) in items.enumerated() {
        let name = item.mapping?["name"]?.string ?? item.mapping?["pack"]?.string
        flatten(item, "\(path)[\(name ?? String(place))]", into: &found)
      }
    case .alias: break
    }
  }
}
