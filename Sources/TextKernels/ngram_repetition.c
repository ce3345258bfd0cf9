// Repeated n-grams. Most n-grams of a text occur once; a two-bit filter over their hashes finds the
// few that may repeat, and only those reach a hash table. What the filter lets through wrongly
// costs time, never a wrong count.
#include "anatomy_scratch.h"
#include "byte_hash.h"
#include "text_anatomy.h"

enum { long_prefix = 16 };

/// Bits that are set once, and twice, by hashes.
typedef struct {
  uint64_t *once, *twice;
  int shift;
} repeat_filter;

static inline void note(repeat_filter filter, uint64_t hash) {
  uint64_t at = hash >> filter.shift, bit = 1ull << (at & 63);
  filter.twice[at >> 6] |= filter.once[at >> 6] & bit;
  filter.once[at >> 6] |= bit;
}

static inline uint64_t may_repeat(repeat_filter filter, uint64_t hash) {
  uint64_t at = hash >> filter.shift;
  return filter.twice[at >> 6] >> (at & 63) & 1;
}

typedef struct {
  uint64_t hash;
  uint32_t count, first;
} gram_count;

/// One document's share of the scratch tables.
typedef struct {
  const anatomy_word *words;
  const uint8_t *joined;
  size_t count;
  repeat_filter filter;
  size_t filter_words;
  uint32_t *places;      // candidate positions
  uint64_t *hashes;      // of the n-gram at each position
  uint8_t *repeats;      // whether the n-gram at each position occurs twice
  uint32_t *slots;       // where the n-gram at each candidate is counted
  void *table;           // 16 bytes a slot, `table_slots` at most
} repetition;

static inline uint32_t length_in_characters(const anatomy_word *words, size_t i, size_t n) {
  return words[i + n].characters - words[i].characters;
}

static bool lay_out(text_anatomy *anatomy, repetition *r) {
  size_t words = anatomy->word_count;
  size_t filter_bits = power_of_two(words * 16 < 1024 ? 1024 : words * 16);
  size_t table_slots = power_of_two(words * 2);
  size_t filter_bytes = filter_bits / 8, padded = (words + 16) & ~7ull;
  size_t need = table_slots * sizeof(gram_count) + padded * (8 + 4 + 4 + 1) + 2 * filter_bytes;
  if (!reserve_tables(anatomy->scratch, need)) return false;
  uint8_t *memory = anatomy->scratch->tables;
  r->table = memory;
  memory += table_slots * sizeof(gram_count);
  r->hashes = (uint64_t *)memory;
  memory += padded * 8;
  r->filter.once = (uint64_t *)memory;
  memory += filter_bytes;
  r->filter.twice = (uint64_t *)memory;
  memory += filter_bytes;
  r->places = (uint32_t *)memory;
  memory += padded * 4;
  r->slots = (uint32_t *)memory;
  memory += padded * 4;
  r->repeats = memory;
  r->filter.shift = 64 - __builtin_ctzll(filter_bits);
  r->filter_words = filter_bits / 64;
  r->words = anatomy->words;
  r->joined = anatomy->joined;
  r->count = words;
  return true;
}

static void clear_filter(repetition *r) {
  memset(r->filter.once, 0, r->filter_words * 8);
  memset(r->filter.twice, 0, r->filter_words * 8);
}

/// Positions whose 2-gram may repeat; their hashes are in `hashes`.
static size_t pair_candidates(repetition *r) {
  size_t grams = r->count - 1, candidates = 0;
  clear_filter(r);
  for (size_t i = 0; i < grams; i++) {
    r->hashes[i] = hash_pair(r->words[i].hash, r->words[i + 1].hash);
    note(r->filter, r->hashes[i]);
  }
  for (size_t i = 0; i < grams; i++) {
    r->places[candidates] = (uint32_t)i;
    candidates += may_repeat(r->filter, r->hashes[i]);
  }
  return candidates;
}

/// Counts the n-grams at the candidate positions, notes in `repeats` which occur twice, and returns
/// the length of the most frequent (the first of equals) times its count.
static uint64_t count_grams(repetition *r, size_t candidates, size_t n) {
  gram_count *table = r->table;
  size_t size = power_of_two(candidates * 2);
  memset(table, 0, size * sizeof *table);
  gram_count best = {0, 1, 0};
  for (size_t k = 0; k < candidates; k++) {
    uint32_t i = r->places[k];
    uint64_t hash = r->hashes[i];
    size_t slot = hash & (size - 1);
    while (table[slot].count && table[slot].hash != hash) slot = (slot + 1) & (size - 1);
    if (!table[slot].count) table[slot] = (gram_count){hash, 0, i};
    table[slot].count++;
    r->slots[k] = (uint32_t)slot;
    bool better = table[slot].count > best.count ||
                  (table[slot].count == best.count && table[slot].first < best.first);
    if (better) best = table[slot];
  }
  memset(r->repeats, 0, r->count);
  for (size_t k = 0; k < candidates; k++) r->repeats[r->places[k]] = table[r->slots[k]].count > 1;
  return (length_in_characters(r->words, best.first, n) + n - 1) * (uint64_t)best.count;
}

/// Positions where an (n-1)-gram repeats and the next one too: only there can an n-gram repeat.
static size_t extend_candidates(repetition *r, size_t candidates, size_t n) {
  size_t kept = 0;
  for (size_t k = 0; k < candidates; k++) {
    uint32_t i = r->places[k];
    bool keep = i + n <= r->count && r->repeats[i] && r->repeats[i + 1];
    if (!keep) continue;
    r->hashes[i] = hash_pair(r->hashes[i], r->words[i + n - 1].hash);
    r->places[kept++] = i;
  }
  return kept;
}

/// Positions where the text without spaces may go on as it does elsewhere: a first look at 16 bytes,
/// which every n-gram of 5 words or more has, or else is let through.
static size_t long_candidates(repetition *r) {
  size_t grams = r->count - 4, candidates = 0;
  const anatomy_word *words = r->words;
  clear_filter(r);
  for (size_t i = 0; i < grams; i++) {
    const uint8_t *p = r->joined + words[i].joined;
    r->hashes[i] = hash_pair(hash_load(p), hash_load(p + 8));
    note(r->filter, r->hashes[i]);
  }
  for (size_t i = 0; i < grams; i++) {
    bool brief = words[i + 5].joined - words[i].joined < long_prefix;
    r->places[candidates] = (uint32_t)i;
    candidates += may_repeat(r->filter, r->hashes[i]) | brief;
  }
  return candidates;
}

/// The characters of n-grams that occurred before, scanned without overlap.
static uint64_t duplicate_grams(repetition *r, size_t candidates, size_t n) {
  uint64_t *seen = r->table, characters = 0;
  size_t size = power_of_two(candidates * 2), next = 0;
  memset(seen, 0, size * sizeof *seen);
  for (size_t k = 0; k < candidates; k++) {
    uint32_t i = r->places[k];
    if (i < next) continue;
    if (i + n > r->count) break;
    uint32_t start = r->words[i].joined;
    uint64_t hash = hash_padded(r->joined + start, r->words[i + n].joined - start) | 1;
    size_t slot = (hash >> 20) & (size - 1);
    while (seen[slot] && seen[slot] != hash) slot = (slot + 1) & (size - 1);
    if (seen[slot]) {
      characters += length_in_characters(r->words, i, n);
      next = i + n;
    } else {
      seen[slot] = hash;
    }
  }
  return characters;
}

bool text_anatomy_repetition(text_anatomy *anatomy, anatomy_repetition *result) {
  memset(result, 0, sizeof *result);
  if (anatomy->word_count < 2) return true;
  repetition r;
  if (!lay_out(anatomy, &r)) return false;
  size_t candidates = pair_candidates(&r);
  for (size_t n = 2; n <= 4 && n <= r.count; n++) {
    if (n > 2) candidates = extend_candidates(&r, candidates, n);
    result->top[n - 2] = count_grams(&r, candidates, n);
  }
  if (r.count < 5) return true;
  candidates = long_candidates(&r);
  for (size_t n = 5; n <= 10 && n <= r.count; n++)
    result->duplicate[n - 5] = duplicate_grams(&r, candidates, n);
  return true;
}
