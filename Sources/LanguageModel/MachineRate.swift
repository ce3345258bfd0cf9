/// What this machine's matrix products reach: the measure for a trainer's speed.
public enum MachineRate {
  /// Floating-point operations a second of large products, one on each worker at a time, best of a
  /// few rounds; takes about a fifth of a second.
  public static func matrixProducts(workers: Workers) throws -> Double {
    let size = 1024
    MatrixProduct.prepare()
    let buffers = try (0..<workers.count).map { _ in try FloatBuffer(count: 3 * size * size) }
    for buffer in buffers { buffer.numbers.update(repeating: 0.5) }
    var best = 0.0
    for _ in 0..<4 {
      let start = ContinuousClock.now
      workers.forEach(workers.count) { _, index in
        let (a, area) = (buffers[index].base, size * size)
        MatrixProduct.linear(
          a, a + area, into: a + 2 * area, rows: size, input: size, output: size)
      }
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      best = max(best, 2 * Double(size * size * size * workers.count) / seconds)
    }
    return best
  }
}
