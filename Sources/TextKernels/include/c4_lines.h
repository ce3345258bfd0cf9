#pragma once
// C4's rules on lines, as datatrove 0.10 applies them: each line is stripped, judged and dropped or
// kept without citation marks; the kept lines are joined by "\n" and the whole is stripped.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text_anatomy.h"

typedef struct {
  size_t least_words;   // a line with fewer words (between spaces) goes; 0 is off
  size_t longest_word;  // a line with a longer word goes, in code points; SIZE_MAX is off
  bool end_punctuation;  // a line must end in . ? ! " ' and not in ...
  bool citations;        // [1], [], [edit] and [citation needed] are deleted
  bool javascript;       // a line that names JavaScript goes
  bool policies;         // a line with a phrase of policies and cookies goes
} c4_line_options;

/// What becomes of a line or of a part of it; the first reason in this order counts.
typedef enum {
  C4_LONG_WORD,
  C4_NO_END_PUNCTUATION,
  C4_FEW_WORDS,
  C4_JAVASCRIPT,
  C4_POLICY,
  C4_CITATION,  // deleted from a kept line
  C4_REASONS,
} c4_reason;

/// A line that was dropped, with the line break behind it, or a mark that was deleted.
typedef struct {
  uint32_t start, end;
  c4_reason reason;
} c4_removal;

/// A part of the text that stays, in bytes.
typedef struct {
  uint32_t start, end;
  bool starts_line;  // a kept line begins here: "\n" is before it, but for the first
} c4_piece;

/// What one text came to. The text belongs to the anatomy, the lists to the editor; all last until
/// the next text is edited.
typedef struct {
  const uint8_t *text;
  size_t length;
  const c4_piece *pieces;
  size_t piece_count;
  const c4_removal *removals;  // in the order of the text
  size_t removal_count;
  size_t removed[C4_REASONS];
  size_t kept_lines;
  size_t lorem_ipsum;      // lines with "lorem ipsum" that got as far as that rule
  size_t curly_brackets;   // lines with "{" that got as far as that rule
  size_t sentences;        // of the kept lines
} c4_lines_result;

typedef struct c4_lines c4_lines;

/// An editor whose buffers are reused from text to text; NULL without memory.
c4_lines *c4_lines_create(c4_line_options options);
void c4_lines_destroy(c4_lines *editor);

/// Edits the text of an anatomy that is cut into words of datatrove's mode. No word goes over the
/// end of a line, so the words of the edited text are known: the anatomy takes them when it is
/// filled with that text next and cut in the same way. False without memory.
bool c4_lines_edit(c4_lines *editor, text_anatomy *anatomy, c4_lines_result *result);

/// Sets a bit in ceil(length / 64) words for each byte at which something that the rules look for
/// can start: brackets, and three letters that each of the phrases has in it. `level` -1 is this
/// process's kernel level.
void c4_line_marks(const uint8_t *text, size_t length, uint64_t *marks, int level);
