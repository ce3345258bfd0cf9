#pragma once
#include "character_classes.h"
#include "text_anatomy.h"

/// What the rules ask of a word's characters.
typedef struct {
  uint32_t characters, flags;
} word_flags;

static inline word_flags flags_of_word(const uint8_t *p, const uint8_t *end) {
  uint32_t characters = 0, any = 0, all = ~0u;
  while (p < end) {
    uint32_t class;
    if (*p < 0x80) {
      class = ascii_class(*p++);
    } else {
      character next = character_at(p, end);
      class = character_class(next.code);
      p += next.length;
    }
    any |= class;
    all &= class;
    characters++;
  }
  uint32_t flags = (any & CLASS_ALPHA ? ANATOMY_WORD_ALPHA : 0) |
                   (all & CLASS_SYMBOL ? 0 : ANATOMY_WORD_LETTERS);
  return (word_flags){characters, flags};
}
