#pragma once
// A list of words or phrases, and where a text has one of them. Entries are known by 64-bit hashes:
// in 10^12 comparisons of other texts, the chance of one false find is 6e-8 for each entry.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct phrase_list phrase_list;

/// Entry `i` is `bytes[offsets[i] ..< offsets[i + 1]]`; empty ones are left out, equal ones count
/// once. `whole_words`: whether an entry is found only between characters that are none of a word
/// (Python's `\W`) or the ends of the text. NULL without memory.
phrase_list *phrase_list_create(
    const uint8_t *bytes, const uint64_t *offsets, size_t count, bool whole_words);
void phrase_list_destroy(phrase_list *list);

typedef struct {
  size_t start, end;  // in the text, bytes
  uint64_t hash;      // of the entry
} phrase_list_find;

/// The first place at or behind `from` where an entry is found, the longest one there. Any bytes are
/// safe. The time is linear in the text, times the number of lengths of entries that start with the
/// same four bytes.
bool phrase_list_next(
    const phrase_list *list, const uint8_t *text, size_t length, size_t from, phrase_list_find *find);
