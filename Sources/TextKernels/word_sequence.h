#pragma once
#include "anatomy_scratch.h"
#include "word_windows.h"

/// Makes room for a sequence of `count` words. False without memory.
static inline bool reserve_sequence(anatomy_scratch *scratch, size_t count) {
  return reserve_items((void **)&scratch->sequence_hashes, &scratch->sequence_hash_capacity,
                       count + 1, sizeof(uint64_t)) &&
         reserve_items((void **)&scratch->sequence_before, &scratch->sequence_before_capacity,
                       count + 1, sizeof(uint32_t));
}

/// Counts over the first `count` words of the sequence in the scratch memory, behind which
/// `sequence_before` has the code points of all. False without memory.
bool count_word_windows(anatomy_scratch *scratch, size_t count, word_windows *result);
