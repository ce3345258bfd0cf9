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
static int is_letter(uint8_t c) { return (uint8_t)((c | 0x20) - 'a') < 26; }
static int is_space(uint8_t c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// The words of the phrase that starts at `at`, 0 where none does.
static size_t phrase_words(const uint8_t *at, const uint8_t *end) {
  uint8_t first = lower(*at);
  for (size_t i = 0; i < PHRASES; i++) {
    const char *phrase = phrases[i];
    if ((uint8_t)phrase[0] < first) continue;
    if ((uint8_t)phrase[0] > first) return 0;
    size_t words = 1;
    const uint8_t *p = at;
    for (; *phrase && p < end && lower(*p) == (uint8_t)*phrase; p++, phrase++)
      words += *phrase == ' ';
    if (!*phrase && (p == end || !is_letter(*p))) return words;
  }
  return 0;
}

/// Whether a line of this length reads like the frame of a page.
static int is_boilerplate(const uint8_t *line, const uint8_t *end) {
  size_t words = 0, score = 0;
  for (const uint8_t *at = line; at < end; at++) {
    if (strchr("\\$={}<>;", *at) && *at) return 0;
    if (is_space(*at)) continue;
    words += at == line || is_space(at[-1]);
    if (is_letter(*at) && (at == line || !is_letter(at[-1]))) score += phrase_words(at, end);
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
      counts.boilerplate += (size_t)is_boilerplate(first, stop);
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
