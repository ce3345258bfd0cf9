#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/// The word of 2 to 4 bytes at `p` as one number, with `fold` 0x20202020 in lower case.
static inline uint32_t short_word(const uint8_t *p, size_t length, uint32_t fold) {
  uint32_t word = 0;
  for (size_t i = 0; i < length; i++) word |= (uint32_t)p[i] << (8 * i);
  return word | (fold & (length == 2 ? 0xFFFF : length == 3 ? 0xFFFFFF : ~0u));
}

#define SHORT_WORD(a, b, c, d) \
  ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 | (uint32_t)(d) << 24)

/// Whether a word of `length` bytes is one of the eight of Gopher's rule.
static inline bool is_stop_word(const uint8_t *p, size_t length, uint32_t fold) {
  if (length < 2 || length > 4) return false;
  switch (short_word(p, length, fold)) {
    case SHORT_WORD('t', 'h', 'e', 0):
    case SHORT_WORD('b', 'e', 0, 0):
    case SHORT_WORD('t', 'o', 0, 0):
    case SHORT_WORD('o', 'f', 0, 0):
    case SHORT_WORD('a', 'n', 'd', 0):
    case SHORT_WORD('t', 'h', 'a', 't'):
    case SHORT_WORD('h', 'a', 'v', 'e'):
    case SHORT_WORD('w', 'i', 't', 'h'): return true;
    default: return false;
  }
}
