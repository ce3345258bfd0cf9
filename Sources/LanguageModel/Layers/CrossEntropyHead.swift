import Glibc
import TensorKernels

/// Output layer and softmax cross-entropy together, for a few hundred tokens at a time, so that the
/// logits of a batch never exist.
///
/// The vocabulary is walked in blocks. Of each block the exponentials are kept, relative to the
/// block's own maximum: the weight gradient is then a product of the exponentials with rows of `x`
/// scaled by softmax's denominator, and the logits' gradient is never written. The `-1` at the
/// target is added to both gradients separately.
///
/// T rows, D model width, V vocabulary, B blocks.
struct CrossEntropyHead {
  /// Rows at a time: enough to keep matrix products at full speed.
  static let rowsAtOnce = 512
  static let blockSize = 2048

  let vocabularySize: Int
  let width: Int
  private let kernels = tensor_kernels()

  init(_ model: LlamaConfiguration) {
    vocabularySize = model.vocabularySize
    width = model.hiddenSize
  }

  private var blockCount: Int { (vocabularySize + Self.blockSize - 1) / Self.blockSize }

  struct Scratch {
    /// `[V, T]` by blocks when training, one block when only scoring.
    var exponentials: UnsafeMutablePointer<Float>
    var keepsAllBlocks: Bool
    /// `[B, T]` each; `maxima` becomes the scales of the backward pass.
    var maxima: UnsafeMutablePointer<Float>
    var sums: UnsafeMutablePointer<Float>
    /// `[T]`
    var targetLogits: UnsafeMutablePointer<Float>
    /// `[T, D]`
    var scaled: UnsafeMutablePointer<Float>
  }

  /// Negative log-likelihoods in nats of `targets` given `x`.
  ///
  /// - Parameters:
  ///   - x: `[T, D]`, at most `rowsAtOnce` rows.
  ///   - weights: `[V, D]`.
  ///   - losses: `[T]`, overwritten.
  func forward(
    x: UnsafePointer<Float>, weights: UnsafePointer<Float>, targets: UnsafePointer<UInt32>,
    losses: UnsafeMutablePointer<Float>, scratch: Scratch, rows: Int
  ) {
    for block in 0..<blockCount {
      let start = block * Self.blockSize
      let size = min(Self.blockSize, vocabularySize - start)
      let logits = scratch.exponentials + (scratch.keepsAllBlocks ? start * rows : 0)
      MatrixProduct.linear(
        x, weights + start * width, into: logits, rows: rows, input: width, output: size)
      for row in 0..<rows {
        let column = Int(targets[row]) - start
        if column >= 0 && column < size {
          scratch.targetLogits[row] = logits[row * size + column]
        }
      }
      kernels.pointee.exp_rows(
        logits, scratch.maxima + block * rows, scratch.sums + block * rows, rows, size)
    }
    for row in 0..<rows {
      let (most, sum) = denominator(of: row, scratch, rows)
      losses[row] = Float(Double(most) + log(sum) - Double(scratch.targetLogits[row]))
    }
  }

  /// After `forward` with all blocks kept: gradients of `lossWeight` times the sum of losses.
  ///
  /// - Parameters:
  ///   - dx: `[T, D]`, overwritten.
  ///   - dweights: `[V, D]`; overwritten, or added to where `accumulate`.
  func backward(
    x: UnsafePointer<Float>, weights: UnsafePointer<Float>, targets: UnsafePointer<UInt32>,
    dx: UnsafeMutablePointer<Float>, dweights: UnsafeMutablePointer<Float>, scratch: Scratch,
    rows: Int, lossWeight: Float, accumulate: Bool
  ) {
    let scales = scratch.maxima
    for row in 0..<rows {
      let (most, sum) = denominator(of: row, scratch, rows)
      for block in 0..<blockCount {
        let relative = exp(Double(scratch.maxima[block * rows + row] - most))
        scales[block * rows + row] = Float(Double(lossWeight) * relative / sum)
      }
    }
    dx.update(repeating: 0, count: rows * width)
    for block in 0..<blockCount {
      let start = block * Self.blockSize
      let size = min(Self.blockSize, vocabularySize - start)
      let exponentials = scratch.exponentials + start * rows
      let weight = weights + start * width
      kernels.pointee.scale_rows(scratch.scaled, x, scales + block * rows, rows, width)
      MatrixProduct.linearWeightGradient(
        exponentials, scratch.scaled, into: dweights + start * width, rows: rows, input: width,
        output: size, accumulate: accumulate)
      MatrixProduct.linearInputGradient(
        exponentials, weight, into: scratch.scaled, rows: rows, input: width, output: size)
      kernels.pointee.add_scaled_rows(dx, scratch.scaled, scales + block * rows, rows, width)
    }
    for row in 0..<rows {
      let target = Int(targets[row]) * width
      kernels.pointee.add_scaled(dx + row * width, weights + target, -lossWeight, width)
      kernels.pointee.add_scaled(dweights + target, x + row * width, -lossWeight, width)
    }
  }

  /// The greatest logit of a row, and the sum of exponentials relative to it.
  private func denominator(of row: Int, _ scratch: Scratch, _ rows: Int) -> (Float, Double) {
    var most = scratch.maxima[row]
    for block in 1..<max(blockCount, 1) { most = max(most, scratch.maxima[block * rows + row]) }
    var sum = 0.0
    for block in 0..<blockCount {
      let relative = exp(Double(scratch.maxima[block * rows + row] - most))
      sum += Double(scratch.sums[block * rows + row]) * relative
    }
    return (most, sum)
  }
}
