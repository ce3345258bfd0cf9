import Glibc
import KernelLevel
import TensorKernels
import Testing

/// Each kernel at each level that this processor has, against plain loops in Float64.
@Suite struct TensorKernelsTests {
  static let levels = ["portable", "avx2", "avx512"].filter { (level: String) in
    tensor_kernels_named(level) != nil
  }
  static let widths = Array(1...35) + [64, 67, 128, 1000]

  private func table(_ level: String) throws -> tensor_kernel_table {
    try #require(tensor_kernels_named(level)).pointee
  }

  /// Repeatable numbers in [-scale, scale].
  private func numbers(_ count: Int, _ seed: UInt64, scale: Float = 1) -> [Float] {
    var state = seed &* 0x9e37_79b9_7f4a_7c15 | 1
    return (0..<count).map { _ in
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return scale * (Float(state >> 40) / Float(1 << 23) - 1)
    }
  }

  private func expectClose(
    _ found: [Float], _ expected: [Double], within tolerance: Double = 2e-6,
    _ what: String = "", sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(found.count == expected.count, sourceLocation: sourceLocation)
    for (index, (a, b)) in zip(found, expected).enumerated()
    where !(abs(Double(a) - b) <= tolerance * max(1, abs(b))) {
      Issue.record("\(what)[\(index)] is \(a), not \(b)", sourceLocation: sourceLocation)
      return
    }
  }

  @Test("this process uses a known level")
  func level() {
    #expect(["portable", "avx2", "avx512"].contains(String(cString: kernel_level_name())))
  }

  @Test("root-mean-square norm, with and without the residual, agrees", arguments: levels)
  func rmsNorm(level: String) throws {
    let kernels = try table(level)
    for width in Self.widths {
      let rows = 3
      let (x, update) = (numbers(rows * width, 1), numbers(rows * width, 2))
      let gain = numbers(width, 3)
      var (sum, y, inverse) = (x, x, numbers(rows, 4))
      kernels.residual_rms_norm(&sum, &y, &inverse, x, update, gain, rows, width, 1e-5)
      var (plainSum, plainY, plainInverse): ([Double], [Double], [Double]) = ([], [], [])
      for t in 0..<rows {
        let row = (0..<width).map { Double(x[t * width + $0] + update[t * width + $0]) }
        let mean = row.reduce(0) { $0 + $1 * $1 } / Double(width)
        let scale = 1 / (mean + 1e-5).squareRoot()
        plainSum += row
        plainInverse.append(scale)
        plainY += (0..<width).map { row[$0] * scale * Double(gain[$0]) }
      }
      expectClose(sum, plainSum, "sum")
      expectClose(inverse, plainInverse, "inverse")
      expectClose(y, plainY, "y")
      var (again, againInverse) = (y, inverse)
      kernels.rms_norm(&again, &againInverse, sum, gain, rows, width, 1e-5)
      expectClose(again, plainY, "y without residual")
    }
  }

  @Test("the norm's gradient is that of its formula and is added", arguments: levels)
  func rmsNormBackward(level: String) throws {
    let kernels = try table(level)
    for width in Self.widths {
      let rows = 2
      let (x, dy, gain) = (numbers(rows * width, 5), numbers(rows * width, 6), numbers(width, 7))
      var (y, inverse) = (x, [Float](repeating: 0, count: rows))
      kernels.rms_norm(&y, &inverse, x, gain, rows, width, 1e-5)
      var (dx, dgain) = (numbers(rows * width, 8), numbers(width, 9))
      var (plainDX, plainDGain) = (dx.map(Double.init), dgain.map(Double.init))
      for t in 0..<rows {
        let scale = Double(inverse[t])
        let at = { (d: Int) in t * width + d }
        let dot = (0..<width).reduce(0.0) {
          $0 + Double(dy[at($1)]) * Double(gain[$1]) * Double(x[at($1)]) * scale
        }
        for d in 0..<width {
          let hat = Double(x[at(d)]) * scale
          plainDGain[d] += Double(dy[at(d)]) * hat
          plainDX[at(d)] +=
            scale * (Double(dy[at(d)]) * Double(gain[d]) - hat * dot / Double(width))
        }
      }
      kernels.rms_norm_backward(&dx, &dgain, dy, x, inverse, gain, rows, width)
      expectClose(dx, plainDX, within: 2e-5, "dx")
      expectClose(dgain, plainDGain, within: 2e-5, "dgain")
    }
  }

  @Test("a rotation turns each pair by its angle and is undone by its reverse", arguments: levels)
  func rotary(level: String) throws {
    let kernels = try table(level)
    for headSize in [2, 6, 16, 32, 64] {
      let (rows, length, heads, half) = (5, 3, 2, headSize / 2)
      let stride = heads * headSize + 7
      let angles = numbers(length * half, 10, scale: 3)
      let (cosine, sine) = (angles.map { cosf($0) }, angles.map { sinf($0) })
      let x = numbers(rows * stride, 11)
      var turned = x
      kernels.rotary(&turned, cosine, sine, rows, length, heads, headSize, stride, 1)
      var plain = x.map(Double.init)
      for t in 0..<rows {
        for h in 0..<heads {
          for i in 0..<half {
            let (low, angle) = (t * stride + h * headSize + i, (t % length) * half + i)
            let (a, b) = (Double(x[low]), Double(x[low + half]))
            let (c, s) = (Double(cosine[angle]), Double(sine[angle]))
            (plain[low], plain[low + half]) = (a * c - b * s, b * c + a * s)
          }
        }
      }
      expectClose(turned, plain, "turned")
      kernels.rotary(&turned, cosine, sine, rows, length, heads, headSize, stride, -1)
      expectClose(turned, x.map(Double.init), "turned back")
    }
  }

  @Test(
    "causal weights sum to 1, see no later key, and have the formula's gradient",
    arguments: levels)
  func causalSoftmax(level: String) throws {
    let kernels = try table(level)
    for first in [0, 1, 5, 16, 40] {
      for rows in [1, 4, 9] {
        let (keys, scale) = (first + rows, Float(0.3))
        let (scores, dp) = (numbers(rows * keys, 12, scale: 40), numbers(rows * keys, 13))
        var (weights, logSums) = (scores, [Float](repeating: 0, count: rows * 2))
        kernels.causal_softmax(&weights, &logSums, 2, rows, keys, first, scale)
        var (plain, plainDS) = ([Double](), [Double]())
        for i in 0..<rows {
          let seen = (0...(first + i)).map { Double(scores[i * keys + $0]) * 0.3 }
          let most = seen.max() ?? 0
          let sum = seen.reduce(0) { $0 + exp($1 - most) }
          #expect(abs(Double(logSums[2 * i]) - (most + log(sum))) < 1e-5)
          let p = seen.map { exp($0 - most) / sum } + Array(repeating: 0, count: rows - 1 - i)
          let dot = (0..<keys).reduce(0.0) { $0 + p[$1] * Double(dp[i * keys + $1]) }
          plain += p
          plainDS += (0..<keys).map { p[$0] * (Double(dp[i * keys + $0]) - dot) * 0.3 }
        }
        expectClose(weights, plain, within: 3e-6, "weights")
        var (again, dscores) = (scores, dp)
        kernels.causal_softmax_backward(
          &again, &dscores, logSums, 2, rows, keys, first, scale)
        expectClose(again, plain, within: 1e-5, "weights again")
        expectClose(dscores, plainDS, within: 1e-5, "dscores")
      }
    }
  }

  @Test("SwiGLU and its gradient agree, also far from zero", arguments: levels)
  func swiglu(level: String) throws {
    let kernels = try table(level)
    for width in Self.widths {
      let rows = 2
      let scale: Float = width % 2 == 0 ? 3 : 200
      let (gateUp, dy) = (numbers(rows * 2 * width, 14, scale: scale), numbers(rows * width, 15))
      var y = dy
      kernels.swiglu(&y, gateUp, rows, width)
      var gradient = gateUp
      kernels.swiglu_backward(&gradient, dy, rows, width)
      var (plainY, plainGradient) = ([Double](), [Double]())
      for t in 0..<rows {
        let gate = (0..<width).map { Double(gateUp[t * 2 * width + $0]) }
        let up = (0..<width).map { Double(gateUp[t * 2 * width + width + $0]) }
        let d = (0..<width).map { Double(dy[t * width + $0]) }
        let sigmoid = gate.map { 1 / (1 + exp(-$0)) }
        plainY += (0..<width).map { gate[$0] * sigmoid[$0] * up[$0] }
        plainGradient += (0..<width).map { f in
          let slope = sigmoid[f] * (1 + gate[f] * (1 - sigmoid[f]))
          return d[f] * up[f] * slope
        }
        plainGradient += (0..<width).map { d[$0] * gate[$0] * sigmoid[$0] }
      }
      expectClose(y, plainY, within: 3e-6, "y")
      expectClose(gradient, plainGradient, within: 1e-5, "gradient")
    }
  }

  @Test("exponentials of rows are relative to the row's maximum", arguments: levels)
  func expRows(level: String) throws {
    let kernels = try table(level)
    for width in Self.widths {
      let rows = 3
      let logits = numbers(rows * width, 16, scale: 60)
      var (values, maxima) = (logits, [Float](repeating: 0, count: rows))
      var sums = maxima
      kernels.exp_rows(&values, &maxima, &sums, rows, width)
      for t in 0..<rows {
        let row = logits[t * width..<(t + 1) * width]
        #expect(maxima[t] == row.max())
        let plain = row.map { exp(Double($0) - Double(maxima[t])) }
        expectClose(Array(values[t * width..<(t + 1) * width]), plain, within: 3e-7, "value")
        #expect(abs(Double(sums[t]) / plain.reduce(0, +) - 1) < 1e-6)
      }
    }
  }

  @Test("row scaling, sums and sums of squares agree", arguments: levels)
  func sums(level: String) throws {
    let kernels = try table(level)
    for width in Self.widths {
      let rows = 2
      let (x, start) = (numbers(rows * width, 17), numbers(rows * width, 18))
      let scales = numbers(rows, 19)
      let scaled = x.enumerated().map { Double($1) * Double(scales[$0 / width]) }
      var y = start
      kernels.scale_rows(&y, x, scales, rows, width)
      expectClose(y, scaled)
      y = start
      kernels.add_scaled_rows(&y, x, scales, rows, width)
      expectClose(y, zip(start, scaled).map { Double($0) + $1 })
      y = start
      kernels.add(&y, x, rows * width)
      expectClose(y, zip(start, x).map { Double($0) + Double($1) })
      y = start
      kernels.add_scaled(&y, x, 0.25, rows * width)
      expectClose(y, zip(start, x).map { Double($0) + Double($1) / 4 })
    }
    let x = numbers(5000, 20)
    let plain = x.reduce(0.0) { $0 + Double($1) * Double($1) }
    #expect(abs(kernels.sum_of_squares(x, 5000) / plain - 1) < 1e-6)
    #expect(kernels.sum_of_squares(x, 0) == 0)
  }

  @Test("three AdamW steps agree with the paper's formula", arguments: levels)
  func adamw(level: String) throws {
    let kernels = try table(level)
    for count in [1, 7, 8, 33, 100] {
      var p = numbers(count, 21)
      var (m, v) = ([Float](repeating: 0, count: count), [Float](repeating: 0, count: count))
      var (plainP, plainM, plainV) = (p.map(Double.init), m.map(Double.init), v.map(Double.init))
      for step in 1...3 {
        let g = numbers(count, UInt64(21 + step))
        var settings = adamw_settings(
          learning_rate: 0.01, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weight_decay: 0.1,
          correction1: 1 / (1 - powf(0.9, Float(step))),
          correction2: 1 / (1 - powf(0.95, Float(step))), gradient_scale: 0.5)
        kernels.adamw(&p, &m, &v, g, count, &settings)
        for i in 0..<count {
          let slope = Double(g[i]) * 0.5
          plainM[i] = 0.9 * plainM[i] + 0.1 * slope
          plainV[i] = 0.95 * plainV[i] + 0.05 * slope * slope
          let mean = plainM[i] / (1 - pow(0.9, Double(step)))
          let square = plainV[i] / (1 - pow(0.95, Double(step)))
          let change = 0.01 * mean / (square.squareRoot() + 1e-8)
          plainP[i] = plainP[i] * (1 - 0.01 * 0.1) - change
        }
      }
      expectClose(p, plainP, within: 1e-5, "parameters")
      expectClose(m, plainM, "first moment")
      expectClose(v, plainV, "second moment")
    }
  }

  @Test("every 16-bit float becomes its exact value", arguments: levels)
  func conversion(level: String) throws {
    let kernels = try table(level)
    let all = (0...UInt16.max).map { $0 }
    var values = [Float](repeating: 0, count: all.count)
    kernels.from_bfloat16(&values, all, all.count)
    #expect(zip(all, values).allSatisfy { $1.bitPattern == UInt32($0) << 16 })
    kernels.from_float16(&values, all, all.count)
    for (bits, value) in zip(all, values) {
      let expected = Float(Float16(bitPattern: bits))
      if !(value == expected || value.isNaN && expected.isNaN) {
        Issue.record("\(bits) became \(value), not \(expected)")
        return
      }
    }
  }
}
