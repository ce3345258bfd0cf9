/// `records/settings.json`: what a run was asked to do, so that two runs can be compared after their
/// recipes have changed.
public struct SettingsRecord: Codable, Sendable, Equatable {
  public static let path = "records/settings.json"

  public var format = 1
  /// By key, as in the recipe: `curation.deduplication.similarity`.
  public var settings: [String: String]

  public init(settings: [String: String]) { self.settings = settings }
}
