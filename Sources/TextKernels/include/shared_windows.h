// Windows of a fixed number of symbols that occur more than once in a row of texts.
//
// A gram is a shorter row of symbols. Every window holds one gram whose scrambled hash is the least;
// equal windows have equal least grams. So windows that are next to each other and have the same
// least gram are one run, a run whose gram no other run has holds no repeated window, and what can
// be equal meets by the hash of its gram.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Neighbouring windows with the same least gram.
typedef struct {
  /// The gram's hash, scrambled: every bit is fit to share work by.
  uint64_t gram;
  /// The place of the first window, times 2^20, and the number of windows less one.
  uint64_t place;
} window_run;

#define WINDOW_RUN_COUNT_BITS 20

/// What windows are measured with.
typedef struct {
  /// Symbols of a window, at least 1.
  size_t length;
  /// Symbols of a gram, from 1 to `length`.
  size_t gram_length;
  /// Bytes of a symbol: 1, 2 or 4.
  size_t width;
  /// Room for the least grams of one window: `ring_mask` is a power of two, less one, and at least
  /// `length - gram_length + 1`. Used by `window_runs_find` alone; one thread each.
  uint64_t *ring_values;
  uint64_t *ring_places;
  size_t ring_mask;
} window_measure;

/// Cuts the windows of one text into runs.
///
/// `symbols` are `count` symbols of `width` bytes; `first` is the place of the first of them.
/// `runs` has room for one run a window. Returns the number of runs: none for a text that is shorter
/// than a window.
size_t window_runs_find(
  const window_measure *measure, const void *symbols, size_t count, uint64_t first,
  window_run *runs);

/// The part of `parts` that a scrambled hash belongs to.
static inline uint32_t shared_windows_part(uint64_t hash, uint32_t parts) {
  return (uint32_t)(((hash >> 32) * parts) >> 32);
}

/// A set of gram hashes that knows which came more than once. Slots are a power of two, zeroed.
typedef struct {
  uint64_t *slots;
  /// log2 of the number of slots.
  unsigned slot_bits;
  size_t used;
} gram_table;

/// Some of all hashes: those that leave `index` when their lower half is divided by `count`, a power
/// of two.
typedef struct {
  uint32_t index;
  uint32_t count;
} hash_share;

/// Counts the grams of the share. The table must have room for `count` more.
void gram_table_add(
  gram_table *table, hash_share share, const window_run *runs, size_t count);

/// Moves the grams of a table into a larger, empty one.
void gram_table_move(const gram_table *from, gram_table *to);

/// Writes the runs of the share whose gram came more than once and returns their number.
size_t gram_table_select(
  const gram_table *table, hash_share share, const window_run *runs, size_t count,
  window_run *selected);

/// A stretch of the row of all symbols that is in memory in one piece.
typedef struct {
  const void *symbols;
  /// The place of its first symbol in the row.
  uint64_t first;
} symbol_piece;

/// A window, where it came first and how often it came. An empty slot has the count 0.
typedef struct {
  uint64_t print;
  uint64_t first;
  uint64_t count;
} counted_window;

/// The distinct windows of a share of all windows. Slots are a power of two, zeroed.
typedef struct {
  counted_window *slots;
  unsigned slot_bits;
  size_t used;
  /// All pieces in order, to compare windows symbol by symbol.
  const symbol_piece *pieces;
  size_t piece_count;
  size_t length;
  size_t width;
  hash_share share;
} window_table;

/// Neighbouring windows that stand elsewhere too: the one at `start` stands first at `first`; those
/// behind it stand first near by, each less than a window from the one before, so in the same text.
typedef struct {
  uint64_t start;
  uint64_t first;
  uint64_t count;
} repeated_windows;

/// Counts `count` windows from `start` on, in the piece `piece`. Windows must come in their order.
/// The table must have room for `count` more.
void window_table_add(window_table *table, size_t piece, uint64_t start, size_t count);

/// Moves the windows of a table into a larger, empty one.
void window_table_move(const window_table *from, window_table *to);

/// Looks windows up that were all counted, and writes those that came more than once: in any place
/// (`every_copy`), or only where the first one ends before they begin. `repeated` has room for
/// `count`. Returns the number of entries.
size_t window_table_find(
  const window_table *table, size_t piece, uint64_t start, size_t count, bool every_copy,
  repeated_windows *repeated);
