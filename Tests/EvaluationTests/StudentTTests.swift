import Evaluation
import Testing

@Suite struct StudentTTests {
  /// Two-sided 95% and 99% points of the printed tables (Fisher & Yates 1963, table III).
  @Test(
    "quantiles are those of the printed tables",
    arguments: [
      (0.975, 1.0, 12.706), (0.975, 2, 4.303), (0.975, 3, 3.182), (0.975, 8, 2.306),
      (0.975, 30, 2.042), (0.995, 2, 9.925), (0.995, 10, 3.169), (0.95, 5, 2.015),
      (0.975, .infinity, 1.960), (0.995, .infinity, 2.576), (0.9995, 4, 8.610),
    ])
  func tables(probability: Double, freedom: Double, expected: Double) {
    let found = StudentT.quantile(probability, degreesOfFreedom: freedom)
    #expect(abs(found - expected) < 0.0006)
  }

  @Test("with many degrees of freedom the quantile is the normal one")
  func limit() {
    let many = StudentT.quantile(0.975, degreesOfFreedom: 1e7)
    #expect(abs(many - StudentT.quantile(0.975, degreesOfFreedom: .infinity)) < 1e-6)
  }

  @Test("a probability or a freedom out of range has no quantile")
  func outOfRange() {
    for (probability, freedom) in [(0.5, 3.0), (1, 3), (0.9, 0), (.nan, 3)] {
      #expect(StudentT.quantile(probability, degreesOfFreedom: freedom).isNaN)
    }
  }
}
