import Glibc

/// Angles of rotary positions: position times theta^(-2i / head size), as cosine and sine.
struct RotaryTable: Sendable {
  private let buffer: FloatBuffer
  private let half: Int
  private let positions: Int

  init(_ model: LlamaConfiguration) throws {
    half = model.headSize / 2
    positions = model.maxPositions
    buffer = try FloatBuffer(count: 2 * half * positions)
    for i in 0..<half {
      // The frequency is rounded to Float32, as the field's other implementations do.
      let frequency = Float(pow(model.ropeTheta, -2 * Double(i) / Double(model.headSize)))
      for position in 0..<positions {
        let angle = Double(Float(position) * frequency)
        buffer.base[position * half + i] = Float(Glibc.cos(angle))
        buffer.base[(positions + position) * half + i] = Float(Glibc.sin(angle))
      }
    }
  }

  /// `[positions, half]`
  var cosine: UnsafePointer<Float> { UnsafePointer(buffer.base) }
  var sine: UnsafePointer<Float> { UnsafePointer(buffer.base + positions * half) }
}
