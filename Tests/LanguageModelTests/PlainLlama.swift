import Glibc
import LanguageModel

/// The slow twin: a Llama forward pass in Float64 and plain loops, written from the formulas.
struct PlainLlama {
  let model: LlamaConfiguration
  let layout: ParameterLayout
  var parameters: [Double]

  init(_ source: LlamaModel) {
    model = source.configuration
    layout = source.layout
    parameters = source.parameters.numbers.map(Double.init)
  }

  /// The negative log-likelihood in nats of each target of one sequence.
  func losses(inputs: [UInt32], targets: [UInt32]) -> [Double] {
    let logits = logits(inputs)
    return zip(logits, targets).map { row, target in
      let most = row.max() ?? 0
      return most + log(row.reduce(0) { $0 + exp($1 - most) }) - row[Int(target)]
    }
  }

  func logits(_ inputs: [UInt32]) -> [[Double]] {
    let width = model.hiddenSize
    let embedding = tensor("model.embed_tokens.weight")
    var stream = inputs.map { token in
      (0..<width).map { embedding[Int(token) * width + $0] }
    }
    for index in 0..<model.layerCount {
      let prefix = "model.layers.\(index)."
      let normed = stream.map { norm($0, prefix + "input_layernorm.weight") }
      let attended = attention(normed, prefix + "self_attn.")
      for t in stream.indices {
        stream[t] = plus(stream[t], linear(attended[t], prefix + "self_attn.o_proj.weight"))
        let x = norm(stream[t], prefix + "post_attention_layernorm.weight")
        let gate = linear(x, prefix + "mlp.gate_proj.weight")
        let up = linear(x, prefix + "mlp.up_proj.weight")
        let activation = zip(gate, up).map { $0 / (1 + exp(-$0)) * $1 }
        stream[t] = plus(stream[t], linear(activation, prefix + "mlp.down_proj.weight"))
      }
    }
    let head = model.tiedEmbeddings ? "model.embed_tokens.weight" : "lm_head.weight"
    return stream.map { linear(norm($0, "model.norm.weight"), head) }
  }

  private func attention(_ x: [[Double]], _ prefix: String) -> [[Double]] {
    let size = model.headSize
    let queries = x.map { linear($0, prefix + "q_proj.weight") }
    let keys = x.map { linear($0, prefix + "k_proj.weight") }
    let values = x.map { linear($0, prefix + "v_proj.weight") }
    let shared = model.headCount / model.keyValueHeadCount
    return x.indices.map { t in
      (0..<model.headCount).flatMap { head -> [Double] in
        let start = head / shared * size
        let query = rotated(Array(queries[t][head * size..<(head + 1) * size]), t)
        let scores = (0...t).map { s in
          zip(query, rotated(Array(keys[s][start..<start + size]), s))
            .reduce(0) { $0 + $1.0 * $1.1 } / Double(size).squareRoot()
        }
        let most = scores.max() ?? 0
        let weights = scores.map { exp($0 - most) }
        let sum = weights.reduce(0, +)
        return (0..<size).map { i in
          (0...t).reduce(0) { $0 + weights[$1] / sum * values[$1][start + i] }
        }
      }
    }
  }

  private func rotated(_ x: [Double], _ position: Int) -> [Double] {
    let half = x.count / 2
    return x.indices.map { index in
      let i = index % half
      let angle = Double(position) * pow(model.ropeTheta, -2 * Double(i) / Double(x.count))
      return index < half
        ? x[i] * cos(angle) - x[i + half] * sin(angle)
        : x[i + half] * cos(angle) + x[i] * sin(angle)
    }
  }

  private func norm(_ x: [Double], _ name: String) -> [Double] {
    let gain = tensor(name)
    let mean = x.reduce(0) { $0 + $1 * $1 } / Double(x.count)
    let scale = 1 / (mean + model.rmsEpsilon).squareRoot()
    return x.indices.map { x[$0] * scale * gain[gain.startIndex + $0] }
  }

  private func linear(_ x: [Double], _ name: String) -> [Double] {
    let weights = tensor(name)
    return weights.withUnsafeBufferPointer { w in
      x.withUnsafeBufferPointer { x in
        (0..<w.count / x.count).map { row in
          var sum = 0.0
          for i in 0..<x.count { sum += w[row * x.count + i] * x[i] }
          return sum
        }
      }
    }
  }

  private func plus(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map { $0 + $1 } }

  private func tensor(_ name: String) -> ArraySlice<Double> {
    guard let tensor = layout.tensors.first(where: { $0.name == name }) else { return [] }
    return parameters[tensor.offset..<tensor.offset + tensor.count]
  }
}
