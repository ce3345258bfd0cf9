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
  size_t alpha = 0, letter = 0, characters = 0;
  for (size_t i = 0; i < anatomy->word_count; i++) {
    uint32_t flags = words[i].flags, has_letters = flags / ANATOMY_WORD_LETTERS & 1;
    alpha += flags & ANATOMY_WORD_ALPHA;
    letter += has_letters;
    characters += (words[i + 1].characters - words[i].characters) & -has_letters;
    uint64_t hash = words[i].hash;
    if (!(wanted[hash >> 62] >> (hash >> 56 & 63) & 1)) continue;
    bool left = false;
    for (size_t k = 0; k < marked_count; k++) {
      if (marked[k] == hash) found |= 1ull << k;
      left |= !(found >> k & 1) && marked[k] >> 56 == hash >> 56;
    }
    if (!left) wanted[hash >> 62] &= ~(1ull << (hash >> 56 & 63));
  }
  totals.alpha_words = alpha;
  totals.letter_words = letter;
  totals.letter_characters = characters;
  totals.distinct_marked = (size_t)__builtin_popcountll(found);
  return totals;
}
