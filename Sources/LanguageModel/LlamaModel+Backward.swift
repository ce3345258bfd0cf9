import TensorKernels

extension LlamaModel {
  /// Forward and backward over one chunk: losses in nats go to `workspace.losses`, the gradient of
  /// `lossWeight` times their sum to `gradient`, which lies as `layout` says.
  ///
  /// - Parameters:
  ///   - lossWeight: usually 1 over the tokens of the whole batch.
  ///   - accumulate: add to `gradient` instead of overwriting it.
  /// Allocates nothing. The workspace must be one for training.
  public func computeGradient(
    _ chunk: TokenChunk, in workspace: Workspace, gradient: UnsafeMutablePointer<Float>,
    lossWeight: Float, accumulate: Bool
  ) {
    precondition(workspace.purpose == .training)
    computeOutput(inputs: chunk.inputs, rows: chunk.rows, chunk.sequenceLength, workspace)
    if !accumulate { clearSparseParts(of: gradient) }
    backwardFromHead(chunk, workspace, gradient, lossWeight, accumulate)
    for index in (0..<configuration.layerCount).reversed() {
      backwardFeedForward(index, chunk, workspace, gradient, accumulate)
      backwardAttention(index, chunk, workspace, gradient, accumulate)
    }
    let width = configuration.hiddenSize
    for row in 0..<chunk.rows {
      tensor_kernels().pointee.add(
        gradient + Int(chunk.inputs[row]) * width, workspace.dresidual + row * width, width)
    }
  }

  /// Zeroes what the backward pass only ever adds to: gains, and an embedding of its own.
  private func clearSparseParts(of gradient: UnsafeMutablePointer<Float>) {
    for tensor in layout.tensors {
      let ownEmbedding = tensor.kind == .embedding && !configuration.tiedEmbeddings
      if tensor.kind == .norm || ownEmbedding {
        (gradient + tensor.offset).update(repeating: 0, count: tensor.count)
      }
    }
  }

  private func backwardFromHead(
    _ chunk: TokenChunk, _ workspace: Workspace, _ gradient: UnsafeMutablePointer<Float>,
    _ lossWeight: Float, _ accumulate: Bool
  ) {
    let width = configuration.hiddenSize
    let head = CrossEntropyHead(configuration)
    let weights = UnsafePointer(parameters.base)
    forEachHeadPiece(rows: chunk.rows) { start, count in
      let x = workspace.normedOutput + start * width
      let targets = chunk.targets + start
      head.forward(
        x: x, weights: weights + layout.head, targets: targets, losses: workspace.losses + start,
        scratch: workspace.headScratch, rows: count)
      head.backward(
        x: x, weights: weights + layout.head, targets: targets,
        dx: workspace.branch + start * width, dweights: gradient + layout.head,
        scratch: workspace.headScratch, rows: count, lossWeight: lossWeight,
        accumulate: accumulate || start > 0)
    }
    workspace.dresidual.update(repeating: 0, count: chunk.rows * width)
    tensor_kernels().pointee.rms_norm_backward(
      workspace.dresidual, gradient + layout.finalNorm, workspace.branch, workspace.output,
      workspace.outputInverse, weights + layout.finalNorm, chunk.rows, width)
  }

  private func backwardFeedForward(
    _ index: Int, _ chunk: TokenChunk, _ workspace: Workspace,
    _ gradient: UnsafeMutablePointer<Float>, _ accumulate: Bool
  ) {
    let kernels = tensor_kernels()
    let (layer, places) = (workspace.layers[index], layout.layers[index])
    let (width, feedForward) = (configuration.hiddenSize, configuration.intermediateSize)
    let weights = UnsafePointer(parameters.base)
    MatrixProduct.linearWeightGradient(
      workspace.dresidual, layer.activation, into: gradient + places.down, rows: chunk.rows,
      input: feedForward, output: width, accumulate: accumulate)
    MatrixProduct.linearInputGradient(
      workspace.dresidual, weights + places.down, into: workspace.dactivation, rows: chunk.rows,
      input: feedForward, output: width)
    kernels.pointee.swiglu_backward(
      layer.gateUp, workspace.dactivation, chunk.rows, feedForward)
    MatrixProduct.linearWeightGradient(
      layer.gateUp, layer.normedMiddle, into: gradient + places.gateUp, rows: chunk.rows,
      input: width, output: 2 * feedForward, accumulate: accumulate)
    MatrixProduct.linearInputGradient(
      layer.gateUp, weights + places.gateUp, into: workspace.branch, rows: chunk.rows,
      input: width, output: 2 * feedForward)
    kernels.pointee.rms_norm_backward(
      workspace.dresidual, gradient + places.feedForwardNorm, workspace.branch, layer.middle,
      layer.middleInverse, weights + places.feedForwardNorm, chunk.rows, width)
  }

  private func backwardAttention(
    _ index: Int, _ chunk: TokenChunk, _ workspace: Workspace,
    _ gradient: UnsafeMutablePointer<Float>, _ accumulate: Bool
  ) {
    let (layer, places) = (workspace.layers[index], layout.layers[index])
    let (width, attentionSize) = (configuration.hiddenSize, configuration.attentionSize)
    let weights = UnsafePointer(parameters.base)
    MatrixProduct.linearWeightGradient(
      workspace.dresidual, layer.attended, into: gradient + places.output, rows: chunk.rows,
      input: attentionSize, output: width, accumulate: accumulate)
    MatrixProduct.linearInputGradient(
      workspace.dresidual, weights + places.output, into: workspace.branch, rows: chunk.rows,
      input: attentionSize, output: width)
    Attention(configuration).backward(
      doutput: workspace.branch, qkv: layer.qkv, logSums: layer.logSums, dqkv: workspace.dqkv,
      scratch: workspace.attentionScratch, rows: chunk.rows,
      sequenceLength: chunk.sequenceLength)
    rotate(
      workspace.dqkv, rows: chunk.rows, sequenceLength: chunk.sequenceLength, direction: -1)
    MatrixProduct.linearWeightGradient(
      workspace.dqkv, layer.normedInput, into: gradient + places.qkv, rows: chunk.rows,
      input: width, output: configuration.qkvSize, accumulate: accumulate)
    MatrixProduct.linearInputGradient(
      workspace.dqkv, weights + places.qkv, into: workspace.branch, rows: chunk.rows,
      input: width, output: configuration.qkvSize)
    tensor_kernels().pointee.rms_norm_backward(
      workspace.dresidual, gradient + places.inputNorm, workspace.branch, layer.input,
      layer.inputInverse, weights + places.inputNorm, chunk.rows, width)
  }
}
