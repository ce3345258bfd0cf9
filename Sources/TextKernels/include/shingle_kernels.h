#pragma once
// Shingles: the runs of words, characters or tokens that a text is compared by, as 64-bit hashes,
// and sets of them that verify candidates.
#include <stddef.h>
#include <stdint.h>

/// Hashes each code point of `text` to 64 bits. A byte that starts no well-formed sequence counts
/// as a character of its own, unlike any code point.
/// - hashes: room for `byte_count`.
/// Returns the number of characters.
size_t text_character_hashes(const uint8_t *text, size_t byte_count, uint64_t *hashes);

/// Hashes each of `count` ids of tokens to 64 bits.
void text_token_hashes(const uint32_t *ids, size_t count, uint64_t *hashes);

/// Turns `count` hashes of words, characters or tokens into hashes of runs of `width` of them, in
/// place: a polynomial over the hashes modulo 2^64, rolled from one run to the next. Fewer than
/// `width` make one run. Returns the number of runs: 0 without hashes.
size_t text_shingles(uint64_t *hashes, size_t count, size_t width);

/// Drops repeats of `count` values, in place and in any order; returns the number of values left.
size_t text_distinct_hashes(uint64_t *hashes, size_t count);

/// Turns shingles into the sorted set of their 32-bit digests, in place: the set takes the first
/// bytes of the array, four a value. Returns the number of values.
size_t text_shingle_set(uint64_t *shingles, size_t count);

/// The number of values in both of two sorted sets without repeats, or any number below `needed`
/// as soon as it is certain that `needed` cannot be reached.
size_t text_common_count(
    const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count, size_t needed);
