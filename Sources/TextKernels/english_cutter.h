#pragma once
// What the paths of spaCy's English cut share: the cutter, special cases, affixes, units, addresses.
#include "english_word_tables.h"
#include "word_list.h"

typedef struct {
  word_list list;
  text_anatomy *anatomy;
  const english_word_tables *tables;
  const uint8_t *text, *limit;
  bool has_digit;  // the chunk that is cut may have a digit
} cutter;

enum { longest_unit = 12 };

// MARK: Emitting words

/// Emits one ASCII character.
static inline void emit_byte(cutter *c, size_t at) {
  const byte_word *word = &c->tables->byte_words[c->text[at]];
  add_word(&c->list, at, 1, 1, word->flags, word->hash);
}

/// Emits a word of any characters.
static inline void emit_any(cutter *c, size_t start, size_t end) {
  if (end - start == 1 && c->text[start] < 0x80) return emit_byte(c, start);
  add_any_word(&c->list, start, end);
}

static inline void emit_parts(cutter *c, size_t start, const cut_text *cut) {
  for (const uint8_t *part = cut->parts; *part; part++) {
    emit_any(c, start, start + *part);
    start += *part;
  }
}

/// Emits a word of ASCII letters and digits, or the parts of its special case.
static inline void emit_plain(cutter *c, size_t start, size_t length, uint32_t flags) {
  uint64_t hash = hash_bytes(c->text + start, length, c->limit);
  if (unlikely(in_filter(c->tables->case_filter, hash))) {
    const table_slot *slot = find_slot(c->tables->cases, case_slots, hash);
    if (slot) return emit_parts(c, start, slot->cut);
  }
  add_word(&c->list, start, length, (uint32_t)length, flags, hash);
}

// MARK: Special cases and units

/// The special case that is all of text[start..<end].
static inline const cut_text *special_case(const cutter *c, size_t start, size_t end) {
  size_t length = end - start;
  if (length == 0 || length > 31) return NULL;
  const english_word_tables *t = c->tables;
  uint32_t lengths = t->lengths_by_first[c->text[start]] & t->lengths_by_last[c->text[end - 1]];
  if (!(lengths >> length & 1)) return NULL;
  uint64_t hash = hash_bytes(c->text + start, length, c->limit);
  if (!in_filter(t->case_filter, hash)) return NULL;
  const table_slot *slot = find_slot(t->cases, case_slots, hash);
  return slot ? slot->cut : NULL;
}

static inline bool is_digit(uint8_t byte) { return byte >= '0' && byte <= '9'; }

static inline bool is_unit(const cutter *c, const uint8_t *p, size_t length) {
  uint64_t hash = hash_bytes(p, length, c->limit);
  for (size_t at = hash & (unit_slots - 1); c->tables->units[at]; at = (at + 1) & (unit_slots - 1))
    if (c->tables->units[at] == hash) return true;
  return false;
}

// MARK: Prefixes and suffixes

static inline size_t dots_from(const uint8_t *p, const uint8_t *end) {
  size_t count = 0;
  while (p + count < end && p[count] == '.') count++;
  return count;
}

/// The bytes of the prefix at `p`, an ASCII character, or 0.
static inline size_t ascii_prefix_length(const uint8_t *p, const uint8_t *stop) {
  if (ascii_class(*p) & CLASS_PREFIX) return 1;
  size_t dots;
  switch (*p) {
    case '+': return p + 1 < stop && is_digit(p[1]) ? 0 : 1;
    case '.': return dots = dots_from(p, stop), dots > 1 ? dots : 0;
    case 'U': return stop - p > 2 && p[1] == 'S' && p[2] == '$' ? 3 : 0;
    case 'C':
    case 'A': return stop - p > 1 && p[1] == '$' ? 2 : 0;
    default: return 0;
  }
}

/// Whether a single "." at `dot` is a suffix of what starts at `start`.
static inline bool dot_is_suffix(const uint8_t *start, const uint8_t *dot) {
  if (dot == start) return false;
  character last = character_before(start, dot);
  uint32_t class = character_class(last.code);
  if (class & CLASS_BEFORE_DOT) return true;
  const uint8_t *before = dot - last.length;
  if (before == start) return false;
  character second = character_before(start, before);
  if (class & CLASS_UPPER && character_class(second.code) & CLASS_UPPER) return true;
  return second.code == 0xB0 && memchr("FfCcKk", (int)last.code, 6) && last.code < 0x80;
}

/// The bytes of the suffix that ends at `stop` with an ASCII character, units aside, or 0.
static inline size_t ascii_suffix_length(const uint8_t *first, const uint8_t *stop) {
  const uint8_t *p = stop - 1;
  if (ascii_class(*p) & CLASS_SUFFIX) return 1;
  bool after_digit = p > first && is_digit(p[-1]);
  switch (*p) {
    case '.': {
      size_t dots = 1;
      while (p - dots >= first && p[-(ptrdiff_t)dots] == '.') dots++;
      return dots > 1 ? dots : dot_is_suffix(first, p);
    }
    case 's':
    case 'S':
      if (p > first && p[-1] == '\'') return 2;
      return p - first > 2 && !memcmp(p - 3, "\xE2\x80\x99", 3) ? 4 : 0;
    case '+': return after_digit;
    case '$':
      if (p - first > 2 && p[-1] == 'S' && p[-2] == 'U' && is_digit(p[-3])) return 3;
      if (p - first > 1 && (p[-1] == 'C' || p[-1] == 'A') && is_digit(p[-2])) return 2;
      return after_digit;
    default: return 0;
  }
}

/// Whether a text is an address to spaCy: a scheme, a user, a host or an IP address, a port, a path.
bool is_address(const uint8_t *p, const uint8_t *end);

/// Cuts a chunk of at most 64 ASCII characters without space; bit i of a mask is byte i of the chunk.
void cut_ascii_chunk(
    cutter *c, size_t start, unsigned length, uint64_t letters, uint64_t digits, uint64_t others);
