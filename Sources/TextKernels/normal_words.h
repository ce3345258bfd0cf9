#pragma once
#include "text_anatomy.h"

/// The words of a text without ASCII punctuation, in lower case and canonically decomposed (NFD),
/// cut at white space: the order in which RedPajama-V2 normalises. Their hashes and lengths go into
/// the sequence of the scratch memory.
typedef struct {
  size_t count, characters;
  size_t lorem_ipsum;  // a word that ends with "lorem" before one that starts with "ipsum"
  size_t javascript;   // words
  uint64_t javascript_hash;
  bool ends_lorem;
} normal_words;

void normal_words_start(normal_words *words);
/// Adds the words of the filled text from `start` to before `end`, where white space ends. False
/// without memory.
bool normal_words_add(normal_words *words, text_anatomy *anatomy, size_t start, size_t end);
