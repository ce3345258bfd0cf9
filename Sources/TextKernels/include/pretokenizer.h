#pragma once
// The GPT-2 split of text into pre-tokens,
//   's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
// and a cache from pre-tokens to token ids.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
  /// Bytes of text that one call of `pretokenizer_scan` looks at, at most.
  PRETOKENIZER_CHUNK = 4096,
  /// Pre-tokens that one call can find, at most.
  PRETOKENIZER_ENDS = PRETOKENIZER_CHUNK + 8,
};

/// A walk over one text. Set it to zero, then set `text` and `count`.
typedef struct {
  /// UTF-8. A byte that is not part of a valid character is a symbol of its own.
  const uint8_t *text;
  size_t count;
  /// Bytes looked at so far.
  size_t position;
  /// The class of the character before `position`.
  uint8_t last_class;
  /// Boundaries after `position` that a contraction has already decided: bit i is position + i.
  uint8_t forced, forbidden;
} pretokenizer_walk;

/// Looks at the next chunk of the text and writes the ends of the pre-tokens that are complete,
/// as offsets from the text's start; the first pre-token starts where the last one ended.
/// Returns their number, which is 0 only at the end of the text or inside a long pre-token:
/// `position == count` says that the walk is over. `ends` has room for PRETOKENIZER_ENDS.
size_t pretokenizer_scan(pretokenizer_walk *walk, size_t *ends);

/// The version of Unicode whose letters and numbers the split uses.
const char *pretokenizer_unicode_version(void);

typedef struct pretoken_cache pretoken_cache;

/// A cache of at most about `byte_count` bytes; when it is full it is emptied. NULL without memory.
pretoken_cache *pretoken_cache_create(size_t byte_count);
void pretoken_cache_clear(pretoken_cache *cache);
void pretoken_cache_destroy(pretoken_cache *cache);

/// Writes the ids of one pre-token to `ids`, at most one a byte, and returns their number.
typedef size_t pretoken_encoder(void *context, const uint8_t *bytes, size_t length, uint32_t *ids);

/// Writes to `ids` the ids of the pre-tokens that end at `ends[0..<end_count]`, of which the first
/// starts at `start`, and returns their number. What is not in the cache is asked of `encode` and
/// remembered. `ids` needs room for as many ids as the pre-tokens have bytes, and four more.
/// `text_count` says where the text ends: nothing behind it is read.
size_t pretoken_cache_encode(pretoken_cache *cache, const uint8_t *text, size_t text_count,
                             size_t start, const size_t *ends, size_t end_count, uint32_t *ids,
                             pretoken_encoder *encode, void *context);

/// How often each pre-token occurs, in a table that grows.
typedef struct pretoken_counts pretoken_counts;

pretoken_counts *pretoken_counts_create(void);
void pretoken_counts_destroy(pretoken_counts *counts);

/// Counts the pre-tokens that end at `ends[0..<end_count]`, of which the first starts at `start`.
/// Returns false without memory.
bool pretoken_counts_add(pretoken_counts *counts, const uint8_t *text, size_t text_count,
                         size_t start, const size_t *ends, size_t end_count);

/// Adds the counts of `other`. Returns false without memory.
bool pretoken_counts_merge(pretoken_counts *counts, const pretoken_counts *other);

/// Slots from 0 to this number hold a pre-token or nothing.
size_t pretoken_counts_slot_count(const pretoken_counts *counts);

/// The pre-token in slot `index`; returns false where there is none. The bytes stay where they are
/// until something is added.
bool pretoken_counts_get(const pretoken_counts *counts, size_t index, const uint8_t **bytes,
                         size_t *length, uint64_t *count);
