#include "sentences.h"

#include "character_classes.h"
#include "sentence_classes.h"

typedef enum { PLAIN_TOKEN, PUNCTUATION_TOKEN, MARK_TOKEN } token_kind;

static token_kind kind_of_token(const uint8_t *p, const uint8_t *end) {
  if (end - p == 1) {
    uint32_t class = sentence_class(*p < 0x80 ? *p : 0xFFFD);
    return class & SENTENCE_MARK          ? MARK_TOKEN
           : class & SENTENCE_PUNCTUATION ? PUNCTUATION_TOKEN
                                          : PLAIN_TOKEN;
  }
  character first = character_at(p, end);
  uint32_t class = sentence_class(first.code);
  if (p + first.length >= end && class & SENTENCE_MARK) return MARK_TOKEN;
  while (class & SENTENCE_PUNCTUATION) {
    p += first.length;
    if (p >= end) return PUNCTUATION_TOKEN;
    first = character_at(p, end);
    class = sentence_class(first.code);
  }
  return PLAIN_TOKEN;
}

/// Whether spaCy makes a token of the white space between two tokens, which may start a sentence:
/// of all but one space.
static inline bool is_space_token(const uint8_t *text, size_t start, size_t end) {
  return start < end && !(end == start + 1 && text[start] == ' ');
}

size_t count_sentences(
    const text_anatomy *anatomy, size_t *word, size_t start, size_t end) {
  const anatomy_word *words = anatomy->words;
  const uint8_t *text = anatomy->text;
  size_t i = *word, count = anatomy->word_count, sentences = 1, last = start;
  bool ended = false;
  for (; i < count && words[i].start < end; i++) {
    size_t from = words[i].start, to = from + (words[i + 1].joined - words[i].joined);
    if (ended && is_space_token(text, last, from)) {
      sentences++;
      ended = false;
    }
    last = to;
    token_kind kind =
        words[i].flags & ANATOMY_WORD_ALPHA ? PLAIN_TOKEN : kind_of_token(text + from, text + to);
    if (kind == MARK_TOKEN) {
      ended = true;
    } else if (kind == PLAIN_TOKEN) {
      sentences += ended;
      ended = false;
    }
  }
  *word = i;
  return sentences + (ended && is_space_token(text, last, end));
}
