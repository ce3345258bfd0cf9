#include "character_classes.h"
#include "code_counts.h"

code_characters text_code_characters(const uint8_t *text, size_t length) {
  code_characters counts = {0, 0, 0};
  const uint8_t *at = text, *end = text + length;
  enum { SPACE, WORD, SIGN } kind = SPACE;
  while (at < end) {
    uint32_t step = 1, class;
    bool underscore = *at == '_';
    if (*at < 0x80) {
      class = ascii_class(*at);
    } else {
      character c = character_at(at, end);
      class = character_class(c.code);
      step = c.length;
    }
    bool word = class & CLASS_WORD;
    counts.letters += (class & CLASS_ALPHA) != 0;
    counts.letters_and_digits += word && !underscore;
    int next = class & CLASS_SPACE ? SPACE : word ? WORD : SIGN;
    counts.tokens += next != SPACE && next != (int)kind;
    kind = next;
    at += step;
  }
  return counts;
}
