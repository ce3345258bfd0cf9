#include "domain_kernels.h"

#include "domain_words.h"
#include "kernel_level.h"
#include "word_bytes.h"

// ---- Word table ---------------------------------------------------------------------------------
// Open addressing over 32-bit hashes, filled once before main. A text's word is known by its hash
// alone: one in some millions of other words is taken for a known one, which no score notices.

#define TABLE_SIZE 2048
#define LONGEST_WORD 16

static uint32_t table_hash[TABLE_SIZE];
static uint16_t table_kinds[TABLE_SIZE];

/// Keeps the first `length` bytes (0 to 8) of a little-endian word.
static const uint64_t keep[9] = {
    0, 0xff, 0xffff, 0xffffff, 0xffffffff, 0xffffffffff, 0xffffffffffff, 0xffffffffffffff, ~0ull};

/// The hash of a word of 1 to 16 letters without case; `p` must be readable for 16 bytes.
ALWAYS_INLINE uint32_t hash_letters(const uint8_t *p, size_t length) {
  size_t head = length < 8 ? length : 8;
  uint64_t a = (load64(p) | 0x2020202020202020) & keep[head];
  uint64_t b = (load64(p + 8) | 0x2020202020202020) & keep[length - head];
  uint64_t h = (a ^ b * 0x9e3779b97f4a7c15) * 0xd6e8feb86659fd93;
  return (uint32_t)(h >> 32) ^ (uint32_t)(h >> 12);
}

ALWAYS_INLINE size_t place_of(uint32_t hash) {
  size_t place = (hash >> 21) % TABLE_SIZE;
  while (table_kinds[place] && table_hash[place] != hash) place = (place + 1) % TABLE_SIZE;
  return place;
}

/// The kinds of the word at `text[start ..< end]`, 0 for an unknown one.
ALWAYS_INLINE int kinds_of(const uint8_t *text, size_t start, size_t end, size_t n) {
  if (end - start > LONGEST_WORD) return 0;
  if (__builtin_expect(start + 16 <= n, 1))
    return table_kinds[place_of(hash_letters(text + start, end - start))];
  uint8_t rest[16] = {0};
  memcpy(rest, text + start, end - start);
  return table_kinds[place_of(hash_letters(rest, end - start))];
}

__attribute__((constructor)) static void fill_table(void) {
  for (size_t i = 0; i < sizeof domain_words / sizeof *domain_words; i++) {
    const char *p = domain_words[i].words;
    while (*p) {
      uint8_t word[LONGEST_WORD] = {0};
      size_t length = 0;
      while (*p && *p != ' ') word[length++] = (uint8_t)*p++;
      if (*p == ' ') p++;
      uint32_t hash = hash_letters(word, length);
      size_t place = place_of(hash);
      table_hash[place] = hash;
      table_kinds[place] |= (uint16_t)domain_words[i].kinds;
    }
  }
}

// ---- Lines --------------------------------------------------------------------------------------

ALWAYS_INLINE bool is_letter(uint8_t c) { return (uint8_t)((c | 0x20) - 'a') < 26; }
ALWAYS_INLINE bool is_digit(uint8_t c) { return (uint8_t)(c - '0') < 10; }
ALWAYS_INLINE bool is_blank(uint8_t c) { return c == ' ' || c == '\t' || c == '\r'; }

/// Counts the line `text[line ..< end]`, its newline left out.
static void count_line(const uint8_t *text, size_t line, size_t end, size_t n, uint32_t *counts) {
  size_t start = line;
  while (start < end && is_blank(text[start])) start++;
  while (end > start && is_blank(text[end - 1])) end--;
  if (start == end) return;
  counts[DOMAIN_LINES]++;
  counts[DOMAIN_INDENTED_LINES] += text[line] == '\t' || start - line >= 2;
  uint8_t last = text[end - 1], before = end - start > 1 ? text[end - 2] : 0;
  bool after_bracket = before == ')' || before == ']';
  counts[DOMAIN_CODE_ENDS] +=
      last == ';' || last == '{' || last == '}' || last == '(' ||
      (last == ')' && (before == '(' || after_bracket)) || (last == ':' && after_bracket) ||
      (last == ',' && before == ')');
  uint8_t c = text[start], next = end - start > 1 ? text[start + 1] : 0;
  bool opens = (c == '/' && (next == '/' || next == '*')) || (c == '#' && next != ' ') ||
               c == '@' || c == '}' || c == '{';
  if (is_letter(c)) {
    size_t stop = start + 1;
    while (stop < end && stop - start <= LONGEST_WORD && is_letter(text[stop])) stop++;
    opens = kinds_of(text, start, stop, n) & CODE_START;
  } else if (is_digit(c)) {
    size_t stop = start + 1;
    while (stop < end && is_digit(text[stop])) stop++;
    counts[DOMAIN_NUMBERED_LINES] += stop - start <= 3 && stop + 1 < end &&
                                     (text[stop] == '.' || text[stop] == ')') &&
                                     text[stop + 1] == ' ';
  }
  counts[DOMAIN_CODE_STARTS] += opens;
}

/// Where the white stretch at `i` ends: at most at the last byte of the text.
ALWAYS_INLINE size_t skip_blanks(const uint8_t *text, size_t i, size_t n) {
  while (i + 1 < n && (is_blank(text[i]) || text[i] == '\n')) i++;
  return i;
}

// ---- Signs --------------------------------------------------------------------------------------

/// 1 where the UTF-8 character at `p` is a mathematical symbol.
ALWAYS_INLINE uint32_t is_symbol(const uint8_t *p, size_t left) {
  if (left < 3) return 0;
  if (p[0] == 0xE2)
    return (p[1] >= 0x88 && p[1] <= 0x8B) || (p[1] == 0x81 && p[2] >= 0xB0) ||
           (p[1] == 0x82 && p[2] <= 0x8E);
  return p[0] == 0xF0 && p[1] == 0x9D && p[2] >= 0x90 && p[2] <= 0x9F;
}

/// 1 where the `=` at `i` stands between a digit or bracket and a digit.
ALWAYS_INLINE uint32_t is_sum(const uint8_t *text, size_t i, size_t n) {
  size_t left = i, right = i + 1;
  while (left > 0 && i - left < 2 && text[left - 1] == ' ') left--;
  while (right < n && right - i < 3 && (text[right] == ' ' || text[right] == '$')) right++;
  uint8_t before = left ? text[left - 1] : 0, after = right < n ? text[right] : 0;
  return (is_digit(before) || before == ')') && is_digit(after);
}

/// Counts what the byte at `i`, one of the signs of `count_block`, stands for with its neighbours.
ALWAYS_INLINE void count_sign(
    const uint8_t *text, size_t i, size_t n, size_t *line, uint32_t *counts) {
  uint8_t c = text[i], next = i + 1 < n ? text[i + 1] : 0, before = i ? text[i - 1] : 0;
  uint32_t operators = 0;
  switch (c) {
    case '\n':
      count_line(text, *line, i, n, counts);
      *line = i + 1;
      break;
    case '_': counts[DOMAIN_COMPOUND_NAMES] += is_letter(before) && is_letter(next); break;
    case '(': operators = next == ')'; break;
    case '[': operators = next == ']'; break;
    case '-': operators = next == '>' || next == '='; break;
    case ':': operators = next == ':' || next == '='; break;
    case '!':
    case '+': operators = next == '='; break;
    case '&':
    case '|': operators = next == c; break;
    // Not the slashes of a URL.
    case '/': operators = (next == '/' && before != ':') || next == '*'; break;
    case '=':
      operators = next == '>' || (next == '=' && before != '=');
      counts[DOMAIN_ARITHMETIC] += is_sum(text, i, n);
      break;
    case 0xCE: counts[DOMAIN_GREEK] += next >= 0x91; break;
    case 0xCF: counts[DOMAIN_GREEK] += next >= 0x80 && next <= 0x89; break;
    default: counts[DOMAIN_MATH_SYMBOLS] += is_symbol(text + i, n - i); break;
  }
  counts[DOMAIN_CODE_OPERATORS] += operators;
}

// ---- Blocks -------------------------------------------------------------------------------------

typedef struct {
  const uint8_t *text;
  size_t byte_count, line;
  uint64_t ends_lower;  // whether the last byte of the block before was a-z
  uint32_t *counts;
} domain_state;

/// Counts the signs of the 64 bytes at `at` and returns the mask of its letters.
ALWAYS_INLINE uint64_t count_block(domain_state *state, size_t at) {
  size_t n = state->byte_count;
  uint32_t *counts = state->counts;
  bytes64 b = {0};
  memcpy(&b, state->text + at, n - at < 64 ? n - at : 64);
  bytes64 is_lower = (bytes64)((b - 'a') <= 25), is_upper = (bytes64)((b - 'A') <= 25);
  uint64_t lower = mask_of(&is_lower), upper = mask_of(&is_upper);
  counts[DOMAIN_COMPOUND_NAMES] +=
      (uint32_t)__builtin_popcountll(upper & (lower << 1 | state->ends_lower));
  state->ends_lower = lower >> 63;
  bytes64 is_dollar = (bytes64)(b == '$');
  counts[DOMAIN_DOLLARS] += (uint32_t)__builtin_popcountll(mask_of(&is_dollar));
  bytes64 is_brace = (bytes64)(b == '{') | (bytes64)(b == '}') | (bytes64)(b == ';');
  counts[DOMAIN_BRACES] += (uint32_t)__builtin_popcountll(mask_of(&is_brace));
  bytes64 is_sign = (bytes64)(b == '\n') | (bytes64)(b == '!') | (bytes64)(b == '&') |
                    (bytes64)(b == '(') | (bytes64)(b == '+') | (bytes64)(b == '-') |
                    (bytes64)(b == '/') | (bytes64)(b == ':') | (bytes64)(b == '=') |
                    (bytes64)(b == '[') | (bytes64)(b == '_') | (bytes64)(b == '|') |
                    (bytes64)((b | 1) == 0xCF) | (bytes64)(b == 0xE2) | (bytes64)(b == 0xF0);
  for (uint64_t signs = mask_of(&is_sign); signs; signs &= signs - 1)
    count_sign(state->text, at + (size_t)__builtin_ctzll(signs), n, &state->line, counts);
  return lower | upper;
}

ALWAYS_INLINE void domain_counts_body(const uint8_t *text, size_t n, uint32_t *counts) {
  memset(counts, 0, DOMAIN_COUNT * sizeof *counts);
  domain_state state = {.text = text, .byte_count = n, .counts = counts};
  int previous_kinds = 0;
  size_t previous_end = 0;
#define LETTERS(at) count_block(&state, at)
#define COUNT_WORD(start, end)                                                               \
  do {                                                                                       \
    size_t from = (start), to = (end);                                                       \
    int kinds = kinds_of(text, from, to, n);                                                 \
    uint8_t lead = from ? text[from - 1] : 0;                                                \
    counts[DOMAIN_WORDS]++;                                                                  \
    if (lead == '\\') {                                                                      \
      counts[DOMAIN_LATEX_COMMANDS] += to - from >= 2;                                       \
      counts[DOMAIN_LATEX_MATH] += (kinds & LATEX_MATH) && to - from >= 2;                   \
      previous_kinds = 0;                                                                    \
    } else if (kinds) {                                                                      \
      counts[DOMAIN_FUNCTION_WORDS] += (kinds & FUNCTION_WORD) != 0;                         \
      counts[DOMAIN_MATH_WORDS] += (kinds & MATH_WORD) != 0;                                 \
      counts[DOMAIN_REASONING_WORDS] += (kinds & REASONING_WORD) != 0;                       \
      if (kinds & (AFTER_WE | IS_THINK | IS_STEP))                                           \
        counts[DOMAIN_REASONING_PHRASES] +=                                                  \
            ((kinds & IS_THINK) && lead == '<') ||                                           \
            ((kinds & IS_STEP) && to < n && is_digit(text[skip_blanks(text, to, n)])) ||     \
            ((kinds & AFTER_WE) && (previous_kinds & IS_WE) &&                               \
             skip_blanks(text, previous_end, n) == from);                                    \
      previous_kinds = kinds;                                                                \
    } else {                                                                                 \
      previous_kinds = 0;                                                                    \
    }                                                                                        \
    previous_end = to;                                                                       \
  } while (0)
  FOR_EACH_RUN(n, LETTERS, COUNT_WORD);
  count_line(text, state.line, n, n, counts);
}

static void domain_counts_portable(const uint8_t *t, size_t n, uint32_t *c) {
  domain_counts_body(t, n, c);
}

// ---- Levels -------------------------------------------------------------------------------------

typedef void domain_function(const uint8_t *, size_t, uint32_t *);

#if defined(__x86_64__)
TARGET_AVX2 static void domain_counts_avx2(const uint8_t *t, size_t n, uint32_t *c) {
  domain_counts_body(t, n, c);
}
TARGET_AVX512 static void domain_counts_avx512(const uint8_t *t, size_t n, uint32_t *c) {
  domain_counts_body(t, n, c);
}
static domain_function *const tables[] = {
    domain_counts_portable, domain_counts_avx2, domain_counts_avx512};
#else
static domain_function *const tables[] = {domain_counts_portable};
#endif

void text_domain_counts(const uint8_t *text, size_t byte_count, uint32_t *counts) {
  tables[kernel_level_in_use()](text, byte_count, counts);
}
