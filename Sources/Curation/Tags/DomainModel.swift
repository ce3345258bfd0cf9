import Glibc
import TextKernels

/// The features of a text: shares of its lines, and ln(1 + count per 1,000 bytes) of the rest.
struct DomainFeatures {
  /// Shares of the lines that have something on them.
  var indentedLines: Float = 0
  var codeEnds: Float = 0
  var codeStarts: Float = 0
  var numberedLines: Float = 0
  /// Logarithms of rates.
  var functionWords: Float = 0
  var mathWords: Float = 0
  var reasoningWords: Float = 0
  var reasoningPhrases: Float = 0
  var latexCommands: Float = 0
  var latexMath: Float = 0
  var dollars: Float = 0
  var mathSymbols: Float = 0
  var greek: Float = 0
  var codeOperators: Float = 0
  var braces: Float = 0
  var compoundNames: Float = 0
  var arithmetic: Float = 0

  init() {}

  init(_ text: UnsafeRawBufferPointer) {
    guard let start = text.baseAddress?.assumingMemoryBound(to: UInt8.self), !text.isEmpty else {
      return
    }
    self = withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Int(DOMAIN_COUNT.rawValue)) {
      text_domain_counts(start, text.count, $0.baseAddress)
      return DomainFeatures(UnsafeBufferPointer($0), byteCount: text.count)
    }
  }

  /// - Parameter counts: what `text_domain_counts` counted in a text of so many bytes, at least one.
  init(_ counts: UnsafeBufferPointer<UInt32>, byteCount: Int) {
    func count(_ kind: domain_count) -> Float { Float(counts[Int(kind.rawValue)]) }
    let lines = max(1, count(DOMAIN_LINES))
    let scale = 1000 / Float(byteCount)
    func rate(_ kind: domain_count) -> Float { log1p(count(kind) * scale) }
    indentedLines = count(DOMAIN_INDENTED_LINES) / lines
    codeEnds = count(DOMAIN_CODE_ENDS) / lines
    codeStarts = count(DOMAIN_CODE_STARTS) / lines
    numberedLines = count(DOMAIN_NUMBERED_LINES) / lines
    functionWords = rate(DOMAIN_FUNCTION_WORDS)
    mathWords = rate(DOMAIN_MATH_WORDS)
    reasoningWords = rate(DOMAIN_REASONING_WORDS)
    reasoningPhrases = rate(DOMAIN_REASONING_PHRASES)
    latexCommands = rate(DOMAIN_LATEX_COMMANDS)
    latexMath = rate(DOMAIN_LATEX_MATH)
    dollars = rate(DOMAIN_DOLLARS)
    mathSymbols = rate(DOMAIN_MATH_SYMBOLS)
    greek = rate(DOMAIN_GREEK)
    codeOperators = rate(DOMAIN_CODE_OPERATORS)
    braces = rate(DOMAIN_BRACES)
    compoundNames = rate(DOMAIN_COMPOUND_NAMES)
    arithmetic = rate(DOMAIN_ARITHMETIC)
  }
}

/// A logistic combination of features. Features that are not named have weight 0.
///
/// The weights were fitted, one domain against the rest, to half of the pieces of LaTeX books, word
/// problems, functions in six languages, novels, Wikipedia articles and the manuals of sixteen
/// programs, each source with the weight of the square root of its pieces; with bounds that keep the
/// signs a reader expects (a theorem never speaks against mathematics); and rounded to one decimal.
struct DomainModel: Sendable {
  private let bias: Float
  private let terms: @Sendable (DomainFeatures) -> Float

  func score(_ features: DomainFeatures) -> Float { 1 / (1 + exp(-bias - terms(features))) }

  static let math = DomainModel(bias: -3.7) { f in
    let words = 2.2 * f.mathWords + 0.8 * f.reasoningWords
    let latex = 1.0 * f.latexCommands + 0.5 * f.latexMath + 0.5 * f.dollars
    let signs = 1.5 * f.mathSymbols + 1.2 * f.greek + 0.2 * f.arithmetic
    let code = -5.9 * f.codeStarts - 0.6 * f.codeEnds - 0.6 * f.codeOperators
    return words + latex + signs + code + 0.2 * f.indentedLines
  }

  static let code = DomainModel(bias: -1.6) { f in
    let lines = 9.1 * f.codeStarts + 5.4 * f.codeEnds + 3.0 * f.indentedLines
    let signs = 1.0 * f.compoundNames + 0.2 * f.codeOperators + 0.2 * f.braces
    let words = -1.0 * f.functionWords - 0.8 * f.mathWords - 2.3 * f.reasoningWords
    let latex = -1.7 * f.latexCommands - 0.6 * f.latexMath - 0.9 * f.mathSymbols
    return lines + signs + words + latex
  }

  static let reasoning = DomainModel(bias: -4.4) { f in
    let words = 2.2 * f.reasoningWords + 2.5 * f.reasoningPhrases
    let sums = 4.4 * f.arithmetic + 1.0 * f.dollars
    let code = -2.3 * f.codeOperators - 1.2 * f.codeStarts - 0.2 * f.compoundNames
    return words + sums + code
  }

  static let general = DomainModel(bias: 0) { f in
    let words = 0.6 * f.functionWords + 0.3 * f.reasoningWords + 0.3 * f.reasoningPhrases
    let math = -3.8 * f.mathWords - 1.8 * f.latexCommands - 0.8 * f.dollars - 0.9 * f.mathSymbols
    let code = -8.5 * f.codeStarts - 6.2 * f.codeEnds - 0.2 * f.indentedLines
    return words + math + code + 0.5 * f.numberedLines - 0.5 * f.compoundNames - 3.2 * f.arithmetic
  }

  private init(bias: Float, _ terms: @escaping @Sendable (DomainFeatures) -> Float) {
    self.bias = bias
    self.terms = terms
  }
}
