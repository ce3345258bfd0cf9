/// Plans that published corpora and tools use.
public enum MinHashPreset: String, Sendable, CaseIterable {
  /// Penedo et al. 2024, arXiv:2406.17557: 14 bands of 8 slots over runs of 5 words.
  case fineWeb = "fineweb"
  /// NVIDIA NeMo Curator: 20 bands of 13 slots over runs of 24 characters.
  case nemo
  /// Weber et al. 2024, arXiv:2411.12372, over runs of 13 words for similarities of 0.7, 0.8 and
  /// 0.9.
  case redPajama7 = "redpajama-0.7"
  case redPajama8 = "redpajama-0.8"
  case redPajama9 = "redpajama-0.9"

  public var plan: MinHashPlan {
    switch self {
    case .fineWeb: .fineWeb
    case .nemo: MinHashPlan(20, 13, shingleLength: 24, unit: .character)
    case .redPajama7: MinHashPlan(14, 9, shingleLength: 13, unit: .word)
    case .redPajama8: MinHashPlan(9, 13, shingleLength: 13, unit: .word)
    case .redPajama9: MinHashPlan(5, 24, shingleLength: 13, unit: .word)
    }
  }
}
