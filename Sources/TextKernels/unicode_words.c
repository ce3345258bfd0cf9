// Unicode's default word boundaries (UAX #29) without any dictionary: scripts that put no spaces
// between words (Han, Hiragana, Thai, Lao, Khmer, Burmese) come out as single characters with their
// marks. A word is what stands between two boundaries and holds a letter or a digit.
//
// Chunks between ASCII spaces are cut one by one: no rule joins across them what makes a word, but that
// a zero width joiner behind a space and before a pictographic letter (U+2139, U+24C2) would take the
// space into the word.
#include "character_classes.h"
#include "text_anatomy.h"
#include "word_list.h"
#include "word_breaks_table.inc"

/// Values of the property, in the order of the table.
enum word_break {
  BREAK_OTHER,
  BREAK_CR,
  BREAK_LF,
  BREAK_NEWLINE,
  BREAK_EXTEND,
  BREAK_ZWJ,
  BREAK_FORMAT,
  BREAK_REGIONAL,
  BREAK_KATAKANA,
  BREAK_HEBREW,
  BREAK_LETTER,
  BREAK_SINGLE_QUOTE,
  BREAK_DOUBLE_QUOTE,
  BREAK_MIDDLE_BOTH,
  BREAK_MIDDLE_LETTER,
  BREAK_MIDDLE_NUMBER,
  BREAK_NUMBER,
  BREAK_EXTENDER,
  BREAK_SPACE,
  break_values = 31,
  break_pictographic = 32,
};

#define ONE_OF(value, set) ((1u << (value)) & (set))
enum {
  letters = 1 << BREAK_LETTER | 1 << BREAK_HEBREW,
  line_ends = 1 << BREAK_CR | 1 << BREAK_LF | 1 << BREAK_NEWLINE,
  ignored = 1 << BREAK_EXTEND | 1 << BREAK_ZWJ | 1 << BREAK_FORMAT,
  between_letters = 1 << BREAK_MIDDLE_LETTER | 1 << BREAK_MIDDLE_BOTH | 1 << BREAK_SINGLE_QUOTE,
  between_numbers = 1 << BREAK_MIDDLE_NUMBER | 1 << BREAK_MIDDLE_BOTH | 1 << BREAK_SINGLE_QUOTE,
  words_and_numbers = letters | 1 << BREAK_NUMBER | 1 << BREAK_KATAKANA,
};

static inline uint32_t word_break_of(uint32_t code) {
  return word_break_values[((uint32_t)word_break_block[code >> 8] << 8) | (code & 0xFF)];
}

/// The property of the next character that rules do not ignore; BREAK_OTHER at the end.
static uint32_t next_value(const uint8_t *p, const uint8_t *end) {
  while (p < end) {
    character c = character_at(p, end);
    uint32_t value = word_break_of(c.code) & break_values;
    if (!ONE_OF(value, ignored)) return value;
    p += c.length;
  }
  return BREAK_OTHER;
}

/// Whether rules 5 to 13b join two characters; `before` stands before `left`, `p` behind `right`.
static bool joins(
    uint32_t before, uint32_t left, uint32_t right, const uint8_t *p, const uint8_t *end) {
  if (ONE_OF(left, letters)) {
    if (ONE_OF(right, words_and_numbers & ~(1 << BREAK_KATAKANA)) || right == BREAK_EXTENDER)
      return true;
    if (left == BREAK_HEBREW && right == BREAK_SINGLE_QUOTE) return true;
    if (left == BREAK_HEBREW && right == BREAK_DOUBLE_QUOTE)
      return next_value(p, end) == BREAK_HEBREW;
    return ONE_OF(right, between_letters) && ONE_OF(next_value(p, end), letters);
  }
  switch (left) {
    case BREAK_NUMBER:
      if (right == BREAK_NUMBER || right == BREAK_EXTENDER || ONE_OF(right, letters)) return true;
      return ONE_OF(right, between_numbers) && next_value(p, end) == BREAK_NUMBER;
    case BREAK_KATAKANA: return right == BREAK_KATAKANA || right == BREAK_EXTENDER;
    case BREAK_EXTENDER: return right == BREAK_EXTENDER || ONE_OF(right, words_and_numbers);
    case BREAK_DOUBLE_QUOTE: return before == BREAK_HEBREW && right == BREAK_HEBREW;
    default: break;
  }
  if (ONE_OF(left, between_letters) && ONE_OF(before, letters) && ONE_OF(right, letters))
    return true;
  return ONE_OF(left, between_numbers) && before == BREAK_NUMBER && right == BREAK_NUMBER;
}

/// Cuts a chunk between ASCII spaces, whatever its characters.
static void cut_any_chunk(word_list *list, size_t start, size_t end) {
  const uint8_t *first = list->text + start, *stop = list->text + end, *p = first, *from = first;
  uint32_t before = BREAK_OTHER, left = BREAK_OTHER, last = BREAK_OTHER;
  bool alphanumeric = false, odd_regional = false;
  while (p < stop) {
    character c = character_at(p, stop);
    uint32_t entry = word_break_of(c.code), value = entry & break_values;
    const uint8_t *next = p + c.length;
    bool is_ignored = ONE_OF(value, ignored), joined;
    if (p == first || ONE_OF(last, line_ends) || ONE_OF(value, line_ends))
      joined = false;
    else if (is_ignored || (last == BREAK_ZWJ && entry & break_pictographic) ||
             (last == BREAK_SPACE && value == BREAK_SPACE))
      joined = true;
    else if (left == BREAK_REGIONAL && value == BREAK_REGIONAL)
      joined = odd_regional;
    else
      joined = joins(before, left, value, next, stop);
    if (!joined) {
      if (alphanumeric) add_any_word(list, (size_t)(from - list->text), (size_t)(p - list->text));
      from = p;
      alphanumeric = false;
    }
    alphanumeric |= character_class(c.code) & CLASS_WORD && c.code != '_';
    if (!is_ignored) {
      odd_regional = value == BREAK_REGIONAL && !(left == BREAK_REGIONAL && odd_regional);
      before = left;
      left = value;
    }
    last = value;
    p = next;
  }
  if (alphanumeric) add_any_word(list, (size_t)(from - list->text), end);
}

/// Cuts a chunk of at most 64 ASCII characters; bit i of each mask is its byte i.
static inline void cut_ascii_chunk(
    word_list *list, size_t start, uint64_t letter, uint64_t digit, uint64_t other) {
  uint64_t alphanumeric = letter | digit, inside = alphanumeric;
  for (; other; other &= other - 1) {
    uint64_t bit = other & -other;
    uint64_t amid_letters = letter << 1 & letter >> 1 & bit;
    uint64_t amid_digits = digit << 1 & digit >> 1 & bit;
    switch (list->text[start + (size_t)__builtin_ctzll(other)]) {
      case '_': inside |= bit; break;
      case '.':
      case '\'': inside |= amid_letters | amid_digits; break;
      case ':': inside |= amid_letters; break;
      case ',':
      case ';': inside |= amid_digits; break;
      default: break;
    }
  }
  while (inside) {
    int from = __builtin_ctzll(inside);
    uint64_t rest = ~(inside >> from);
    int length = rest ? __builtin_ctzll(rest) : 64;
    uint64_t word = (length == 64 ? ~0ull : (1ull << length) - 1) << from;
    inside &= ~word;
    if (!(word & alphanumeric)) continue;
    size_t at = start + (size_t)from;
    uint64_t hash = hash_bytes(list->text + at, (size_t)length, list->limit);
    uint32_t flags = ANATOMY_WORD_LETTERS | (word & letter ? ANATOMY_WORD_ALPHA : 0);
    add_word(list, at, (size_t)length, (uint32_t)length, flags, hash);
  }
}

static inline void cut_chunk(
    word_list *list, size_t start, size_t end, const anatomy_masks *masks) {
  size_t length = end - start;
  if (unlikely(length > 64)) return cut_any_chunk(list, start, end);
  uint64_t inside = ~0ull >> (64 - length);
  if (unlikely(bits_from(masks->wide, start) & inside)) return cut_any_chunk(list, start, end);
  uint64_t other = bits_from(masks->other, start) & inside;
  uint64_t digit = bits_from(masks->digit, start) & inside;
  cut_ascii_chunk(list, start, inside & ~(other | digit), digit, other);
}

bool cut_unicode_words(text_anatomy *anatomy) {
  word_list list = word_list_start(anatomy);
  const anatomy_masks *masks = &anatomy->scratch->views;
  FOR_EACH_CHUNK(anatomy, masks->space[block], cut_chunk(&list, start, at, masks));
  return word_list_end(&list);
}
