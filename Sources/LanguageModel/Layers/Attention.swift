import TensorKernels

/// Causal grouped-query attention over whole sequences, in blocks of query rows: the square of
/// weights exists for one block of one head at a time, and the backward pass computes it again from
/// the stored log-sums (Dao et al. 2022, arXiv:2205.14135).
///
/// T rows in all (sequences times length), H query heads, G key/value heads, S head size. Rows of
/// `qkv` are H queries, G keys, G values, `(H + 2G) * S` numbers.
struct Attention {
  static let queryBlock = 64

  let headCount: Int
  let keyValueHeadCount: Int
  let headSize: Int
  private let kernels = tensor_kernels()

  init(_ model: LlamaConfiguration) {
    headCount = model.headCount
    keyValueHeadCount = model.keyValueHeadCount
    headSize = model.headSize
  }

  private var stride: Int { (headCount + 2 * keyValueHeadCount) * headSize }
  private var scale: Float { 1 / Float(headSize).squareRoot() }

  /// Numbers of scratch that `forward` needs, and half of what `backward` does.
  static func scratchCount(sequenceLength: Int) -> Int {
    min(queryBlock, sequenceLength) * sequenceLength
  }

  /// - Parameters:
  ///   - qkv: `[T, (H + 2G) S]`, rotated.
  ///   - output: `[T, H S]`, overwritten.
  ///   - logSums: `[T, H]`, overwritten; `backward` needs them.
  func forward(
    qkv: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
    logSums: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>,
    rows: Int, sequenceLength: Int
  ) {
    let width = headCount * headSize
    forEachBlock(rows: rows, sequenceLength: sequenceLength) { block in
      let query = qkv + block.row * stride + block.head * headSize
      let (key, value) = (qkv + block.keyOffset, qkv + block.valueOffset)
      MatrixProduct.compute(
        block.count, block.keys, headSize, query, stride, key, stride, transposeB: true,
        into: scratch, block.keys)
      kernels.pointee.causal_softmax(
        scratch, logSums + block.row * headCount + block.head, headCount, block.count, block.keys,
        block.first, scale)
      MatrixProduct.compute(
        block.count, headSize, block.keys, scratch, block.keys, value, stride,
        into: output + block.row * width + block.head * headSize, width)
    }
  }

  /// - Parameters:
  ///   - doutput: `[T, H S]`.
  ///   - dqkv: `[T, (H + 2G) S]`, overwritten.
  ///   - scratch: twice `scratchCount`.
  func backward(
    doutput: UnsafePointer<Float>, qkv: UnsafePointer<Float>, logSums: UnsafePointer<Float>,
    dqkv: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>,
    rows: Int, sequenceLength: Int
  ) {
    let width = headCount * headSize
    let dscores = scratch + Self.scratchCount(sequenceLength: sequenceLength)
    dqkv.update(repeating: 0, count: rows * stride)
    forEachBlock(rows: rows, sequenceLength: sequenceLength) { block in
      let query = qkv + block.row * stride + block.head * headSize
      let (key, value) = (qkv + block.keyOffset, qkv + block.valueOffset)
      let dout = doutput + block.row * width + block.head * headSize
      MatrixProduct.compute(
        block.count, block.keys, headSize, query, stride, key, stride, transposeB: true,
        into: scratch, block.keys)
      MatrixProduct.compute(
        block.count, block.keys, headSize, dout, width, value, stride, transposeB: true,
        into: dscores, block.keys)
      kernels.pointee.causal_softmax_backward(
        scratch, dscores, logSums + block.row * headCount + block.head, headCount, block.count,
        block.keys, block.first, scale)
      MatrixProduct.compute(
        block.keys, headSize, block.count, scratch, block.keys, transposeA: true, dout, width,
        into: dqkv + block.valueOffset, stride, accumulate: true)
      MatrixProduct.compute(
        block.keys, headSize, block.count, dscores, block.keys, transposeA: true, query, stride,
        into: dqkv + block.keyOffset, stride, accumulate: true)
      MatrixProduct.compute(
        block.count, headSize, block.keys, dscores, block.keys, key, stride,
        into: dqkv + block.row * stride + block.head * headSize, stride)
    }
  }

  /// A block of query rows of one head of one sequence.
  private struct Block {
    var head: Int
    /// Of the block's first row: counted over all sequences, and within its sequence.
    var row: Int
    var first: Int
    var count: Int
    /// Keys that the block's last row sees.
    var keys: Int
    /// Where this head's keys and values begin in `qkv`, at the sequence's first row.
    var keyOffset: Int
    var valueOffset: Int
  }

  @inline(__always)
  private func forEachBlock(rows: Int, sequenceLength: Int, _ body: (Block) -> Void) {
    let shared = headCount / keyValueHeadCount
    var sequence = 0
    while sequence < rows {
      for head in 0..<headCount {
        let keyHead = headCount + head / shared
        let keyOffset = sequence * stride + keyHead * headSize
        var first = 0
        while first < sequenceLength {
          let count = min(Self.queryBlock, sequenceLength - first)
          body(
            Block(
              head: head, row: sequence + first, first: first, count: count, keys: first + count,
              keyOffset: keyOffset, valueOffset: keyOffset + keyValueHeadCount * headSize))
          first += count
        }
      }
      sequence += sequenceLength
    }
  }
}
