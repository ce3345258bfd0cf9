// Repeated n-grams. Many n-grams of a text occur once; a two-bit filter over their hashes finds
// those that may repeat, and only those reach a hash table. What the filter lets through wrongly
// costs time, never a wrong count.
#include "anatomy_scratch.h"
#include "byte_hash.h"
#include "text_anatomy.h"

enum {
  long_prefix = 16,
  filter_bits_per_word = 8,
  power_count = 512,
  /// Candidates between the request for a table's slot and its use.
  ahead = 12,
};

/// Bits that are set once, and twice, by hashes.
typedef struct {
  uint64_t *once, *twice;
  int shift;
} repeat_filter;

static inline void note(repeat_filter filter, uint64_t hash) {
  uint64_t at = hash >> filter.shift, bit = 1ull << (at & 63);
  uint64_t once = filter.once[at >> 6];
  filter.twice[at >> 6] |= once & bit;
  filter.once[at >> 6] = once | bit;
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
  uint32_t *places;    // candidate positions
  uint64_t *hashes;    // of the n-gram at each position
  uint8_t *repeats;    // whether the n-gram at each position occurs twice
  uint32_t *slots;     // where the n-gram at each candidate is counted
  uint64_t *prefixes;  // polynomial of all bytes before each word
  void *table;
} repetition;

static inline uint32_t length_in_characters(const anatomy_word *words, size_t i, size_t n) {
  return words[i + n].characters - words[i].characters;
}

static bool lay_out(text_anatomy *anatomy, repetition *r) {
  size_t words = anatomy->word_count;
  size_t filter_bits = power_of_two(words < 128 ? 1024 : words * filter_bits_per_word);
  size_t table_slots = power_of_two(words * 2);
  size_t filter_bytes = filter_bits / 8, padded = (words + 16) & ~7ull;
  size_t need = table_slots * sizeof(gram_count) + padded * (8 + 8 + 4 + 4 + 1) + 2 * filter_bytes;
  if (!reserve_tables(anatomy->scratch, need)) return false;
  uint8_t *memory = anatomy->scratch->tables;
  r->table = memory;
  memory += table_slots * sizeof(gram_count);
  r->hashes = (uint64_t *)memory;
  memory += padded * 8;
  r->prefixes = (uint64_t *)memory;
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
  repeat_filter filter = r->filter;
  uint64_t *hashes = r->hashes;
  clear_filter(r);
  uint64_t previous = r->words[0].hash;
  for (size_t i = 0; i < grams; i++) {
    uint64_t next = r->words[i + 1].hash;
    hashes[i] = hash_pair(previous, next);
    previous = next;
    note(filter, hashes[i]);
  }
  for (size_t i = 0; i < grams; i++) {
    r->places[candidates] = (uint32_t)i;
    candidates += may_repeat(filter, hashes[i]);
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
  const uint32_t *places = r->places;
  for (size_t k = 0; k < candidates; k++) {
    uint32_t i = places[k];
    if (k + ahead < candidates)
      __builtin_prefetch(&table[r->hashes[places[k + ahead]] & (size - 1)], 1);
    uint64_t hash = r->hashes[i];
    size_t slot = hash & (size - 1);
    gram_count there = table[slot];
    while (__builtin_expect((there.count != 0) & (there.hash != hash), 0)) {
      slot = (slot + 1) & (size - 1);
      there = table[slot];
    }
    uint32_t count = there.count + 1, first = there.count ? there.first : i;
    table[slot] = (gram_count){hash, count, first};
    r->slots[k] = (uint32_t)slot;
    if (count >= best.count && (count > best.count || first < best.first)) best = table[slot];
  }
  memset(r->repeats, 0, r->count);
  for (size_t k = 0; k < candidates; k++) r->repeats[r->places[k]] = table[r->slots[k]].count > 1;
  return (length_in_characters(r->words, best.first, n) + n - 1) * (uint64_t)best.count;
}

/// Positions where an (n-1)-gram repeats and the next one too: only there can an n-gram repeat.
static size_t extend_candidates(repetition *r, size_t candidates, size_t n) {
  size_t kept = 0;
  while (candidates && r->places[candidates - 1] + n > r->count) candidates--;
  for (size_t k = 0; k < candidates; k++) {
    uint32_t i = r->places[k];
    r->hashes[i] = hash_pair(r->hashes[i], r->words[i + n - 1].hash);
    r->places[kept] = i;
    kept += r->repeats[i] & r->repeats[i + 1];
  }
  return kept;
}

// MARK: Grams joined without spaces

// A gram is the number that its bytes are in an odd base, modulo 2^64: from the numbers of the bytes
// before each word, that of any gram is one product away, wherever its words begin and end.
static const uint64_t base = 0xD1342543DE82EF95u;

typedef struct {
  uint64_t of[power_count];  // base to the power of the index
} base_powers;

static const base_powers *powers_of_base(void) {
  static base_powers powers;
  static _Atomic bool ready;
  if (!ready) {
    // Two threads may both fill the table, with the same numbers.
    uint64_t power = 1;
    for (int i = 0; i < power_count; i++, power *= base)
      __atomic_store_n(&powers.of[i], power, __ATOMIC_RELAXED);
    ready = true;
  }
  return &powers;
}

static inline uint64_t power_of_base(const base_powers *powers, uint32_t exponent) {
  if (__builtin_expect(exponent < power_count, 1)) return powers->of[exponent];
  uint64_t result = 1;
  for (uint64_t square = base; exponent; exponent >>= 1, square *= square)
    if (exponent & 1) result *= square;
  return result;
}

/// The number of the `length` (1 to 8) bytes at `p`.
static inline uint64_t polynomial8(const base_powers *powers, const uint8_t *p, uint32_t length) {
  // The bytes move to the top, the last one highest, so that each has its own power.
  uint64_t bytes = hash_load(p) << (64 - 8 * length);
  const uint64_t *of = powers->of;
  return (bytes >> 56) + (bytes >> 48 & 0xFF) * of[1] + (bytes >> 40 & 0xFF) * of[2] +
         (bytes >> 32 & 0xFF) * of[3] + (bytes >> 24 & 0xFF) * of[4] +
         (bytes >> 16 & 0xFF) * of[5] + (bytes >> 8 & 0xFF) * of[6] + (bytes & 0xFF) * of[7];
}

static void fill_prefixes(repetition *r, const base_powers *powers) {
  uint64_t number = 0;
  for (size_t i = 0; i < r->count; i++) {
    r->prefixes[i] = number;
    uint32_t length = r->words[i + 1].joined - r->words[i].joined;
    const uint8_t *p = r->joined + r->words[i].joined;
    for (; __builtin_expect(length > 8, 0); length -= 8, p += 8)
      number = number * powers->of[8] + polynomial8(powers, p, 8);
    number = number * powers->of[length] + polynomial8(powers, p, length);
  }
  r->prefixes[r->count] = number;
}

/// Positions where the text without spaces may go on as it does elsewhere: a first look at 16 bytes,
/// which every n-gram of 5 words or more has, or else is let through.
static size_t long_candidates(repetition *r) {
  size_t grams = r->count - 4, candidates = 0;
  const anatomy_word *words = r->words;
  repeat_filter filter = r->filter;
  uint64_t *hashes = r->hashes;
  clear_filter(r);
  for (size_t i = 0; i < grams; i++) {
    const uint8_t *p = r->joined + words[i].joined;
    hashes[i] = hash_pair(hash_load(p), hash_load(p + 8));
    note(filter, hashes[i]);
  }
  for (size_t i = 0; i < grams; i++) {
    bool brief = words[i + 5].joined - words[i].joined < long_prefix;
    r->places[candidates] = (uint32_t)i;
    candidates += may_repeat(filter, hashes[i]) | brief;
  }
  return candidates;
}

/// The characters of n-grams that occurred before, scanned without overlap.
static uint64_t duplicate_grams(
    repetition *r, const base_powers *powers, size_t candidates, size_t n) {
  while (candidates && r->places[candidates - 1] + n > r->count) candidates--;
  uint64_t *seen = r->table, characters = 0;
  size_t size = power_of_two(candidates * 2), next = 0;
  int shift = 64 - __builtin_ctzll(size);
  memset(seen, 0, size * sizeof *seen);
  for (size_t k = 0; k < candidates; k++) {
    uint32_t i = r->places[k], length = r->words[i + n].joined - r->words[i].joined;
    uint64_t hash = r->prefixes[i + n] - r->prefixes[i] * power_of_base(powers, length);
    hash += (uint64_t)length << 32;  // a zero byte in front changes the length only
    r->hashes[k] = hash + (hash == 0);
  }
  for (size_t k = 0; k < candidates; k++) {
    uint32_t i = r->places[k];
    if (k + ahead < candidates)
      __builtin_prefetch(&seen[(r->hashes[k + ahead] * hash_seed_a) >> shift], 1);
    if (i < next) continue;
    uint64_t hash = r->hashes[k];
    size_t slot = (hash * hash_seed_a) >> shift;
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
  if (!text_anatomy_join(anatomy) || !lay_out(anatomy, &r)) return false;
  size_t candidates = pair_candidates(&r);
  for (size_t n = 2; n <= 4 && n <= r.count; n++) {
    if (n > 2) candidates = extend_candidates(&r, candidates, n);
    result->top[n - 2] = count_grams(&r, candidates, n);
  }
  if (r.count < 5) return true;
  const base_powers *powers = powers_of_base();
  fill_prefixes(&r, powers);
  candidates = long_candidates(&r);
  for (size_t n = 5; n <= 10 && n <= r.count; n++)
    result->duplicate[n - 5] = duplicate_grams(&r, powers, candidates, n);
  return true;
}
