// A window of n words can only repeat where the window of n - 1 words there and the next one do. So
// few places are left to look at after the first step, and a two-bit filter keeps most of those
// that are not out of its hash table.
#include "word_windows.h"

#include "byte_hash.h"
#include "character_classes.h"
#include "character_traits.h"
#include "word_sequence.h"

enum {
  filter_bits_per_word = 8,
  /// Places between the request for a table's slot and its use.
  ahead = 12,
  /// Rules ask for the most frequent window of at most so many words.
  most_top_words = 4,
};

/// One document's share of the scratch tables.
typedef struct {
  const uint64_t *words;   // a hash each
  const uint32_t *before;  // code points before each
  size_t count;
  uint32_t *table;   // the first place of a window, and 1; 0 where there is none
  uint64_t *hashes;  // of the window at each place
  uint32_t *counts;  // of the windows that are first at each place
  uint64_t *once, *twice;
  int filter_shift;
  size_t filter_words;
  uint32_t *places;  // where a window may repeat
  uint8_t *repeats;  // whether the window at each place does repeat
} windows;

static bool lay_out(anatomy_scratch *scratch, size_t count, windows *w) {
  size_t filter_bits = power_of_two(count < 128 ? 1024 : count * filter_bits_per_word);
  size_t filter_bytes = filter_bits / 8, padded = (count + 16) & ~(size_t)7;
  size_t table_bytes = power_of_two(count * 2) * sizeof(uint32_t);
  if (!reserve_tables(scratch, table_bytes + padded * (8 + 4 + 4 + 1) + 2 * filter_bytes))
    return false;
  uint8_t *memory = scratch->tables;
  w->table = (uint32_t *)memory;
  memory += table_bytes;
  w->hashes = (uint64_t *)memory;
  memory += padded * 8;
  w->once = (uint64_t *)memory;
  memory += filter_bytes;
  w->twice = (uint64_t *)memory;
  memory += filter_bytes;
  w->places = (uint32_t *)memory;
  memory += padded * 4;
  w->counts = (uint32_t *)memory;
  memory += padded * 4;
  w->repeats = memory;
  w->filter_shift = 64 - __builtin_ctzll(filter_bits);
  w->filter_words = filter_bits / 64;
  w->words = scratch->sequence_hashes;
  w->before = scratch->sequence_before;
  w->count = count;
  return true;
}

static inline uint32_t window_length(const windows *w, size_t i, size_t n) {
  return w->before[i + n] - w->before[i];
}

/// The places whose pair of words may repeat.
static size_t pair_places(windows *w) {
  size_t pairs = w->count - 1, kept = 0;
  memset(w->once, 0, w->filter_words * 8);
  memset(w->twice, 0, w->filter_words * 8);
  for (size_t i = 0; i < pairs; i++) {
    uint64_t hash = hash_pair(w->words[i], w->words[i + 1]);
    w->hashes[i] = hash;
    uint64_t at = hash >> w->filter_shift, bit = 1ull << (at & 63), once = w->once[at >> 6];
    w->twice[at >> 6] |= once & bit;
    w->once[at >> 6] = once | bit;
  }
  for (size_t i = 0; i < pairs; i++) {
    uint64_t at = w->hashes[i] >> w->filter_shift;
    w->places[kept] = (uint32_t)i;
    kept += w->twice[at >> 6] >> (at & 63) & 1;
  }
  return kept;
}

/// The places where the window of n - 1 words repeats and the next one too, with the hash of n words.
static size_t longer_places(windows *w, size_t count, size_t n) {
  size_t kept = 0;
  while (count && w->places[count - 1] + n > w->count) count--;
  for (size_t k = 0; k < count; k++) {
    uint32_t i = w->places[k];
    w->hashes[i] = hash_pair(w->hashes[i], w->words[i + n - 1]);
    w->places[kept] = i;
    kept += w->repeats[i] & w->repeats[i + 1];
  }
  return kept;
}

typedef struct {
  uint32_t most, first, longest;
} top_window;

/// The place where the window at place `i` stands first, up to there.
static inline uint32_t first_place(const windows *w, uint32_t i, size_t mask) {
  uint64_t hash = w->hashes[i];
  size_t slot = hash & mask;
  uint32_t found;
  while ((found = w->table[slot]) && w->hashes[found - 1] != hash) slot = (slot + 1) & mask;
  if (found) return found - 1;
  w->table[slot] = i + 1;
  return i;
}

/// Clears the table for `count` places, and `repeats`. Returns the mask of the table's slots.
static size_t start_places(const windows *w, size_t count) {
  size_t size = power_of_two(count * 2);
  memset(w->table, 0, size * sizeof *w->table);
  memset(w->repeats, 0, w->count);
  return size - 1;
}

/// Notes in `repeats` at which places a window stands that occurs more than once.
static void mark_places(const windows *w, size_t count) {
  size_t mask = start_places(w, count);
  for (size_t k = 0; k < count; k++) {
    if (k + ahead < count) __builtin_prefetch(&w->table[w->hashes[w->places[k + ahead]] & mask], 1);
    uint32_t i = w->places[k], first = first_place(w, i, mask);
    if (first != i) w->repeats[first] = w->repeats[i] = 1;
  }
}

/// The same, and the most frequent window.
static top_window count_places(const windows *w, size_t count, size_t n) {
  size_t mask = start_places(w, count);
  top_window top = {1, 0, 0};
  for (size_t k = 0; k < count; k++) {
    if (k + ahead < count) __builtin_prefetch(&w->table[w->hashes[w->places[k + ahead]] & mask], 1);
    uint32_t i = w->places[k], first = first_place(w, i, mask);
    if (first == i) {
      w->counts[i] = 1;
      continue;
    }
    w->repeats[first] = w->repeats[i] = 1;
    uint32_t occurs = ++w->counts[first];
    if (occurs < top.most) continue;
    uint32_t length = window_length(w, i, n);
    if (occurs > top.most) {
      top = (top_window){occurs, first, length};
    } else {
      if (first < top.first) top.first = first;
      if (length > top.longest) top.longest = length;
    }
  }
  return top;
}

/// The length of all windows of `n` words.
static uint64_t all_windows(const windows *w, size_t n) {
  uint64_t length = 0;
  for (size_t i = 0; i < n; i++) length += w->before[w->count - i] - (uint64_t)w->before[n - 1 - i];
  return length;
}

bool count_word_windows(anatomy_scratch *scratch, size_t count, word_windows *result) {
  memset(result, 0, sizeof *result);
  result->words = count;
  result->characters = scratch->sequence_before[count];
  if (count < 2) return true;
  windows w;
  if (!lay_out(scratch, count, &w)) return false;
  size_t places = pair_places(&w);
  for (size_t n = fewest_window_words; n <= most_window_words && n <= count; n++) {
    if (n > 2) places = longer_places(&w, places, n);
    // Where nothing repeats any more, the first window and the sum are left.
    top_window top = {1, 0, 0};
    if (n <= most_top_words) {
      if (places) top = count_places(&w, places, n);
    } else if (places) {
      mark_places(&w, places);
    }
    window_totals totals = {top.most, window_length(&w, top.first, n), 0, 0, all_windows(&w, n), 0};
    totals.longest = top.most > 1 ? top.longest : totals.first;
    size_t covered = 0;
    for (size_t k = 0; k < places; k++) {
      size_t i = w.places[k];
      if (!w.repeats[i]) continue;
      totals.copies += window_length(&w, i, n);
      totals.covered += w.before[i + n] - w.before[i > covered ? i : covered];
      covered = i + n;
    }
    result->totals[n - fewest_window_words] = totals;
  }
  return true;
}

bool text_anatomy_windows(text_anatomy *anatomy, bool alphanumeric, word_windows *result) {
  anatomy_scratch *scratch = anatomy->scratch;
  if (!reserve_sequence(scratch, anatomy->word_count)) return false;
  const uint8_t *limit = anatomy->text + anatomy->length;
  uint64_t *hashes = scratch->sequence_hashes;
  uint32_t *before = scratch->sequence_before;
  size_t count = 0;
  uint32_t characters = 0;
  for (size_t i = 0; i < anatomy->word_count; i++) {
    const anatomy_word *word = &anatomy->words[i];
    hashes[count] = word->hash;
    before[count] = characters;
    bool counts = true;
    if (alphanumeric) {
      uint32_t code = character_at(anatomy->text + word->start, limit).code;
      counts = character_traits(code) & TRAIT_ALNUM;
    }
    characters += counts ? word[1].characters - word->characters : 0;
    count += counts;
  }
  before[count] = characters;
  return count_word_windows(scratch, count, result);
}
