#pragma once
#include <stdlib.h>
#include <string.h>

#include "carried_words.h"
#include "text_anatomy.h"

/// Reused memory of an anatomy: nothing here outlives a document.
struct anatomy_scratch {
  uint64_t *masks;  // six arrays of `mask_words`
  size_t mask_words;
  anatomy_masks views;
  uint32_t *suffixes;  // starts of the suffixes that are peeled from one chunk, last first
  size_t suffix_capacity;
  void *tables;  // hash tables and lists of the repetition counts
  size_t table_bytes;
  anatomy_word *rejoined;  // the words while token sequences are joined again
  size_t rejoined_capacity;
  void *matches;
  size_t match_capacity;
  uint64_t fill;  // counts the texts
  uint64_t *character_masks;
  size_t character_mask_words;
  uint64_t masked_fill;  // the text of the character masks
  uint64_t *sequence_hashes;  // of the words that windows are counted over
  size_t sequence_hash_capacity;
  uint32_t *sequence_before;  // code points of the words before each of them
  size_t sequence_before_capacity;
  uint8_t *normal_word;
  size_t normal_word_capacity;
  carried_words carried;  // outlives the document that it was made from
};

/// Makes room for `count` items of `size` bytes, keeping what is there. False without memory.
static inline bool reserve_items(void **items, size_t *capacity, size_t count, size_t size) {
  if (count <= *capacity) return true;
  size_t grown = *capacity * 2 > count ? *capacity * 2 : count + 64;
  void *moved = realloc(*items, grown * size);
  if (!moved) return false;
  *items = moved;
  *capacity = grown;
  return true;
}

/// Makes room for `bytes` of tables, whose old content is not kept. False without memory.
static inline bool reserve_tables(anatomy_scratch *scratch, size_t bytes) {
  if (bytes <= scratch->table_bytes) return true;
  free(scratch->tables);
  scratch->table_bytes = 0;
  scratch->tables = malloc(bytes);
  if (!scratch->tables) return false;
  scratch->table_bytes = bytes;
  return true;
}

/// The smallest power of two that is at least `count` (and at least 16).
static inline size_t power_of_two(size_t count) {
  size_t size = 16;
  while (size < count) size *= 2;
  return size;
}

/// The cuts that text_anatomy_cut_words chooses from. False without memory.
bool cut_english_words(text_anatomy *anatomy);
bool cut_whitespace_words(text_anatomy *anatomy);
bool cut_unicode_words(text_anatomy *anatomy);
bool cut_fast_words(text_anatomy *anatomy);

/// Joins token sequences that spaCy's special cases join after the cut. False without memory.
bool text_anatomy_rejoin(text_anatomy *anatomy);
