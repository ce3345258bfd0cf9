import TextKernels

extension SignalGroup {
  /// How much of a text is mathematics, by its signs and words; OpenWebMath's model for that
  /// (MathScore) is not part of the program.
  static let mathematics = SignalGroup(
    signals: [
      .init(
        "latex_command_count", "commands", "A backslash and two letters or more.",
        paper: Paper.openWebMath),
      .init(
        "latex_math_command_count", "commands",
        "LaTeX commands of formulas, such as \\frac, \\sum and \\alpha.", paper: Paper.openWebMath),
      .init(
        "math_symbol_ratio", "share of code points",
        "Mathematical operators, raised and lowered digits and mathematical letters of Unicode."),
      .init(
        "math_word_count", "words",
        "Words of mathematics such as theorem, lemma, proof, polynomial and matrix."),
      .init("tag_math", "score from 0 to 1", "The domain tags' score for mathematics."),
      .init("tag_code", "score from 0 to 1", "The domain tags' score for source code."),
    ], needsWords: false
  ) { anatomy, values in
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Int(DOMAIN_COUNT.rawValue)) { counts in
      text_domain_counts(anatomy.parts.pointee.text, anatomy.byteCount, counts.baseAddress)
      values[0] = Float(counts[Int(DOMAIN_LATEX_COMMANDS.rawValue)])
      values[1] = Float(counts[Int(DOMAIN_LATEX_MATH.rawValue)])
      values[2] = ratio(
        counts[Int(DOMAIN_MATH_SYMBOLS.rawValue)], of: anatomy.characterCount)
      values[3] = Float(counts[Int(DOMAIN_MATH_WORDS.rawValue)])
      let features =
        anatomy.byteCount == 0
        ? DomainFeatures()
        : DomainFeatures(UnsafeBufferPointer(counts), byteCount: anatomy.byteCount)
      values[4] = DomainModel.math.score(features)
      values[5] = DomainModel.code.score(features)
    }
  }

  /// What tells a page about mathematics in English from the frame of a site and from other
  /// languages (Paster et al. 2023, arXiv:2310.06786).
  static let mathPage = SignalGroup(
    signals: [
      .init(
        "accent_ratio", "share of code points",
        "The letters ü ï ö ê ä â î û ô è é à in either case.",
        paper: Paper.openWebMath),
      .init(
        "boilerplate_line_ratio", "share of lines",
        "Lines with more than 0.18 or more than 10 of their words in phrases such as all rights "
          + "reserved, and without signs of formulas or code; blank lines left out.",
        paper: Paper.openWebMath),
    ], needsWords: false
  ) { anatomy, values in
    let text = anatomy.parts.pointee.text
    values[0] = ratio(text_accents(text, anatomy.byteCount), of: anatomy.characterCount)
    let lines = text_boilerplate_lines(text, anatomy.byteCount)
    values[1] = ratio(lines.boilerplate, of: lines.lines)
  }
}
