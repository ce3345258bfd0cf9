/// What another trainer reads a mixture from.
public enum MixtureFormat: String, Sendable, CaseIterable {
  case megatron
  case olmoCore = "olmo-core"
  case mosaicml
  case nanotron

  /// Whether the format has stretches; the others get the shares over all of them.
  public var hasSchedule: Bool { self == .nanotron }

  /// The mixture in this format.
  /// - Throws: a `Fault` for a path that the format cannot hold.
  public func text(_ mixture: ExportedMixture) throws -> String {
    switch self {
    case .megatron: try MegatronBlend.text(mixture)
    case .olmoCore: OLMoCoreSources.text(mixture)
    case .mosaicml: MosaicStreams.text(mixture)
    case .nanotron: NanotronStages.text(mixture)
    }
  }
}
