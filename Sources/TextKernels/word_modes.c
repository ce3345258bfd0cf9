// The ways of cutting a text into words; english_words.c has the one that the rules of datatrove need.
#include "anatomy_scratch.h"
#include "byte_hash.h"
#include "character_classes.h"
#include "word_flags.h"

static bool add_word(text_anatomy *anatomy, size_t start, size_t end, uint32_t *joined,
                     uint32_t *characters) {
  if (anatomy->word_count + 1 >= anatomy->word_capacity &&
      !reserve_items((void **)&anatomy->words, &anatomy->word_capacity, anatomy->word_count + 1024,
                     sizeof(anatomy_word)))
    return false;
  const uint8_t *text = anatomy->text;
  size_t length = end - start;
  word_flags word = flags_of_word(text + start, text + end);
  uint64_t hash = hash_bytes(text + start, length, text + anatomy->length);
  anatomy->words[anatomy->word_count++] =
      (anatomy_word){hash, (uint32_t)start, *joined, *characters, word.flags};
  memcpy(anatomy->joined + *joined, text + start, length);
  *joined += (uint32_t)length;
  *characters += word.characters;
  return true;
}

static bool cut_at_whitespace(text_anatomy *anatomy) {
  uint32_t joined = 0, characters = 0;
  anatomy->word_count = 0;
  const uint8_t *text = anatomy->text, *limit = text + anatomy->length;
  size_t from = 0, at = 0;
  while (at <= anatomy->length) {
    uint32_t length = 1;
    bool space = at == anatomy->length;
    if (!space) {
      character next = character_at(text + at, limit);
      length = next.length;
      space = character_class(next.code) & CLASS_SPACE;
    }
    if (space) {
      if (at > from && !add_word(anatomy, from, at, &joined, &characters)) return false;
      from = at + length;
    }
    at += length;
  }
  if (!anatomy->words && !reserve_items((void **)&anatomy->words, &anatomy->word_capacity, 16,
                                        sizeof(anatomy_word)))
    return false;
  anatomy->words[anatomy->word_count] =
      (anatomy_word){0, (uint32_t)anatomy->length, joined, characters, 0};
  memset(anatomy->joined + joined, 0, 64);
  return true;
}

bool text_anatomy_cut_words(text_anatomy *anatomy, anatomy_word_mode mode) {
  if (!reserve_joined(anatomy)) return false;
  switch (mode) {
    case ANATOMY_WHITESPACE_WORDS: return cut_at_whitespace(anatomy);
    case ANATOMY_DATATROVE_WORDS: break;
  }
  bool taken;
  if (!take_carried_words(anatomy, &taken)) return false;
  if (taken) return true;
  return cut_english_words(anatomy);
}
