#pragma once
// The parts of a text that quality rules count: words, cut in one of four ways
// (`anatomy_word_mode`), lines, paragraphs, repeated n-grams.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
  /// The word has a letter (Python's `isalpha`).
  ANATOMY_WORD_ALPHA = 1,
  /// The word has a character that is no symbol of datatrove's list.
  ANATOMY_WORD_LETTERS = 2,
};

/// A word. Its length in bytes and in code points are the differences to the next word's `joined`
/// and `characters`; one word more than there are closes the list.
typedef struct {
  uint64_t hash;
  uint32_t start;       // in the text, bytes
  uint32_t joined;      // in all words joined without spaces, bytes
  uint32_t characters;  // in all words joined without spaces, code points
  uint32_t flags;
} anatomy_word;

/// A part of the text, in bytes.
typedef struct {
  uint32_t start, end;
} anatomy_range;

typedef struct {
  anatomy_range *items;
  size_t count, capacity;
} anatomy_ranges;

typedef struct anatomy_scratch anatomy_scratch;

typedef struct {
  const uint8_t *text;
  size_t length;
  size_t characters;       // code points
  size_t hash_signs;       // "#"
  size_t ellipses;         // "..." (not overlapping) and "…"
  anatomy_ranges lines;       // Python's splitlines, without the line ends
  anatomy_ranges segments;    // split at runs of "\n", unstripped
  anatomy_ranges paragraphs;  // of the stripped text, split at runs of two or more "\n"
  anatomy_word *words;
  size_t word_count, word_capacity;
  anatomy_scratch *scratch;
} text_anatomy;

/// Duplicates among parts of a text: every part after its first copy.
typedef struct {
  size_t parts, characters;
} anatomy_duplicates;

/// Repeated n-grams as datatrove's Gopher repetition rules count them, in code points.
typedef struct {
  uint64_t top[3];        // n = 2, 3, 4: length of the most frequent n-gram, with spaces, times its count
  uint64_t duplicate[6];  // n = 5 to 10: length of n-grams seen before, scanned without overlap
} anatomy_repetition;

/// An anatomy whose buffers are reused from text to text; NULL without memory.
text_anatomy *text_anatomy_create(void);
void text_anatomy_destroy(text_anatomy *anatomy);

/// Takes a text apart into lines, segments and paragraphs, and counts characters and symbols.
/// `length` must fit 32 bits. The text must outlive the use of the anatomy. False without memory.
bool text_anatomy_fill(text_anatomy *anatomy, const uint8_t *text, size_t length);
/// How a text is cut into words.
typedef enum {
  /// spaCy's blank English tokenizer without the whitespace.
  ANATOMY_DATATROVE_WORDS,
  /// What stands between Unicode white space, as Python's `split()` cuts.
  ANATOMY_WHITESPACE_WORDS,
  /// Between UAX #29's default boundaries, where a letter or a digit is between them.
  ANATOMY_UNICODE_WORDS,
  /// Near to the first, without special cases, addresses and units.
  ANATOMY_FAST_WORDS,
} anatomy_word_mode;

/// Cuts the filled text into words, in place of those of an earlier cut. False without memory.
bool text_anatomy_cut_words(text_anatomy *anatomy, anatomy_word_mode mode);

/// Duplicates among the segments or the paragraphs of the filled text. False without memory.
bool text_anatomy_duplicates(
    text_anatomy *anatomy, const anatomy_ranges *parts, anatomy_duplicates *result);
/// Repeated n-grams of the words. False without memory.
bool text_anatomy_repetition(text_anatomy *anatomy, anatomy_repetition *result);

/// Lines whose first non-space character is "•" or "-", and lines that end, before spaces, in "..."
/// or "…".
void text_anatomy_line_marks(const text_anatomy *anatomy, size_t *bullets, size_t *ellipses);

/// What rules count over the lines between "\n" that are not blank.
typedef struct {
  size_t lines;
  size_t terminal;              // whose last character is datatrove's terminal punctuation
  size_t short_lines;           // of at most the given number of code points
  size_t duplicate_characters;  // code points of lines that occurred before
} anatomy_line_shapes;

/// Shapes of the lines of the filled text. False without memory.
bool text_anatomy_line_shapes(
    text_anatomy *anatomy, size_t short_length, anatomy_line_shapes *result);
/// "\n" in the filled text.
size_t text_anatomy_newlines(const text_anatomy *anatomy);
/// Code points of the third longest line between "\n"; 0 where there are fewer than three.
size_t text_anatomy_third_longest_line(const text_anatomy *anatomy);

/// What the rules count over all words.
typedef struct {
  size_t alpha_words;         // with a letter
  size_t letter_words;        // with a character that is no symbol
  size_t letter_characters;   // of the latter
  size_t distinct_marked;     // of the given hashes, how many occur
} anatomy_word_totals;

/// The hash of a word, as in `anatomy_word`.
uint64_t text_anatomy_word_hash(const uint8_t *word, size_t length);
/// Totals over the words; at most 64 hashes can be marked.
anatomy_word_totals text_anatomy_word_totals(
    const text_anatomy *anatomy, const uint64_t *marked, size_t marked_count);

/// Bits of one text, 64 bytes a word of each array: ASCII spaces, bytes that are neither ASCII
/// letters, digits nor spaces, ASCII digits, "\n", line breaks, bytes beyond ASCII. The bits after the
/// end are set in `space` and clear in the others.
typedef struct {
  uint64_t *space, *other, *digit, *newline, *line_break, *wide;
} anatomy_masks;

typedef struct {
  size_t continuation_bytes, hash_signs, ellipses;
} anatomy_byte_counts;

/// Fills ceil(length / 64) words of each array. `level` -1 is this process's kernel level.
void text_anatomy_masks(
    const uint8_t *text, size_t length, anatomy_masks masks, anatomy_byte_counts *counts,
    int level);
