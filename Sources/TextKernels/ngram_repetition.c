// Repeated n-grams. Most n-grams of a text occur once or too seldom to matter; small counters over
// their hashes find the others, and only those reach a hash table. What the counters let through
// wrongly costs time, never a wrong count.
#include <pthread.h>

#include "anatomy_scratch.h"
#include "byte_hash.h"
#include "gram_slots.h"
#include "text_anatomy.h"

enum {
  counters_per_gram = 4,
  /// The counters of the most frequent n-gram need not tell all n-grams of a long text apart.
  most_top_counters = 1 << 16,
  longest_gram = 10,
};

/// An odd factor that spreads what it multiplies over the high bits.
static const uint64_t gram_base = 0xD1342543DE82EF95u;

typedef struct {
  uint64_t hash;
  uint32_t count, first;
} gram_count;

/// One document's share of the scratch tables.
typedef struct {
  const anatomy_word *words;
  size_t count;
  uint64_t *hashes;  // of the n-gram at each position
  union {
    uint64_t *word_hashes;
    uint64_t *numbers;  // of the bytes before each word
  };
  uint64_t *scales;  // inverse powers for each word
  uint32_t *slots;   // the counter of the n-gram at each position
  uint32_t *places;   // candidate positions
  uint8_t *counters;
  void *table;
} repetition;

/// The slots of a table that `count` n-grams fill to two thirds at most.
static inline size_t table_size(size_t count) { return power_of_two(count + count / 2); }

static bool lay_out(text_anatomy *anatomy, repetition *r) {
  size_t words = anatomy->word_count, padded = (words + 2 * longest_gram) & ~7ull;
  size_t table_bytes = table_size(words) * sizeof(gram_count);
  size_t counter_bytes = power_of_two(words * counters_per_gram);
  if (!reserve_tables(anatomy->scratch, table_bytes + counter_bytes + padded * (3 * 8 + 2 * 4)))
    return false;
  uint8_t *memory = anatomy->scratch->tables;
  r->table = memory;
  r->counters = memory + table_bytes;
  r->hashes = (uint64_t *)(r->counters + counter_bytes);
  r->numbers = r->hashes + padded;
  r->scales = r->numbers + padded;
  r->slots = (uint32_t *)(r->scales + padded);
  r->places = r->slots + padded;
  r->words = anatomy->words;
  r->count = words;
  return true;
}

static inline uint32_t length_in_characters(const anatomy_word *words, size_t i, size_t n) {
  return words[i + n].characters - words[i].characters;
}

/// How far to shift a hash so that it counts to `size`, a power of two.
static inline int shift_for(size_t size) { return 64 - __builtin_ctzll(size); }

/// Loops of a few instructions a word: their own counting is a good part of them.
#define UNROLL _Pragma("clang loop unroll_count(8)")

// MARK: The most frequent n-gram

/// Hashes the n-grams, from the hashes of the (n-1)-grams, and counts them by their high bits, up to
/// 255. Returns the highest count.
static uint32_t count_roughly(repetition *r, size_t n) {
  size_t grams = r->count - n + 1, size = power_of_two(grams * counters_per_gram);
  if (size > most_top_counters) size = most_top_counters;
  const uint64_t *last = r->word_hashes + n - 1;
  word_gram_slots(r->hashes, last, r->slots, grams, gram_base, shift_for(size), -1);
  const uint32_t *slots = r->slots;
  uint8_t *counters = r->counters;
  memset(counters, 0, size);
  UNROLL
  for (size_t i = 0; i < grams; i++) {
    uint32_t count = counters[slots[i]];
    counters[slots[i]] = (uint8_t)(count + (count < 255));
  }
  return highest_byte(counters, size, -1);
}

/// The most frequent n-gram (the first of equals) among those whose counters are at least `least`.
static gram_count most_frequent(repetition *r, size_t n, uint32_t least) {
  size_t grams = r->count - n + 1, candidates = 0;
  const uint64_t *hashes = r->hashes;
  const uint32_t *slots = r->slots;
  const uint8_t *counters = r->counters;
  uint32_t *places = r->places;
  UNROLL
  for (size_t i = 0; i < grams; i++) {
    places[candidates] = (uint32_t)i;
    candidates += counters[slots[i]] >= least;
  }
  gram_count *table = r->table, best = {0, 0, 0};
  size_t size = table_size(candidates);
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
  uint32_t least = count_roughly(r, n);
  gram_count best = {0, 1, 0};
  // No n-gram is more frequent than its counter says, so that one of `least` beats all others.
  while (least > 1) {
    best = most_frequent(r, n, least);
    if (best.count >= least || least == 2) break;
    least = best.count > 2 ? best.count : 2;
  }
  if (best.count == 1) best.first = 0;
  return (length_in_characters(r->words, best.first, n) + n - 1) * (uint64_t)best.count;
}

// MARK: Grams joined without spaces

// A gram is the number that its bytes are in an odd base, modulo 2^64, the first byte the lowest
// digit. With the numbers of all bytes before each word, and the inverse powers that take them down to
// where a gram starts, that of any gram is one product away, wherever its words begin and end. Base
// 251 lets four digits share 32 bits, and no two bytes of UTF-8 differ by as much.
enum { digit_base = 251 };
static const uint64_t digit_base_inverse = 0x28CBFBEB9A020A33u;

static struct {
  uint64_t of[9], inverse[9];
} powers;

static void make_powers(void) {
  powers.of[0] = powers.inverse[0] = 1;
  for (int i = 1; i <= 8; i++) {
    powers.of[i] = powers.of[i - 1] * digit_base;
    powers.inverse[i] = powers.inverse[i - 1] * digit_base_inverse;
  }
}

/// The number of 8 bytes: neighbours are joined, in lanes of 16 bits, then of 32.
static inline uint64_t number_of_bytes(uint64_t bytes) {
  const uint64_t base = digit_base, pairs = 0x00FF00FF00FF00FFu, quads = 0x0000FFFF0000FFFFu;
  uint64_t number = (bytes & pairs) + (bytes >> 8 & pairs) * base;
  number = (number & quads) + (number >> 16 & quads) * (base * base);
  return (number & UINT32_MAX) + (number >> 32) * (base * base * base * base);
}

/// Where the numbering of words has come to.
typedef struct {
  uint64_t number, power, scale;
} word_numbering;

static inline word_numbering after_bytes(word_numbering at, uint64_t bytes, uint32_t length) {
  return (word_numbering){
      at.number + at.power * number_of_bytes(bytes), at.power * powers.of[length],
      at.scale * powers.inverse[length]};
}

/// The same for a word of any length, which may end with the text.
static __attribute__((noinline)) word_numbering after_any_bytes(
    word_numbering at, const uint8_t *p, uint32_t length) {
  for (; length > 8; length -= 8, p += 8) at = after_bytes(at, hash_load(p), 8);
  uint64_t bytes = 0;
  memcpy(&bytes, p, length);
  return after_bytes(at, bytes, length);
}

/// Fills `numbers` and `scales`: that of a gram is `(numbers[i + n] - numbers[i]) * scales[i]`.
static void number_words(repetition *r, const text_anatomy *anatomy) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, make_powers);
  const uint8_t *text = anatomy->text, *limit = text + anatomy->length;
  const anatomy_word *words = r->words;
  uint64_t *restrict numbers = r->numbers, *restrict scales = r->scales;
  // The scale starts at a factor that spreads grams over the high bits.
  word_numbering at = {0, 1, gram_base};
  for (size_t i = 0, count = r->count; i < count; i++) {
    // The power tells grams apart that differ by zero bytes at the end.
    numbers[i] = at.number + at.power;
    scales[i] = at.scale;
    const uint8_t *p = text + words[i].start;
    uint32_t length = words[i + 1].joined - words[i].joined;
    if (__builtin_expect((length <= 8) & (limit - p >= 8), 1))
      at = after_bytes(at, hash_load(p) & hash_mask(length), length);
    else
      at = after_any_bytes(at, p, length);
  }
  numbers[r->count] = at.number + at.power;
}

/// Positions whose n-gram may repeat.
static size_t repeat_candidates(repetition *r, size_t n) {
  size_t grams = r->count - n + 1, size = power_of_two(grams * counters_per_gram), candidates = 0;
  byte_gram_slots(
      r->numbers + n, r->numbers, r->scales, r->slots, grams, shift_for(size), -1);
  const uint32_t *slots = r->slots;
  uint32_t *places = r->places;
  uint8_t *counters = r->counters;
  memset(counters, 0, size);
  // A counter goes 0, 1, 3, 7, …, 255.
  UNROLL
  for (size_t i = 0; i < grams; i++)
    counters[slots[i]] = (uint8_t)(counters[slots[i]] * 2 + 1);
  UNROLL
  for (size_t i = 0; i < grams; i++) {
    places[candidates] = (uint32_t)i;
    candidates += counters[slots[i]] > 1;
  }
  for (size_t k = 0; k < longest_gram; k++) places[candidates + k] = UINT32_MAX;
  return candidates;
}

/// Puts a hash into a table of pairs unless it is there. `mask` is one less than the pairs.
static inline bool was_seen(uint64_t *seen, size_t mask, uint64_t hash) {
  for (size_t pair = hash >> 24 & mask;; pair = (pair + 1) & mask) {
    uint64_t *at = seen + pair * 2;
    // Both places in one step: which of them a hash has is hard to foretell.
    if ((at[0] == hash) | (at[1] == hash)) return true;
    size_t used = (at[0] != 0) + (at[1] != 0);
    if (__builtin_expect(used == 2, 0)) continue;
    at[used] = hash;
    return false;
  }
}

/// The characters of n-grams that occurred before, scanned without overlap.
static uint64_t duplicate_grams(repetition *r, size_t n) {
  size_t candidates = repeat_candidates(r, n), pairs = power_of_two(candidates), k = 0;
  const uint64_t *numbers = r->numbers, *ends = numbers + n, *scales = r->scales;
  const uint32_t *places = r->places;
  uint64_t *seen = r->table, characters = 0;
  memset(seen, 0, pairs * 2 * sizeof *seen);
  while (k < candidates) {
    uint32_t i = places[k];
    uint64_t hash = (ends[i] - numbers[i]) * scales[i];
    if (!was_seen(seen, pairs - 1, hash + (hash == 0))) {
      k++;
      continue;
    }
    characters += length_in_characters(r->words, i, n);
    // Go on behind the n-gram: of the candidates that follow, so many start in it.
    size_t inside = 1;
    for (size_t next = 1; next < longest_gram; next++) inside += places[k + next] < i + n;
    k += inside;
  }
  return characters;
}

bool text_anatomy_repetition(text_anatomy *anatomy, anatomy_repetition *result) {
  memset(result, 0, sizeof *result);
  if (anatomy->word_count < 2) return true;
  repetition r;
  if (!lay_out(anatomy, &r)) return false;
  for (size_t i = 0; i < r.count; i++) r.hashes[i] = r.word_hashes[i] = r.words[i].hash;
  for (size_t n = 2; n <= 4 && n <= r.count; n++) result->top[n - 2] = top_gram(&r, n);
  if (r.count < 5) return true;
  number_words(&r, anatomy);
  for (size_t n = 5; n <= longest_gram && n <= r.count; n++)
    result->duplicate[n - 5] = duplicate_grams(&r, n);
  return true;
}
