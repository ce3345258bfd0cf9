#pragma once
#include <stddef.h>
#include <stdint.h>

// What a code point is to Python (space, letter, digit, word character, line break), to
// datatrove's rules (symbol) and to spaCy's English tokenizer (the rest). The order is that of
// tools/word-tables/make_word_tables.py, which makes the table.
enum {
  CLASS_SPACE = 1 << 0,
  CLASS_ALPHA = 1 << 1,
  CLASS_SYMBOL = 1 << 2,
  CLASS_LETTER = 1 << 3,
  CLASS_LOWER = 1 << 4,
  CLASS_UPPER = 1 << 5,
  CLASS_PREFIX = 1 << 6,
  CLASS_SUFFIX = 1 << 7,
  CLASS_QUOTE = 1 << 8,
  CLASS_ICON = 1 << 9,
  CLASS_BEFORE_DOT = 1 << 10,
  CLASS_CURRENCY = 1 << 11,
  CLASS_HOST = 1 << 12,
  CLASS_DIGIT = 1 << 13,
  CLASS_WORD = 1 << 14,
  CLASS_LINE_BREAK = 1 << 15,
};

extern const uint8_t character_block[4352];
extern const uint16_t character_bits[];

static inline uint32_t character_class(uint32_t code) {
  return character_bits[((uint32_t)character_block[code >> 8] << 8) | (code & 0xFF)];
}

static inline uint32_t ascii_class(uint8_t byte) { return character_bits[byte]; }

/// A code point and its length in bytes.
typedef struct {
  uint32_t code;
  uint32_t length;
} character;

/// The code point at `p` < `end`. A byte that starts no valid sequence is U+FFFD of length 1, so
/// that invalid UTF-8 is walked through and never read past.
static inline character character_at(const uint8_t *p, const uint8_t *end) {
  uint32_t c = *p;
  if (c < 0x80) return (character){c, 1};
  ptrdiff_t left = end - p;
#define TAIL(i) ((p[i] & 0xC0) == 0x80)
  if (c >= 0xC2 && c < 0xE0 && left > 1 && TAIL(1))
    return (character){(c & 0x1F) << 6 | (p[1] & 0x3F), 2};
  if (c >= 0xE0 && c < 0xF0 && left > 2 && TAIL(1) && TAIL(2))
    return (character){(c & 0x0F) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3F), 3};
  if (c >= 0xF0 && c < 0xF5 && left > 3 && TAIL(1) && TAIL(2) && TAIL(3)) {
    uint32_t code =
        (c & 0x07) << 18 | (p[1] & 0x3Fu) << 12 | (p[2] & 0x3Fu) << 6 | (p[3] & 0x3F);
    if (code < 0x110000) return (character){code, 4};
  }
#undef TAIL
  return (character){0xFFFD, 1};
}

/// The code point that ends at `end`, not before `start` < `end`.
static inline character character_before(const uint8_t *start, const uint8_t *end) {
  if (end[-1] < 0x80) return (character){end[-1], 1};
  for (int back = 2; back <= 4 && end - back >= start; back++) {
    if ((end[-back] & 0xC0) == 0x80) continue;
    character c = character_at(end - back, end);
    if (c.length == (uint32_t)back) return c;
    break;
  }
  return (character){0xFFFD, 1};
}
