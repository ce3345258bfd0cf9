import COpenBLAS

/// Float32 matrix products on one thread; workers call them side by side.
public enum MatrixProduct {
  /// Set once: the library's own threads would compete with our workers.
  private static let singleThreaded: Void = openblas_set_num_threads(1)

  /// Must be called before the first product of a process.
  public static func prepare() { singleThreaded }

  /// The processor for which the library chose its kernels, for example "Zen".
  public static var coreName: String { String(cString: openblas_get_corename()) }

  /// `c[m,n] = a · b`, or `c += a · b`.
  ///
  /// - Parameters:
  ///   - a: `[m,k]`, or `[k,m]` where `transposeA`; rows are `strideA` numbers apart.
  ///   - b: `[k,n]`, or `[n,k]` where `transposeB`.
  @inline(__always)
  static func compute(
    _ m: Int, _ n: Int, _ k: Int,
    _ a: UnsafePointer<Float>, _ strideA: Int, transposeA: Bool = false,
    _ b: UnsafePointer<Float>, _ strideB: Int, transposeB: Bool = false,
    into c: UnsafeMutablePointer<Float>, _ strideC: Int, accumulate: Bool = false
  ) {
    cblas_sgemm(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans,
      transposeB ? CblasTrans : CblasNoTrans, blasint(m), blasint(n), blasint(k), 1, a,
      blasint(strideA), b, blasint(strideB), accumulate ? 1 : 0, c, blasint(strideC))
  }

  /// A linear layer, forward: `y[T,out] = x[T,in] · w[out,in]ᵀ`.
  @inline(__always)
  static func linear(
    _ x: UnsafePointer<Float>, _ w: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>,
    rows: Int, input: Int, output: Int
  ) {
    compute(rows, output, input, x, input, w, input, transposeB: true, into: y, output)
  }

  /// A linear layer, gradient of its input: `dx[T,in] = dy[T,out] · w[out,in]`.
  @inline(__always)
  static func linearInputGradient(
    _ dy: UnsafePointer<Float>, _ w: UnsafePointer<Float>, into dx: UnsafeMutablePointer<Float>,
    rows: Int, input: Int, output: Int
  ) {
    compute(rows, input, output, dy, output, w, input, into: dx, input)
  }

  /// A linear layer, gradient of its weights: `dw[out,in] (+)= dy[T,out]ᵀ · x[T,in]`.
  @inline(__always)
  static func linearWeightGradient(
    _ dy: UnsafePointer<Float>, _ x: UnsafePointer<Float>, into dw: UnsafeMutablePointer<Float>,
    rows: Int, input: Int, output: Int, accumulate: Bool
  ) {
    compute(
      output, input, rows, dy, output, transposeA: true, x, input, into: dw, input,
      accumulate: accumulate)
  }
}
