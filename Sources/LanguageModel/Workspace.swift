import Streams

/// All memory that one worker needs for a forward, or a forward and backward pass: one allocation,
/// planned before the first step and used again in each.
///
/// T rows (tokens of several sequences of one length), D model width, F feed-forward width, H heads,
/// Q columns of queries, keys and values together, A columns of attention's output.
public final class Workspace: @unchecked Sendable {
  /// What a layer's forward pass leaves for its backward pass.
  struct Layer {
    /// `[T, D]`: the residual stream as the layer finds it.
    var input: UnsafeMutablePointer<Float>
    var normedInput: UnsafeMutablePointer<Float>
    var inputInverse: UnsafeMutablePointer<Float>
    /// `[T, Q]`, rotated.
    var qkv: UnsafeMutablePointer<Float>
    /// `[T, A]`
    var attended: UnsafeMutablePointer<Float>
    /// `[T, H]`
    var logSums: UnsafeMutablePointer<Float>
    /// `[T, D]`: the residual stream after attention.
    var middle: UnsafeMutablePointer<Float>
    var normedMiddle: UnsafeMutablePointer<Float>
    var middleInverse: UnsafeMutablePointer<Float>
    /// `[T, 2F]`: gate and up, later their gradients.
    var gateUp: UnsafeMutablePointer<Float>
    /// `[T, F]`
    var activation: UnsafeMutablePointer<Float>
  }

  public enum Purpose: Sendable {
    /// Forward and backward: each layer keeps its activations.
    case training
    /// Forward only: layers share one set.
    case scoring
  }

  /// Rows at most, and positions of a sequence at most.
  public let rowCapacity: Int
  public let sequenceCapacity: Int
  let purpose: Purpose
  let layers: [Layer]
  /// `[T, D]`, `[T]`: the residual stream after the last layer, and its norm.
  let output: UnsafeMutablePointer<Float>
  let normedOutput: UnsafeMutablePointer<Float>
  let outputInverse: UnsafeMutablePointer<Float>
  /// `[T]`: negative log-likelihood of each target, in nats.
  public let losses: UnsafeMutablePointer<Float>
  /// `[T, max(D, A)]`: a branch's update, or its gradient.
  let branch: UnsafeMutablePointer<Float>
  /// `[T, D]`, `[T, Q]`, `[T, F]`; training only.
  let dresidual: UnsafeMutablePointer<Float>
  let dqkv: UnsafeMutablePointer<Float>
  let dactivation: UnsafeMutablePointer<Float>
  let attentionScratch: UnsafeMutablePointer<Float>
  let headScratch: CrossEntropyHead.Scratch
  private let memory: FloatBuffer

  public init(
    for model: LlamaConfiguration, purpose: Purpose, rowCapacity: Int, sequenceCapacity: Int
  ) throws {
    guard rowCapacity > 0, sequenceCapacity > 0, sequenceCapacity <= model.maxPositions else {
      throw Fault(
        .input, "the sequence length does not fit the model", found: "\(sequenceCapacity)",
        expected: "1 to \(model.maxPositions) positions")
    }
    let rows = rowCapacity
    let (width, feedForward) = (model.hiddenSize, model.intermediateSize)
    let (qkvSize, attention) = (model.qkvSize, model.attentionSize)
    let training = purpose == .training
    var plan = MemoryPlan()
    let layerSizes = [
      rows * width, rows * width, rows, rows * qkvSize, rows * attention, rows * model.headCount,
      rows * width, rows * width, rows, rows * 2 * feedForward, rows * feedForward,
    ]
    var layerOffsets: [[Int]] = []
    for index in 0..<model.layerCount {
      let shared = !training && index > 0
      layerOffsets.append(shared ? layerOffsets[0] : layerSizes.map { plan.reserve($0) })
    }
    let ends = [rows * width, rows * width, rows, rows].map { plan.reserve($0) }
    let branchOffset = plan.reserve(rows * max(width, attention))
    let gradients = [rows * width, rows * qkvSize, rows * feedForward].map {
      plan.reserve(training ? $0 : 0)
    }
    let scores = Attention.scratchCount(sequenceLength: sequenceCapacity)
    let scoresOffset = plan.reserve(training ? 2 * scores : scores)
    let headRows = min(rows, CrossEntropyHead.rowsAtOnce)
    let vocabulary = model.vocabularySize
    let blocks = (vocabulary + CrossEntropyHead.blockSize - 1) / CrossEntropyHead.blockSize
    let heads = [
      headRows * (training ? vocabulary : min(vocabulary, CrossEntropyHead.blockSize)),
      headRows * blocks, headRows * blocks, headRows, headRows * width,
    ].map { plan.reserve($0) }

    memory = try FloatBuffer(count: plan.floatCount)
    let base = memory.base
    layers = layerOffsets.map {
      Layer(
        input: base + $0[0], normedInput: base + $0[1], inputInverse: base + $0[2],
        qkv: base + $0[3], attended: base + $0[4], logSums: base + $0[5], middle: base + $0[6],
        normedMiddle: base + $0[7], middleInverse: base + $0[8], gateUp: base + $0[9],
        activation: base + $0[10])
    }
    output = base + ends[0]
    normedOutput = base + ends[1]
    outputInverse = base + ends[2]
    losses = base + ends[3]
    branch = base + branchOffset
    dresidual = base + gradients[0]
    dqkv = base + gradients[1]
    dactivation = base + gradients[2]
    attentionScratch = base + scoresOffset
    headScratch = CrossEntropyHead.Scratch(
      exponentials: base + heads[0], keepsAllBlocks: training, maxima: base + heads[1],
      sums: base + heads[2], targetLogits: base + heads[3], scaled: base + heads[4])
    self.purpose = purpose
    self.rowCapacity = rowCapacity
    self.sequenceCapacity = sequenceCapacity
  }

  /// Bytes of this workspace.
  public var byteCount: Int { memory.count * MemoryLayout<Float>.stride }
}
