#include "phrase_list.h"

#include <stdlib.h>

#include "byte_hash.h"
#include "character_classes.h"

/// Entries that start with the same four bytes (shorter ones: with all of theirs).
typedef struct {
  uint32_t key;
  uint32_t used;
  uint64_t lengths;  // bit i: an entry of i + 1 bytes; bit 63: any longer one
} entry_start;

struct phrase_list {
  bool whole_words;
  // Bits for hashes of the first four bytes of entries, or of all three, and for the first two bytes
  // of entries of one or two: what nearly all places of a text are told from at once.
  uint64_t *heads;
  unsigned head_shift;
  uint64_t pairs[1024];
  uint64_t *entries;     // hashes, 0 where free
  size_t entry_mask;
  entry_start *starts;  // by the first four bytes
  size_t start_mask;
  uint32_t *long_lengths;  // of entries of 64 bytes and more, longest first, each once
  size_t long_count;
  uint64_t short_lengths;  // bits 0 to 2: entries of 1 to 3 bytes
};

static inline uint32_t load_key(const uint8_t *p) {
  uint32_t key;
  memcpy(&key, p, 4);
  return key;
}

/// The place of a start's bit in `heads`. Starts of three bytes have another fourth than texts.
static inline size_t head_bit(const phrase_list *list, uint32_t key) {
  return (size_t)(key * 0x9E3779B97F4A7C15u >> list->head_shift);
}
static inline uint32_t short_key(uint32_t key) { return (key & 0xFFFFFF) * 0x85EBCA6Bu; }

static inline bool has_head(const phrase_list *list, uint32_t key) {
  size_t bit = head_bit(list, key);
  return list->heads[bit / 64] >> bit % 64 & 1;
}

static inline size_t start_slot(const phrase_list *list, uint32_t key) {
  size_t slot = (size_t)(key * 0x9E3779B97F4A7C15u >> 24) & list->start_mask;
  while (list->starts[slot].used && list->starts[slot].key != key)
    slot = (slot + 1) & list->start_mask;
  return slot;
}

static inline size_t entry_slot(const phrase_list *list, uint64_t hash) {
  size_t slot = (size_t)(hash >> 20) & list->entry_mask;
  while (list->entries[slot] && list->entries[slot] != hash) slot = (slot + 1) & list->entry_mask;
  return slot;
}

static int longest_first(const void *left, const void *right) {
  uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
  return a > b ? -1 : a < b;
}

void phrase_list_destroy(phrase_list *list) {
  if (!list) return;
  free(list->heads);
  free(list->entries);
  free(list->starts);
  free(list->long_lengths);
  free(list);
}

phrase_list *phrase_list_create(
    const uint8_t *bytes, const uint64_t *offsets, size_t count, bool whole_words) {
  phrase_list *list = calloc(1, sizeof *list);
  if (!list) return NULL;
  list->whole_words = whole_words;
  size_t size = 16, longer = 0;
  while (size < count + count / 2) size *= 2;
  for (size_t i = 0; i < count; i++) longer += offsets[i + 1] - offsets[i] >= 64;
  list->entry_mask = list->start_mask = size - 1;
  // 64 bits an entry, 8 KB to 1 MB.
  unsigned head_bits = 16;
  while (head_bits < 23 && ((size_t)1 << head_bits) < count * 64) head_bits++;
  list->head_shift = 64 - head_bits;
  list->heads = calloc((size_t)1 << (head_bits - 6), sizeof *list->heads);
  list->entries = calloc(size, sizeof *list->entries);
  list->starts = calloc(size, sizeof *list->starts);
  list->long_lengths = malloc((longer + 1) * sizeof *list->long_lengths);
  if (!list->heads || !list->entries || !list->starts || !list->long_lengths) {
    phrase_list_destroy(list);
    return NULL;
  }
  const uint8_t *limit = bytes + (count ? offsets[count] : 0);
  for (size_t i = 0; i < count; i++) {
    const uint8_t *entry = bytes + offsets[i];
    size_t length = offsets[i + 1] - offsets[i];
    if (length == 0 || length > UINT32_MAX) continue;
    uint64_t hash = hash_bytes(entry, length, limit) | 1;
    list->entries[entry_slot(list, hash)] = hash;
    if (length < 4) {
      list->short_lengths |= 1ull << (length - 1);
      for (unsigned second = 0; length < 3 && second < 256; second++) {
        unsigned pair = entry[0] | (length > 1 ? entry[1] : second) << 8;
        list->pairs[pair / 64] |= 1ull << pair % 64;
      }
      if (length < 3) continue;
      size_t bit = head_bit(list, short_key(entry[0] | entry[1] << 8 | (uint32_t)entry[2] << 16));
      list->heads[bit / 64] |= 1ull << bit % 64;
      continue;
    }
    size_t bit = head_bit(list, load_key(entry));
    list->heads[bit / 64] |= 1ull << bit % 64;
    entry_start *start = list->starts + start_slot(list, load_key(entry));
    start->key = load_key(entry);
    start->used = 1;
    start->lengths |= 1ull << (length < 64 ? length - 1 : 63);
    if (length >= 64) list->long_lengths[list->long_count++] = (uint32_t)length;
  }
  qsort(list->long_lengths, list->long_count, sizeof *list->long_lengths, longest_first);
  size_t distinct = 0;
  for (size_t i = 0; i < list->long_count; i++) {
    if (distinct && list->long_lengths[distinct - 1] == list->long_lengths[i]) continue;
    list->long_lengths[distinct++] = list->long_lengths[i];
  }
  list->long_count = distinct;
  return list;
}

/// Whether text[at ..< at + length] is an entry that may end there.
static bool is_entry(
    const phrase_list *list, const uint8_t *text, size_t total, size_t at, size_t length,
    phrase_list_find *find) {
  if (length > total - at) return false;
  const uint8_t *limit = text + total;
  if (list->whole_words && at + length < total &&
      (character_class(character_at(text + at + length, limit).code) & CLASS_WORD))
    return false;
  uint64_t hash = hash_bytes(text + at, length, limit) | 1;
  if (!list->entries[entry_slot(list, hash)]) return false;
  *find = (phrase_list_find){at, at + length, hash};
  return true;
}

/// Whether an entry starts at `at`: the longest one.
static bool starts_entry(
    const phrase_list *list, const uint8_t *text, size_t total, size_t at, phrase_list_find *find) {
  if (total - at >= 4) {
    const entry_start *start = list->starts + start_slot(list, load_key(text + at));
    uint64_t lengths = start->used ? start->lengths : 0;
    if (lengths >> 63) {
      for (size_t i = 0; i < list->long_count; i++) {
        if (is_entry(list, text, total, at, list->long_lengths[i], find)) return true;
      }
      lengths &= ~(1ull << 63);
    }
    while (lengths) {
      int bit = 63 - __builtin_clzll(lengths);
      if (is_entry(list, text, total, at, (size_t)bit + 1, find)) return true;
      lengths &= ~(1ull << bit);
    }
  }
  for (int length = 3; length > 0; length--) {
    if ((list->short_lengths >> (length - 1) & 1) &&
        is_entry(list, text, total, at, (size_t)length, find))
      return true;
  }
  return false;
}

/// The first place from `at` on where an entry may start; at most the last three of the text are not
/// told apart.
static inline __attribute__((always_inline)) size_t next_head(
    const phrase_list *list, const uint8_t *text, size_t length, size_t at, bool three, bool two) {
  for (; at + 4 <= length; at++) {
    uint32_t key = load_key(text + at);
    bool may = has_head(list, key);
    if (three) may |= has_head(list, short_key(key));
    if (two) may |= list->pairs[(key & 0xFFFF) / 64] >> (key & 63) & 1;
    if (may) break;
  }
  return at;
}

bool phrase_list_next(
    const phrase_list *list, const uint8_t *text, size_t length, size_t from,
    phrase_list_find *find) {
  bool three = list->short_lengths & 4, two = list->short_lengths & 3;
  for (size_t at = from; at < length; at++) {
    at = two     ? next_head(list, text, length, at, true, true)
         : three ? next_head(list, text, length, at, true, false)
                 : next_head(list, text, length, at, false, false);
    if (at >= length) return false;
    if (list->whole_words && at > 0 &&
        (character_class(character_before(text, text + at).code) & CLASS_WORD))
      continue;
    if (starts_entry(list, text, length, at, find)) return true;
  }
  return false;
}
