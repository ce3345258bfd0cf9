// Repeated n-grams. Most n-grams of a text occur once or too seldom to matter; small counters over
// their hashes find the others, and only those reach a hash table. What the counters let through
// wrongly costs time, never a wrong count.
#include "anatomy_scratch.h"
#include "byte_hash.h"
#include "text_anatomy.h"

enum {
  /// Windows at the start of n-grams grow in steps of 8 bytes up to this one.
  longest_window = 32,
  counters_per_gram = 4,
  most_counters = 1 << 16,
  filter_bits_per_gram = 16,
  fewest_filter_bits = 1024,
};

/// Odd factors that spread what they multiply over the high bits.
static const uint64_t gram_base = 0xD1342543DE82EF95u, window_base = 0x9FB21C651E98DF25u;

typedef struct {
  uint64_t hash;
  uint32_t count, first;
} gram_count;

/// One document's share of the scratch tables.
typedef struct {
  const anatomy_word *words;
  const uint8_t *joined;
  size_t count;
  uint64_t *hashes;  // of the n-gram or the window at each position, or at each candidate
  uint32_t *starts;  // of each word, in `joined`
  uint32_t *places;  // candidate positions
  uint32_t *limits;  // n-grams of as many bytes or more do not repeat at the candidate
  uint32_t *chosen;  // candidate positions of one n
  uint8_t *counters;
  uint64_t *filter;
  void *table;
} repetition;

/// The positions in a filter, which has two bits for each.
static inline size_t filter_size(size_t grams) {
  size_t size = power_of_two(grams * filter_bits_per_gram);
  return size < fewest_filter_bits ? fewest_filter_bits : size;
}

static bool lay_out(text_anatomy *anatomy, repetition *r) {
  size_t words = anatomy->word_count, padded = (words + 16) & ~7ull;
  size_t table_bytes = power_of_two(words * 2) * sizeof(gram_count);
  size_t filter_bytes = filter_size(words) / 4;
  if (!reserve_tables(anatomy->scratch, table_bytes + filter_bytes + padded * (8 + 4 * 4)))
    return false;
  uint8_t *memory = anatomy->scratch->tables;
  r->table = memory;
  memory += table_bytes;
  r->filter = (uint64_t *)memory;
  r->counters = memory;
  memory += filter_bytes;
  r->hashes = (uint64_t *)memory;
  memory += padded * 8;
  r->starts = (uint32_t *)memory;
  r->places = r->starts + padded;
  r->limits = r->places + padded;
  r->chosen = r->limits + padded;
  r->words = anatomy->words;
  r->joined = anatomy->joined;
  r->count = words;
  return true;
}

static inline uint32_t length_in_characters(const anatomy_word *words, size_t i, size_t n) {
  return words[i + n].characters - words[i].characters;
}

/// How far to shift a hash so that it counts to `size`, a power of two.
static inline int shift_for(size_t size) { return 64 - __builtin_ctzll(size); }

// MARK: The most frequent n-gram

/// Hashes the n-grams, from the hashes of the (n-1)-grams, and counts them by their high bits, up to
/// 255. Returns the highest count.
static uint32_t count_roughly(repetition *r, size_t n, int *shift) {
  size_t grams = r->count - n + 1, size = power_of_two(grams * counters_per_gram);
  if (size > most_counters) size = most_counters;
  *shift = shift_for(size);
  memset(r->counters, 0, size);
  const anatomy_word *words = r->words;
  uint64_t *hashes = r->hashes;
  uint8_t *counters = r->counters;
  uint32_t most = 0;
  for (size_t i = 0; i < grams; i++) {
    uint64_t start = n == 2 ? words[i].hash : hashes[i];
    uint64_t hash = start * gram_base + words[i + n - 1].hash;
    hashes[i] = hash;
    uint32_t count = counters[hash >> *shift];
    count += count < 255;
    counters[hash >> *shift] = (uint8_t)count;
    most = count > most ? count : most;
  }
  return most;
}

/// The most frequent n-gram (the first of equals) among those whose counters are at least `least`.
static gram_count most_frequent(repetition *r, size_t n, int shift, uint32_t least) {
  size_t grams = r->count - n + 1, candidates = 0;
  const uint64_t *hashes = r->hashes;
  uint32_t *places = r->places;
  for (size_t i = 0; i < grams; i++) {
    places[candidates] = (uint32_t)i;
    candidates += r->counters[hashes[i] >> shift] >= least;
  }
  gram_count *table = r->table, best = {0, 0, 0};
  size_t size = power_of_two(candidates * 2);
  int table_shift = shift_for(size);
  memset(table, 0, size * sizeof *table);
  for (size_t k = 0; k < candidates; k++) {
    uint32_t i = places[k];
    uint64_t hash = hashes[i];
    // Other bits than those of the counters, which candidates have in common.
    size_t slot = (hash * hash_seed_a) >> table_shift;
    while (table[slot].count && table[slot].hash != hash) slot = (slot + 1) & (size - 1);
    gram_count *gram = &table[slot];
    if (!gram->count) *gram = (gram_count){hash, 0, i};
    uint32_t count = ++gram->count;
    if (count > best.count || (count == best.count && gram->first < best.first)) best = *gram;
  }
  return best;
}

/// The length of the most frequent n-gram, with spaces, times its count.
static uint64_t top_gram(repetition *r, size_t n) {
  int shift;
  uint32_t least = count_roughly(r, n, &shift);
  gram_count best = {0, 1, 0};
  // No n-gram is more frequent than its counter says, so that one of `least` beats all others.
  while (least > 1) {
    best = most_frequent(r, n, shift, least);
    if (best.count >= least || least == 2) break;
    least = best.count > 2 ? best.count : 2;
  }
  if (best.count == 1) best.first = 0;
  return (length_in_characters(r->words, best.first, n) + n - 1) * (uint64_t)best.count;
}

// MARK: Grams joined without spaces

/// Notes hashes, and whether each came before; bits of both are neighbours in memory.
typedef struct {
  uint64_t *bits;
  int shift;
} repeat_filter;

static repeat_filter clear_filter(repetition *r, size_t grams) {
  size_t size = filter_size(grams);
  memset(r->filter, 0, size / 4);
  return (repeat_filter){r->filter, shift_for(size)};
}

static inline void note(repeat_filter filter, uint64_t hash) {
  uint64_t at = hash >> filter.shift, bit = 1ull << (at & 63);
  uint64_t *bits = filter.bits + (at >> 6) * 2;
  bits[1] |= bits[0] & bit;
  bits[0] |= bit;
}

static inline uint64_t may_repeat(repeat_filter filter, uint64_t hash) {
  uint64_t at = hash >> filter.shift;
  return filter.bits[(at >> 6) * 2 + 1] >> (at & 63) & 1;
}

/// Keeps a candidate where its shortest n-gram is shorter than a window that does not repeat.
static inline size_t keep_candidate(
    repetition *r, size_t kept, uint32_t i, uint64_t hash, uint32_t limit) {
  r->places[kept] = i;
  r->hashes[kept] = hash;
  r->limits[kept] = limit;
  return kept + (r->starts[i + 5] - r->starts[i] < limit);
}

/// Positions where n-grams of 5 words or more may repeat, as far as windows of their first 8, 16, …
/// bytes tell.
static size_t window_candidates(repetition *r) {
  size_t grams = r->count - 4, candidates = 0;
  const uint32_t *starts = r->starts;
  repeat_filter filter = clear_filter(r, grams);
  for (size_t i = 0; i < grams; i++) {
    uint64_t hash = hash_load(r->joined + starts[i]) * window_base;
    hash = (hash ^ hash >> 32) * window_base;
    r->hashes[i] = hash;
    note(filter, hash);
  }
  for (size_t i = 0; i < grams; i++) {
    uint64_t hash = r->hashes[i];
    uint32_t limit = may_repeat(filter, hash) ? UINT32_MAX : 8;
    candidates = keep_candidate(r, candidates, (uint32_t)i, hash, limit);
  }
  for (uint32_t window = 16; window <= longest_window; window += 8) {
    filter = clear_filter(r, candidates);
    for (size_t k = 0; k < candidates; k++) {
      uint64_t next = hash_load(r->joined + starts[r->places[k]] + window - 8);
      uint64_t hash = ((r->hashes[k] ^ r->hashes[k] >> 32) + next) * window_base;
      r->hashes[k] = hash;
      note(filter, hash);
    }
    size_t kept = 0;
    for (size_t k = 0; k < candidates; k++) {
      uint64_t hash = r->hashes[k];
      uint32_t limit = may_repeat(filter, hash) ? UINT32_MAX : window;
      if (r->limits[k] < limit) limit = r->limits[k];
      kept = keep_candidate(r, kept, r->places[k], hash, limit);
    }
    candidates = kept;
  }
  return candidates;
}

/// The characters of n-grams that occurred before, scanned without overlap.
static uint64_t duplicate_grams(repetition *r, size_t candidates, size_t n) {
  const uint32_t *starts = r->starts;
  uint32_t *chosen = r->chosen;
  while (candidates && r->places[candidates - 1] + n > r->count) candidates--;
  size_t count = 0;
  for (size_t k = 0; k < candidates; k++) {
    uint32_t i = r->places[k];
    chosen[count] = i;
    count += starts[i + n] - starts[i] < r->limits[k];
  }
  uint64_t *seen = r->table, characters = 0;
  size_t size = power_of_two(count * 2), k = 0;
  int shift = shift_for(size);
  memset(seen, 0, size * sizeof *seen);
  while (k < count) {
    uint32_t i = chosen[k], length = starts[i + n] - starts[i];
    uint64_t hash = hash_padded(r->joined + starts[i], length);
    hash += hash == 0;
    size_t slot = (hash * hash_seed_a) >> shift;
    while (seen[slot] && seen[slot] != hash) slot = (slot + 1) & (size - 1);
    if (!seen[slot]) {
      seen[slot] = hash;
      k++;
      continue;
    }
    characters += length_in_characters(r->words, i, n);
    // Go on behind the n-gram, at most n candidates from here.
    size_t next = k + n < count ? k + n : count;
    while (next > k + 1 && chosen[next - 1] >= i + n) next--;
    k = next;
  }
  return characters;
}

bool text_anatomy_repetition(text_anatomy *anatomy, anatomy_repetition *result) {
  memset(result, 0, sizeof *result);
  if (anatomy->word_count < 2) return true;
  repetition r;
  if (!text_anatomy_join(anatomy) || !lay_out(anatomy, &r)) return false;
  for (size_t n = 2; n <= 4 && n <= r.count; n++) result->top[n - 2] = top_gram(&r, n);
  if (r.count < 5) return true;
  for (size_t i = 0; i <= r.count; i++) r.starts[i] = r.words[i].joined;
  size_t candidates = window_candidates(&r);
  for (size_t n = 5; n <= 10 && n <= r.count; n++)
    result->duplicate[n - 5] = duplicate_grams(&r, candidates, n);
  return true;
}
