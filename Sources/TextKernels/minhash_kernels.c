#include "minhash_kernels.h"

#include "kernel_level.h"
#include "mix64.h"
#include "shingle_kernels.h"
#include "word_bytes.h"

#define MAX_SLOTS 1024

// ---- Sketch -------------------------------------------------------------------------------------

/// One round over all shingles. A slot holds (round << 32 | value), so an earlier round always
/// wins.
ALWAYS_INLINE void sketch_round(
    const uint64_t *shingles, size_t count, uint64_t *slots, size_t slot_count, uint64_t round) {
  uint64_t offset = round * 0x9e3779b97f4a7c15, high = round << 32;
  if (round < slot_count) {
    for (size_t i = 0; i < count; i++) {
      uint64_t h = mix64(shingles[i] + offset), value = high | (uint32_t)h;
      size_t slot = (h >> 32) * slot_count >> 32;
      slots[slot] = value < slots[slot] ? value : slots[slot];
    }
  } else {
    size_t slot = round - slot_count;
    for (size_t i = 0; i < count; i++) {
      uint64_t value = high | (uint32_t)mix64(shingles[i] + offset);
      slots[slot] = value < slots[slot] ? value : slots[slot];
    }
  }
}

static size_t empty_slots(const uint64_t *slots, size_t slot_count) {
  size_t empty = 0;
  for (size_t i = 0; i < slot_count; i++) empty += slots[i] == ~0ull;
  return empty;
}

ALWAYS_INLINE void minhash_body(
    uint64_t *shingles, size_t count, uint32_t *slots, size_t slot_count) {
  uint64_t wide[MAX_SLOTS];
  for (size_t i = 0; i < slot_count; i++) wide[i] = ~0ull;
  for (uint64_t round = 0; count > 0 && empty_slots(wide, slot_count) > 0; round++) {
    // Many rounds over many shingles: they repeat. Distinct ones bound the work: without this a
    // long text of one word would need 2 * slot_count rounds over all its words.
    if (round == 4 && count > slot_count) count = text_distinct_hashes(shingles, count);
    sketch_round(shingles, count, wide, slot_count, round);
  }
  for (size_t i = 0; i < slot_count; i++) slots[i] = (uint32_t)wide[i];
}

static void minhash_portable(uint64_t *s, size_t n, uint32_t *slots, size_t k) {
  minhash_body(s, n, slots, k);
}

void text_minhash_bands(
    const uint32_t *slots, size_t band_count, size_t slots_per_band, uint64_t *bands) {
  for (size_t band = 0; band < band_count; band++) {
    uint64_t hash = 0x2545f4914f6cdd1d * (band + 1);
    for (size_t i = 0; i < slots_per_band; i++)
      hash = mix64(hash ^ slots[band * slots_per_band + i]) + 0x9e3779b97f4a7c15;
    bands[band] = hash ? hash : 1;
  }
}

// ---- Levels -------------------------------------------------------------------------------------

typedef void minhash_function(uint64_t *, size_t, uint32_t *, size_t);

#if defined(__x86_64__)
TARGET_AVX2 static void minhash_avx2(uint64_t *s, size_t n, uint32_t *slots, size_t k) {
  minhash_body(s, n, slots, k);
}
TARGET_AVX512 static void minhash_avx512(uint64_t *s, size_t n, uint32_t *slots, size_t k) {
  minhash_body(s, n, slots, k);
}
static minhash_function *const tables[] = {minhash_portable, minhash_avx2, minhash_avx512};
#else
static minhash_function *const tables[] = {minhash_portable};
#endif

void text_minhash(uint64_t *shingles, size_t count, uint32_t *slots, size_t slot_count) {
  if (slot_count == 0) return;
  if (slot_count > MAX_SLOTS) slot_count = MAX_SLOTS;
  tables[kernel_level_in_use()](shingles, count, slots, slot_count);
}
