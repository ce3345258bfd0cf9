// A cheap cut near to spaCy's, for those who need no other tool's words: without its special cases,
// addresses and units. What stands between white space is cut so:
// - Punctuation and symbols that lead or end it are words of their own, one each; dots in a row at the
//   end are one word.
// - Between a letter or digit and a letter, - / : = < > ~ are words of their own; so is a comma between
//   two letters, and a dot between a lower-case and an upper-case one.
// - An apostrophe between two letters begins a word: "can't" are two words.
// - Other characters stay inside: "3.14", "x_y", "me@a.org", "i++".
#include "english_word_tables.h"
#include "text_anatomy.h"
#include "word_list.h"

typedef struct {
  word_list list;
  const english_word_tables *tables;
} fast_cutter;

/// What a symbol between two characters does there.
typedef enum { STAYS, STANDS_ALONE, BEGINS } place;

static inline place place_between(uint32_t code, uint32_t before, uint32_t after) {
  bool letter_follows = after & CLASS_ALPHA;
  switch (code) {
    case '-':
    case '/':
    case ':':
    case '=':
    case '<':
    case '>':
    case '~': return before & (CLASS_ALPHA | CLASS_DIGIT) && letter_follows ? STANDS_ALONE : STAYS;
    case ',': return before & CLASS_ALPHA && letter_follows ? STANDS_ALONE : STAYS;
    case '.': return before & CLASS_LOWER && after & CLASS_UPPER ? STANDS_ALONE : STAYS;
    case '\'':
    case 0x2019: return before & CLASS_ALPHA && letter_follows ? BEGINS : STAYS;
    default: return STAYS;
  }
}

static inline bool leads(uint32_t class) { return class & CLASS_PREFIX; }
static inline bool ends(uint32_t class, uint32_t code) {
  return class & CLASS_SUFFIX || code == '.';
}

// MARK: Chunks of any characters

static void add_text(fast_cutter *c, const uint8_t *from, const uint8_t *to) {
  if (to > from)
    add_any_word(&c->list, (size_t)(from - c->list.text), (size_t)(to - c->list.text));
}

static void cut_any_core(fast_cutter *c, const uint8_t *from, const uint8_t *stop) {
  const uint8_t *p = from;
  uint32_t before = 0;
  while (p < stop) {
    character this = character_at(p, stop);
    uint32_t class = character_class(this.code);
    const uint8_t *next = p + this.length;
    place place = STAYS;
    if (before && next < stop && !(class & CLASS_ALPHA))
      place = place_between(this.code, before, character_class(character_at(next, stop).code));
    if (place != STAYS) {
      add_text(c, from, p);
      from = p;
    }
    if (place == STANDS_ALONE) {
      add_text(c, p, next);
      from = next;
    }
    before = class;
    p = next;
  }
  add_text(c, from, stop);
}

/// A chunk without white space, whatever its characters.
static void cut_any_chunk(fast_cutter *c, const uint8_t *p, const uint8_t *stop) {
  while (p < stop) {
    character first = character_at(p, stop);
    if (!leads(character_class(first.code))) break;
    add_text(c, p, p + first.length);
    p += first.length;
  }
  const uint8_t *core = stop;
  while (core > p) {
    character last = character_before(p, core);
    if (!ends(character_class(last.code), last.code)) break;
    core -= last.length;
  }
  cut_any_core(c, p, core);
  while (core < stop) {
    const uint8_t *next = core + character_at(core, stop).length;
    if (*core == '.')
      while (next < stop && *next == '.') next++;
    add_text(c, core, next);
    core = next;
  }
}

/// A chunk between ASCII spaces that may hold other white space.
static void cut_mixed_chunk(fast_cutter *c, size_t start, size_t end) {
  const uint8_t *from = c->list.text + start, *stop = c->list.text + end, *p = from;
  while (p < stop) {
    character next = character_at(p, stop);
    if (character_class(next.code) & CLASS_SPACE) {
      cut_any_chunk(c, from, p);
      from = p + next.length;
    }
    p += next.length;
  }
  cut_any_chunk(c, from, stop);
}

// MARK: Chunks of ASCII characters

static inline void add_byte(fast_cutter *c, size_t at) {
  const byte_word *word = &c->tables->byte_words[c->list.text[at]];
  add_word(&c->list, at, 1, 1, word->flags, word->hash);
}

static inline void add_ascii(fast_cutter *c, size_t start, size_t length, uint32_t flags) {
  uint64_t hash = hash_bytes(c->list.text + start, length, c->list.limit);
  add_word(&c->list, start, length, (uint32_t)length, flags, hash);
}

/// Of at most 64 characters; bit i of a mask is its byte i.
typedef struct {
  size_t start;
  uint64_t letters, others;
} ascii_chunk;

/// Bits `from` ..< `to`, of which there is at least one.
static inline uint64_t bits_between(unsigned from, unsigned to) {
  return (~0ull >> (64 - (to - from))) << from;
}

static inline void add_piece(fast_cutter *c, ascii_chunk chunk, unsigned from, unsigned to) {
  if (to <= from) return;
  if (to == from + 1) return add_byte(c, chunk.start + from);
  uint64_t inside = bits_between(from, to);
  uint32_t flags = (chunk.letters & inside ? ANATOMY_WORD_ALPHA : 0) |
                   (~chunk.others & inside ? ANATOMY_WORD_LETTERS : 0);
  add_ascii(c, chunk.start + from, to - from, flags);
}

static void cut_ascii_chunk(fast_cutter *c, ascii_chunk chunk, unsigned length) {
  const uint8_t *text = c->list.text + chunk.start;
  unsigned from = 0, to = length;
  while (from < to && leads(ascii_class(text[from]))) add_byte(c, chunk.start + from++);
  while (to > from && ends(ascii_class(text[to - 1]), text[to - 1])) to--;
  if (to - from > 2) {
    uint64_t inner = chunk.others & bits_between(from + 1, to - 1);
    for (; inner; inner &= inner - 1) {
      unsigned at = (unsigned)__builtin_ctzll(inner);
      uint32_t before = ascii_class(text[at - 1]), after = ascii_class(text[at + 1]);
      place place = place_between(text[at], before, after);
      if (place == STAYS) continue;
      add_piece(c, chunk, from, at);
      from = at;
      if (place == STANDS_ALONE) add_byte(c, chunk.start + from++);
    }
  }
  add_piece(c, chunk, from, to);
  while (to < length) {
    unsigned end = to + 1;
    if (text[to] == '.')
      while (end < length && text[end] == '.') end++;
    add_piece(c, chunk, to, end);
    to = end;
  }
}

static inline void cut_chunk(
    fast_cutter *c, size_t start, size_t end, const anatomy_masks *masks) {
  size_t length = end - start;
  if (unlikely(length > 64)) return cut_mixed_chunk(c, start, end);
  uint64_t inside = ~0ull >> (64 - length);
  uint64_t other = bits_from(masks->other, start) & inside;
  uint64_t digit = bits_from(masks->digit, start) & inside;
  if (likely(!other)) {
    uint32_t flags = ANATOMY_WORD_LETTERS | (digit == inside ? 0 : ANATOMY_WORD_ALPHA);
    return add_ascii(c, start, length, flags);
  }
  if (unlikely(bits_from(masks->wide, start) & inside)) return cut_mixed_chunk(c, start, end);
  if (length == 1) return add_byte(c, start);
  uint8_t last = c->list.text[end - 1];
  if (other == 1ull << (length - 1) && ends(ascii_class(last), last)) {
    uint32_t flags = ANATOMY_WORD_LETTERS | (digit == (inside >> 1) ? 0 : ANATOMY_WORD_ALPHA);
    add_ascii(c, start, length - 1, flags);
    return add_byte(c, end - 1);
  }
  ascii_chunk chunk = {start, inside & ~(other | digit), other};
  cut_ascii_chunk(c, chunk, (unsigned)length);
}

bool cut_fast_words(text_anatomy *anatomy) {
  fast_cutter c = {word_list_start(anatomy), english_word_tables_get()};
  const anatomy_masks *masks = &anatomy->scratch->views;
  FOR_EACH_CHUNK(anatomy, masks->space[block], cut_chunk(&c, start, at, masks));
  return word_list_end(&c.list);
}
