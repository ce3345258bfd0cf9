#pragma once
#include "text_anatomy.h"

/// A text that an edit made of the present one, and its words, where the edit knows them: the next
/// cut takes them if it finds itself at that text.
typedef struct {
  uint8_t *text;
  size_t length, text_capacity;
  anatomy_word *words;
  size_t count, word_capacity;
  uint32_t joined, characters;  // of the words so far
  bool complete;
} carried_words;

/// Starts anew, with room for `length` bytes of text. False without memory.
bool carry_start(carried_words *carried, size_t length);

/// Adds words `first` ..< `last` of an anatomy; byte `start` there is byte `at` of the text to
/// come. False without memory.
bool carry_words(
    carried_words *carried, const text_anatomy *from, size_t first, size_t last, size_t start,
    size_t at);

/// Closes the list; the text to come is `length` bytes and lacks the white space that was before
/// the first word.
void carry_end(carried_words *carried, size_t length);

/// Makes them the words of `anatomy` if its text is that text; else false.
bool take_carried_words(text_anatomy *anatomy);
