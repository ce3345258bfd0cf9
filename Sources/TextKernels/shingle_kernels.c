#include "shingle_kernels.h"

#include <stdbool.h>
#include <string.h>

#include "mix64.h"

// ---- Units --------------------------------------------------------------------------------------

// Small numbers that are far from each other after `mix64` only: which unit they count.
static const uint64_t of_characters = 0x51afd7ed558ccd00, of_tokens = 0xb9fe1a85ec530000;
/// Above every code point.
static const uint64_t ill_formed_byte = 0x200000;

static inline uint64_t decoded(const uint8_t *p, size_t length) {
  switch (length) {
    case 2: return (uint64_t)(p[0] & 0x1F) << 6 | (p[1] & 0x3F);
    case 3: return (uint64_t)(p[0] & 0x0F) << 12 | (uint64_t)(p[1] & 0x3F) << 6 | (p[2] & 0x3F);
    default:
      return (uint64_t)(p[0] & 0x07) << 18 | (uint64_t)(p[1] & 0x3F) << 12 |
             (uint64_t)(p[2] & 0x3F) << 6 | (p[3] & 0x3F);
  }
}

static inline bool is_trail(uint8_t byte) { return (byte & 0xC0) == 0x80; }

/// The length of the sequence at `p`; 1 for a byte that starts none.
static inline size_t sequence_length(const uint8_t *p, size_t left) {
  size_t length = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : p[0] >= 0xC2 ? 2 : 1;
  if (p[0] > 0xF4 || length > left) return 1;
  for (size_t i = 1; i < length; i++)
    if (!is_trail(p[i])) return 1;
  return length;
}

size_t text_character_hashes(const uint8_t *text, size_t n, uint64_t *hashes) {
  size_t count = 0;
  for (size_t at = 0; at < n;) {
    if (text[at] < 0x80) {
      hashes[count++] = mix64(of_characters + text[at++]);
      continue;
    }
    size_t length = sequence_length(text + at, n - at);
    uint64_t code = length == 1 ? ill_formed_byte + text[at] : decoded(text + at, length);
    hashes[count++] = mix64(of_characters + code);
    at += length;
  }
  return count;
}

void text_token_hashes(const uint32_t *ids, size_t count, uint64_t *hashes) {
  for (size_t i = 0; i < count; i++) hashes[i] = mix64(of_tokens + ids[i]);
}

// ---- Runs ---------------------------------------------------------------------------------------

size_t text_shingles(uint64_t *hashes, size_t count, size_t width) {
  const uint64_t base = 0x9e3779b97f4a7c15;
  if (count == 0 || width == 0) return 0;
  uint64_t rolled = 0, top = 1;
  if (count < width) width = count;
  for (size_t i = 0; i < width; i++) {
    rolled = rolled * base + hashes[i];
    top *= base;
  }
  // hashes[i] leaves the run in the step that overwrites it. Two steps at once, so that a step does
  // not wait for the product of the one before.
  const uint64_t square = base * base;
  size_t i = 0;
  for (; i + 1 + width < count; i += 2) {
    uint64_t first = hashes[i + width] - hashes[i] * top;
    uint64_t second = hashes[i + 1 + width] - hashes[i + 1] * top;
    hashes[i] = rolled;
    hashes[i + 1] = rolled * base + first;
    rolled = rolled * square + (first * base + second);
  }
  if (i + width < count) {
    uint64_t last = hashes[i + width] - hashes[i] * top;
    hashes[i] = rolled;
    rolled = rolled * base + last;
  }
  hashes[count - width] = rolled;
  return count - width + 1;
}

// ---- Sets ---------------------------------------------------------------------------------------

static void sift_down(uint64_t *heap, size_t root, size_t count) {
  for (size_t child; (child = 2 * root + 1) < count; root = child) {
    if (child + 1 < count && heap[child] < heap[child + 1]) child++;
    if (heap[root] >= heap[child]) return;
    uint64_t swap = heap[root];
    heap[root] = heap[child];
    heap[child] = swap;
  }
}

/// Heapsort, because it needs no memory and no text makes it slow.
static void sort(uint64_t *values, size_t count) {
  for (size_t i = count / 2; i-- > 0;) sift_down(values, i, count);
  for (size_t end = count; end-- > 1;) {
    uint64_t swap = values[0];
    values[0] = values[end];
    values[end] = swap;
    sift_down(values, 0, end);
  }
}

enum { SEEN_SLOTS = 4096 };

/// Keeps the first of each value where there are few different ones, in one pass. Returns their
/// number, or 0 where there are too many: the values are then as many as before, in another order.
static size_t drop_repeats_of_few(uint64_t *values, size_t count) {
  uint64_t seen[SEEN_SLOTS];
  bool taken[SEEN_SLOTS] = {false};
  size_t kept = 0;
  for (size_t i = 0; i < count; i++) {
    uint64_t value = values[i];
    size_t slot = mix64(value) % SEEN_SLOTS;
    while (taken[slot] && seen[slot] != value) slot = (slot + 1) % SEEN_SLOTS;
    if (taken[slot]) continue;
    if (kept == SEEN_SLOTS / 2) return 0;
    taken[slot] = true;
    seen[slot] = value;
    // Its first place and that of an earlier repeat change places: no value is lost.
    values[i] = values[kept];
    values[kept++] = value;
  }
  return kept;
}

size_t text_distinct_hashes(uint64_t *values, size_t count) {
  size_t few = drop_repeats_of_few(values, count);
  if (few) return few;
  sort(values, count);
  size_t kept = 0;
  for (size_t i = 0; i < count; i++)
    if (kept == 0 || values[kept - 1] != values[i]) values[kept++] = values[i];
  return kept;
}

// The array's memory changes its type from 64 to 32 bits: through memcpy, which the compiler makes
// single instructions of.

static inline uint32_t value_at(const unsigned char *memory, size_t i) {
  uint32_t value;
  memcpy(&value, memory + 4 * i, 4);
  return value;
}

static inline void put(unsigned char *memory, size_t i, uint32_t value) {
  memcpy(memory + 4 * i, &value, 4);
}

size_t text_shingle_set(uint64_t *shingles, size_t count) {
  unsigned char *set = (unsigned char *)shingles;
  // Value i takes bytes that shingle i / 2 had, which was read before.
  if (count < 64) {
    for (size_t i = 0; i < count; i++) {
      uint64_t shingle;
      memcpy(&shingle, set + 8 * i, 8);
      uint32_t value = (uint32_t)mix64(shingle);
      size_t k = i;
      for (; k > 0 && value_at(set, k - 1) > value; k--) put(set, k, value_at(set, k - 1));
      put(set, k, value);
    }
  } else {
    size_t place[4][256] = {{0}};
    for (size_t i = 0; i < count; i++) {
      uint64_t shingle;
      memcpy(&shingle, set + 8 * i, 8);
      uint32_t value = (uint32_t)mix64(shingle);
      put(set, i, value);
      place[0][value & 255]++;
      place[1][value >> 8 & 255]++;
      place[2][value >> 16 & 255]++;
      place[3][value >> 24]++;
    }
    // Four passes by digit between the two halves of the memory end where they began.
    unsigned char *from = set, *to = set + 4 * count;
    for (int digit = 0; digit < 4; digit++) {
      size_t next = 0;
      for (int i = 0; i < 256; i++) {
        size_t here = place[digit][i];
        place[digit][i] = next;
        next += here;
      }
      for (size_t i = 0; i < count; i++) {
        uint32_t value = value_at(from, i);
        put(to, place[digit][value >> 8 * digit & 255]++, value);
      }
      unsigned char *swap = from;
      from = to;
      to = swap;
    }
  }
  size_t kept = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t value = value_at(set, i);
    if (kept == 0 || value_at(set, kept - 1) != value) put(set, kept++, value);
  }
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
