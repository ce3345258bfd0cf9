#pragma once
// Finds which short runs of words of a text are in a large table: the first step of
// decontamination. Nearly all runs are not, and the filter in front says so from the second-level
// cache.
#include <stddef.h>
#include <stdint.h>

/// The longest run that is looked up, in words.
enum { seed_words_limit = 5 };

/// A table of runs of 1 to `seed_words_limit` words; the arrays belong to the caller.
typedef struct {
  /// 1 << filter_bits words of 64 bits for the longest runs; a key sets two bits of one word.
  const uint64_t *filter;
  /// The same for shorter runs. There are few of them, and nearly nothing passes by mistake.
  const uint64_t *short_filter;
  /// 1 << slot_bits places, open addressing; 0 is free.
  const uint64_t *keys;
  const uint32_t *values;
  uint32_t filter_bits, short_filter_bits, slot_bits;
  /// Bit L is set where runs of L words are in the table.
  uint32_t lengths;
} seed_table;

/// A run of the text that is in the table.
typedef struct {
  uint32_t word, value;
} seed_hit;

/// The key of a run of `length` (1 to `seed_words_limit`) words; never 0.
uint64_t seed_key(const uint64_t *hashes, size_t length);

/// Sets the bits of a key in a filter.
void seed_filter_add(uint64_t *filter, uint32_t filter_bits, uint64_t key);

/// The place where a key stands or belongs. The table must have a free place.
size_t seed_slot(const uint64_t *keys, uint32_t slot_bits, uint64_t key);

/// The most words that one call takes, and the hits for which it needs room.
enum { seed_scan_words = 1024, seed_scan_hits = seed_scan_words * seed_words_limit };

/// Looks up all runs that start at words `first ..< first + n`, where `n` is at most
/// `seed_scan_words` and runs end within `count` words.
/// - hits: room for `seed_scan_hits`; by length, then by word.
/// Returns their number.
size_t seed_scan(
    const seed_table *table, const uint64_t *hashes, size_t count, size_t first, size_t n,
    seed_hit *hits);
