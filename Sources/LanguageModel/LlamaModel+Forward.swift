import TensorKernels

/// Tokens for one pass: whole sequences of one length, one after the other.
public struct TokenChunk {
  /// `[sequences * sequenceLength]`
  public var inputs: UnsafePointer<UInt32>
  /// The token that follows each input.
  public var targets: UnsafePointer<UInt32>
  public var sequenceCount: Int
  public var sequenceLength: Int
  var rows: Int { sequenceCount * sequenceLength }

  /// Tokens must be below the model's vocabulary size: see `LlamaModel.check(tokens:)`.
  public init(
    inputs: UnsafePointer<UInt32>, targets: UnsafePointer<UInt32>, sequenceCount: Int,
    sequenceLength: Int
  ) {
    self.inputs = inputs
    self.targets = targets
    self.sequenceCount = sequenceCount
    self.sequenceLength = sequenceLength
  }
}

extension LlamaModel {
  /// Negative log-likelihood of every target in nats, left in `workspace.losses`.
  /// Allocates nothing. The chunk must fit the workspace.
  public func score(_ chunk: TokenChunk, in workspace: Workspace) {
    computeOutput(inputs: chunk.inputs, rows: chunk.rows, chunk.sequenceLength, workspace)
    forEachHeadPiece(rows: chunk.rows) { start, count in
      CrossEntropyHead(configuration).forward(
        x: workspace.normedOutput + start * configuration.hiddenSize,
        weights: parameters.base + layout.head, targets: chunk.targets + start,
        losses: workspace.losses + start, scratch: workspace.headScratch, rows: count)
    }
  }

  /// Runs all layers and the last norm, which ends in `workspace.normedOutput`.
  func computeOutput(
    inputs: UnsafePointer<UInt32>, rows: Int, _ sequenceLength: Int, _ workspace: Workspace
  ) {
    precondition(rows <= workspace.rowCapacity && sequenceLength <= workspace.sequenceCapacity)
    let kernels = tensor_kernels()
    let weights = UnsafePointer(parameters.base)
    let width = configuration.hiddenSize
    let feedForward = configuration.intermediateSize
    let epsilon = Float(configuration.rmsEpsilon)
    let attention = Attention(configuration)

    var input = workspace.layers[0].input
    for row in 0..<rows {
      (input + row * width).update(from: weights + Int(inputs[row]) * width, count: width)
    }
    kernels.pointee.rms_norm(
      workspace.layers[0].normedInput, workspace.layers[0].inputInverse, input,
      weights + layout.layers[0].inputNorm, rows, width, epsilon)
    for index in 0..<configuration.layerCount {
      let (layer, places) = (workspace.layers[index], layout.layers[index])
      MatrixProduct.linear(
        layer.normedInput, weights + places.qkv, into: layer.qkv, rows: rows, input: width,
        output: configuration.qkvSize)
      rotate(layer.qkv, rows: rows, sequenceLength: sequenceLength, direction: 1)
      attention.forward(
        qkv: layer.qkv, output: layer.attended, logSums: layer.logSums,
        scratch: workspace.attentionScratch, rows: rows, sequenceLength: sequenceLength)
      MatrixProduct.linear(
        layer.attended, weights + places.output, into: workspace.branch, rows: rows,
        input: configuration.attentionSize, output: width)
      kernels.pointee.residual_rms_norm(
        layer.middle, layer.normedMiddle, layer.middleInverse, input, workspace.branch,
        weights + places.feedForwardNorm, rows, width, epsilon)
      MatrixProduct.linear(
        layer.normedMiddle, weights + places.gateUp, into: layer.gateUp, rows: rows, input: width,
        output: 2 * feedForward)
      kernels.pointee.swiglu(layer.activation, layer.gateUp, rows, feedForward)
      MatrixProduct.linear(
        layer.activation, weights + places.down, into: workspace.branch, rows: rows,
        input: feedForward, output: width)
      if index + 1 < configuration.layerCount {
        let next = workspace.layers[index + 1]
        kernels.pointee.residual_rms_norm(
          next.input, next.normedInput, next.inputInverse, layer.middle, workspace.branch,
          weights + layout.layers[index + 1].inputNorm, rows, width, epsilon)
        input = next.input
      } else {
        kernels.pointee.residual_rms_norm(
          workspace.output, workspace.normedOutput, workspace.outputInverse, layer.middle,
          workspace.branch, weights + layout.finalNorm, rows, width, epsilon)
      }
    }
  }

  /// Queries and keys of all heads are neighbours: one pass turns both.
  func rotate(
    _ qkv: UnsafeMutablePointer<Float>, rows: Int, sequenceLength: Int, direction: Float
  ) {
    tensor_kernels().pointee.rotary(
      qkv, rotary.cosine, rotary.sine, rows, sequenceLength,
      configuration.headCount + configuration.keyValueHeadCount, configuration.headSize,
      configuration.qkvSize, direction)
  }

  func forEachHeadPiece(rows: Int, _ body: (_ start: Int, _ count: Int) -> Void) {
    for start in stride(from: 0, to: rows, by: CrossEntropyHead.rowsAtOnce) {
      body(start, min(CrossEntropyHead.rowsAtOnce, rows - start))
    }
  }
}
