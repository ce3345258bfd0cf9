#include "text_segments.h"

#include "kernel_level.h"
#include "sentence_classes.h"
#include "text_edges.h"
#include "word_bytes.h"

// ---- Lines and paragraphs -----------------------------------------------------------------------

/// The end of the line at `at`: its "\n" or the end of the text.
static inline size_t line_end(const uint8_t *text, size_t length, size_t at) {
  const uint8_t *found = memchr(text + at, '\n', length - at);
  return found ? (size_t)(found - text) : length;
}

static size_t cut_lines(
    const uint8_t *text, size_t length, size_t *position, text_segment *segments,
    size_t capacity) {
  size_t count = 0, at = *position;
  while (at < length && count < capacity) {
    size_t end = line_end(text, length, at);
    size_t from = skip_spaces(text, at, end), to = drop_spaces(text, from, end);
    if (from < to) segments[count++] = (text_segment){(uint32_t)from, (uint32_t)to};
    at = end < length ? end + 1 : length;
  }
  *position = at;
  return count;
}

static size_t cut_paragraphs(
    const uint8_t *text, size_t length, size_t *position, text_segment *segments,
    size_t capacity) {
  size_t count = 0, at = *position;
  while (at < length && count < capacity) {
    size_t first = length, last = 0;
    while (at < length) {
      size_t end = line_end(text, length, at);
      size_t from = skip_spaces(text, at, end), to = drop_spaces(text, from, end);
      at = end < length ? end + 1 : length;
      if (from < to) {
        if (first == length) first = from;
        last = to;
      } else if (first < length) {
        break;
      }
    }
    if (first < length) segments[count++] = (text_segment){(uint32_t)first, (uint32_t)last};
  }
  *position = at;
  return count;
}

// ---- Sentences ----------------------------------------------------------------------------------

/// Quotes and brackets that close.
static inline bool closes(uint32_t code) {
  switch (code) {
    case ')': case ']': case '}': case '"': case '\'':
    case 0xBB: case 0x2019: case 0x201D: case 0x203A: case 0x3009: case 0x300B: case 0x300D:
    case 0x300F: case 0x3011: case 0x3015: case 0xFF09: case 0xFF3D:
      return true;
    default:
      return false;
  }
}

/// The end of the marks and closing quotes at `at`.
static size_t end_of_marks(const uint8_t *text, size_t length, size_t at) {
  while (at < length) {
    character c = character_at(text + at, text + length);
    if (!(sentence_class(c.code) & SENTENCE_MARK) && !closes(c.code)) break;
    at += c.length;
  }
  return at;
}

static inline bool is_space_at(const uint8_t *text, size_t length, size_t at) {
  character c = character_at(text + at, text + length);
  return character_class(c.code) & CLASS_SPACE;
}

/// The end of the sentence that starts at `at`, without white space behind it.
static size_t sentence_end(const uint8_t *text, size_t length, size_t at) {
  size_t start = at;
  while (at < length) {
    uint8_t byte = text[at];
    if (byte == '\n') {
      size_t next = skip_spaces(text, at, length);
      if (next == length || memchr(text + at + 1, '\n', next - at - 1)) break;
      character c = character_at(text + next, text + length);
      if (!(character_class(c.code) & CLASS_LOWER)) break;
      at = next;
    } else if (byte < 0x80) {
      at++;
      if (byte != '.' && byte != '!' && byte != '?') continue;
      at = end_of_marks(text, length, at);
      if (at == length || is_space_at(text, length, at)) return at;
    } else {
      character c = character_at(text + at, text + length);
      at += c.length;
      if (sentence_class(c.code) & SENTENCE_MARK) return end_of_marks(text, length, at);
    }
  }
  return drop_spaces(text, start, at);
}

static size_t cut_sentences(
    const uint8_t *text, size_t length, size_t *position, text_segment *segments,
    size_t capacity) {
  size_t count = 0, at = skip_spaces(text, *position, length);
  while (at < length && count < capacity) {
    size_t end = sentence_end(text, length, at);
    segments[count++] = (text_segment){(uint32_t)at, (uint32_t)end};
    at = skip_spaces(text, end, length);
  }
  *position = at;
  return count;
}

size_t text_cut_segments(
    text_segment_kind kind, const uint8_t *text, size_t length, size_t *position,
    text_segment *segments, size_t capacity) {
  switch (kind) {
    case TEXT_LINES: return cut_lines(text, length, position, segments, capacity);
    case TEXT_PARAGRAPHS: return cut_paragraphs(text, length, position, segments, capacity);
    case TEXT_SENTENCES: return cut_sentences(text, length, position, segments, capacity);
  }
  *position = length;
  return 0;
}

// ---- Length in words ----------------------------------------------------------------------------

/// Whether the character of `lead` and the byte behind it is of a script without spaces.
ALWAYS_INLINE bool is_unspaced(uint8_t lead, uint8_t next) {
  return ((uint8_t)(lead - 0xE3) <= 6 && (lead != 0xE3 || next != 0x80))  // U+3040 to U+9FFF
         || (lead == 0xE0 && (uint8_t)(next - 0xB8) <= 3)                 // Thai, Lao
         || (lead == 0xE1 && ((uint8_t)(next - 0x80) <= 2 || (next & 0xFE) == 0x9E));
}

ALWAYS_INLINE size_t length_in_words_body(const uint8_t *text, size_t n) {
  size_t words = 0, unspaced = 0;
  uint64_t carry = 0, before = 1;
  for (size_t at = 0; at < n; at += 64) {
    uint64_t space = whitespace_mask(text, at, n, &carry);
    words += (size_t)__builtin_popcountll(~space & (space << 1 | before));
    before = space >> 63;
  }
  for (size_t i = 0; i + 1 < n; i++) unspaced += is_unspaced(text[i], text[i + 1]);
  return words + unspaced / 2;
}

static size_t length_in_words_portable(const uint8_t *text, size_t n) {
  return length_in_words_body(text, n);
}

typedef size_t length_function(const uint8_t *, size_t);

#if defined(__x86_64__)
TARGET_AVX2 static size_t length_in_words_avx2(const uint8_t *text, size_t n) {
  return length_in_words_body(text, n);
}
TARGET_AVX512 static size_t length_in_words_avx512(const uint8_t *text, size_t n) {
  return length_in_words_body(text, n);
}
static length_function *const tables[] = {
    length_in_words_portable, length_in_words_avx2, length_in_words_avx512};
#else
static length_function *const tables[] = {length_in_words_portable};
#endif

size_t text_length_in_words(const uint8_t *text, size_t length) {
  return tables[kernel_level_in_use()](text, length);
}
