#include "math_prose.h"

#include <string.h>

#include "byte_hash.h"

typedef struct {
  const uint8_t *text, *end;
  uint8_t *out;
  math_counts *counts;
  // Where the next closing mark stands, so that opening marks without one cost no search each.
  const uint8_t *next_parenthesis, *next_bracket;
  bool no_end[16];  // of the environment of this number, from here on
} prose_reader;

static bool is_letter(uint8_t c) { return (uint8_t)((c | 0x20) - 'a') < 26; }
static bool is_blank(uint8_t c) { return c == ' ' || c == '\t' || c == '\r'; }

static const char *const environments[] = {
    "equation", "align", "gather", "multline", "eqnarray", "displaymath", "math", "alignat",
    "flalign", "split", "array", "xymatrix", "tikzcd", "tikzpicture", "prooftree", "CD",
};
/// Commands whose argument names a thing and is no prose.
static const char *const naming_commands[] = {
    "label", "ref", "eqref", "cite", "citep", "citet", "pageref", "cref", "autoref", "input",
    "include", "usepackage", "documentclass", "bibliography", "bibliographystyle",
    "includegraphics", "begin", "end", "hypertarget", "hyperref", "url", "index", "tag",
};

static bool is_name(const uint8_t *at, size_t length, const char *name) {
  return strlen(name) == length && !memcmp(at, name, length);
}

// ---- The ends of formulas -----------------------------------------------------------------------

/// Whether a blank line starts with the newline at `at`.
static bool is_paragraph_end(const uint8_t *at, const uint8_t *end) {
  if (*at != '\n') return false;
  at++;
  while (at < end && is_blank(*at)) at++;
  return at == end || *at == '\n';
}

/// The next `$` (or `$$`) behind `at` in the paragraph, NULL where there is none.
static const uint8_t *closing_dollar(const uint8_t *at, const uint8_t *end, size_t width) {
  for (; at < end; at++) {
    if (*at == '\\') {
      at++;
    } else if (*at == '$') {
      if (width == 1) return at;
      if (end - at > 1 && at[1] == '$') return at;
    } else if (is_paragraph_end(at, end)) {
      return NULL;
    }
  }
  return NULL;
}

/// Whether `$` at `open` and at `close` enclose a formula and no amounts of money: no space inside the
/// marks and no digit behind them, or a sign that only formulas have.
static bool encloses_formula(const uint8_t *open, const uint8_t *close, const uint8_t *end) {
  if (close == open + 1) return false;
  bool tight = open[1] > ' ' && close[-1] > ' ';
  if (tight && !(end - close > 1 && (uint8_t)(close[1] - '0') < 10)) return true;
  for (const uint8_t *at = open + 1; at < close; at++)
    if (*at == '\\' || *at == '^' || *at == '_' || *at == '=') return true;
  return false;
}

/// The place of `\` and `mark` at or behind `at`; `end` where there is none.
static const uint8_t *find_escaped(const uint8_t *at, const uint8_t *end, uint8_t mark) {
  while (end - at > 1) {
    if (*at != '\\') {
      at++;
    } else if (at[1] == mark) {
      return at;
    } else {
      at += 2;
    }
  }
  return end;
}

/// Behind `\end{name}` or `\end{name*}`; NULL where there is none.
static const uint8_t *past_environment(const uint8_t *at, const uint8_t *end, const char *name) {
  size_t length = strlen(name);
  while ((at = memchr(at, '\\', (size_t)(end - at)))) {
    if ((size_t)(end - at) > length + 5 && !memcmp(at, "\\end{", 5) &&
        !memcmp(at + 5, name, length)) {
      const uint8_t *brace = at + 5 + length;
      if (*brace == '*' && brace + 1 < end) brace++;
      if (*brace == '}') return brace + 1;
    }
    at++;
  }
  return NULL;
}

// ---- Writing ------------------------------------------------------------------------------------

/// A formula as one word of letters.
static void write_formula(prose_reader *r, const uint8_t *from, const uint8_t *to) {
  r->counts->formulas++;
  for (const uint8_t *at = from; at < to; at++) {
    r->counts->formula_characters += (*at & 0xC0) != 0x80;
    r->counts->commands += *at == '\\' && to - at > 2 && is_letter(at[1]) && is_letter(at[2]);
  }
  uint64_t hash = hash_bytes(from, (uint64_t)(to - from), r->end);
  for (int i = 0; i < 5; i++) {
    *r->out++ = (uint8_t)('a' + (hash >> 32) % 26);
    hash *= 0x9E3779B97F4A7C15u;
  }
}

static void write_space(prose_reader *r) { *r->out++ = ' '; }

/// Behind the `{…}` or `[…]` at `at`, within the line and a length that names have; `at` where there
/// is none.
static const uint8_t *past_argument(const uint8_t *at, const uint8_t *end, uint8_t open,
                                    uint8_t close) {
  if (at == end || *at != open) return at;
  if (end - at > 400) end = at + 400;
  for (const uint8_t *to = at + 1; to < end && *to != '\n'; to++)
    if (*to == close) return to + 1;
  return at;
}

/// The command whose backslash stands at `at`; returns where the text goes on.
static const uint8_t *read_command(prose_reader *r, const uint8_t *at) {
  const uint8_t *name = at + 1, *stop = name;
  while (stop < r->end && is_letter(*stop)) stop++;
  size_t length = (size_t)(stop - name);
  r->counts->commands += length >= 2;
  if (length == 5 && !memcmp(name, "begin", 5) && stop < r->end && *stop == '{') {
    const uint8_t *first = stop + 1, *last = first;
    while (last < r->end && (is_letter(*last) || *last == '*')) last++;
    size_t width = (size_t)(last - first);
    if (width && first[width - 1] == '*') width--;
    for (size_t i = 0; i < sizeof environments / sizeof *environments; i++) {
      if (r->no_end[i] || !is_name(first, width, environments[i])) continue;
      const uint8_t *past = past_environment(last, r->end, environments[i]);
      if (!past) {
        r->no_end[i] = true;
        break;
      }
      r->counts->commands--;  // counted with the formula's
      write_formula(r, at, past);
      return past;
    }
  }
  write_space(r);
  if (stop < r->end && *stop == '*') stop++;
  for (size_t i = 0; i < sizeof naming_commands / sizeof *naming_commands; i++) {
    if (!is_name(name, length, naming_commands[i])) continue;
    stop = past_argument(stop, r->end, '[', ']');
    return past_argument(stop, r->end, '{', '}');
  }
  return stop;
}

/// What starts with the backslash at `at`.
static const uint8_t *read_backslash(prose_reader *r, const uint8_t *at) {
  if (r->end - at < 2) {
    write_space(r);
    return r->end;
  }
  uint8_t next = at[1];
  if (is_letter(next)) return read_command(r, at);
  if (next == '(' || next == '[') {
    const uint8_t **cached = next == '(' ? &r->next_parenthesis : &r->next_bracket;
    if (*cached < at + 2) *cached = find_escaped(at + 2, r->end, next == '(' ? ')' : ']');
    if (*cached < r->end) {
      const uint8_t *past = *cached + 2;
      write_formula(r, at, past);
      return past;
    }
  }
  // An escaped sign stands for itself; `\\` and `\,` for space.
  if (next == '%' || next == '$' || next == '&' || next == '#' || next == '_')
    *r->out++ = next;
  else
    write_space(r);
  return next < 0x80 ? at + 2 : at + 1;
}

static const uint8_t *read_dollar(prose_reader *r, const uint8_t *at) {
  size_t width = r->end - at > 1 && at[1] == '$' ? 2 : 1;
  const uint8_t *close = closing_dollar(at + width, r->end, width);
  bool is_formula =
      close && (width == 2 ? close > at + 2 : encloses_formula(at, close, r->end));
  if (!is_formula) {
    memcpy(r->out, at, width);
    r->out += width;
    return at + width;
  }
  r->counts->dollar_pairs++;
  write_formula(r, at, close + width);
  return close + width;
}

size_t text_prose(const uint8_t *text, size_t length, uint8_t *prose, math_counts *counts) {
  *counts = (math_counts){0, 0, 0, 0};
  const uint8_t *end = text + length;
  prose_reader r = {.text = text, .end = end, .out = prose, .counts = counts,
                    .next_parenthesis = text, .next_bracket = text};
  bool line_is_blank = true;
  for (const uint8_t *at = text; at < end;) {
    uint8_t c = *at;
    switch (c) {
      case '\\': at = read_backslash(&r, at); break;
      case '$': at = read_dollar(&r, at); break;
      case '{':
      case '}':
        at++;
        break;
      case '~':
        write_space(&r);
        at++;
        break;
      case '%':
        // A comment of LaTeX fills its line; elsewhere the sign is one of prose.
        if (line_is_blank) {
          while (at < end && *at != '\n') at++;
          break;
        }
        *r.out++ = c;
        at++;
        break;
      default:
        *r.out++ = c;
        at++;
        break;
    }
    line_is_blank = c == '\n' || (line_is_blank && is_blank(c));
  }
  return (size_t)(r.out - prose);
}
