#include "bloom_bits.h"

/// Keys whose bits are fetched before the first of them is looked up: a filter is far larger than a
/// cache, and one miss after the other would be the whole time.
enum { AHEAD = 16 };

static inline uint64_t place_of(uint64_t hash, uint64_t bit_count) {
  return (uint64_t)((unsigned __int128)hash * bit_count >> 64);
}

static inline void fetch(
    const uint64_t *words, uint64_t bit_count, unsigned hashes, const uint64_t *key) {
  uint64_t hash = key[0], step = key[1] | 1;
  for (unsigned i = 0; i < hashes; i++, hash += step)
    __builtin_prefetch(words + place_of(hash, bit_count) / 64, 1);
}

void bloom_test_and_set(
    uint64_t *words, uint64_t bit_count, unsigned hashes, const uint64_t *keys, size_t count,
    uint8_t *seen) {
  size_t fetched = 0;
  for (size_t i = 0; i < count; i++) {
    for (; fetched < count && fetched < i + AHEAD; fetched++)
      fetch(words, bit_count, hashes, keys + fetched * 2);
    uint64_t hash = keys[i * 2], step = keys[i * 2 + 1] | 1, all = 1;
    for (unsigned k = 0; k < hashes; k++, hash += step) {
      uint64_t place = place_of(hash, bit_count), *word = words + place / 64;
      all &= *word >> place % 64;
      *word |= 1ull << place % 64;
    }
    seen[i] = (uint8_t)all;
  }
}
