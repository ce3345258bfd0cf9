#include "byte_hash.h"
#include "text_anatomy.h"

uint64_t text_anatomy_word_hash(const uint8_t *word, size_t length) {
  return hash_bytes(word, length, word + length);
}

anatomy_word_totals text_anatomy_word_totals(
    const text_anatomy *anatomy, const uint64_t *marked, size_t marked_count) {
  anatomy_word_totals totals = {0, 0, 0, 0};
  // One bit for each hash that is still to be found, so that a frequent word is looked up once.
  uint64_t wanted[4] = {0}, found = 0;
  if (marked_count > 64) marked_count = 64;
  for (size_t i = 0; i < marked_count; i++)
    wanted[marked[i] >> 62] |= 1ull << (marked[i] >> 56 & 63);
  const anatomy_word *words = anatomy->words;
  for (size_t i = 0; i < anatomy->word_count; i++) {
    size_t letters = (words[i].flags & ANATOMY_WORD_LETTERS) != 0;
    totals.alpha_words += (words[i].flags & ANATOMY_WORD_ALPHA) != 0;
    totals.letter_words += letters;
    totals.letter_characters += letters * (words[i + 1].characters - words[i].characters);
    uint64_t hash = words[i].hash;
    if (!(wanted[hash >> 62] >> (hash >> 56 & 63) & 1)) continue;
    bool left = false;
    for (size_t k = 0; k < marked_count; k++) {
      if (marked[k] == hash) found |= 1ull << k;
      left |= !(found >> k & 1) && marked[k] >> 56 == hash >> 56;
    }
    if (!left) wanted[hash >> 62] &= ~(1ull << (hash >> 56 & 63));
  }
  totals.distinct_marked = (size_t)__builtin_popcountll(found);
  return totals;
}
