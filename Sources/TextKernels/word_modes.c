// Which way of cutting a text into words.
#include "anatomy_scratch.h"
#include "text_anatomy.h"

bool text_anatomy_cut_words(text_anatomy *anatomy, anatomy_word_mode mode) {
  switch (mode) {
    case ANATOMY_WHITESPACE_WORDS: return cut_whitespace_words(anatomy);
    case ANATOMY_UNICODE_WORDS: return cut_unicode_words(anatomy);
    case ANATOMY_FAST_WORDS: return cut_fast_words(anatomy);
    case ANATOMY_DATATROVE_WORDS: break;
  }
  return take_carried_words(anatomy) || cut_english_words(anatomy);
}
