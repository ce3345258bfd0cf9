import Glibc

/// Student's t distribution: how far a mean of few observations may lie from the truth.
public enum StudentT {
  /// The t that a variable with these degrees of freedom stays below with `probability`.
  ///
  /// - Parameters:
  ///   - probability: above 0.5 and below 1.
  ///   - degreesOfFreedom: at least 1; `.infinity` for the normal distribution.
  public static func quantile(_ probability: Double, degreesOfFreedom: Double) -> Double {
    guard probability > 0.5, probability < 1, degreesOfFreedom >= 1 else { return .nan }
    var (low, high) = (0.0, 1.0)
    while distribution(high, degreesOfFreedom) < probability { high *= 2 }
    while high - low > 1e-12 * high {
      let middle = (low + high) / 2
      if middle == low || middle == high { break }
      if distribution(middle, degreesOfFreedom) < probability {
        low = middle
      } else {
        high = middle
      }
    }
    return high
  }

  /// The probability of a value below `t`, for t from 0.
  static func distribution(_ t: Double, _ degreesOfFreedom: Double) -> Double {
    if degreesOfFreedom.isInfinite { return 0.5 + 0.5 * erf(t / 2.squareRoot()) }
    let x = degreesOfFreedom / (degreesOfFreedom + t * t)
    return 1 - 0.5 * incompleteBeta(degreesOfFreedom / 2, 0.5, x)
  }

  /// The regularised incomplete beta function by its continued fraction, evaluated by Lentz's
  /// method on the side where it converges fast.
  static func incompleteBeta(_ a: Double, _ b: Double, _ x: Double) -> Double {
    if x <= 0 { return 0 }
    if x >= 1 { return 1 }
    let scale = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    return x < (a + 1) / (a + b + 2)
      ? scale * fraction(a, b, x) / a : 1 - scale * fraction(b, a, 1 - x) / b
  }

  private static func fraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
    let least = 1e-300
    func bounded(_ value: Double) -> Double { abs(value) < least ? least : value }
    var c = 1.0
    var d = 1 / bounded(1 - (a + b) * x / (a + 1))
    var result = d
    for m in 1...500 {
      let m = Double(m)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      for term in [even, odd] {
        d = 1 / bounded(1 + term * d)
        c = bounded(1 + term / c)
        result *= c * d
      }
      if abs(c * d - 1) < 1e-15 { break }
    }
    return result
  }
}
