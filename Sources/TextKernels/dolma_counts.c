#include "anatomy_scratch.h"
#include "byte_vectors.h"
#include "character_classes.h"
#include "heuristic_counts.h"
#include "stop_word.h"

// MARK: Words

static size_t next_hash_sign(const text_anatomy *anatomy, size_t from) {
  if (!anatomy->hash_signs) return anatomy->length;
  const uint8_t *found = memchr(anatomy->text + from, '#', anatomy->length - from);
  return found ? (size_t)(found - anatomy->text) : anatomy->length;
}

static bool is_ellipsis(const uint8_t *p, const uint8_t *limit) {
  return limit - p >= 3 && p[0] == 0xE2 && p[1] == 0x80 && p[2] == 0xA6;
}

static size_t next_ellipsis(const text_anatomy *anatomy, size_t from) {
  const uint8_t *text = anatomy->text, *limit = text + anatomy->length;
  if (!anatomy->ellipses) return anatomy->length;
  while (from < anatomy->length) {
    const uint8_t *found = memchr(text + from, 0xE2, anatomy->length - from);
    if (!found) break;
    from = (size_t)(found - text);
    if (is_ellipsis(found, limit)) return from;
    from++;
  }
  return anatomy->length;
}

static inline size_t word_end(const anatomy_word *word) {
  return word->start + (word[1].joined - word->joined);
}

/// Words with # or …. Words between white space hold each of them; other ways of cutting leave
/// some outside, which count for none.
static size_t count_symbol_words(const text_anatomy *anatomy) {
  size_t count = 0, word = 0;
  size_t hash = next_hash_sign(anatomy, 0), ellipsis = next_ellipsis(anatomy, 0);
  for (;;) {
    size_t at = hash < ellipsis ? hash : ellipsis;
    while (word < anatomy->word_count && word_end(&anatomy->words[word]) <= at) word++;
    if (at >= anatomy->length || word == anatomy->word_count) return count;
    bool inside = anatomy->words[word].start <= at;
    count += inside;
    size_t from = inside ? word_end(&anatomy->words[word]) : anatomy->words[word].start;
    if (hash < from) hash = next_hash_sign(anatomy, from);
    if (ellipsis < from) ellipsis = next_ellipsis(anatomy, from);
  }
}

enum { short_lengths = 256 };

static int shorter_first(const void *left, const void *right) {
  uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
  return a < b ? -1 : a > b;
}

/// The `rank`-th shortest length, from 0. `longer` has the lengths that the histogram has not, sorted.
static uint32_t length_at(const uint32_t *histogram, const uint32_t *longer, size_t rank) {
  for (uint32_t length = 0; length < short_lengths; length++) {
    if (rank < histogram[length]) return length;
    rank -= histogram[length];
  }
  return longer[rank];
}

bool text_anatomy_dolma_counts(text_anatomy *anatomy, dolma_counts *result) {
  *result = (dolma_counts){0};
  const anatomy_word *words = anatomy->words;
  const uint8_t *text = anatomy->text;
  size_t count = anatomy->word_count, longer_count = 0;
  // Long words are few: each takes 256 characters of the text.
  if (!reserve_tables(anatomy->scratch, (anatomy->length / short_lengths + 1) * sizeof(uint32_t)))
    return false;
  uint32_t *longer = anatomy->scratch->tables, histogram[short_lengths] = {0};
  for (size_t i = 0; i < count; i++) {
    uint32_t length = words[i + 1].characters - words[i].characters;
    if (__builtin_expect(length < short_lengths, 1)) {
      histogram[length]++;
    } else {
      longer[longer_count++] = length;
    }
    result->alpha_words += (words[i].flags & ANATOMY_WORD_ALPHA) != 0;
    result->required_words +=
        is_stop_word(text + words[i].start, words[i + 1].joined - words[i].joined, 0);
  }
  result->words = count;
  if (count) {
    result->characters = words[count].characters;
    qsort(longer, longer_count, sizeof *longer, shorter_first);
    result->twice_median = (uint64_t)length_at(histogram, longer, (count - 1) / 2) +
                           length_at(histogram, longer, count / 2);
  }
  result->symbol_words = count_symbol_words(anatomy);
  result->lines = anatomy->segments.count;
  for (size_t i = 0; i < result->lines; i++) {
    anatomy_range line = anatomy->segments.items[i];
    if (line.start == line.end) continue;
    result->bullet_lines += text[line.start] == '*' || text[line.start] == '-';
    result->ellipsis_lines +=
        line.end - line.start >= 3 && is_ellipsis(text + line.end - 3, text + line.end);
  }
  return true;
}

// MARK: C4

static bool is_folded(const uint8_t *p, const uint8_t *limit, const char *needle, size_t length) {
  if (limit - p < (ptrdiff_t)length) return false;
  for (size_t i = 0; i < length; i++) {
    uint8_t byte = p[i];
    if ((byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte) != (uint8_t)needle[i]) return false;
  }
  return true;
}

/// Looks for phrases in any case of ASCII letters by a rare pair of their letters.
static void find_phrases(const text_anatomy *anatomy, dolma_c4_counts *result) {
  static const char script[] = "javascript", lorem[] = "lorem ipsum";
  enum { script_pair = 0, lorem_pair = 7, script_length = 10, lorem_length = 11 };
  const uint8_t *text = anatomy->text, *limit = text + anatomy->length;
  for (size_t at = 0; at < anatomy->length; at += 64) {
    bytes64 v, next;
    size_t left = anatomy->length - at;
    if (left > 64) {
      memcpy(&v, text + at, 64);
      memcpy(&next, text + at + 1, 64);
    } else {
      uint8_t tail[65] = {0};
      memcpy(tail, text + at, left);
      memcpy(&v, tail, 64);
      memcpy(&next, tail + 1, 64);
    }
    bytes64 folded = v | 0x20, follow = next | 0x20;
    result->curly_brace |= MASK(v == '{') != 0;
    uint64_t ja = MASK((folded == 'j') & (follow == 'a'));
    uint64_t ps = MASK((folded == 'p') & (follow == 's'));
    for (; ja; ja &= ja - 1) {
      const uint8_t *p = text + at + __builtin_ctzll(ja) - script_pair;
      result->javascript |= is_folded(p, limit, script, script_length);
    }
    for (; ps; ps &= ps - 1) {
      size_t i = at + (size_t)__builtin_ctzll(ps);
      if (i >= lorem_pair)
        result->lorem_ipsum |= is_folded(text + i - lorem_pair, limit, lorem, lorem_length);
    }
  }
}

/// Whether there are less than three words.
static bool is_short(const uint8_t *text, size_t start, size_t end) {
  int words = 0;
  bool inside = false;
  while (start < end) {
    character c = character_at(text + start, text + end);
    bool space = character_class(c.code) & CLASS_SPACE;
    words += !space & !inside;
    if (words == 3) return false;
    inside = !space;
    start += c.length;
  }
  return true;
}

int dolma_c4_line(const uint8_t *text, size_t start, size_t end) {
  anatomy_range line = text_strip(text, start, end);
  uint8_t last = line.start < line.end ? text[line.end - 1] : 0;
  bool ends = last == '.' || last == '?' || last == '!' || last == '"';
  return (ends ? 0 : DOLMA_C4_NO_END) | (is_short(text, line.start, line.end) ? DOLMA_C4_SHORT : 0);
}

static size_t count_characters(const uint8_t *text, size_t start, size_t end) {
  size_t characters = 0;
  for (size_t i = start; i < end; i++) characters += (text[i] & 0xC0) != 0x80;
  return characters;
}

void text_anatomy_dolma_c4_counts(const text_anatomy *anatomy, dolma_c4_counts *result) {
  *result = (dolma_c4_counts){0};
  find_phrases(anatomy, result);
  const uint8_t *text = anatomy->text;
  size_t start = 0;
  for (;;) {
    const uint8_t *found = start < anatomy->length
                               ? memchr(text + start, '\n', anatomy->length - start)
                               : NULL;
    size_t end = found ? (size_t)(found - text) : anatomy->length;
    int flaws = dolma_c4_line(text, start, end);
    result->lines++;
    if (flaws) {
      // A line's newline belongs to it.
      size_t characters = count_characters(text, start, end) + (found != NULL);
      result->no_end_lines += (flaws & DOLMA_C4_NO_END) != 0;
      result->no_end_characters += flaws & DOLMA_C4_NO_END ? characters : 0;
      result->short_lines += (flaws & DOLMA_C4_SHORT) != 0;
      result->short_characters += flaws & DOLMA_C4_SHORT ? characters : 0;
    }
    if (!found) return;
    start = end + 1;
  }
}
