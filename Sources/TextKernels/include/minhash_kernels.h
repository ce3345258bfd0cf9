#pragma once
// MinHash sketches of sets of shingles.
#include <stddef.h>
#include <stdint.h>

/// Fast similarity sketching (Dahlgaard, Knudsen & Thorup 2017, arXiv:1704.04370): `slot_count`
/// minima such that two sets agree in each slot with a probability that is their Jaccard
/// similarity, with a variance no larger than that of independent permutations. Round r hashes each
/// shingle to a slot and a value; a slot keeps the least value of the first round that reaches it;
/// rounds go on until no slot is empty, from round `slot_count` on with slot r - slot_count for all
/// shingles. A set of more than slot_count * ln(slot_count) shingles needs one round as a rule.
/// - shingles: `count` hashes, repeats allowed; put in another order, without repeats, where many
///   rounds are needed.
/// - slots: `slot_count` (1 to 1024) values, overwritten. With `count` 0 all are 2^32 - 1.
void text_minhash(uint64_t *shingles, size_t count, uint32_t *slots, size_t slot_count);

/// Hashes each band of `slots_per_band` slots to 64 bits, never 0.
void text_minhash_bands(
    const uint32_t *slots, size_t band_count, size_t slots_per_band, uint64_t *bands);
