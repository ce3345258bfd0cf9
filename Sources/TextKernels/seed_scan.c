#include "seed_scan.h"

#include "kernel_level.h"
#include "word_bytes.h"

// A run is a polynomial over the hashes of its words, so that a run of one word more costs one
// product; the key scatters it, with the length.

static const uint64_t base = 0x9e3779b97f4a7c15, scatter = 0xd6e8feb86659fd93;

ALWAYS_INLINE uint64_t key_of(uint64_t run, size_t length) {
  uint64_t key = (run ^ run >> 32 ^ (uint64_t)length << 56) * scatter;
  return key | 1;
}

uint64_t seed_key(const uint64_t *hashes, size_t length) {
  uint64_t run = hashes[0];
  for (size_t i = 1; i < length; i++) run = run * base + hashes[i];
  return key_of(run, length);
}

/// The highest bits choose the word, the next ones two bits in it.
ALWAYS_INLINE uint64_t filter_bits_of(uint64_t key, uint32_t bits) {
  return 1ull << (key >> (58 - bits) & 63) | 1ull << (key >> (52 - bits) & 63);
}

void seed_filter_add(uint64_t *filter, uint32_t bits, uint64_t key) {
  filter[key >> (64 - bits)] |= filter_bits_of(key, bits);
}

ALWAYS_INLINE size_t first_slot(uint64_t key, uint32_t bits) { return key << 20 >> (64 - bits); }

size_t seed_slot(const uint64_t *keys, uint32_t bits, uint64_t key) {
  size_t mask = ((size_t)1 << bits) - 1, slot = first_slot(key, bits);
  while (keys[slot] && keys[slot] != key) slot = (slot + 1) & mask;
  return slot;
}

ALWAYS_INLINE size_t seed_scan_body(
    const seed_table *table, const uint64_t *hashes, size_t count, size_t first, size_t n,
    seed_hit *hits) {
  uint64_t runs[seed_scan_words], keys[seed_scan_words], passed[seed_scan_words];
  uint16_t offsets[seed_scan_words];
  size_t found = 0;
  uint32_t longest = 0;
  for (uint32_t length = 1; length <= seed_words_limit; length++)
    if (table->lengths >> length & 1) longest = length;
  for (size_t i = 0; i < n; i++) runs[i] = hashes[first + i];
  for (uint32_t length = 1; length <= longest; length++) {
    if (count - first < length) break;
    size_t whole = count - first - length + 1, last = whole < n ? whole : n;
    if (length > 1) {
      const uint64_t *next = hashes + first + length - 1;
      for (size_t i = 0; i < last; i++) runs[i] = runs[i] * base + next[i];
    }
    if (!(table->lengths >> length & 1)) continue;
    for (size_t i = 0; i < last; i++) keys[i] = key_of(runs[i], length);
    const uint64_t *filter = length == longest ? table->filter : table->short_filter;
    uint32_t bits = length == longest ? table->filter_bits : table->short_filter_bits;
    size_t candidates = 0;
    for (size_t i = 0; i < last; i++) {
      uint64_t key = keys[i], word = filter[key >> (64 - bits)];
      offsets[candidates] = (uint16_t)i;
      passed[candidates] = key;
      candidates += (word >> (key >> (58 - bits) & 63) & word >> (key >> (52 - bits) & 63)) & 1;
    }
    for (size_t i = 0; i < candidates; i++)
      __builtin_prefetch(table->keys + first_slot(passed[i], table->slot_bits));
    for (size_t i = 0; i < candidates; i++) {
      size_t slot = seed_slot(table->keys, table->slot_bits, passed[i]);
      if (!table->keys[slot]) continue;
      hits[found++] = (seed_hit){(uint32_t)(first + offsets[i]), table->values[slot]};
    }
  }
  return found;
}

typedef size_t (*seed_scan_kernel)(
    const seed_table *, const uint64_t *, size_t, size_t, size_t, seed_hit *);

static size_t seed_scan_portable(
    const seed_table *t, const uint64_t *h, size_t c, size_t f, size_t n, seed_hit *o) {
  return seed_scan_body(t, h, c, f, n, o);
}

#if defined(__x86_64__)
TARGET_AVX2 static size_t seed_scan_avx2(
    const seed_table *t, const uint64_t *h, size_t c, size_t f, size_t n, seed_hit *o) {
  return seed_scan_body(t, h, c, f, n, o);
}
TARGET_AVX512 static size_t seed_scan_avx512(
    const seed_table *t, const uint64_t *h, size_t c, size_t f, size_t n, seed_hit *o) {
  return seed_scan_body(t, h, c, f, n, o);
}
static const seed_scan_kernel kernels[] = {seed_scan_portable, seed_scan_avx2, seed_scan_avx512};
#else
static const seed_scan_kernel kernels[] = {seed_scan_portable};
#endif

size_t seed_scan(
    const seed_table *table, const uint64_t *hashes, size_t count, size_t first, size_t n,
    seed_hit *hits) {
  return kernels[kernel_level_in_use()](table, hashes, count, first, n, hits);
}
