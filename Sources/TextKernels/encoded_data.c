#include "byte_vectors.h"
#include "character_classes.h"
#include "code_counts.h"

static void add(code_matches *matches, size_t length) {
  matches->total += length;
  if (length > matches->longest) matches->longest = length;
}

static bool is_hex(uint8_t c) {
  return (uint8_t)(c - '0') < 10 || (uint8_t)((c | 0x20) - 'a') < 6;
}

// ---- Base64 -------------------------------------------------------------------------------------

static bool is_base64(uint8_t c) {
  return (uint8_t)((c | 0x20) - 'a') < 26 || (uint8_t)(c - '0') < 10 || c == '+' || c == '/' ||
         c == '\n' || c == '=';
}

/// Runs of at least 64. A window of 64 bytes is read from its end, so that most bytes of ordinary
/// text are never looked at; `known` bytes at its start were seen to belong to the run.
static code_matches find_base64(const uint8_t *text, size_t length) {
  enum { LEAST = 64 };
  code_matches matches = {0, 0};
  size_t start = 0, known = 0;
  while (length - start >= LEAST) {
    size_t at = start + LEAST;
    while (at > start + known && is_base64(text[at - 1])) at--;
    if (at > start + known) {
      known = start + LEAST - at;
      start = at;
      continue;
    }
    size_t end = start + LEAST;
    while (end < length && is_base64(text[end])) end++;
    add(&matches, end - start);
    start = end;
    known = 0;
  }
  return matches;
}

// ---- Lists of hexadecimal numbers ---------------------------------------------------------------

static bool is_word_at(const uint8_t *at, const uint8_t *end) {
  return at < end && character_class(character_at(at, end).code) & CLASS_WORD;
}

static bool is_word_before(const uint8_t *start, const uint8_t *at) {
  return at > start && character_class(character_before(start, at).code) & CLASS_WORD;
}

/// Where a number of the list that starts at `at` ends, its comma or spaces included; NULL where
/// none does. `characters` takes its length.
static const uint8_t *past_number(
    const uint8_t *start, const uint8_t *at, const uint8_t *end, size_t *characters) {
  const uint8_t *first = at;
  if (at == end || is_word_before(start, at) == is_word_at(at, end)) return NULL;
  if (end - at >= 4 && ((at[0] == '0' && at[1] == 'x') || (at[0] == '\\' && at[1] == 'x')) &&
      is_hex(at[2]) && is_hex(at[3]))
    at += 4;
  else if (end - at >= 2 && is_hex(at[0]) && is_hex(at[1]))
    at += 2;
  else
    return NULL;
  *characters = (size_t)(at - first);
  if (at < end && *at == ',') {
    *characters += 1;
    return at + 1;
  }
  if (is_word_at(at, end)) return NULL;
  while (at < end) {
    character c = character_at(at, end);
    if (!(character_class(c.code) & CLASS_SPACE)) break;
    at += c.length;
    *characters += 1;
  }
  return at;
}

/// A list from `at` on; returns where to go on. Numbers of a list that is too short start no longer
/// one, so that nothing is read twice.
static const uint8_t *read_list(
    const uint8_t *start, const uint8_t *at, const uint8_t *end, code_matches *matches) {
  enum { LEAST = 8 };
  size_t numbers = 0, length = 0, characters = 0;
  const uint8_t *next;
  while ((next = past_number(start, at, end, &characters))) {
    numbers++;
    length += characters;
    at = next;
  }
  if (numbers >= LEAST) add(matches, length);
  return at;
}

// ---- Escapes ------------------------------------------------------------------------------------

static const uint8_t *read_escapes(
    const uint8_t *at, const uint8_t *end, code_matches *matches) {
  enum { LENGTH = 6, LEAST = 8 };
  const uint8_t *first = at;
  while (end - at >= LENGTH && at[0] == '\\' && at[1] == 'u' && is_hex(at[2]) && is_hex(at[3]) &&
         is_hex(at[4]) && is_hex(at[5]))
    at += LENGTH;
  if (at - first >= LENGTH * LEAST) add(matches, (size_t)(at - first));
  return at;
}

#define RANGE(v, low, high) ((bytes64)((v) - (uint8_t)(low)) <= (uint8_t)((high) - (low)))
#define HEX(v) (RANGE((v) | 0x20, 'a', 'f') | RANGE(v, '0', '9'))
#define WORD(v) (RANGE((v) | 0x20, 'a', 'z') | RANGE(v, '0', '9') | ((v) == '_'))

/// Places of the 64 bytes at `p` (66 readable) where two hexadecimal digits end before a character
/// that is no ASCII letter or digit, and where `\u` stands.
static void find_candidates(const uint8_t *p, uint64_t *pairs, uint64_t *escapes) {
  bytes64 first, second, third;
  memcpy(&first, p, 64);
  memcpy(&second, p + 1, 64);
  memcpy(&third, p + 2, 64);
  *pairs = MASK(HEX(first)) & MASK(HEX(second)) & ~MASK(WORD(third));
  *escapes = MASK(first == '\\') & MASK(second == 'u');
}

encoded_data text_encoded_data(const uint8_t *text, size_t length) {
  encoded_data data = {.base64 = find_base64(text, length)};
  const uint8_t *end = text + length;
  const uint8_t *past_list = text, *past_escapes = text;
  for (size_t at = 0; at < length; at += 64) {
    uint64_t pairs, escapes;
    if (length - at >= 66) {
      find_candidates(text + at, &pairs, &escapes);
    } else {
      uint8_t rest[66] = {0};
      memcpy(rest, text + at, length - at);
      find_candidates(rest, &pairs, &escapes);
    }
    for (; pairs; pairs &= pairs - 1) {
      const uint8_t *digits = text + at + __builtin_ctzll(pairs);
      // The digits may have 0x or \x before them.
      bool prefixed = digits - past_list >= 2 && digits[-1] == 'x' &&
                      (digits[-2] == '0' || digits[-2] == '\\');
      const uint8_t *first = prefixed ? digits - 2 : digits;
      if (first < past_list) continue;
      const uint8_t *after = read_list(text, first, end, &data.hex);
      if (after > past_list) past_list = after;
    }
    for (; escapes; escapes &= escapes - 1) {
      const uint8_t *first = text + at + __builtin_ctzll(escapes);
      if (first >= past_escapes) past_escapes = read_escapes(first, end, &data.escapes);
    }
  }
  return data;
}
