#pragma once
#include <stddef.h>
#include <stdint.h>

/// Where n-grams are counted: the high bits of their hashes.
///
/// A hash of n words is that of the first n - 1 times `base`, plus that of the last: `hashes[i]` becomes
/// that of the words from i on, `slots[i]` its high bits. `level` -1 is this process's kernel level.
void word_gram_slots(
    uint64_t *hashes, const uint64_t *last, uint32_t *slots, size_t count, uint64_t base, int shift,
    int level);

/// The same for hashes that are the difference of two numbers, scaled.
void byte_gram_slots(
    const uint64_t *ends, const uint64_t *starts, const uint64_t *scales, uint32_t *slots,
    size_t count, int shift, int level);

/// The highest of `count` bytes.
uint8_t highest_byte(const uint8_t *bytes, size_t count, int level);
