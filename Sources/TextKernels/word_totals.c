#include "byte_hash.h"
#include "text_anatomy.h"

uint64_t text_anatomy_word_hash(const uint8_t *word, size_t length) {
  return hash_bytes(word, length, word + length);
}

typedef struct {
  const uint64_t *marked;
  size_t count;
  uint64_t found;
  /// One bit for each hash that is still to be found, so that a frequent word is looked up once.
  uint64_t wanted[4];
} mark_search;

static inline bool may_be_wanted(const mark_search *search, uint64_t hash) {
  return search->wanted[hash >> 62] >> (hash >> 56 & 63) & 1;
}

/// Out of line, so that it takes no registers from the loop over all words.
static __attribute__((noinline)) void look_up(mark_search *search, uint64_t hash) {
  bool left = false;
  for (size_t k = 0; k < search->count; k++) {
    if (search->marked[k] == hash) search->found |= 1ull << k;
    left |= !(search->found >> k & 1) && search->marked[k] >> 56 == hash >> 56;
  }
  if (!left) search->wanted[hash >> 62] &= ~(1ull << (hash >> 56 & 63));
}

anatomy_word_totals text_anatomy_word_totals(
    const text_anatomy *anatomy, const uint64_t *marked, size_t marked_count) {
  mark_search search = {.marked = marked, .count = marked_count < 64 ? marked_count : 64};
  for (size_t i = 0; i < search.count; i++)
    search.wanted[marked[i] >> 62] |= 1ull << (marked[i] >> 56 & 63);
  const anatomy_word *words = anatomy->words;
  size_t alpha = 0, letter = 0, characters = 0;
  for (size_t i = 0; i < anatomy->word_count; i++) {
    uint32_t flags = words[i].flags, has_letters = flags / ANATOMY_WORD_LETTERS & 1;
    alpha += flags & ANATOMY_WORD_ALPHA;
    letter += has_letters;
    characters += (words[i + 1].characters - words[i].characters) & -has_letters;
    uint64_t hash = words[i].hash;
    if (__builtin_expect(may_be_wanted(&search, hash), 0)) look_up(&search, hash);
  }
  return (anatomy_word_totals){
      alpha, letter, characters, (size_t)__builtin_popcountll(search.found)};
}
