import Glibc
import LanguageModel
import Streams
import TensorKernels

/// Adam with decoupled weight decay: Loshchilov & Hutter 2019, arXiv:1711.05101.
public struct AdamWSettings: Sendable, Equatable, Codable {
  public var beta1 = 0.9
  public var beta2 = 0.95
  public var epsilon = 1e-8
  /// Of matrices only: norms and embeddings do not decay.
  public var weightDecay = 0.1

  public init() {}
}

/// The optimiser's memory of a model: both moments and the steps that made them.
public final class AdamW: @unchecked Sendable {
  /// Tensors are updated in pieces of at most this many numbers, which workers share.
  private static let pieceSize = 1 << 17

  public internal(set) var stepCount = 0
  let moment1: FloatBuffer
  let moment2: FloatBuffer
  private let pieces: [(range: Range<Int>, decays: Bool)]

  public init(for layout: ParameterLayout) throws {
    moment1 = try FloatBuffer(count: layout.count)
    moment2 = try FloatBuffer(count: layout.count)
    pieces = layout.tensors.flatMap { tensor in
      stride(from: 0, to: tensor.count, by: Self.pieceSize).map { start in
        let end = min(start + Self.pieceSize, tensor.count)
        return (tensor.offset + start..<tensor.offset + end, tensor.kind == .matrix)
      }
    }
  }

  /// Forgets all earlier steps.
  public func reset() {
    stepCount = 0
    moment1.numbers.update(repeating: 0)
    moment2.numbers.update(repeating: 0)
  }

  /// One step. `gradientScale` multiplies the gradient: 1, or less where it is clipped.
  func update(
    _ parameters: FloatBuffer, gradient: UnsafePointer<Float>, gradientScale: Double,
    learningRate: Double, settings: AdamWSettings, workers: Workers
  ) {
    stepCount += 1
    let kernels = tensor_kernels()
    let step = Double(stepCount)
    var decaying = adamw_settings(
      learning_rate: Float(learningRate), beta1: Float(settings.beta1),
      beta2: Float(settings.beta2), epsilon: Float(settings.epsilon),
      weight_decay: Float(settings.weightDecay),
      correction1: Float(1 / (1 - pow(settings.beta1, step))),
      correction2: Float(1 / (1 - pow(settings.beta2, step))),
      gradient_scale: Float(gradientScale))
    var steady = decaying
    steady.weight_decay = 0
    withUnsafePointer(to: &decaying) { decaying in
      withUnsafePointer(to: &steady) { steady in
        workers.forEach(pieces.count) { _, index in
          let start = pieces[index].range.lowerBound
          kernels.pointee.adamw(
            parameters.base + start, moment1.base + start, moment2.base + start, gradient + start,
            pieces[index].range.count, pieces[index].decays ? decaying : steady)
        }
      }
    }
  }
}

extension AdamW {
  static let fileName = "optimizer.safetensors"

  /// The optimiser's file of a checkpoint folder.
  func checkpointFile() -> Checkpoint.File {
    let shape = [moment1.count]
    return Checkpoint.File(
      Self.fileName,
      .tensors(
        [
          .init(name: "moment1", shape: shape, values: moment1.base),
          .init(name: "moment2", shape: shape, values: moment2.base),
        ], metadata: [("step", "\(stepCount)")]))
  }

  /// Of both moments.
  var momentsDigest: String { moment1.digest + moment2.digest }

  /// Takes over the moments of a checkpoint folder.
  /// - Throws: a `Fault` where the file is missing or belongs to another model.
  public func load(from folder: String) throws {
    let path = folder + "/" + Self.fileName
    let reader = try SafetensorsReader(path)
    guard let step = reader.metadata["step"].flatMap({ Int($0) }), step >= 0 else {
      throw Fault(
        .input, "the optimiser's state does not say its step", at: path,
        found: reader.metadata["step"])
    }
    var missing = ["moment1": moment1, "moment2": moment2]
    try reader.read { entry in
      guard let buffer = missing.removeValue(forKey: entry.name) else {
        throw Fault(.input, "unknown tensor '\(entry.name)' in the optimiser's state", at: path)
      }
      guard entry.shape == [buffer.count] else {
        throw Fault(
          .input, "the optimiser's state belongs to another model", at: path,
          found: "\(entry.shape) numbers", expected: "\(buffer.count)")
      }
      return buffer.base
    }
    if let name = missing.keys.min() {
      throw Fault(.input, "the optimiser's state lacks '\(name)'", at: path)
    }
    stepCount = step
  }
}
