#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>

// A pre-token as a key of a hash table: one of up to 15 bytes is its own key, of a longer one the
// key is a hash, and the bytes must be compared.
typedef struct {
  // The first 8 bytes, or the hash of a long pre-token.
  uint64_t low;
  // Bytes 8 to 14 and the length in the highest byte, which is never 0; or LONG.
  uint64_t high;
  uint64_t hash;
} key;

enum { SHORT = 15 };
static const uint64_t LONG = 0xFFull << 56;

static inline uint64_t mix(uint64_t a, uint64_t b) {
  __uint128_t product = (__uint128_t)(a ^ 0x9E3779B97F4A7C15) * (b ^ 0xD6E8FEB86659FD93);
  return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static const uint64_t low_masks[16] = {
    0, 0xFF, 0xFFFF, 0xFFFFFF, 0xFFFFFFFF, 0xFFFFFFFFFF, 0xFFFFFFFFFFFF, 0xFFFFFFFFFFFFFF,
    ~0ull, ~0ull, ~0ull, ~0ull, ~0ull, ~0ull, ~0ull, ~0ull};
static const uint64_t high_masks[16] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFFFF, 0xFFFFFF, 0xFFFFFFFF, 0xFFFFFFFFFF, 0xFFFFFFFFFFFF,
    0xFFFFFFFFFFFFFF};


static inline key long_key(const uint8_t *bytes, size_t length) {
  uint64_t hash = length;
  size_t i = 0;
  for (; i + 8 <= length; i += 8) {
    uint64_t word;
    memcpy(&word, bytes + i, 8);
    hash = mix(hash, word);
  }
  uint64_t word = 0;
  memcpy(&word, bytes + i, length - i);
  hash = mix(hash, word);
  return (key){hash, LONG, hash};
}

// Reads nothing at or behind `text + text_count`.
static inline __attribute__((always_inline)) key key_of(const uint8_t *text, size_t text_count,
                                                        size_t start, size_t end) {
  size_t length = end - start;
  if (length > SHORT) return long_key(text + start, length);
  uint64_t words[2];
  if (start + 16 <= text_count) {
    memcpy(words, text + start, 16);
  } else {
    words[0] = words[1] = 0;
    memcpy(words, text + start, length);
  }
  uint64_t low = words[0] & low_masks[length];
  uint64_t high = (words[1] & high_masks[length]) | (uint64_t)length << 56;
  return (key){low, high, mix(low, high)};
}
