// Words as datatrove's English rules see them: the tokens of spaCy 3.8's blank English tokenizer
// without the whitespace. A chunk between spaces is peeled of prefixes and suffixes and split at
// infixes; special cases (contractions, abbreviations, emoticons) and URLs stay as they are.
#include "anatomy_scratch.h"
#include "byte_hash.h"
#include "character_classes.h"
#include "english_word_tables.h"
#include "text_anatomy.h"
#include "word_list.h"

typedef struct {
  word_list list;
  text_anatomy *anatomy;
  const english_word_tables *tables;
  const uint8_t *text, *limit;
  bool has_digit;  // the chunk that is cut may have a digit
} cutter;

// MARK: Emitting words

/// Emits one ASCII character.
static inline void emit_byte(cutter *c, size_t at) {
  const byte_word *word = &c->tables->byte_words[c->text[at]];
  add_word(&c->list, at, 1, 1, word->flags, word->hash);
}

/// Emits a word of any characters.
static void emit_any(cutter *c, size_t start, size_t end) {
  if (end - start == 1 && c->text[start] < 0x80) return emit_byte(c, start);
  add_any_word(&c->list, start, end);
}

static void emit_parts(cutter *c, size_t start, const cut_text *cut) {
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

// MARK: Special cases, units, addresses

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

static bool is_unit(const cutter *c, const uint8_t *p, size_t length) {
  uint64_t hash = hash_bytes(p, length, c->limit);
  for (size_t at = hash & (unit_slots - 1); c->tables->units[at]; at = (at + 1) & (unit_slots - 1))
    if (c->tables->units[at] == hash) return true;
  return false;
}

/// The bytes of a unit at the end of text[start..<end] that follows a digit, or 0.
static size_t unit_length(const cutter *c, size_t start, size_t end) {
  if (!c->has_digit) return 0;
  enum { longest_unit = 12 };
  for (size_t length = 1; length <= longest_unit && start + length < end; length++)
    if (is_digit(c->text[end - length - 1]))
      return is_unit(c, c->text + end - length, length) ? length : 0;
  return 0;
}

/// The end of a port and a path: nothing, ":" with 2 to 5 digits, then nothing or / ? # and more.
static bool ends_address(const uint8_t *p, const uint8_t *end) {
  if (p < end && *p == ':') {
    int digits = 0;
    p++;
    while (p < end) {
      character next = character_at(p, end);
      if (!(character_class(next.code) & CLASS_DIGIT)) break;
      digits++;
      p += next.length;
    }
    if (digits < 2 || digits > 5) return false;
  }
  return p == end || *p == '/' || *p == '?' || *p == '#';
}

/// Up to three ASCII digits as a number; -1 for none or more.
static int octet(const uint8_t **p, const uint8_t *end) {
  int value = 0, digits = 0;
  while (*p < end && is_digit(**p)) {
    if (++digits > 3) return -1;
    value = value * 10 + *(*p)++ - '0';
  }
  return digits ? value : -1;
}

/// A public IPv4 address as in spaCy's expression.
static bool is_ip_address(const uint8_t *p, const uint8_t *end) {
  int parts[4];
  bool leading_zero[4];
  for (int i = 0; i < 4; i++) {
    if (i && (p == end || *p++ != '.')) return false;
    const uint8_t *first = p;
    parts[i] = octet(&p, end);
    if (parts[i] < 0 || parts[i] > 255) return false;
    leading_zero[i] = *first == '0';
    bool long_zero = p - first == 3 && *first == '0';
    if (long_zero) return false;
  }
  if (leading_zero[0] || parts[0] > 223 || leading_zero[3] || parts[3] > 254) return false;
  if (parts[0] == 10 || parts[0] == 127) return false;
  if ((parts[0] == 169 && parts[1] == 254) || (parts[0] == 192 && parts[1] == 168)) return false;
  if (parts[0] == 172 && parts[1] >= 16 && parts[1] <= 31) return false;
  return ends_address(p, end);
}

/// Labels of 1 to 64 host characters with "-" and "_" inside, then a top level of 2 to 63 lower-case
/// characters.
static bool is_host(const uint8_t *p, const uint8_t *end) {
  int labels = 0, length = 0;
  bool label = true, label_ends = false, lower = true;
  while (p < end && *p != ':' && *p != '/' && *p != '?' && *p != '#') {
    if (*p == '.') {
      if (!label || !label_ends || length > 64) return false;
      labels++;
      length = 0;
      label = lower = true;
      label_ends = false;
      p++;
      continue;
    }
    character next = character_at(p, end);
    uint32_t class = character_class(next.code);
    label_ends = class & CLASS_HOST;
    label = label && (label_ends || (length > 0 && (*p == '-' || *p == '_')));
    lower = lower && class & CLASS_LOWER;
    if ((!label && !lower) || ++length > 64) return false;
    p += next.length;
  }
  return labels && lower && length >= 2 && length <= 63 && ends_address(p, end);
}

/// spaCy's URL expression: a scheme, a user, a host or an address, a port, a path.
static bool is_address(const uint8_t *p, const uint8_t *end) {
  for (int with_scheme = 0; with_scheme < 2; with_scheme++) {
    const uint8_t *start = p;
    if (with_scheme) {
      int characters = 0;
      while (start < end && *start != ':') {
        character next = character_at(start, end);
        bool part = character_class(next.code) & CLASS_WORD;
        if (!part && *start != '+' && *start != '-' && *start != '.') return false;
        characters++;
        start += next.length;
      }
      if (characters < 2 || end - start < 3 || memcmp(start, "://", 3)) return false;
      start += 3;
    }
    if (start < end && (is_ip_address(start, end) || is_host(start, end))) return true;
    for (const uint8_t *at = start + 1; at < end; at++)
      if (*at == '@' && at + 1 < end && (is_ip_address(at + 1, end) || is_host(at + 1, end)))
        return true;
  }
  return false;
}

// MARK: Prefixes, suffixes, infixes

static size_t dots_from(const uint8_t *p, const uint8_t *end) {
  size_t count = 0;
  while (p + count < end && p[count] == '.') count++;
  return count;
}

static inline size_t prefix_length(const cutter *c, size_t start, size_t end) {
  const uint8_t *p = c->text + start, *stop = c->text + end;
  if (*p >= 0x80) {
    character first = character_at(p, stop);
    return character_class(first.code) & CLASS_PREFIX ? first.length : 0;
  }
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
static bool dot_is_suffix(const uint8_t *start, const uint8_t *dot) {
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

static inline size_t suffix_length(const cutter *c, size_t start, size_t end) {
  if (start == end) return 0;
  const uint8_t *first = c->text + start, *stop = c->text + end, *p = stop - 1;
  bool after_digit = p > first && is_digit(p[-1]);
  uint32_t class;
  if (*p < 0x80) {
    class = ascii_class(*p);
    if (class & CLASS_SUFFIX) return 1;
    switch (*p) {
      case '.': {
        size_t dots = 1;
        while (p - dots >= first && p[-(ptrdiff_t)dots] == '.') dots++;
        return dots > 1 ? dots : dot_is_suffix(first, p);
      }
      case 's':
      case 'S':
        if (p > first && p[-1] == '\'') return 2;
        if (p - first > 2 && !memcmp(p - 3, "\xE2\x80\x99", 3)) return 4;
        break;
      case '+': return after_digit;
      case '$':
        if (p - first > 2 && p[-1] == 'S' && p[-2] == 'U' && is_digit(p[-3])) return 3;
        if (p - first > 1 && (p[-1] == 'C' || p[-1] == 'A') && is_digit(p[-2])) return 2;
        return after_digit;
      default: break;
    }
  } else {
    character last = character_before(first, stop);
    class = character_class(last.code);
    if (class & CLASS_SUFFIX) {
      bool twice = last.code == 0x2026 && stop - first >= 6 && !memcmp(stop - 6, stop - 3, 3);
      return twice ? 6 : last.length;
    }
    const uint8_t *before = stop - last.length;
    if (class & CLASS_CURRENCY) return before > first && is_digit(before[-1]) ? last.length : 0;
  }
  return unit_length(c, start, end);
}

/// The bytes of the infix at `p`, or 0; `before` is the class of the character before it.
static inline size_t infix_length(
    const uint8_t *p, const uint8_t *stop, character this, uint32_t class, uint32_t before,
    bool after_digit) {
  if (this.code == 0x2026 || class & CLASS_ICON) return this.length;
  const uint8_t *q = p + this.length;
  uint32_t next = q < stop ? character_class(character_at(q, stop).code) : 0;
  bool after_letter = before & CLASS_LETTER;
  switch (this.code) {
    case '.':
      if (q < stop && *q == '.') return dots_from(p, stop);
      return before & (CLASS_LOWER | CLASS_QUOTE) && next & (CLASS_UPPER | CLASS_QUOTE);
    case '+':
    case '*':
    case '^': return after_digit && q < stop && (is_digit(*q) || *q == '-');
    case ',': return after_letter && next & CLASS_LETTER;
    case ':':
    case '<':
    case '>':
    case '=':
    case '/': return (after_letter || after_digit) && next & CLASS_LETTER;
    case '-':
      if (after_digit && q < stop && (is_digit(*q) || *q == '-')) return 1;
      break;
    case '~':
    case 0x2013:
    case 0x2014: break;
    default: return 0;
  }
  if (!after_letter && !after_digit) return 0;
  // A hyphen, two or three of "-", or two of "—", before a letter.
  size_t most = this.code == '-' ? 3 : this.code == 0x2014 ? 2 : 1;
  for (size_t repeat = 1; repeat <= most; repeat++) {
    const uint8_t *after = p + repeat * this.length;
    if (repeat > 1 && (after > stop || memcmp(after - this.length, p, this.length))) return 0;
    if (after < stop && character_class(character_at(after, stop).code) & CLASS_LETTER)
      return repeat * this.length;
  }
  return 0;
}

static void cut_at_infixes(cutter *c, size_t start, size_t end) {
  const uint8_t *first = c->text + start, *stop = c->text + end, *p = first;
  size_t from = start;
  uint32_t before = 0;
  bool after_digit = false, checked = false;
  while (p < stop) {
    character this = {*p, 1};
    uint32_t class;
    if (*p < 0x80) {
      class = ascii_class(*p);
      if (class & (CLASS_LETTER | CLASS_DIGIT)) {
        after_digit = class & CLASS_DIGIT;
        before = class;
        p++;
        continue;
      }
    } else {
      this = character_at(p, stop);
      class = character_class(this.code);
    }
    size_t length = infix_length(p, stop, this, class, before, after_digit);
    if (length && p > first) {
      if (!checked) {
        if (is_address(first, stop)) break;
        checked = true;
      }
      size_t at = (size_t)(p - c->text);
      if (at > from) emit_any(c, from, at);
      emit_any(c, at, at + length);
      from = at + length;
    }
    if (length > this.length) {
      p += length;
      character last = character_before(first, p);
      before = character_class(last.code);
    } else {
      p += this.length;
      before = class;
    }
    after_digit = false;
  }
  if (from < end) emit_any(c, from, end);
}

/// A chunk without whitespace, whatever its characters.
static void cut_chunk(cutter *c, size_t start, size_t end) {
  anatomy_scratch *scratch = c->anatomy->scratch;
  size_t suffixes = 0, last = 0, stop = end;
  const cut_text *special = NULL;
  while (start < end && end - start != last) {
    if ((special = special_case(c, start, end))) break;
    last = end - start;
    size_t prefix = prefix_length(c, start, end);
    if (prefix && (special = special_case(c, start + prefix, end))) {
      emit_any(c, start, start + prefix);
      start += prefix;
      break;
    }
    size_t suffix = suffix_length(c, start + prefix, end);
    bool whole = suffix && (special = special_case(c, start, end - suffix));
    if (suffix) {
      if (suffixes == scratch->suffix_capacity &&
          !reserve_items((void **)&scratch->suffixes, &scratch->suffix_capacity, suffixes + 1,
                         sizeof(uint32_t))) {
        c->list.failed = true;
        return;
      }
      end -= suffix;
      scratch->suffixes[suffixes++] = (uint32_t)end;
    }
    if (whole) break;
    if (prefix) {
      emit_any(c, start, start + prefix);
      start += prefix;
    }
  }
  if (special)
    emit_parts(c, start, special);
  else if (start < end)
    cut_at_infixes(c, start, end);
  while (suffixes--) {
    size_t from = scratch->suffixes[suffixes];
    emit_any(c, from, suffixes ? scratch->suffixes[suffixes - 1] : stop);
  }
}

// MARK: Chunks

/// A chunk between ASCII spaces that may hold other whitespace.
static void cut_mixed_chunk(cutter *c, size_t start, size_t end) {
  const uint8_t *p = c->text + start, *stop = c->text + end;
  size_t from = start;
  while (p < stop) {
    if (stop - p >= 8 && !(hash_load(p) & 0x8080808080808080u)) {
      p += 8;
      continue;
    }
    if (likely(*p < 0x80)) {
      p++;
      continue;
    }
    character next = character_at(p, stop);
    if (character_class(next.code) & CLASS_SPACE) {
      size_t at = (size_t)(p - c->text);
      if (at > from) cut_chunk(c, from, at);
      from = at + next.length;
    }
    p += next.length;
  }
  if (from < end) cut_chunk(c, from, end);
}

static inline void cut_span(cutter *c, size_t start, size_t end, const anatomy_masks *masks) {
  size_t length = end - start;
  if (unlikely(length > 64)) {
    c->has_digit = true;
    return cut_mixed_chunk(c, start, end);
  }
  uint64_t inside = ~0ull >> (64 - length);
  uint64_t other = bits_from(masks->other, start) & inside;
  uint64_t digit = bits_from(masks->digit, start) & inside;
  enum { letters = ANATOMY_WORD_ALPHA | ANATOMY_WORD_LETTERS };
  if (likely(!other)) {
    if (likely(!digit)) return emit_plain(c, start, length, letters);
    if (digit == inside) return emit_plain(c, start, length, ANATOMY_WORD_LETTERS);
    c->has_digit = true;
    return cut_chunk(c, start, end);
  }
  uint8_t last = c->text[end - 1];
  bool only_last = other == 1ull << (length - 1) && !digit;
  if (length == 1) return last < 0x80 ? emit_byte(c, start) : cut_mixed_chunk(c, start, end);
  if (only_last && last < 0x80) {
    bool suffix = ascii_class(last) & CLASS_SUFFIX && !c->tables->ends_case[last];
    bool dot = last == '.' && ascii_class(c->text[end - 2]) & CLASS_LOWER;
    if (suffix || (dot && !special_case(c, start, end))) {
      emit_plain(c, start, length - 1, letters);
      return emit_byte(c, end - 1);
    }
  }
  c->has_digit = digit != 0;
  cut_mixed_chunk(c, start, end);
}

bool cut_english_words(text_anatomy *anatomy) {
  cutter c = {
      .list = word_list_start(anatomy), .anatomy = anatomy, .tables = english_word_tables_get(),
      .text = anatomy->text, .limit = anatomy->text + anatomy->length};
  const anatomy_masks *masks = &anatomy->scratch->views;
  FOR_EACH_CHUNK(anatomy, masks->space[block], cut_span(&c, start, at, masks));
  return word_list_end(&c.list) && text_anatomy_rejoin(anatomy);
}
