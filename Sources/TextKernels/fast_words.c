// A cheap cut for those who need no other tool's words. A word is a run of letters, digits and marks,
// or one symbol; symbols are what spaCy peels off a word.
// - Inside words stay: "." "_" "@" "&" between two letters or digits, "," between two digits.
// - An apostrophe between two letters begins a word, so that "can't" are two words as in spaCy.
// - Dots in a row, and hyphens in a row, are one word.
#include "text_anatomy.h"
#include "word_list.h"

enum { symbol_classes = CLASS_SYMBOL | CLASS_PREFIX | CLASS_SUFFIX };

typedef enum { KIND_SPACE, KIND_LETTER, KIND_DIGIT, KIND_SYMBOL } kind;

static inline kind kind_of(character c) {
  if (c.code < 0x80) {
    uint32_t class = ascii_class((uint8_t)c.code);
    if (class & CLASS_ALPHA) return KIND_LETTER;
    if (class & CLASS_DIGIT) return KIND_DIGIT;
    return class & CLASS_SPACE ? KIND_SPACE : KIND_SYMBOL;
  }
  uint32_t class = character_class(c.code);
  if (class & CLASS_SPACE) return KIND_SPACE;
  if (class & CLASS_DIGIT) return KIND_DIGIT;
  return class & symbol_classes ? KIND_SYMBOL : KIND_LETTER;
}

static kind kind_at(const uint8_t *p, const uint8_t *end) {
  return p < end ? kind_of(character_at(p, end)) : KIND_SPACE;
}

static inline bool in_word(kind kind) { return kind == KIND_LETTER || kind == KIND_DIGIT; }

/// Cuts a chunk between ASCII spaces, whatever its characters.
static void cut_any_chunk(word_list *list, size_t start, size_t end) {
  const uint8_t *p = list->text + start, *stop = list->text + end, *from = p;
  kind before = KIND_SPACE;
  while (p < stop) {
    character c = character_at(p, stop);
    kind this = kind_of(c);
    const uint8_t *next = p + c.length;
    if (in_word(this)) {
      before = this;
      p = next;
      continue;
    }
    bool stays = false, begins = false;
    if (this == KIND_SYMBOL && in_word(before)) {
      kind after = kind_at(next, stop);
      switch (c.code) {
        case '.':
        case '_':
        case '@':
        case '&': stays = in_word(after); break;
        case ',': stays = before == KIND_DIGIT && after == KIND_DIGIT; break;
        case '\'':
        case 0x2019: begins = before == KIND_LETTER && after == KIND_LETTER; break;
        default: break;
      }
    }
    if (!stays) {
      if (p > from) add_any_word(list, (size_t)(from - list->text), (size_t)(p - list->text));
      from = p;
      if (!begins) {
        if (c.code == '.' || c.code == '-')
          while (next < stop && *next == c.code) next++;
        size_t at = (size_t)(p - list->text);
        if (this == KIND_SYMBOL) add_any_word(list, at, (size_t)(next - list->text));
        from = next;
      }
    }
    before = this;
    p = next;
  }
  if (stop > from) add_any_word(list, (size_t)(from - list->text), end);
}

static inline void add_ascii_word(
    word_list *list, size_t start, size_t length, uint32_t flags) {
  uint64_t hash = hash_bytes(list->text + start, length, list->limit);
  add_word(list, start, length, (uint32_t)length, flags, hash);
}

/// The low `count` (1 to 64) bits.
static inline uint64_t low_bits(int count) { return ~0ull >> (64 - count); }

/// Cuts a chunk of at most 64 ASCII characters; bit i of each mask is its byte i.
static void cut_ascii_chunk(
    word_list *list, size_t start, uint64_t letter, uint64_t digit, uint64_t other) {
  uint64_t alphanumeric = letter | digit;
  uint64_t inside = alphanumeric, begins = 0, repeats = 0;
  for (uint64_t rest = other; rest; rest &= rest - 1) {
    uint64_t bit = rest & -rest;
    switch (list->text[start + (size_t)__builtin_ctzll(rest)]) {
      case '_':
      case '@':
      case '&': inside |= alphanumeric << 1 & alphanumeric >> 1 & bit; break;
      case ',': inside |= digit << 1 & digit >> 1 & bit; break;
      case '\'': begins |= letter << 1 & letter >> 1 & bit; break;
      case '.':
        inside |= alphanumeric << 1 & alphanumeric >> 1 & bit;
        repeats |= bit;
        break;
      case '-': repeats |= bit; break;
      default: break;
    }
  }
  // Each symbol begins a word, and what follows it too, unless both are the same dot or hyphen.
  other &= ~inside;
  const uint8_t *text = list->text + start;
  uint64_t all = inside | other, first = (other | other << 1) & ~(begins << 1) & all;
  for (uint64_t rest = repeats & repeats << 1 & other & other << 1; rest; rest &= rest - 1) {
    int i = __builtin_ctzll(rest);
    if (text[i] == text[i - 1]) first &= ~(rest & -rest);
  }
  first |= 1;
  while (first) {
    int from = __builtin_ctzll(first);
    first &= first - 1;
    int to = first ? __builtin_ctzll(first) : 64 - __builtin_clzll(all);
    uint64_t word = low_bits(to - from) << from;
    uint32_t flags = (word & letter ? ANATOMY_WORD_ALPHA : 0) |
                     (word & alphanumeric ? ANATOMY_WORD_LETTERS : 0);
    add_ascii_word(list, start + (size_t)from, (size_t)(to - from), flags);
  }
}

static inline void cut_chunk(
    word_list *list, size_t start, size_t end, const anatomy_masks *masks) {
  size_t length = end - start;
  if (unlikely(length > 64)) return cut_any_chunk(list, start, end);
  uint64_t inside = low_bits((int)length);
  uint64_t other = bits_from(masks->other, start) & inside;
  uint64_t digit = bits_from(masks->digit, start) & inside;
  if (likely(!other)) {
    uint32_t flags = ANATOMY_WORD_LETTERS | (digit == inside ? 0 : ANATOMY_WORD_ALPHA);
    return add_ascii_word(list, start, length, flags);
  }
  if (unlikely(bits_from(masks->wide, start) & inside)) return cut_any_chunk(list, start, end);
  cut_ascii_chunk(list, start, inside & ~(other | digit), digit, other);
}

bool cut_fast_words(text_anatomy *anatomy) {
  word_list list = word_list_start(anatomy);
  const anatomy_masks *masks = &anatomy->scratch->views;
  FOR_EACH_CHUNK(anatomy, masks->space[block], cut_chunk(&list, start, at, masks));
  return word_list_end(&list);
}
