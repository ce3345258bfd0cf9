#pragma once
#include "text_anatomy.h"

/// Bits of one text, 64 bytes a word of each array, and clear behind its end. A character beyond
/// ASCII has its bit in `word` and `space` at each of its bytes, in the others at the first one.
typedef struct {
  uint64_t *word;          // Python's \w
  uint64_t *space;         // Python's isspace
  uint64_t *letter;        // A-Z, a-z
  uint64_t *alpha;         // isalpha
  uint64_t *alnum;         // isalnum
  uint64_t *upper;         // isupper
  uint64_t *lower;         // islower, and title case
  uint64_t *digit;         // isdigit
  uint64_t *numeric;       // isnumeric
  uint64_t *sentence_end;  // . ! ?
  uint64_t *dot;           // .
  uint64_t *break_space;   // the bytes at which fastText cuts words: white space of C, and 0
  uint64_t *continuation;  // bytes of a character behind its first
} character_masks;

enum { character_mask_count = 13 };

/// The masks of the filled text; they last until the anatomy is filled again. False without memory.
bool anatomy_character_masks(text_anatomy *anatomy, character_masks *masks);

/// How many bits of `mask` are set from bit `start` to before bit `end`.
static inline size_t mask_count(const uint64_t *mask, size_t start, size_t end) {
  if (start >= end) return 0;
  size_t first = start / 64, last = (end - 1) / 64;
  uint64_t head = ~0ull << (start & 63), tail = ~0ull >> (63 - ((end - 1) & 63));
  if (first == last) return (size_t)__builtin_popcountll(mask[first] & head & tail);
  size_t count = (size_t)__builtin_popcountll(mask[first] & head);
  for (size_t i = first + 1; i < last; i++) count += (size_t)__builtin_popcountll(mask[i]);
  return count + (size_t)__builtin_popcountll(mask[last] & tail);
}

/// The first bit of `mask`, or of its complement where `flip` is all ones, at or behind `from`;
/// `end` where there is none before it.
static inline size_t mask_next(const uint64_t *mask, size_t from, size_t end, uint64_t flip) {
  if (from >= end) return end;
  size_t block = from / 64, last = (end - 1) / 64;
  uint64_t bits = (mask[block] ^ flip) & ~0ull << (from & 63);
  while (!bits && block < last) bits = mask[++block] ^ flip;
  if (!bits) return end;
  size_t at = block * 64 + (size_t)__builtin_ctzll(bits);
  return at < end ? at : end;
}

/// How many runs of clear bits `mask` has from bit `start` to before bit `end`.
static inline size_t mask_gap_count(const uint64_t *mask, size_t start, size_t end) {
  size_t count = 0;
  uint64_t carry = 0;
  for (size_t block = start / 64; block * 64 < end; block++) {
    uint64_t clear = ~mask[block];
    if (block == start / 64) clear &= ~0ull << (start & 63);
    if (end - block * 64 < 64) clear &= ~0ull >> (64 - (end - block * 64));
    count += (size_t)__builtin_popcountll(clear & ~(clear << 1 | carry));
    carry = clear >> 63;
  }
  return count;
}

/// Runs of set bits, and those of them that hold a bit of another mask.
typedef struct {
  uint64_t start_carry, chain_carry;
} run_state;

/// The bits of `runs` that start a run.
static inline uint64_t run_starts(uint64_t runs, run_state *state) {
  uint64_t starts = runs & ~(runs << 1 | state->start_carry);
  state->start_carry = runs >> 63;
  return starts;
}

/// The first bit of `marks` in each run.
static inline uint64_t run_marks(uint64_t runs, uint64_t marks, run_state *state) {
  uint64_t starts = run_starts(runs, state), plain = runs & ~marks;
  // The carry of the sum runs from the start of each run over what is unmarked to the bit behind.
  unsigned long long carry;
  uint64_t sum = __builtin_addcll(plain, starts & plain, state->chain_carry, &carry);
  state->chain_carry = carry;
  return runs & marks & (starts | (sum & ~plain));
}
