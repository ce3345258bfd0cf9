#pragma once
// Counts that tell mathematics, code, reasoning and plain prose apart, in one pass over the bytes.
#include <stddef.h>
#include <stdint.h>

/// What is counted. Words are runs of ASCII letters, compared without case.
typedef enum {
  DOMAIN_LINES,             ///< lines with something on them
  DOMAIN_INDENTED_LINES,    ///< of those: begin with a tab or two spaces
  DOMAIN_CODE_ENDS,         ///< of those: end with ; { } or with one of ( ) : after a bracket
  DOMAIN_CODE_STARTS,       ///< of those: begin with a word or sign of programs (def, import, //, #…)
  DOMAIN_NUMBERED_LINES,    ///< of those: begin with a number and . or )
  DOMAIN_WORDS,
  DOMAIN_FUNCTION_WORDS,    ///< the, of, and, to … : English prose
  DOMAIN_MATH_WORDS,        ///< theorem, lemma, polynomial, integral …
  DOMAIN_REASONING_WORDS,   ///< therefore, hence, suppose, because …
  DOMAIN_REASONING_PHRASES, ///< "we get", "we have" …, "step 3", "<think>"
  DOMAIN_LATEX_COMMANDS,    ///< a backslash and two letters or more
  DOMAIN_LATEX_MATH,        ///< of those: \frac, \sum, \alpha …
  DOMAIN_DOLLARS,
  DOMAIN_MATH_SYMBOLS,      ///< U+2200-22FF, raised and lowered digits, U+1D400-1D7FF
  DOMAIN_GREEK,             ///< U+0391-03C9
  DOMAIN_CODE_OPERATORS,    ///< () [] -> => :: == != && || += -= // /*
  DOMAIN_BRACES,            ///< { } ;
  DOMAIN_COMPOUND_NAMES,    ///< camelCase and snake_case joints
  DOMAIN_ARITHMETIC,        ///< = between a digit or closing bracket and a digit
  DOMAIN_COUNT
} domain_count;

/// Sets `counts[0 ..< DOMAIN_COUNT]` for a text. Any bytes are safe.
void text_domain_counts(const uint8_t *text, size_t byte_count, uint32_t *counts);
