#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "byte_hash.h"

/// A text and the bytes of each of its parts, closed by 0.
typedef struct {
  const char *text;
  uint8_t parts[12];
} cut_text;

enum {
  word_filter_bits = 14,
  sequence_place_bits = 12,
  case_slots = 4096,
  sequence_slots = 4096,
  unit_slots = 512,
  MAY_BE_FIRST = 1,
  MAY_BE_SECOND = 2,
};

typedef struct {
  uint64_t key;
  const cut_text *cut;  // NULL where a sequence only goes on
} table_slot;

/// A word of one ASCII character.
typedef struct {
  uint64_t hash;
  uint32_t flags;
} byte_word;

/// Tables made once a process from english_words_table.inc: open addressing, less than half full.
typedef struct {
  table_slot cases[case_slots];
  /// A token sequence that spaCy joins, keyed by its tokens' hashes; every beginning of at least two
  /// tokens is an entry too.
  table_slot sequences[sequence_slots];
  uint64_t units[unit_slots];
  /// Bits of hashes that are in `cases`, and of the first two tokens of the sequences together.
  uint64_t case_filter[1 << (word_filter_bits - 6)];
  uint64_t pair_filter[1 << (word_filter_bits - 6)];
  /// By the high bits of a token's hash: whether it may be the first, the second of a sequence.
  uint8_t sequence_places[1 << sequence_place_bits];
  /// Lengths (bit n: n bytes) of special cases with this first and this last byte.
  uint32_t lengths_by_first[256];
  uint32_t lengths_by_last[256];
  /// A special case ends with this byte after ASCII letters and digits only.
  bool ends_case[256];
  byte_word byte_words[128];
} english_word_tables;

const english_word_tables *english_word_tables_get(void);

static inline bool in_filter(const uint64_t *filter, uint64_t hash) {
  uint64_t bit = hash >> (64 - word_filter_bits);
  return filter[bit >> 6] >> (bit & 63) & 1;
}

/// Where `sequence_places` tells of a token.
static inline size_t sequence_place(uint64_t hash) { return hash >> (64 - sequence_place_bits); }

static inline const table_slot *find_slot(const table_slot *slots, size_t count, uint64_t key) {
  size_t at = key & (count - 1);
  while (slots[at].key && slots[at].key != key) at = (at + 1) & (count - 1);
  return slots[at].key ? &slots[at] : NULL;
}
