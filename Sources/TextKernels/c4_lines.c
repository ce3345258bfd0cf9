#include "c4_lines.h"

#include "anatomy_scratch.h"
#include "character_classes.h"
#include "sentences.h"
#include "text_edges.h"

struct c4_lines {
  c4_line_options options;
  /// A line without its citation marks, whose words are not those of the text.
  text_anatomy *line;
  uint8_t *line_text;
  size_t line_capacity;
  uint64_t *marks, *line_marks;
  size_t mark_capacity, line_mark_capacity;
  c4_piece *pieces;
  size_t piece_count, piece_capacity;
  c4_removal *removals;
  size_t removal_count, removal_capacity;
};

c4_lines *c4_lines_create(c4_line_options options) {
  c4_lines *editor = calloc(1, sizeof *editor);
  if (!editor) return NULL;
  editor->options = options;
  editor->line = text_anatomy_create();
  if (editor->line) return editor;
  free(editor);
  return NULL;
}

void c4_lines_destroy(c4_lines *editor) {
  if (!editor) return;
  text_anatomy_destroy(editor->line);
  free(editor->line_text);
  free(editor->marks);
  free(editor->line_marks);
  free(editor->pieces);
  free(editor->removals);
  free(editor);
}

static bool add_piece(c4_lines *editor, size_t start, size_t end, bool starts_line) {
  if (!reserve_items((void **)&editor->pieces, &editor->piece_capacity, editor->piece_count + 1,
                     sizeof(c4_piece)))
    return false;
  editor->pieces[editor->piece_count++] = (c4_piece){(uint32_t)start, (uint32_t)end, starts_line};
  return true;
}

static bool add_removal(c4_lines *editor, size_t start, size_t end, c4_reason reason) {
  if (!reserve_items((void **)&editor->removals, &editor->removal_capacity,
                     editor->removal_count + 1, sizeof(c4_removal)))
    return false;
  editor->removals[editor->removal_count++] =
      (c4_removal){(uint32_t)start, (uint32_t)end, reason};
  return true;
}

// MARK: Words of a line

static bool has_words(const uint8_t *text, size_t start, size_t end, size_t least) {
  size_t words = 0;
  bool inside = false;
  while (start < end && words < least) {
    bool space;
    if (text[start] < 0x80) {
      space = ascii_class(text[start++]) & CLASS_SPACE;
    } else {
      character next = character_at(text + start, text + end);
      space = character_class(next.code) & CLASS_SPACE;
      start += next.length;
    }
    words += !space && !inside;
    inside = !space;
  }
  return words >= least;
}

static bool has_longer_word(const uint8_t *text, size_t start, size_t end, size_t longest) {
  if (end - start <= longest) return false;
  size_t characters = 0;
  while (start < end) {
    character next = character_at(text + start, text + end);
    characters = character_class(next.code) & CLASS_SPACE ? 0 : characters + 1;
    if (characters > longest) return true;
    start += next.length;
  }
  return false;
}

static bool ends_in_punctuation(const uint8_t *text, size_t start, size_t end) {
  if (start == end) return false;
  switch (text[end - 1]) {
    case '?':
    case '!':
    case '"':
    case '\'': return true;
    case '.': return end - start < 3 || memcmp(text + end - 3, "...", 3);
    default: return false;
  }
}

// MARK: Phrases and marks

enum { LOREM_IPSUM = 1, JAVASCRIPT = 2, CURLY_BRACKET = 4, POLICY = 8, CITATION = 16 };

/// Whether the text at `p` reads `phrase` in lower case. Beyond ASCII, lower case brings a letter
/// of ASCII from one code point only that could stand in a phrase: the Kelvin sign becomes k.
static bool reads(const uint8_t *p, const uint8_t *end, const char *phrase) {
  for (; *phrase; phrase++) {
    if (p >= end) return false;
    if (*phrase == 'k' && end - p >= 3 && !memcmp(p, "\xE2\x84\xAA", 3)) {
      p += 3;
      continue;
    }
    uint8_t byte = *p++;
    if (byte >= 'A' && byte <= 'Z') byte |= 0x20;
    if (byte != (uint8_t)*phrase) return false;
  }
  return true;
}

/// Whether `phrase` is around `p`, `before` bytes of it in front.
static bool reads_around(
    const uint8_t *start, const uint8_t *p, const uint8_t *end, ptrdiff_t before,
    const char *phrase) {
  return p - start >= before && reads(p - before, end, phrase);
}

/// The bytes of the citation mark that starts at `p`, or 0.
static size_t citation_length(const uint8_t *p, const uint8_t *end) {
  ptrdiff_t left = end - p;
  if (left >= 6 && !memcmp(p, "[edit]", 6)) return 6;
  if (left >= 17 && !memcmp(p, "[citation needed]", 17)) return 17;
  for (const uint8_t *q = p + 1; q < end;) {
    if (*q == ']') return (size_t)(q + 1 - p);
    character next = character_at(q, end);
    if (!(character_class(next.code) & CLASS_DIGIT)) return 0;
    q += next.length;
  }
  return 0;
}

/// What of the phrases and brackets is at a marked place of a line.
static unsigned found_at(const uint8_t *start, const uint8_t *p, const uint8_t *end) {
  switch (*p | 0x20) {
    case '{': return *p == '{' ? CURLY_BRACKET : citation_length(p, end) ? CITATION : 0;
    case 'j': return reads(p, end, "javascript") ? JAVASCRIPT : 0;
    case 'f': return reads_around(start, p, end, 7, "terms of use") ? POLICY : 0;
    case 'i':
      if (reads_around(start, p, end, 6, "lorem ipsum")) return LOREM_IPSUM;
      return reads_around(start, p, end, 11, "privacy policy") ? POLICY : 0;
    case 'c':
      return reads(p, end, "cookie policy") || reads_around(start, p, end, 4, "use cookies") ||
                     reads_around(start, p, end, 5, "uses cookies") ||
                     reads_around(start, p, end, 7, "use of cookies")
                 ? POLICY
                 : 0;
    default: return 0;
  }
}

/// The next marked place from `at` on and before `end`, or `end`.
static inline size_t next_mark(const uint64_t *marks, size_t at, size_t end) {
  if (at >= end) return end;
  size_t block = at / 64, last = (end - 1) / 64;
  uint64_t bits = marks[block] & ~0ull << at % 64;
  while (!bits && block < last) bits = marks[++block];
  size_t found = block * 64 + (bits ? (size_t)__builtin_ctzll(bits) : 64);
  return found < end ? found : end;
}

static unsigned found_in(const uint8_t *text, const uint64_t *marks, size_t start, size_t end) {
  unsigned found = 0;
  for (size_t at = start; (at = next_mark(marks, at, end)) < end; at++)
    found |= found_at(text + start, text + at, text + end);
  return found;
}

// MARK: Lines

/// A line as the rules read it: without citation marks.
typedef struct {
  const uint8_t *text;
  const uint64_t *marks;
  size_t start, end;
} shown_line;

/// Writes a line without its citation marks, notes pieces and removals.
static bool remove_citations(
    c4_lines *editor, const uint8_t *text, size_t start, size_t end, shown_line *line) {
  size_t length = 0, from = start;
  bool first = true;
  if (!reserve_items((void **)&editor->line_text, &editor->line_capacity, end - start + 1, 1))
    return false;
  for (size_t at = start; from < end || first;) {
    at = next_mark(editor->marks, at, end);
    size_t cited = at < end && text[at] == '[' ? citation_length(text + at, text + end) : 0;
    if (at < end && !cited) {
      at++;
      continue;
    }
    if ((first || at > from) && !add_piece(editor, from, at, first)) return false;
    if (cited && !add_removal(editor, at, at + cited, C4_CITATION)) return false;
    memcpy(editor->line_text + length, text + from, at - from);
    length += at - from;
    from = at += cited;
    first = false;
  }
  if (!reserve_items((void **)&editor->line_marks, &editor->line_mark_capacity, length / 64 + 1,
                     sizeof(uint64_t)))
    return false;
  c4_line_marks(editor->line_text, length, editor->line_marks, -1);
  *line = (shown_line){editor->line_text, editor->line_marks, 0, length};
  return true;
}

/// Why a line goes; C4_REASONS where it stays.
static c4_reason judge(
    const c4_line_options *options, const shown_line *line, bool few_words, unsigned found,
    c4_lines_result *result) {
  if (options->end_punctuation && !ends_in_punctuation(line->text, line->start, line->end))
    return C4_NO_END_PUNCTUATION;
  if (few_words) return C4_FEW_WORDS;
  result->lorem_ipsum += (found & LOREM_IPSUM) != 0;
  if (options->javascript && found & JAVASCRIPT) return C4_JAVASCRIPT;
  result->curly_brackets += (found & CURLY_BRACKET) != 0;
  if (options->policies && found & POLICY) return C4_POLICY;
  return C4_REASONS;
}

/// Where the walk over the lines is.
typedef struct {
  size_t word;    // of the text
  size_t length;  // of the kept lines with "\n" between them
} edit_position;

/// Judges the line text[start..<end], which is stripped; `whole` has its spaces and line break.
static bool edit_line(
    c4_lines *editor, text_anatomy *anatomy, size_t start, size_t end, anatomy_range whole,
    edit_position *position, c4_lines_result *result) {
  const c4_line_options *options = &editor->options;
  const uint8_t *text = anatomy->text;
  size_t pieces = editor->piece_count, removals = editor->removal_count;
  shown_line line = {text, editor->marks, start, end};
  c4_reason reason = C4_LONG_WORD;
  bool cited = false;
  if (!has_longer_word(text, start, end, options->longest_word)) {
    bool few_words = !has_words(text, start, end, options->least_words);
    unsigned found = found_in(text, editor->marks, start, end);
    cited = options->citations && found & CITATION;
    if (cited) {
      if (!remove_citations(editor, text, start, end, &line)) return false;
      found = found_in(line.text, line.marks, line.start, line.end);
    }
    reason = judge(options, &line, few_words, found, result);
  }
  if (reason != C4_REASONS) {
    editor->piece_count = pieces;
    editor->removal_count = removals;
    result->removed[reason]++;
    return add_removal(editor, whole.start, whole.end, reason);
  }
  size_t at = position->length + (result->kept_lines > 0), first = 0;
  position->length = at + (line.end - line.start);
  result->kept_lines++;
  carried_words *carried = &anatomy->scratch->carried;
  if (!cited) {
    while (position->word < anatomy->word_count && anatomy->words[position->word].start < start)
      position->word++;
    first = position->word;
    result->sentences += count_sentences(anatomy, &position->word, start, end);
    return carry_words(carried, anatomy, first, position->word, start, at) &&
           add_piece(editor, start, end, true);
  }
  result->removed[C4_CITATION] += editor->removal_count - removals;
  if (!text_anatomy_fill(editor->line, line.text, line.end) ||
      !text_anatomy_cut_words(editor->line, ANATOMY_DATATROVE_WORDS))
    return false;
  result->sentences += count_sentences(editor->line, &first, 0, line.end);
  return carry_words(carried, editor->line, 0, first, 0, at);
}

/// Takes the white space at both ends of the joined pieces away and writes them.
static void write_pieces(
    c4_lines *editor, const uint8_t *text, uint8_t *out, c4_lines_result *result) {
  c4_piece *first = editor->pieces, *end = first + editor->piece_count;
  for (; first < end; first++) {
    first->start = (uint32_t)skip_spaces(text, first->start, first->end);
    if (first->start < first->end) break;
  }
  for (; end > first; end--) {
    end[-1].end = (uint32_t)drop_spaces(text, end[-1].start, end[-1].end);
    if (end[-1].start < end[-1].end) break;
  }
  result->text = out;
  for (c4_piece *piece = first; piece < end; piece++) {
    if (piece == first) piece->starts_line = true;
    else if (piece->starts_line) *out++ = '\n';
    memcpy(out, text + piece->start, piece->end - piece->start);
    out += piece->end - piece->start;
  }
  result->length = (size_t)(out - result->text);
  result->pieces = first;
  result->piece_count = (size_t)(end - first);
}

bool c4_lines_edit(c4_lines *editor, text_anatomy *anatomy, c4_lines_result *result) {
  *result = (c4_lines_result){0};
  editor->piece_count = editor->removal_count = 0;
  carried_words *carried = &anatomy->scratch->carried;
  if (!carry_start(carried, anatomy->length) ||
      !reserve_items((void **)&editor->marks, &editor->mark_capacity, anatomy->length / 64 + 1,
                     sizeof(uint64_t)))
    return false;
  const uint8_t *text = anatomy->text;
  c4_line_marks(text, anatomy->length, editor->marks, -1);
  edit_position position = {0, 0};
  for (size_t i = 0; i < anatomy->lines.count; i++) {
    anatomy_range whole = anatomy->lines.items[i];
    size_t start = skip_spaces(text, whole.start, whole.end);
    size_t end = drop_spaces(text, start, whole.end);
    // A line that goes takes its line break along.
    bool last = i + 1 == anatomy->lines.count;
    whole.end = last ? (uint32_t)anatomy->length : anatomy->lines.items[i + 1].start;
    if (!edit_line(editor, anatomy, start, end, whole, &position, result)) return false;
  }
  write_pieces(editor, text, carried->text, result);
  carry_end(carried, result->length);
  result->removals = editor->removals;
  result->removal_count = editor->removal_count;
  return true;
}
