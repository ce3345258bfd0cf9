extension SignalEvidence {
  /// What finds the places of a signal, by its name. A signal that is not listed has none: it speaks
  /// of the whole text (its length, its language) or of what is not there. The places of a count that
  /// an edit takes are in the text before the edit: those listed here, or else the edit's changes.
  static let all: [String: SignalEvidence] = [
    // Gopher, as in datatrove.
    "alpha_word_ratio": wordsWithoutLetters(.low),
    "bullet_line_ratio": lines(startingWith: ["•", "-"]),
    "dup_line_char_frac": repeatedSegments,
    "dup_line_frac": repeatedSegments,
    "dup_para_char_frac": repeatedParagraphs,
    "dup_para_frac": repeatedParagraphs,
    "ellipsis_line_ratio": lines(endingWith: ["...", "…"]),
    "ellipsis_ratio": ellipses,
    "hash_ratio": hashSigns,
    // Source code.
    "alphanumeric_ratio": runsOfSymbols,
    "max_line_length": longestLine,
    // C4 and FineWeb.
    "c4_curly_bracket": occurrences(of: ["{"]),
    "c4_lorem_ipsum": occurrences(of: ["lorem ipsum"]),
    "char_dup_ratio": repeatedSegments,
    "line_punct_ratio": segmentsWithoutEndMark,
    "list_ratio": shortLines(30),
    "short_line_ratio": shortLines(30),
    // Dolma.
    "dolma_alpha_word_ratio": wordsWithoutLetters(.low),
    "dolma_bullet_line_ratio": lines(startingWith: ["*", "-"]),
    "dolma_dup_line_char_frac": repeatedSegments,
    "dolma_dup_line_frac": repeatedSegments,
    "dolma_ellipsis_line_ratio": lines(endingWith: ["…"]),
    "dolma_has_curly_brace": occurrences(of: ["{"]),
    "dolma_has_javascript": occurrences(of: ["javascript"]),
    "dolma_has_lorem_ipsum": occurrences(of: ["lorem ipsum"]),
    "dolma_no_end_char_ratio": lines(notEndingWith: [".", "?", "!", "\""], .high),
    "dolma_no_end_line_ratio": lines(notEndingWith: [".", "?", "!", "\""], .high),
    "dolma_short_line_char_ratio": linesOfFewWords(3),
    "dolma_short_line_ratio": linesOfFewWords(3),
    "dolma_symbol_word_ratio": occurrences(of: ["#", "…"]),
    // DCLM.
    "dclm_bullet_line_ratio": lines(startingWith: ["●", "•", "*", "-"]),
    "dclm_dup_line_char_frac": repeatedSegments,
    "dclm_dup_line_frac": repeatedSegments,
    "dclm_dup_para_char_frac": repeatedParagraphs,
    "dclm_dup_para_frac": repeatedParagraphs,
    "dclm_ellipsis_line_ratio": lines(endingWith: ["...", ". . .", "…"]),
    "dclm_non_alpha_word_ratio": wordsWithoutLetters(.high),
    "dclm_symbol_ratio": occurrences(of: ["#", "...", ". . .", "…"]),
    // RedPajama-V2.
    "rps_doc_curly_bracket": occurrences(of: ["{", "}"]),
    "rps_doc_frac_lines_end_with_ellipsis": lines(endingWith: ["...", "…"]),
    "rps_doc_frac_no_alph_words": wordsWithoutLetters(.high),
    "rps_doc_lorem_ipsum": occurrences(of: ["lorem ipsum"]),
    "rps_doc_symbol_to_word_ratio": occurrences(of: ["#", "...", "…"]),
    "rps_lines_ending_with_terminal_punctution_mark":
      lines(notEndingWith: [".", "!", "?", "”"], .low),
    "rps_lines_javascript_counts": occurrences(of: ["javascript"]),
    "rps_lines_start_with_bulletpoint":
      lines(startingWith: ["•", "‣", "▶", "◀", "◦", "■", "□", "▪", "▫", "–"]),
  ].merging(grams) { first, _ in first }

  /// Repeated n-grams. Where all copies count, the later ones are shown.
  private static let grams: [String: SignalEvidence] = {
    var grams: [String: SignalEvidence] = [:]
    for n in 2...4 {
      for name in ["top_\(n)_gram", "dclm_top_\(n)_gram", "rps_doc_frac_chars_top_\(n)gram"] {
        grams[name] = topGram(n)
      }
    }
    for n in 5...10 {
      for name in ["dup_\(n)_gram", "dclm_dup_\(n)_gram", "rps_doc_frac_chars_dupe_\(n)grams"] {
        grams[name] = duplicateGrams(n)
      }
    }
    return grams
  }()

  /// How the reasons of those changes of an edit begin that explain one of its counts; all changes
  /// explain a count that is not listed.
  static let changeReasons: [String: [String]] = [
    "c4_citations": ["citation"],
    "c4_few_word_lines": ["line of few words"],
    "c4_javascript_lines": ["javascript line"],
    "c4_kept_lines": ["line", "javascript line", "policy line"],
    "c4_long_word_lines": ["line with a long word"],
    "c4_policy_lines": ["policy line"],
    "c4_sentence_count": ["line", "javascript line", "policy line"],
    "c4_unended_lines": ["line without end punctuation"],
  ]
}
