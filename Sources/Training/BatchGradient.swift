import Glibc
import LanguageModel
import Streams
import TensorKernels

/// The gradient of a batch, computed by workers side by side.
///
/// The batch is cut into a fixed number of slices. A worker computes a slice into a buffer of its
/// own, waits until all earlier slices are in the sum, and adds its own: the order of additions, and
/// so every bit, is the same for any number of workers. All memory is taken at the start.
final class BatchGradient: @unchecked Sendable {
  /// Tokens that go through the layers together: enough for fast matrix products, few enough for
  /// activations to stay near the processor.
  static let rowsAtOnce = 512
  private static let normPieceSize = 1 << 16

  let batchSequences: Int
  let sequenceLength: Int
  /// `[batchSequences, sequenceLength]`: filled by the owner before `compute`.
  let inputs: UnsafeMutableBufferPointer<UInt32>
  let targets: UnsafeMutableBufferPointer<UInt32>
  /// Mean negative log-likelihood of each sequence after `compute`, in nats per token.
  private(set) var sequenceLosses: [Double]
  /// The gradient of the mean over all tokens.
  var gradient: UnsafePointer<Float> { UnsafePointer(sum) }

  private let model: LlamaModel
  private let workers: Workers
  private let slices: [Range<Int>]
  private let sequencesAtOnce: Int
  private let workspaces: [Workspace]
  private let buffers: [FloatBuffer]
  private var sum: UnsafeMutablePointer<Float>
  /// A worker's own buffer; swapped by one worker while others read theirs, so not a Swift array.
  private let own: UnsafeMutableBufferPointer<UnsafeMutablePointer<Float>>
  private let turns = Turns()

  init(_ model: LlamaModel, stage: TrainingStage, workers: Workers) throws {
    self.model = model
    batchSequences = stage.batchSequences
    sequenceLength = stage.sequenceLength
    let sliceCount = min(stage.gradientSlices, stage.batchSequences)
    slices = (0..<sliceCount).map {
      stage.batchSequences * $0 / sliceCount..<stage.batchSequences * ($0 + 1) / sliceCount
    }
    self.workers = Workers(min(workers.count, sliceCount))
    let largest = slices.map(\.count).max() ?? 1
    sequencesAtOnce = min(largest, max(1, Self.rowsAtOnce / stage.sequenceLength))
    let rows = sequencesAtOnce * stage.sequenceLength
    workspaces = try (0..<self.workers.count).map { _ in
      try Workspace(
        for: model.configuration, purpose: .training, rowCapacity: rows,
        sequenceCapacity: stage.sequenceLength)
    }
    // One for each worker and one for the sum; a single slice is the sum.
    buffers = try (0..<(sliceCount == 1 ? 1 : self.workers.count + 1)).map { _ in
      try FloatBuffer(count: model.layout.count)
    }
    sum = buffers[buffers.count - 1].base
    own = .allocate(capacity: self.workers.count)
    for worker in 0..<self.workers.count {
      own.initializeElement(at: worker, to: buffers[worker].base)
    }
    inputs = .allocate(capacity: batchSequences * sequenceLength)
    targets = .allocate(capacity: batchSequences * sequenceLength)
    sequenceLosses = Array(repeating: 0, count: batchSequences)
  }

  deinit {
    inputs.deallocate()
    targets.deallocate()
    own.deallocate()
  }

  /// Computes `gradient` and `sequenceLosses` of the tokens in `inputs` and `targets`.
  func compute() {
    turns.restart()
    sequenceLosses.withUnsafeMutableBufferPointer { losses in
      workers.forEach(slices.count) { worker, slice in
        computeSlice(slice, worker, losses)
        turns.wait(for: slice)
        addToSum(slice, worker)
        turns.finish()
      }
    }
  }

  private func computeSlice(
    _ slice: Int, _ worker: Int, _ losses: UnsafeMutableBufferPointer<Double>
  ) {
    guard let inputs = inputs.baseAddress, let targets = targets.baseAddress else { return }
    let workspace = workspaces[worker]
    let lossWeight = 1 / Float(batchSequences * sequenceLength)
    let range = slices[slice]
    for start in stride(from: range.lowerBound, to: range.upperBound, by: sequencesAtOnce) {
      let count = min(sequencesAtOnce, range.upperBound - start)
      let chunk = TokenChunk(
        inputs: inputs + start * sequenceLength, targets: targets + start * sequenceLength,
        sequenceCount: count, sequenceLength: sequenceLength)
      model.computeGradient(
        chunk, in: workspace, gradient: own[worker], lossWeight: lossWeight,
        accumulate: start > range.lowerBound)
      for sequence in 0..<count {
        var sum = 0.0
        for t in 0..<sequenceLength {
          sum += Double(workspace.losses[sequence * sequenceLength + t])
        }
        losses[start + sequence] = sum / Double(sequenceLength)
      }
    }
  }

  /// Only the worker whose turn it is comes here. The first slice becomes the sum without a copy.
  private func addToSum(_ slice: Int, _ worker: Int) {
    if slice == 0 {
      swap(&sum, &own[worker])
    } else {
      tensor_kernels().pointee.add(sum, own[worker], model.layout.count)
    }
  }

  /// The global norm of `gradient`.
  func norm() -> Double {
    let count = model.layout.count
    let pieces = (count + Self.normPieceSize - 1) / Self.normPieceSize
    let squares = [Double](unsafeUninitializedCapacity: pieces) { squares, initialized in
      workers.forEach(pieces) { _, piece in
        let start = piece * Self.normPieceSize
        squares[piece] = tensor_kernels().pointee.sum_of_squares(
          sum + start, min(Self.normPieceSize, count - start))
      }
      initialized = pieces
    }
    return squares.reduce(0, +).squareRoot()
  }
}

/// Lets threads pass in the order of their numbers.
private final class Turns: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var current = 0

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(changed, nil)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(mutex)
    changed.deallocate()
    mutex.deallocate()
  }

  func restart() { current = 0 }

  func wait(for turn: Int) {
    pthread_mutex_lock(mutex)
    while current != turn { pthread_cond_wait(changed, mutex) }
    pthread_mutex_unlock(mutex)
  }

  func finish() {
    pthread_mutex_lock(mutex)
    current += 1
    pthread_cond_broadcast(changed)
    pthread_mutex_unlock(mutex)
  }
}
