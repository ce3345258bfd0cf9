#pragma once
// What the forms of Gopher's and C4's rules in Dolma, DCLM and RedPajama-V2 count, beyond what they
// share with datatrove's.
#include "word_windows.h"

/// Parts of a text that occur more than once, each copy counted, and all parts.
typedef struct {
  size_t parts, characters;
  size_t all_parts, all_characters;
} repeated_parts;

/// @param strip whether white space at the ends of a part does not count, nor a part of it alone.
/// False without memory.
bool text_anatomy_repeated_parts(
    text_anatomy *anatomy, const anatomy_ranges *parts, bool strip, repeated_parts *result);

// MARK: Dolma

typedef struct {
  size_t words, characters;  // characters of the words
  uint64_t twice_median;     // of the words' lengths
  size_t symbol_words;       // words with # or …
  size_t alpha_words;        // words with a letter
  size_t required_words;     // the be to of and that have with, each occurrence
  size_t lines;              // parts between runs of newlines
  size_t bullet_lines;       // that start with * or -
  size_t ellipsis_lines;     // that end with …
} dolma_counts;

/// Counts over white space words. False without memory.
bool text_anatomy_dolma_counts(text_anatomy *anatomy, dolma_counts *result);

typedef struct {
  size_t lines;          // parts between single newlines
  size_t no_end_lines;   // that end, before white space, in none of . ? ! "
  size_t no_end_characters;
  size_t short_lines;    // of less than three words
  size_t short_characters;
  bool curly_brace, lorem_ipsum, javascript;
} dolma_c4_counts;

void text_anatomy_dolma_c4_counts(const text_anatomy *anatomy, dolma_c4_counts *result);

enum { DOLMA_C4_NO_END = 1, DOLMA_C4_SHORT = 2 };
/// What Dolma's C4 tagger says of the line from `start` to before `end`.
int dolma_c4_line(const uint8_t *text, size_t start, size_t end);

// MARK: DCLM

typedef struct {
  size_t tokens;  // words between bytes of white space that start with a letter or digit
  size_t words, characters;  // between Unicode white space
  size_t spaced_ellipses;    // ". . ."
  size_t alpha_words;
  size_t stop_words;         // the be to of and that have with in any case, each occurrence
  size_t lines;              // between newlines, not of white space alone
  size_t bullet_lines;       // that start, behind white space, with ● • * -
  size_t ellipsis_lines;     // that end, before white space, in ... or . . . or …
} dclm_counts;

/// False without memory.
bool text_anatomy_dclm_counts(text_anatomy *anatomy, dclm_counts *result);

/// DCLM's tokens of any text.
size_t dclm_token_count(const uint8_t *text, size_t length);

/// What line rules ask of a part of the text.
typedef struct {
  size_t characters, upper, digits, words;
} range_counts;

/// Prepares `text_anatomy_range` for the filled text, and counts its `dclm_token_count`. False without
/// memory.
bool text_anatomy_prepare_ranges(text_anatomy *anatomy, size_t *tokens);
/// Counts from byte `start` to before byte `end`.
range_counts text_anatomy_range(text_anatomy *anatomy, size_t start, size_t end);

/// The text from `start` to before `end` without white space at its ends.
anatomy_range text_strip(const uint8_t *text, size_t start, size_t end);

// MARK: RedPajama-V2

typedef struct {
  size_t raw_words;         // of word characters, or of others, without white space
  size_t letter_words;      // with A-Z or a-z
  size_t upper_words;       // in capitals
  size_t sentences;
  size_t curly_brackets;
  size_t words, characters;   // of the normalised text
  size_t distinct_words;
  double entropy;             // of the normalised words, natural logarithm
  size_t lorem_ipsum;         // in the normalised text
  size_t javascript_words;
  size_t lines;               // parts that end with a newline or the text
  size_t ellipsis_lines, end_mark_lines, bullet_lines;
  double upper_shares;        // sum over the lines of their share of capitals
  double numeric_shares;      // sum over the normalised lines of their share of numerals
  word_windows windows;
} redpajama_counts;

/// False without memory.
bool text_anatomy_redpajama_counts(text_anatomy *anatomy, redpajama_counts *result);

// MARK: RefinedWeb's lines

/// Whether a line only counts something ("3 likes", "1.2K views").
bool refinedweb_counts_only(const uint8_t *text, size_t start, size_t end);
/// The bytes of the white space character that ends at `at`, not before `start`; 0 where there is none.
size_t text_space_before(const uint8_t *text, size_t start, size_t at);
/// The bytes of the white space character at `at` < `end`; 0 where there is none.
size_t text_space_at(const uint8_t *text, size_t at, size_t end);
/// The first place from `start` on where the text to `end` has a phrase in small ASCII letters, in
/// any case; `end` where there is none.
size_t text_find_phrase(
    const uint8_t *text, size_t start, size_t end, const char *phrase, size_t length);
