// Words as datatrove's English rules see them: the tokens of spaCy 3.8's blank English tokenizer
// without the whitespace. A chunk between spaces is peeled of prefixes and suffixes and split at
// infixes; special cases (contractions, abbreviations, emoticons) and URLs stay as they are.
#include "anatomy_scratch.h"
#include "english_cutter.h"

// MARK: Chunks of any characters

static size_t prefix_length(const cutter *c, size_t start, size_t end) {
  const uint8_t *p = c->text + start, *stop = c->text + end;
  if (*p < 0x80) return ascii_prefix_length(p, stop);
  character first = character_at(p, stop);
  return character_class(first.code) & CLASS_PREFIX ? first.length : 0;
}

/// The bytes of a unit at the end of text[start..<end] that follows a digit, or 0.
static size_t unit_length(const cutter *c, size_t start, size_t end) {
  if (!c->has_digit) return 0;
  for (size_t length = 1; length <= longest_unit && start + length < end; length++)
    if (is_digit(c->text[end - length - 1]))
      return is_unit(c, c->text + end - length, length) ? length : 0;
  return 0;
}

static size_t suffix_length(const cutter *c, size_t start, size_t end) {
  if (start == end) return 0;
  const uint8_t *first = c->text + start, *stop = c->text + end;
  if (stop[-1] < 0x80) {
    size_t length = ascii_suffix_length(first, stop);
    return length ? length : unit_length(c, start, end);
  }
  character last = character_before(first, stop);
  uint32_t class = character_class(last.code);
  if (class & CLASS_SUFFIX) {
    bool twice = last.code == 0x2026 && stop - first >= 6 && !memcmp(stop - 6, stop - 3, 3);
    return twice ? 6 : last.length;
  }
  const uint8_t *before = stop - last.length;
  if (class & CLASS_CURRENCY) return before > first && is_digit(before[-1]) ? last.length : 0;
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
  } else if (unlikely(bits_from(masks->wide, start) & inside)) {
    c->has_digit = digit != 0;
    return cut_mixed_chunk(c, start, end);
  } else if (length == 1) {
    return emit_byte(c, start);
  } else if (other == 1ull << (length - 1) && !digit) {
    uint8_t last = c->text[end - 1];
    bool suffix = ascii_class(last) & CLASS_SUFFIX && !c->tables->ends_case[last];
    bool dot = last == '.' && ascii_class(c->text[end - 2]) & CLASS_LOWER;
    if (suffix || (dot && !special_case(c, start, end))) {
      emit_plain(c, start, length - 1, letters);
      return emit_byte(c, end - 1);
    }
  }
  cut_ascii_chunk(c, start, (unsigned)length, inside & ~(other | digit), digit, other);
}

bool cut_english_words(text_anatomy *anatomy) {
  cutter c = {
      .list = word_list_start(anatomy), .anatomy = anatomy, .tables = english_word_tables_get(),
      .text = anatomy->text, .limit = anatomy->text + anatomy->length};
  const anatomy_masks *masks = &anatomy->scratch->views;
  FOR_EACH_CHUNK(anatomy, masks->space[block], cut_span(&c, start, at, masks));
  return word_list_end(&c.list) && text_anatomy_rejoin(anatomy);
}
