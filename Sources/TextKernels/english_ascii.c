// spaCy's English cut of a chunk of ASCII characters, with masks of its letters and digits in place of
// walks. What it does is what english_words.c does for any characters.
#include "english_cutter.h"

typedef struct {
  cutter *c;
  const uint8_t *text;  // of the chunk
  size_t start;
  uint64_t letters, digits, others;
} ascii_chunk;

/// Bits `from` ..< `to`, of which there is at least one.
static inline uint64_t bits_between(unsigned from, unsigned to) {
  return (~0ull >> (64 - (to - from))) << from;
}

static inline void emit_piece(const ascii_chunk *chunk, unsigned from, unsigned to) {
  size_t start = chunk->start + from, length = to - from;
  if (length == 1) return emit_byte(chunk->c, start);
  uint64_t inside = bits_between(from, to);
  uint32_t flags = (chunk->letters & inside ? ANATOMY_WORD_ALPHA : 0) |
                   (~chunk->others & inside ? ANATOMY_WORD_LETTERS : 0);
  uint64_t hash = hash_bytes(chunk->text + from, length, chunk->c->limit);
  add_word(&chunk->c->list, start, length, (uint32_t)length, flags, hash);
}

static inline const cut_text *special_piece(const ascii_chunk *chunk, unsigned from, unsigned to) {
  return special_case(chunk->c, chunk->start + from, chunk->start + to);
}

static inline unsigned suffix_of(const ascii_chunk *chunk, unsigned from, unsigned to) {
  if (from == to) return 0;
  size_t length = ascii_suffix_length(chunk->text + from, chunk->text + to);
  if (length) return (unsigned)length;
  uint64_t digits = chunk->digits & bits_between(from, to);
  if (!digits) return 0;
  unsigned unit = to - 64 + (unsigned)__builtin_clzll(digits);
  if (unit == 0 || unit > longest_unit) return 0;
  return is_unit(chunk->c, chunk->text + to - unit, unit) ? unit : 0;
}

/// The bytes of the infix at `at`, which has a character before it, or 0.
static inline unsigned infix_at(const ascii_chunk *chunk, unsigned at, unsigned to) {
  const uint8_t *p = chunk->text + at;
  uint64_t before = 1ull << (at - 1), after = at + 1 < to ? 1ull << (at + 1) : 0;
  bool after_digit = chunk->digits & before, after_letter = chunk->letters & before;
  bool before_letter = chunk->letters & after;
  bool before_digit = after && (chunk->digits & after || p[1] == '-');
  unsigned most = 1;
  switch (*p) {
    case '.':
      if (!after) return 0;
      if (p[1] == '.') return (unsigned)dots_from(p, chunk->text + to);
      return ascii_class(p[-1]) & (CLASS_LOWER | CLASS_QUOTE) &&
             ascii_class(p[1]) & (CLASS_UPPER | CLASS_QUOTE);
    case '+':
    case '*':
    case '^': return after_digit && before_digit;
    case ',': return after_letter && before_letter;
    case ':':
    case '<':
    case '>':
    case '=':
    case '/': return (after_letter || after_digit) && before_letter;
    case '-':
      if (after_digit && before_digit) return 1;
      most = 3;
      break;
    case '~': break;
    default: return 0;
  }
  if (!after_letter && !after_digit) return 0;
  for (unsigned length = 1; length <= most && at + length < to; length++) {
    if (p[length - 1] != *p) return 0;
    if (chunk->letters >> (at + length) & 1) return length;
  }
  return 0;
}

/// Whether a piece may be an address: a dot is before two lower-case letters, or before a digit.
static bool may_be_address(const ascii_chunk *chunk, unsigned from, unsigned to) {
  for (uint64_t rest = chunk->others & bits_between(from, to); rest; rest &= rest - 1) {
    const uint8_t *p = chunk->text + __builtin_ctzll(rest), *stop = chunk->text + to;
    if (*p != '.' || stop - p < 2) continue;
    if (is_digit(p[1])) return true;
    if (stop - p > 2 && ascii_class(p[1]) & ascii_class(p[2]) & CLASS_LOWER) return true;
  }
  return false;
}

static void cut_at_infixes(const ascii_chunk *chunk, unsigned from, unsigned to) {
  unsigned piece = from;
  bool checked = false;
  uint64_t rest = chunk->others & bits_between(from, to) & ~(1ull << from);
  while (rest) {
    unsigned at = (unsigned)__builtin_ctzll(rest), length = infix_at(chunk, at, to);
    rest &= rest - 1;
    if (!length) continue;
    if (!checked) {
      if (may_be_address(chunk, from, to) && is_address(chunk->text + from, chunk->text + to))
        break;
      checked = true;
    }
    if (at > piece) emit_piece(chunk, piece, at);
    emit_piece(chunk, at, at + length);
    piece = at + length;
    if (length > 1) rest &= ~bits_between(at, piece);
  }
  if (piece < to) emit_piece(chunk, piece, to);
}

void cut_ascii_chunk(
    cutter *c, size_t start, unsigned length, uint64_t letters, uint64_t digits, uint64_t others) {
  ascii_chunk chunk = {c, c->text + start, start, letters, digits, others};
  unsigned from = 0, to = length;
  uint64_t suffixes = 0;  // where those that are peeled begin
  const cut_text *special = special_piece(&chunk, from, to);
  while (!special && from < to) {
    unsigned prefix = (unsigned)ascii_prefix_length(chunk.text + from, chunk.text + to);
    if (prefix && (special = special_piece(&chunk, from + prefix, to))) {
      emit_piece(&chunk, from, from + prefix);
      from += prefix;
      break;
    }
    unsigned suffix = suffix_of(&chunk, from + prefix, to);
    if (suffix) {
      special = special_piece(&chunk, from, to - suffix);
      to -= suffix;
      suffixes |= 1ull << to;
      if (special) break;
    }
    if (prefix) {
      emit_piece(&chunk, from, from + prefix);
      from += prefix;
      // Where only one of both was peeled, what is left was looked up above.
      if (suffix) special = special_piece(&chunk, from, to);
    } else if (!suffix) {
      break;
    }
  }
  if (special)
    emit_parts(c, start + from, special);
  else if (from < to)
    cut_at_infixes(&chunk, from, to);
  while (suffixes) {
    unsigned at = (unsigned)__builtin_ctzll(suffixes);
    suffixes &= suffixes - 1;
    emit_piece(&chunk, at, suffixes ? (unsigned)__builtin_ctzll(suffixes) : length);
  }
}
