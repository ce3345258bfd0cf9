#include "shared_windows.h"

#include <string.h>

// Windows and grams are hashed as polynomials modulo the prime 2^61 - 1, which roll on by one symbol
// at the cost of a multiplication. Hashes only say what to compare: windows count as equal when
// their symbols are.

static const uint64_t prime = (UINT64_C(1) << 61) - 1;
static const uint64_t base = UINT64_C(0x0b3f5c1d29a68e47);
// An odd factor and its inverse modulo 2^64: the order of grams is that of their products.
static const uint64_t order_factor = UINT64_C(0x9e3779b97f4a7c15);
static const uint64_t order_inverse = UINT64_C(0xf1de83e19937733d);
static const uint64_t slot_factor = UINT64_C(0xd6e8feb86659fd93);

static inline uint64_t product(uint64_t a, uint64_t b) {
  unsigned __int128 wide = (unsigned __int128)a * b;
  uint64_t sum = ((uint64_t)wide & prime) + (uint64_t)(wide >> 61);
  return sum >= prime ? sum - prime : sum;
}

static uint64_t power(uint64_t value, size_t exponent) {
  uint64_t result = 1;
  for (; exponent > 0; exponent >>= 1) {
    if (exponent & 1) result = product(result, value);
    value = product(value, value);
  }
  return result;
}

static inline uint64_t scrambled(uint64_t hash) {
  hash ^= hash >> 33;
  hash *= UINT64_C(0xff51afd7ed558ccd);
  hash ^= hash >> 33;
  hash *= UINT64_C(0xc4ceb9fe1a85ec53);
  return hash ^ hash >> 33;
}

static inline bool is_in_share(uint64_t hash, hash_share share) {
  return ((uint32_t)hash & (share.count - 1)) == share.index;
}

static inline __attribute__((always_inline)) uint64_t symbol_at(
  const void *symbols, size_t width, size_t index
) {
  switch (width) {
  case 1: return ((const uint8_t *)symbols)[index] + UINT64_C(1);
  case 2: return ((const uint16_t *)symbols)[index] + UINT64_C(1);
  default: return ((const uint32_t *)symbols)[index] + UINT64_C(1);
  }
}

/// The hash of the symbols one place on.
static inline __attribute__((always_inline)) uint64_t rolled(
  uint64_t hash, uint64_t leaves, uint64_t enters, uint64_t leaving_power
) {
  uint64_t gone = prime - product(leaves, leaving_power);
  unsigned __int128 wide = (unsigned __int128)hash * base + gone + enters;
  uint64_t sum = ((uint64_t)wide & prime) + (uint64_t)(wide >> 61);
  return sum >= prime ? sum - prime : sum;
}

static inline __attribute__((always_inline)) uint64_t hash_of(
  const void *symbols, size_t width, size_t start, size_t length
) {
  uint64_t hash = 0;
  for (size_t i = 0; i < length; i++) {
    unsigned __int128 wide = (unsigned __int128)hash * base + symbol_at(symbols, width, start + i);
    uint64_t sum = ((uint64_t)wide & prime) + (uint64_t)(wide >> 61);
    hash = sum >= prime ? sum - prime : sum;
  }
  return hash;
}

// MARK: Runs

static inline __attribute__((always_inline)) size_t find_runs(
  const window_measure *measure, const void *symbols, size_t width, size_t count, uint64_t first,
  window_run *runs
) {
  const size_t gram = measure->gram_length;
  const size_t grams_of_window = measure->length - gram + 1;
  const size_t gram_count = count - gram + 1;
  const size_t mask = measure->ring_mask;
  const size_t longest = (size_t)1 << WINDOW_RUN_COUNT_BITS;
  uint64_t *values = measure->ring_values;
  uint64_t *places = measure->ring_places;
  const uint64_t leaving_power = power(base, gram);
  uint64_t hash = hash_of(symbols, width, 0, gram);
  // Candidates for the least gram, rising in value and place, from `head` up to `tail`.
  size_t head = 0, tail = 0, written = 0;
  // The open run. A gram that comes twice in it must not pass for one that comes once: the run is
  // cut there, one time.
  size_t start = 0;
  uint64_t value = 0, place = 0;
  bool is_cut = false;
  for (size_t index = 0;; index++) {
    const uint64_t ordered = hash * order_factor;
    while (tail > head && values[(tail - 1) & mask] >= ordered) tail--;
    values[tail & mask] = ordered;
    places[tail & mask] = index;
    tail++;
    if (index + 1 >= grams_of_window) {
      const size_t window = index + 1 - grams_of_window;
      if (places[head & mask] < window) head++;
      const uint64_t least = values[head & mask], at = places[head & mask];
      if (window == 0) {
        value = least;
      } else if (least != value || (at != place && !is_cut) || window - start == longest) {
        runs[written].gram = scrambled(value * order_inverse);
        runs[written].place = (first + start) << WINDOW_RUN_COUNT_BITS | (window - start - 1);
        written++;
        is_cut = least == value && (is_cut || at != place);
        start = window;
        value = least;
      }
      place = at;
    }
    if (index + 1 == gram_count) break;
    hash = rolled(
      hash, symbol_at(symbols, width, index), symbol_at(symbols, width, index + gram),
      leaving_power);
  }
  const size_t windows = count - measure->length + 1;
  runs[written].gram = scrambled(value * order_inverse);
  runs[written].place = (first + start) << WINDOW_RUN_COUNT_BITS | (windows - start - 1);
  return written + 1;
}

size_t window_runs_find(
  const window_measure *measure, const void *symbols, size_t count, uint64_t first,
  window_run *runs
) {
  if (count < measure->length) return 0;
  switch (measure->width) {
  case 1: return find_runs(measure, symbols, 1, count, first, runs);
  case 2: return find_runs(measure, symbols, 2, count, first, runs);
  default: return find_runs(measure, symbols, 4, count, first, runs);
  }
}

// MARK: Grams

// A slot is a hash whose lowest bit says whether it came again; 0 is an empty slot.

static inline uint64_t gram_key(uint64_t gram) {
  uint64_t key = gram & ~UINT64_C(1);
  return key == 0 ? 2 : key;
}

static inline size_t gram_slot(const gram_table *table, uint64_t key) {
  const size_t mask = ((size_t)1 << table->slot_bits) - 1;
  size_t slot = (size_t)(key * slot_factor >> (64 - table->slot_bits));
  while (table->slots[slot] != 0 && (table->slots[slot] & ~UINT64_C(1)) != key) {
    slot = (slot + 1) & mask;
  }
  return slot;
}

void gram_table_add(
  gram_table *table, hash_share share, const window_run *runs, size_t count
) {
  enum { ahead = 16 };
  for (size_t i = 0; i < count; i++) {
    if (i + ahead < count) {
      const uint64_t later = gram_key(runs[i + ahead].gram);
      __builtin_prefetch(&table->slots[later * slot_factor >> (64 - table->slot_bits)], 1);
    }
    if (!is_in_share(runs[i].gram, share)) continue;
    const uint64_t key = gram_key(runs[i].gram);
    const size_t slot = gram_slot(table, key);
    if (table->slots[slot] == 0) {
      table->slots[slot] = key;
      table->used++;
    } else {
      table->slots[slot] |= 1;
    }
  }
}

void gram_table_move(const gram_table *from, gram_table *to) {
  for (size_t i = 0; i < (size_t)1 << from->slot_bits; i++) {
    if (from->slots[i] == 0) continue;
    to->slots[gram_slot(to, from->slots[i] & ~UINT64_C(1))] = from->slots[i];
  }
  to->used = from->used;
}

size_t gram_table_select(
  const gram_table *table, hash_share share, const window_run *runs, size_t count,
  window_run *selected
) {
  enum { ahead = 16 };
  size_t written = 0;
  for (size_t i = 0; i < count; i++) {
    if (i + ahead < count) {
      const uint64_t later = gram_key(runs[i + ahead].gram);
      __builtin_prefetch(&table->slots[later * slot_factor >> (64 - table->slot_bits)]);
    }
    if (!is_in_share(runs[i].gram, share)) continue;
    if (table->slots[gram_slot(table, gram_key(runs[i].gram))] & 1) selected[written++] = runs[i];
  }
  return written;
}

// MARK: Windows

static inline const uint8_t *symbols_at(const window_table *table, uint64_t place) {
  size_t low = 0, high = table->piece_count;
  while (high - low > 1) {
    const size_t middle = (low + high) / 2;
    if (table->pieces[middle].first <= place) low = middle;
    else high = middle;
  }
  const symbol_piece *piece = &table->pieces[low];
  return (const uint8_t *)piece->symbols + (place - piece->first) * table->width;
}

static inline size_t window_slot(const window_table *table, uint64_t print) {
  return (size_t)(print * slot_factor >> (64 - table->slot_bits));
}

/// Windows one after the other. Where a window follows its predecessor in both places, only its last
/// symbol is left to compare.
typedef struct {
  const uint8_t *symbols;
  uint64_t last_first;
  bool has_last;
} window_walk;

/// The slot of a window, or the empty one where it belongs.
static inline size_t slot_of_window(
  const window_table *table, uint64_t print, window_walk *walk
) {
  const size_t mask = ((size_t)1 << table->slot_bits) - 1;
  const size_t bytes = table->length * table->width;
  for (size_t slot = window_slot(table, print);; slot = (slot + 1) & mask) {
    const counted_window *found = &table->slots[slot];
    if (found->count == 0) return slot;
    if (found->print != print) continue;
    const uint8_t *other = symbols_at(table, found->first);
    // Pieces hold whole texts, so two windows that follow each other are in the same piece.
    const bool follows = walk->has_last && found->first == walk->last_first + 1;
    const size_t known = follows ? bytes - table->width : 0;
    if (memcmp(walk->symbols + known, other + known, bytes - known) == 0) return slot;
  }
}

enum { batch = 32 };

/// Hashes up to `batch` windows, and asks for their slots.
static inline __attribute__((always_inline)) size_t hash_windows(
  const window_table *table, size_t width, const uint8_t *symbols, size_t from, size_t count,
  uint64_t leaving_power, uint64_t *hash, uint64_t *prints
) {
  size_t hashed = 0;
  while (hashed < batch && from + hashed < count) {
    const size_t window = from + hashed;
    *hash = window == 0
      ? hash_of(symbols, width, 0, table->length)
      : rolled(
          *hash, symbol_at(symbols, width, window - 1),
          symbol_at(symbols, width, window - 1 + table->length), leaving_power);
    prints[hashed] = scrambled(*hash);
    __builtin_prefetch(&table->slots[window_slot(table, prints[hashed])], 1);
    hashed++;
  }
  return hashed;
}

static size_t hash_windows_of_width(
  const window_table *table, const uint8_t *symbols, size_t from, size_t count,
  uint64_t leaving_power, uint64_t *hash, uint64_t *prints
) {
  switch (table->width) {
  case 1: return hash_windows(table, 1, symbols, from, count, leaving_power, hash, prints);
  case 2: return hash_windows(table, 2, symbols, from, count, leaving_power, hash, prints);
  default: return hash_windows(table, 4, symbols, from, count, leaving_power, hash, prints);
  }
}

void window_table_add(window_table *table, size_t piece, uint64_t start, size_t count) {
  const uint8_t *symbols = (const uint8_t *)table->pieces[piece].symbols
    + (start - table->pieces[piece].first) * table->width;
  const uint64_t leaving_power = power(base, table->length);
  uint64_t hash = 0, prints[batch];
  window_walk walk = {symbols, 0, false};
  for (size_t from = 0; from < count;) {
    const size_t hashed =
      hash_windows_of_width(table, symbols, from, count, leaving_power, &hash, prints);
    for (size_t i = 0; i < hashed; i++) {
      if (!is_in_share(prints[i], table->share)) {
        walk.has_last = false;
        continue;
      }
      walk.symbols = symbols + (from + i) * table->width;
      counted_window *found = &table->slots[slot_of_window(table, prints[i], &walk)];
      if (found->count++ == 0) {
        found->print = prints[i];
        found->first = start + from + i;
        table->used++;
        walk.has_last = false;
      } else {
        walk.last_first = found->first;
        walk.has_last = true;
      }
    }
    from += hashed;
  }
}

void window_table_move(const window_table *from, window_table *to) {
  const size_t mask = ((size_t)1 << to->slot_bits) - 1;
  for (size_t i = 0; i < (size_t)1 << from->slot_bits; i++) {
    if (from->slots[i].count == 0) continue;
    // Windows of one table differ, so that an empty slot is all that is needed.
    size_t slot = window_slot(to, from->slots[i].print);
    while (to->slots[slot].count != 0) slot = (slot + 1) & mask;
    to->slots[slot] = from->slots[i];
  }
  to->used = from->used;
}

size_t window_table_find(
  const window_table *table, size_t piece, uint64_t start, size_t count, bool every_copy,
  repeated_windows *repeated
) {
  const uint8_t *symbols = (const uint8_t *)table->pieces[piece].symbols
    + (start - table->pieces[piece].first) * table->width;
  const uint64_t leaving_power = power(base, table->length);
  uint64_t hash = 0, prints[batch];
  window_walk walk = {symbols, 0, false};
  size_t written = 0;
  // Of the last window that was written.
  uint64_t last_first = 0;
  for (size_t from = 0; from < count;) {
    const size_t hashed =
      hash_windows_of_width(table, symbols, from, count, leaving_power, &hash, prints);
    for (size_t i = 0; i < hashed; i++) {
      if (!is_in_share(prints[i], table->share)) {
        walk.has_last = false;
        continue;
      }
      const uint64_t place = start + from + i;
      walk.symbols = symbols + (from + i) * table->width;
      const counted_window *found = &table->slots[slot_of_window(table, prints[i], &walk)];
      walk.last_first = found->first;
      walk.has_last = found->count > 0;
      const bool is_repeated =
        every_copy ? found->count > 1 : found->count > 0 && found->first + table->length <= place;
      if (!is_repeated) continue;
      repeated_windows *last = written > 0 ? &repeated[written - 1] : NULL;
      const uint64_t apart =
        found->first > last_first ? found->first - last_first : last_first - found->first;
      if (last && last->start + last->count == place && apart < table->length) {
        last->count++;
      } else {
        repeated[written++] = (repeated_windows){place, found->first, 1};
      }
      last_first = found->first;
    }
    from += hashed;
  }
  return written;
}
