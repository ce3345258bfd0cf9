#pragma once
#include "text_anatomy.h"

/// Sentences of text[start..<end] as spaCy's sentencizer finds them: a token that is neither mark
/// nor punctuation starts one if a mark stands before it. `word` is the first word from `start` on;
/// it becomes the first one from `end` on.
size_t count_sentences(
    const text_anatomy *anatomy, size_t *word, size_t start, size_t end);
