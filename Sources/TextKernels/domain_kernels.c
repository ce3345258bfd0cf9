#include "domain_kernels.h"

#include <stdbool.h>
#include <string.h>

#include "domain_words.h"

// ---- Word table ---------------------------------------------------------------------------------
// Open addressing over 32-bit hashes, filled once before main. A text's word is known by its hash
// alone: one in some millions of other words is taken for a known one, which no score notices.

#define TABLE_SIZE 2048
#define HASH_SEED 0x811c9dc5u
#define HASH_PRIME 0x01000193u

static uint32_t table_hash[TABLE_SIZE];
static uint16_t table_kinds[TABLE_SIZE];

static inline uint32_t step_hash(uint32_t hash, uint8_t letter) {
  return (hash ^ letter) * HASH_PRIME;
}

static inline size_t place_of(uint32_t hash) {
  size_t place = (hash ^ hash >> 15) % TABLE_SIZE;
  while (table_kinds[place] && table_hash[place] != hash) place = (place + 1) % TABLE_SIZE;
  return place;
}

__attribute__((constructor)) static void fill_table(void) {
  for (size_t i = 0; i < sizeof domain_words / sizeof *domain_words; i++) {
    uint32_t hash = HASH_SEED;
    for (const char *p = domain_words[i].words;; p++) {
      if (*p != ' ' && *p) {
        hash = step_hash(hash, (uint8_t)*p);
        continue;
      }
      size_t place = place_of(hash);
      table_hash[place] = hash;
      table_kinds[place] |= (uint16_t)domain_words[i].kinds;
      hash = HASH_SEED;
      if (!*p) break;
    }
  }
}

// ---- Bytes --------------------------------------------------------------------------------------

static inline bool is_letter(uint8_t c) { return (uint8_t)((c | 0x20) - 'a') < 26; }
static inline bool is_digit(uint8_t c) { return (uint8_t)(c - '0') < 10; }
static inline bool is_lower(uint8_t c) { return (uint8_t)(c - 'a') < 26; }
static inline bool is_upper(uint8_t c) { return (uint8_t)(c - 'A') < 26; }

/// A line without its newline, `first` its first word's kinds where it starts with a word.
static void count_line(const uint8_t *line, size_t length, int first, uint32_t *counts) {
  size_t start = 0;
  while (start < length && (line[start] == ' ' || line[start] == '\t')) start++;
  while (length > start && (line[length - 1] == ' ' || line[length - 1] == '\r' ||
                            line[length - 1] == '\t'))
    length--;
  if (start == length) return;
  counts[DOMAIN_LINES]++;
  counts[DOMAIN_INDENTED_LINES] += line[0] == '\t' || start >= 2;
  uint8_t last = line[length - 1], before = length - start > 1 ? line[length - 2] : 0;
  bool closes = last == ';' || last == '{' || last == '}' || last == '(' ||
                (last == ')' && (before == '(' || before == ')' || before == ']')) ||
                (last == ':' && (before == ')' || before == ']')) || (last == ',' && before == ')');
  counts[DOMAIN_CODE_ENDS] += closes;
  uint8_t c = line[start], next = length - start > 1 ? line[start + 1] : 0;
  bool opens = (c == '/' && (next == '/' || next == '*')) || (c == '#' && next != ' ') ||
               c == '@' || c == '}' || c == '{' || (first & CODE_START);
  counts[DOMAIN_CODE_STARTS] += opens;
  if (is_digit(c)) {
    size_t i = start + 1;
    while (i < length && is_digit(line[i])) i++;
    counts[DOMAIN_NUMBERED_LINES] +=
        i - start <= 3 && i + 1 < length && (line[i] == '.' || line[i] == ')') && line[i + 1] == ' ';
  }
}

/// 1 where the UTF-8 character at `p` is a mathematical symbol.
static inline uint32_t is_symbol(const uint8_t *p, size_t left) {
  if (left < 3) return 0;
  if (p[0] == 0xE2)
    return (p[1] >= 0x88 && p[1] <= 0x8B) || (p[1] == 0x81 && p[2] >= 0xB0) ||
           (p[1] == 0x82 && p[2] <= 0x8E);
  return p[0] == 0xF0 && p[1] == 0x9D && p[2] >= 0x90 && p[2] <= 0x9F;
}

void text_domain_counts(const uint8_t *text, size_t n, uint32_t *counts) {
  memset(counts, 0, DOMAIN_COUNT * sizeof *counts);
  size_t line = 0;
  int first_kinds = 0;      // of the word that a line starts with
  bool line_is_blank = true;
  int previous_kinds = 0;   // of the word before, if only spaces followed
  for (size_t i = 0; i < n;) {
    uint8_t c = text[i];
    if (is_letter(c)) {
      size_t start = i;
      uint32_t hash = HASH_SEED, joints = 0;
      uint8_t before = 'A';
      do {
        joints += is_upper(c) && is_lower(before);
        hash = step_hash(hash, c | 0x20);
        before = c;
        if (++i == n) break;
        c = text[i];
      } while (is_letter(c));
      int kinds = table_kinds[place_of(hash)];
      uint8_t lead = start ? text[start - 1] : 0;
      if (lead == '\\') {
        counts[DOMAIN_LATEX_COMMANDS] += i - start >= 2;
        counts[DOMAIN_LATEX_MATH] += (kinds & LATEX_MATH) != 0 && i - start >= 2;
        kinds = 0;
      } else {
        counts[DOMAIN_FUNCTION_WORDS] += (kinds & FUNCTION_WORD) != 0;
        counts[DOMAIN_MATH_WORDS] += (kinds & MATH_WORD) != 0;
        counts[DOMAIN_REASONING_WORDS] += (kinds & REASONING_WORD) != 0;
        counts[DOMAIN_REASONING_PHRASES] +=
            ((kinds & AFTER_WE) && (previous_kinds & IS_WE)) || ((kinds & IS_THINK) && lead == '<');
      }
      counts[DOMAIN_WORDS]++;
      counts[DOMAIN_COMPOUND_NAMES] += joints;
      if (line_is_blank) first_kinds = kinds;
      line_is_blank = false;
      previous_kinds = kinds;
      continue;
    }
    uint8_t next = i + 1 < n ? text[i + 1] : 0;
    switch (c) {
      case '\n':
        count_line(text + line, i - line, first_kinds, counts);
        line = i + 1;
        first_kinds = 0;
        line_is_blank = true;
        i++;
        continue;
      case ' ':
      case '\t':
      case '\r':
        i++;
        continue;
      case '$': counts[DOMAIN_DOLLARS]++; break;
      case '{':
      case '}':
      case ';': counts[DOMAIN_BRACES]++; break;
      case '_':
        counts[DOMAIN_COMPOUND_NAMES] += i > 0 && is_letter(text[i - 1]) && is_letter(next);
        break;
      case '(': counts[DOMAIN_CODE_OPERATORS] += next == ')'; break;
      case '[': counts[DOMAIN_CODE_OPERATORS] += next == ']'; break;
      case '-': counts[DOMAIN_CODE_OPERATORS] += next == '>' || next == '='; break;
      case ':': counts[DOMAIN_CODE_OPERATORS] += next == ':' || next == '='; break;
      case '!':
      case '+': counts[DOMAIN_CODE_OPERATORS] += next == '='; break;
      case '&': counts[DOMAIN_CODE_OPERATORS] += next == '&'; break;
      case '|': counts[DOMAIN_CODE_OPERATORS] += next == '|'; break;
      case '/':
        // Not the slashes of a URL.
        counts[DOMAIN_CODE_OPERATORS] += (next == '/' && (i == 0 || text[i - 1] != ':')) || next == '*';
        break;
      case '=': {
        counts[DOMAIN_CODE_OPERATORS] += next == '>' || (next == '=' && (i == 0 || text[i - 1] != '='));
        size_t left = i, right = i + 1;
        while (left > 0 && i - left < 2 && text[left - 1] == ' ') left--;
        while (right < n && right - i < 3 && (text[right] == ' ' || text[right] == '$')) right++;
        uint8_t l = left ? text[left - 1] : 0, r = right < n ? text[right] : 0;
        counts[DOMAIN_ARITHMETIC] += (is_digit(l) || l == ')') && is_digit(r);
        break;
      }
      case 0xE2:
      case 0xF0: counts[DOMAIN_MATH_SYMBOLS] += is_symbol(text + i, n - i); break;
      case 0xCE: counts[DOMAIN_GREEK] += next >= 0x91; break;
      case 0xCF: counts[DOMAIN_GREEK] += next >= 0x80 && next <= 0x89; break;
      default:
        counts[DOMAIN_REASONING_PHRASES] += is_digit(c) && (previous_kinds & IS_STEP);
        break;
    }
    previous_kinds = 0;
    line_is_blank = false;
    i++;
  }
  count_line(text + line, n - line, first_kinds, counts);
}
