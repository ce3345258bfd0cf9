#include "minhash_kernels.h"

#include <string.h>

#include "kernel_level.h"
#include "word_bytes.h"

#define MAX_SLOTS 1024

/// The finaliser of MurmurHash3 (Appleby): every output bit depends on every input bit.
ALWAYS_INLINE uint64_t mix(uint64_t x) {
  x ^= x >> 33;
  x *= 0xff51afd7ed558ccd;
  x ^= x >> 33;
  x *= 0xc4ceb9fe1a85ec53;
  return x ^ x >> 33;
}

// ---- Shingles -----------------------------------------------------------------------------------

size_t text_shingles(uint64_t *hashes, size_t count, size_t width) {
  const uint64_t base = 0x9e3779b97f4a7c15;
  if (count == 0 || width == 0) return 0;
  uint64_t rolled = 0, top = 1;
  if (count < width) width = count;
  for (size_t i = 0; i < width; i++) {
    rolled = rolled * base + hashes[i];
    top *= base;
  }
  // hashes[i] leaves the run in the step that overwrites it.
  for (size_t i = 0; i + width < count; i++) {
    uint64_t leaving = hashes[i];
    hashes[i] = rolled;
    rolled = rolled * base + (hashes[i + width] - leaving * top);
  }
  hashes[count - width] = rolled;
  return count - width + 1;
}

// ---- Sketch -------------------------------------------------------------------------------------

/// One round over all shingles. A slot holds (round << 32 | value), so an earlier round always wins.
ALWAYS_INLINE void sketch_round(
    const uint64_t *shingles, size_t count, uint64_t *slots, size_t slot_count, uint64_t round) {
  uint64_t offset = round * 0x9e3779b97f4a7c15, high = round << 32;
  if (round < slot_count) {
    for (size_t i = 0; i < count; i++) {
      uint64_t h = mix(shingles[i] + offset), value = high | (uint32_t)h;
      size_t slot = (h >> 32) * slot_count >> 32;
      slots[slot] = value < slots[slot] ? value : slots[slot];
    }
  } else {
    size_t slot = round - slot_count;
    for (size_t i = 0; i < count; i++) {
      uint64_t value = high | (uint32_t)mix(shingles[i] + offset);
      slots[slot] = value < slots[slot] ? value : slots[slot];
    }
  }
}

static size_t empty_slots(const uint64_t *slots, size_t slot_count) {
  size_t empty = 0;
  for (size_t i = 0; i < slot_count; i++) empty += slots[i] == ~0ull;
  return empty;
}

static void sift_down(uint64_t *heap, size_t root, size_t count) {
  for (size_t child; (child = 2 * root + 1) < count; root = child) {
    if (child + 1 < count && heap[child] < heap[child + 1]) child++;
    if (heap[root] >= heap[child]) return;
    uint64_t swap = heap[root];
    heap[root] = heap[child];
    heap[child] = swap;
  }
}

/// Heapsort, because it needs no memory and no text makes it slow; texts that come here are short
/// or very repetitive.
static size_t make_distinct(uint64_t *values, size_t count) {
  for (size_t i = count / 2; i-- > 0;) sift_down(values, i, count);
  for (size_t end = count; end-- > 1;) {
    uint64_t swap = values[0];
    values[0] = values[end];
    values[end] = swap;
    sift_down(values, 0, end);
  }
  size_t kept = 0;
  for (size_t i = 0; i < count; i++)
    if (kept == 0 || values[kept - 1] != values[i]) values[kept++] = values[i];
  return kept;
}

ALWAYS_INLINE void minhash_body(
    uint64_t *shingles, size_t count, uint32_t *slots, size_t slot_count) {
  uint64_t wide[MAX_SLOTS];
  for (size_t i = 0; i < slot_count; i++) wide[i] = ~0ull;
  for (uint64_t round = 0; count > 0 && empty_slots(wide, slot_count) > 0; round++) {
    // Many rounds over many shingles: they repeat. Distinct ones bound the work: without this a
    // long text of one word would need 2 * slot_count rounds over all its words.
    if (round == 4 && count > slot_count) count = make_distinct(shingles, count);
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
      hash = mix(hash ^ slots[band * slots_per_band + i]) + 0x9e3779b97f4a7c15;
    bands[band] = hash ? hash : 1;
  }
}

// ---- Sets ---------------------------------------------------------------------------------------

size_t text_shingle_set(const uint64_t *shingles, size_t count, uint32_t *set, uint32_t *scratch) {
  uint32_t *from = scratch, *to = set;
  if (count < 64) {
    for (size_t i = 0; i < count; i++) {
      uint32_t value = (uint32_t)mix(shingles[i]);
      size_t k = i;
      for (; k > 0 && set[k - 1] > value; k--) set[k] = set[k - 1];
      set[k] = value;
    }
    from = set;
  } else {
    size_t place[4][256] = {{0}};
    for (size_t i = 0; i < count; i++) {
      uint32_t value = (uint32_t)mix(shingles[i]);
      from[i] = value;
      place[0][value & 255]++;
      place[1][value >> 8 & 255]++;
      place[2][value >> 16 & 255]++;
      place[3][value >> 24]++;
    }
    for (int digit = 0; digit < 4; digit++) {
      size_t next = 0;
      for (int i = 0; i < 256; i++) {
        size_t here = place[digit][i];
        place[digit][i] = next;
        next += here;
      }
      for (size_t i = 0; i < count; i++)
        to[place[digit][from[i] >> 8 * digit & 255]++] = from[i];
      uint32_t *swap = from;
      from = to;
      to = swap;
    }
  }
  size_t kept = 0;
  for (size_t i = 0; i < count; i++)
    if (kept == 0 || set[kept - 1] != from[i]) set[kept++] = from[i];
  return kept;
}

size_t text_common_count(
    const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count, size_t needed) {
  size_t i = 0, k = 0, common = 0;
  while (i < a_count && k < b_count) {
    size_t left_a = a_count - i, left_b = b_count - k, left = left_a < left_b ? left_a : left_b;
    if (common + left < needed) return common;
    // A stretch without checks: each step moves on by one in at least one of the sets.
    size_t steps = left < 64 ? left : 64;
    for (; steps > 0; steps--) {
      uint32_t x = a[i], y = b[k];
      common += x == y;
      i += x <= y;
      k += y <= x;
    }
  }
  return common;
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
  tables[kernel_level_in_use()](shingles, count, slots, slot_count < MAX_SLOTS ? slot_count : MAX_SLOTS);
}
