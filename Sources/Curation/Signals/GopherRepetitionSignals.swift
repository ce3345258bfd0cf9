import TextKernels

extension SignalGroup {
  /// Gopher's repetition measurements as datatrove takes them. Rae et al. 2021, arXiv:2112.11446.
  static let gopherRepetition = SignalGroup(
    names: [
      "dup_para_frac", "dup_para_char_frac", "dup_line_frac", "dup_line_char_frac", "top_2_gram",
      "top_3_gram", "top_4_gram", "dup_5_gram", "dup_6_gram", "dup_7_gram", "dup_8_gram",
      "dup_9_gram", "dup_10_gram",
    ], needsWords: true
  ) { anatomy, values in
    let parts = anatomy.parts
    var paragraphs = anatomy_duplicates()
    var lines = anatomy_duplicates()
    var grams = anatomy_repetition()
    guard text_anatomy_duplicates(parts, &parts.pointee.paragraphs, &paragraphs),
      text_anatomy_duplicates(parts, &parts.pointee.segments, &lines),
      text_anatomy_repetition(parts, &grams)
    else { throw TextAnatomy.noMemory(anatomy.byteCount) }
    let characters = anatomy.characterCount
    values[0] = ratio(paragraphs.parts, of: parts.pointee.paragraphs.count)
    values[1] = ratio(paragraphs.characters, of: characters)
    values[2] = ratio(lines.parts, of: parts.pointee.segments.count)
    values[3] = ratio(lines.characters, of: characters)
    values[4] = ratio(grams.top.0, of: characters)
    values[5] = ratio(grams.top.1, of: characters)
    values[6] = ratio(grams.top.2, of: characters)
    values[7] = ratio(grams.duplicate.0, of: characters)
    values[8] = ratio(grams.duplicate.1, of: characters)
    values[9] = ratio(grams.duplicate.2, of: characters)
    values[10] = ratio(grams.duplicate.3, of: characters)
    values[11] = ratio(grams.duplicate.4, of: characters)
    values[12] = ratio(grams.duplicate.5, of: characters)
  }
}
