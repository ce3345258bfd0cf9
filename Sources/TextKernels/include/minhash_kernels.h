#pragma once
// MinHash sketches of shingle sets, and the exact sets that verify them.
#include <stddef.h>
#include <stdint.h>

/// Turns `count` word hashes into hashes of runs of `width` words, in place: a polynomial over the
/// word hashes modulo 2^64, rolled from one run to the next. Fewer words than `width` make one run.
/// Returns the number of runs: 0 without words.
size_t text_shingles(uint64_t *hashes, size_t count, size_t width);

/// Fast similarity sketching (Dahlgaard, Knudsen & Thorup 2017, arXiv:1704.04370): `slot_count`
/// minima such that two sets agree in each slot with a probability that is their Jaccard similarity,
/// with a variance no larger than that of independent permutations. Round r hashes each shingle to a
/// slot and a value; a slot keeps the least value of the first round that reaches it; rounds go on
/// until no slot is empty, from round `slot_count` on with slot r - slot_count for all shingles. A
/// set of more than slot_count * ln(slot_count) shingles needs one round as a rule.
/// - shingles: `count` hashes, repeats allowed; sorted and made distinct where more than one round
///   is needed.
/// - slots: `slot_count` (1 to 1024) values, overwritten. With `count` 0 all are 2^32 - 1.
void text_minhash(uint64_t *shingles, size_t count, uint32_t *slots, size_t slot_count);

/// Hashes each band of `slots_per_band` slots to 64 bits, never 0.
void text_minhash_bands(
    const uint32_t *slots, size_t band_count, size_t slots_per_band, uint64_t *bands);

/// Sorts 32-bit digests of the shingles into `set` (room for `count`) without repeats; `scratch` has
/// as much room. Returns their number.
size_t text_shingle_set(const uint64_t *shingles, size_t count, uint32_t *set, uint32_t *scratch);

/// The number of values in both of two sorted sets without repeats, or any number below `needed`
/// as soon as it is certain that `needed` cannot be reached.
size_t text_common_count(
    const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count, size_t needed);
