#include <string.h>

#include "math_prose.h"

// Phrases of the frames of web pages, in lower case.
static const char *const phrases[] = {
    "about us", "add to bag", "add to cart", "all rights reserved", "already a member",
    "back to top", "be the first to", "click here", "contact us", "cookie policy",
    "create an account", "email address", "follow us", "forgot your password", "join now",
    "learn more", "leave a comment", "leave a reply", "load more", "log in", "log out",
    "logged in", "mailing list", "newer posts", "next post", "older posts", "post a comment",
    "powered by", "previous post", "privacy policy", "read more", "recent posts",
    "related articles", "related posts", "report abuse", "share on", "share this", "show more",
    "sign in", "sign up", "site map", "skip to content", "skip to main content",
    "subscribe to", "terms and conditions", "terms of service", "terms of use", "view all",
};
enum { PHRASES = sizeof phrases / sizeof *phrases };

static uint8_t lower(uint8_t c) { return (uint8_t)(c - 'A') < 26 ? c | 0x20 : c; }
static bool is_letter(uint8_t c) { return (uint8_t)((c | 0x20) - 'a') < 26; }
static bool is_space(uint8_t c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

enum { LETTER = 1, SPACE = 2, SIGN = 4 };
static uint8_t kinds[256];
/// Where the phrases of each first letter start.
static uint8_t first_phrase[27];

__attribute__((constructor)) static void fill_tables(void) {
  for (int c = 0; c < 256; c++)
    kinds[c] = (uint8_t)(is_letter((uint8_t)c) ? LETTER : is_space((uint8_t)c) ? SPACE : 0);
  for (const char *sign = "\\$={}<>;"; *sign; sign++) kinds[(uint8_t)*sign] = SIGN;
  for (int letter = 0, i = 0; letter <= 26; letter++) {
    while (i < PHRASES && phrases[i][0] < 'a' + letter) i++;
    first_phrase[letter] = (uint8_t)i;
  }
}

/// The words of the phrase that starts with the letter at `at`, 0 where none does.
static size_t phrase_words(const uint8_t *at, const uint8_t *end) {
  int letter = lower(*at) - 'a';
  for (size_t i = first_phrase[letter]; i < first_phrase[letter + 1]; i++) {
    const char *phrase = phrases[i];
    size_t words = 1;
    const uint8_t *p = at;
    for (; *phrase && p < end && lower(*p) == (uint8_t)*phrase; p++, phrase++)
      words += *phrase == ' ';
    if (!*phrase && (p == end || !is_letter(*p))) return words;
  }
  return 0;
}

/// Whether a line of this length reads like the frame of a page.
static bool is_boilerplate(const uint8_t *line, const uint8_t *end) {
  size_t words = 0, score = 0;
  uint8_t before = SPACE;
  for (const uint8_t *at = line; at < end; at++) {
    uint8_t kind = kinds[*at];
    if (kind & SIGN) return false;
    words += before == SPACE && kind != SPACE;
    if (kind == LETTER && before != LETTER) score += phrase_words(at, end);
    before = kind;
  }
  return (double)score / ((double)words + 0.001) > 0.18 || score > 10;
}

boilerplate_lines text_boilerplate_lines(const uint8_t *text, size_t length) {
  boilerplate_lines counts = {0, 0};
  const uint8_t *end = text + length;
  for (const uint8_t *line = text; line < end;) {
    const uint8_t *stop = memchr(line, '\n', (size_t)(end - line));
    if (!stop) stop = end;
    const uint8_t *first = line;
    while (first < stop && is_space(*first)) first++;
    if (first < stop) {
      counts.lines++;
      counts.boilerplate += is_boilerplate(first, stop);
    }
    line = stop < end ? stop + 1 : end;
  }
  return counts;
}

size_t text_accents(const uint8_t *text, size_t length) {
  // The second bytes of ü ï ö ê ä â î û ô è é à in UTF-8, less 0xA0; capitals are 0x20 below.
  static const uint8_t accents[] = {28, 15, 22, 10, 4, 2, 14, 27, 20, 8, 9, 0};
  uint32_t set = 0;
  for (size_t i = 0; i < sizeof accents; i++) set |= 1u << accents[i];
  size_t count = 0;
  const uint8_t *at = text, *end = text + length;
  while (at < end && (at = memchr(at, 0xC3, (size_t)(end - at)))) {
    at++;
    if (at < end && (*at & 0xC0) == 0x80) count += set >> (*at & 0x1F) & 1;
  }
  return count;
}
