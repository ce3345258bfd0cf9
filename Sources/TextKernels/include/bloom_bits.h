#pragma once
// The bits of a Bloom filter (Bloom 1970).
#include <stddef.h>
#include <stdint.h>

/// Looks keys up and puts them in, one after the other, so that a key that comes twice in one call
/// is seen the second time.
/// - words: the filter's `bit_count` bits (a multiple of 64, not 0), bit b in words[b / 64].
/// - hashes: how many bits a key has (1 to 64). Bit i of a key (h, l) is at ((h + i * (l | 1)) mod
///   2^64) * bit_count / 2^64 (double hashing, Kirsch & Mitzenmacher 2006).
/// - keys: `count` pairs of high and low half.
/// - seen: for each key 1 where all its bits were set before, else 0.
void bloom_test_and_set(
    uint64_t *words, uint64_t bit_count, unsigned hashes, const uint64_t *keys, size_t count,
    uint8_t *seen);
