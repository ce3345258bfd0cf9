// Which way of cutting a text into words, and what is made of the words on demand.
#include "anatomy_scratch.h"
#include "text_anatomy.h"

bool text_anatomy_cut_words(text_anatomy *anatomy, anatomy_word_mode mode) {
  switch (mode) {
    case ANATOMY_WHITESPACE_WORDS: return cut_whitespace_words(anatomy);
    case ANATOMY_UNICODE_WORDS: return cut_unicode_words(anatomy);
    case ANATOMY_FAST_WORDS: return cut_fast_words(anatomy);
    case ANATOMY_DATATROVE_WORDS: break;
  }
  bool taken;
  if (!take_carried_words(anatomy, &taken)) return false;
  if (taken) return true;
  return cut_english_words(anatomy);
}

/// Makes room for the joined bytes of all words. False without memory.
static bool reserve_joined(text_anatomy *anatomy) {
  if (anatomy->length + 64 <= anatomy->joined_capacity) return true;
  free(anatomy->joined);
  anatomy->joined_capacity = 0;
  anatomy->joined = malloc(anatomy->length + 64);
  if (!anatomy->joined) return false;
  anatomy->joined_capacity = anatomy->length + 64;
  return true;
}

bool text_anatomy_join(text_anatomy *anatomy) {
  if (anatomy->scratch->is_joined) return true;
  if (!reserve_joined(anatomy)) return false;
  const uint8_t *text = anatomy->text, *limit = text + anatomy->length;
  const anatomy_word *words = anatomy->words;
  for (size_t i = 0; i < anatomy->word_count; i++) {
    size_t length = words[i + 1].joined - words[i].joined;
    const uint8_t *source = text + words[i].start;
    // What is copied too much is overwritten by the next word, or by the zeros.
    bool brief = length <= 16 && source + 16 <= limit;
    memcpy(anatomy->joined + words[i].joined, source, brief ? 16 : length);
  }
  if (anatomy->words) memset(anatomy->joined + words[anatomy->word_count].joined, 0, 64);
  anatomy->scratch->is_joined = true;
  return true;
}
