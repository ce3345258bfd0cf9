#pragma once
#include <stdint.h>

// What a code point is to the methods of Python's `str` (Unicode 14). The order is that of
// tools/word-tables/make_character_traits.py, which makes the table.
enum {
  TRAIT_UPPER = 1 << 0,      // isupper
  TRAIT_LOWER = 1 << 1,      // islower
  TRAIT_TITLE = 1 << 2,      // a letter such as ǅ, neither upper nor lower
  TRAIT_DIGIT = 1 << 3,      // isdigit
  TRAIT_NUMERIC = 1 << 4,    // isnumeric
  TRAIT_ALNUM = 1 << 5,      // isalnum
  TRAIT_IGNORABLE = 1 << 6,  // what `lower` looks past to see whether a sigma ends a word
  TRAIT_CASED = 1 << 7,      // what it finds there to be a letter
};

extern const uint8_t trait_block[4352];
extern const uint8_t trait_bits[];

static inline uint32_t character_traits(uint32_t code) {
  return trait_bits[((uint32_t)trait_block[code >> 8] << 8) | (code & 0xFF)];
}
