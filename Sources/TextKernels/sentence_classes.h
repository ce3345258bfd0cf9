#pragma once
#include <stdint.h>

// What a code point is to spaCy's sentencizer and to datatrove's rule of line ends. Tables are made
// by tools/word-tables/make_word_tables.py.
enum {
  /// Punctuation of Unicode (category P); a token of nothing else starts no sentence.
  SENTENCE_PUNCTUATION = 1 << 0,
  /// Alone in a token it ends a sentence.
  SENTENCE_MARK = 1 << 1,
  /// datatrove's terminal punctuation.
  SENTENCE_TERMINAL = 1 << 2,
};

extern const uint8_t sentence_block[4352];
extern const uint8_t sentence_bits[];

static inline uint32_t sentence_class(uint32_t code) {
  return sentence_bits[((uint32_t)sentence_block[code >> 8] << 8) | (code & 0xFF)];
}
