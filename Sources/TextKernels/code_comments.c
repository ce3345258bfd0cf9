// Comments by marks alone: no language is parsed. Texts are passed over, so that a mark in one counts
// for nothing.
#include <string.h>

#include "character_classes.h"
#include "code_counts.h"

enum {
  DOUBLE_QUOTES = 1,
  SINGLE_QUOTES = 2,
  BACK_QUOTES = 4,
  LONG_TEXTS = 8,     // a text may go over lines
  WORD_START = 16,    // a mark to the end of the line counts at the start of a word only
  LINE_START = 32,    // … of a line only
  UNESCAPED = 64,     // … without a backslash before it only
  NESTS = 128,        // blocks stand in blocks
  LONE_QUOTE = 256,   // a ' encloses one character, or is none
  NOT_BEHIND = 512,   // a ' behind a letter, digit or bracket starts no text
  TRIPLE_QUOTES = 1024,
  PLAIN_TEXTS = 2048, // a backslash in a text is nothing special
};

typedef struct {
  const char *line[3];
  const char *block[2][2];
  unsigned flags;
} marks;

static const marks syntaxes[] = {
    [COMMENTS_ADA] = {{"--"}, {{0}}, DOUBLE_QUOTES | LONE_QUOTE | PLAIN_TEXTS},
    [COMMENTS_ASSEMBLY] = {{";", "//", "#"}, {{"/*", "*/"}}, DOUBLE_QUOTES | WORD_START},
    [COMMENTS_BASIC] = {{"'", "REM "}, {{0}}, DOUBLE_QUOTES | PLAIN_TEXTS},
    [COMMENTS_BATCH] = {{"REM ", "::", "@REM "}, {{0}}, LINE_START},
    [COMMENTS_C] = {{"//"}, {{"/*", "*/"}}, DOUBLE_QUOTES | SINGLE_QUOTES},
    [COMMENTS_CSS] = {{0}, {{"/*", "*/"}}, DOUBLE_QUOTES | SINGLE_QUOTES},
    [COMMENTS_FORTRAN] = {{"!"}, {{0}}, DOUBLE_QUOTES | SINGLE_QUOTES | PLAIN_TEXTS},
    [COMMENTS_HASKELL] = {{"--"}, {{"{-", "-}"}}, DOUBLE_QUOTES | LONE_QUOTE | NESTS},
    [COMMENTS_JULIA] = {{"#"}, {{"#=", "=#"}}, DOUBLE_QUOTES | LONE_QUOTE | NESTS | TRIPLE_QUOTES},
    [COMMENTS_LISP] = {{";"}, {{"#|", "|#"}}, DOUBLE_QUOTES | LONG_TEXTS | NESTS},
    [COMMENTS_LUA] = {{"--"}, {{"--[[", "]]"}}, DOUBLE_QUOTES | SINGLE_QUOTES},
    [COMMENTS_MARKUP] = {{0}, {{"<!--", "-->"}}, 0},
    [COMMENTS_MATLAB] = {{"%"}, {{"%{\n", "%}"}},
                         DOUBLE_QUOTES | SINGLE_QUOTES | NOT_BEHIND | PLAIN_TEXTS},
    [COMMENTS_NESTED_C] = {{"//"}, {{"/*", "*/"}},
                           DOUBLE_QUOTES | LONE_QUOTE | NESTS | TRIPLE_QUOTES},
    [COMMENTS_OCAML] = {{0}, {{"(*", "*)"}}, DOUBLE_QUOTES | LONG_TEXTS | LONE_QUOTE | NESTS},
    [COMMENTS_PASCAL] = {{"//"}, {{"{", "}"}, {"(*", "*)"}}, SINGLE_QUOTES | PLAIN_TEXTS},
    [COMMENTS_PERCENT] = {{"%"}, {{0}}, DOUBLE_QUOTES | LONG_TEXTS},
    [COMMENTS_PHP] = {{"//", "#"}, {{"/*", "*/"}}, DOUBLE_QUOTES | SINGLE_QUOTES | LONG_TEXTS},
    [COMMENTS_POWERSHELL] = {{"#"}, {{"<#", "#>"}},
                             DOUBLE_QUOTES | SINGLE_QUOTES | LONG_TEXTS | WORD_START | PLAIN_TEXTS},
    [COMMENTS_PROLOG] = {{"%"}, {{"/*", "*/"}}, DOUBLE_QUOTES | SINGLE_QUOTES | NOT_BEHIND},
    [COMMENTS_PYTHON] = {{"#"}, {{0}}, DOUBLE_QUOTES | SINGLE_QUOTES | TRIPLE_QUOTES},
    [COMMENTS_RUST] = {{"//"}, {{"/*", "*/"}}, DOUBLE_QUOTES | LONG_TEXTS | LONE_QUOTE | NESTS},
    [COMMENTS_SCRIPT] = {{"//"}, {{"/*", "*/"}}, DOUBLE_QUOTES | SINGLE_QUOTES | BACK_QUOTES},
    [COMMENTS_SHELL] = {{"#"}, {{0}}, DOUBLE_QUOTES | SINGLE_QUOTES | LONG_TEXTS | NOT_BEHIND | WORD_START},
    [COMMENTS_SQL] = {{"--"}, {{"/*", "*/"}}, DOUBLE_QUOTES | SINGLE_QUOTES | LONG_TEXTS | PLAIN_TEXTS},
    [COMMENTS_TEX] = {{"%"}, {{0}}, UNESCAPED},
};

typedef struct {
  const uint8_t *text, *at, *end;
  unsigned flags;
} reader;

/// Whether a mark stands here; its capitals stand for small letters too.
static bool starts(const reader *r, const uint8_t *at, const char *mark) {
  for (; *mark; mark++, at++) {
    uint8_t m = (uint8_t)*mark;
    bool capital = (uint8_t)(m - 'A') < 26;
    if (at == r->end || (*at != m && !(capital && *at == (m | 0x20)))) return false;
  }
  return true;
}

static size_t characters_in(const uint8_t *from, const uint8_t *to) {
  size_t count = 0;
  for (; from < to; from++) count += (*from & 0xC0) != 0x80;
  return count;
}

static const uint8_t *end_of_line(const uint8_t *at, const uint8_t *end) {
  while (at < end && *at != '\n' && *at != '\r') at++;
  return at;
}

static const uint8_t *past_block(const reader *r, const uint8_t *at, const char *const marks[2]) {
  size_t opening = strlen(marks[0]), closing = strlen(marks[1]), depth = 1;
  at += opening;
  while (at < r->end) {
    if (*at == (uint8_t)marks[1][0] && starts(r, at, marks[1])) {
      at += closing;
      if (!--depth) return at;
    } else if (r->flags & NESTS && *at == (uint8_t)marks[0][0] && starts(r, at, marks[0])) {
      at += opening;
      depth++;
    } else {
      at++;
    }
  }
  return r->end;
}

/// Behind a text that starts with `quote` at `at`: one quote, or three where the syntax has that.
/// `inside` takes where the text between the quotes starts and ends.
static const uint8_t *past_text(
    const reader *r, const uint8_t *at, uint8_t quote, const uint8_t *inside[2]) {
  bool triple = r->flags & TRIPLE_QUOTES && r->end - at >= 3 && at[1] == quote && at[2] == quote;
  bool is_long = triple || r->flags & LONG_TEXTS || quote == '`';
  size_t width = triple ? 3 : 1;
  at += width;
  inside[0] = at;
  for (; at < r->end; at++) {
    if (*at == '\\' && !(r->flags & PLAIN_TEXTS) && at + 1 < r->end) {
      at++;
    } else if (*at == '\n' && !is_long) {
      break;  // an apostrophe
    } else if (*at == quote &&
               (!triple || (r->end - at >= 3 && at[1] == quote && at[2] == quote))) {
      inside[1] = at;
      return at + width;
    }
  }
  inside[1] = at;
  return at;
}

/// Behind a character between quotes, or behind the lone quote.
static const uint8_t *past_lone_quote(const reader *r, const uint8_t *at) {
  if (r->end - at < 3) return at + 1;
  if (at[1] == '\\') return at[2] != '\n' && at[2] != '\r' ? at + 3 : at + 2;
  size_t length = character_at(at + 1, r->end).length;
  return (size_t)(r->end - at) > length + 1 && at[length + 1] == '\'' ? at + length + 2 : at + 1;
}

static bool is_name(uint8_t c) { return ascii_class(c & 0x7F) & CLASS_WORD || c >= 0x80; }

static bool is_behind(const reader *r, const uint8_t *at) {
  if (at == r->text) return false;
  uint8_t c = at[-1];
  return is_name(c) || c == ')' || c == ']' || c == '}' || c == '\'' || c == '.' || c == '\\';
}

static bool is_blank(uint8_t c) { return c == ' ' || c == '\t'; }

/// Whether a mark to the end of the line counts here.
static bool counts_here(const reader *r, const uint8_t *at, bool line_is_blank) {
  if (at == r->text || at[-1] == '\n') return true;
  if (is_name(*at) && is_name(at[-1])) return false;
  if (r->flags & LINE_START) return line_is_blank;
  if (r->flags & WORD_START)
    return !is_name(at[-1]) && !(at[-1] && strchr("$#\\{\"'", at[-1]));
  if (!(r->flags & UNESCAPED)) return true;
  size_t backslashes = 0;
  while (at - backslashes > r->text && at[-1 - (ptrdiff_t)backslashes] == '\\') backslashes++;
  return backslashes % 2 == 0;
}

size_t text_comment_characters(const uint8_t *text, size_t length, comment_syntax syntax) {
  if (syntax <= COMMENTS_UNKNOWN || syntax > COMMENTS_TEX) return 0;
  const marks *m = &syntaxes[syntax];
  reader r = {text, text, text + length, m->flags};
  size_t count = 0;
  // The last byte of code: a text behind `:`, or the first of the file, documents in Python.
  uint8_t last = 0;
  bool line_is_blank = true;
  const uint8_t *inside[2];
  while (r.at < r.end) {
    uint8_t c = *r.at;
    if (c == '\n' || is_blank(c) || c == '\r') {
      line_is_blank |= c == '\n';
      r.at++;
      continue;
    }
    const uint8_t *past = NULL;
    for (int i = 0; !past && i < 2 && m->block[i][0]; i++)
      if (c == (uint8_t)m->block[i][0][0] && starts(&r, r.at, m->block[i][0]))
        past = past_block(&r, r.at, m->block[i]);
    for (int i = 0; !past && i < 3 && m->line[i]; i++)
      if (starts(&r, r.at, m->line[i]) && counts_here(&r, r.at, line_is_blank))
        past = end_of_line(r.at, r.end);
    if (past) {
      count += characters_in(r.at, past);
      r.at = past;
      continue;
    }
    bool quoted = (c == '"' && r.flags & DOUBLE_QUOTES) || (c == '`' && r.flags & BACK_QUOTES) ||
                  (c == '\'' && r.flags & SINGLE_QUOTES &&
                   !(r.flags & NOT_BEHIND && is_behind(&r, r.at)));
    if (quoted) {
      bool documents = syntax == COMMENTS_PYTHON && line_is_blank && (last == ':' || last == 0);
      r.at = past_text(&r, r.at, c, inside);
      if (documents) count += characters_in(inside[0], inside[1]);
      last = c;
    } else if (c == '\'' && r.flags & LONE_QUOTE) {
      r.at = past_lone_quote(&r, r.at);
      last = c;
    } else {
      // The letter before a text (r"…") leaves the line as blank as it is.
      bool prefix = syntax == COMMENTS_PYTHON && c && strchr("rRuU", c) && r.end - r.at > 1 &&
                    (r.at[1] == '"' || r.at[1] == '\'');
      r.at++;
      if (prefix) continue;
      last = c;
    }
    line_is_blank = false;
  }
  return count;
}
