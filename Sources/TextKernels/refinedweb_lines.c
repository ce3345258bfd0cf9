#include "byte_vectors.h"
#include "character_classes.h"
#include "heuristic_counts.h"

/// The next character in small letters, as far as a counter line has letters.
static character small_character(const uint8_t *p, const uint8_t *end) {
  character c = character_at(p, end);
  if (c.code >= 'A' && c.code <= 'Z') c.code |= 0x20;
  if (c.code == 0x212A) c.code = 'k';  // the Kelvin sign
  return c;
}

/// The bytes of the counted thing at `p`; 0 where there is none.
static size_t counted_thing(const uint8_t *p, const uint8_t *end) {
  static const char *const things[] = {"likes",   "shares",    "comments",  "retweets",
                                       "reposts", "quotes",    "bookmarks", "upvotes",
                                       "downvotes", "downloads", "views",   "followers"};
  for (size_t i = 0; i < sizeof things / sizeof *things; i++) {
    const uint8_t *q = p;
    const char *letter = things[i];
    while (*letter && q < end) {
      character c = small_character(q, end);
      if (c.code != (uint32_t)*letter) break;
      q += c.length;
      letter++;
    }
    if (!*letter) return (size_t)(q - p);
  }
  return 0;
}

bool refinedweb_counts_only(const uint8_t *text, size_t start, size_t end) {
  const uint8_t *p = text + start, *limit = text + end;
  character c = {0, 0};
#define CLASS(flag) (p < limit && (c = small_character(p, limit), character_class(c.code) & (flag)))
  while (p < limit && !CLASS(CLASS_WORD)) p += c.length;
  if (!CLASS(CLASS_DIGIT)) return false;
  while (CLASS(CLASS_DIGIT) || (p < limit && (*p == ',' || *p == '.'))) p += c.length;
  if (p < limit && (c.code == 'k' || c.code == 'm' || c.code == 'b')) p += c.length;
  if (!CLASS(CLASS_SPACE)) return false;
  while (CLASS(CLASS_SPACE)) p += c.length;
  size_t thing = counted_thing(p, limit);
  p += thing;
  while (thing && p < limit && !CLASS(CLASS_WORD)) p += c.length;
#undef CLASS
  return thing && p == limit;
}

size_t text_space_before(const uint8_t *text, size_t start, size_t at) {
  if (at <= start) return 0;
  character c = character_before(text + start, text + at);
  return character_class(c.code) & CLASS_SPACE ? c.length : 0;
}

size_t text_space_at(const uint8_t *text, size_t at, size_t end) {
  if (at >= end) return 0;
  character c = character_at(text + at, text + end);
  return character_class(c.code) & CLASS_SPACE ? c.length : 0;
}

size_t text_find_phrase(
    const uint8_t *text, size_t start, size_t end, const char *phrase, size_t length) {
  uint8_t first = (uint8_t)phrase[0], second = (uint8_t)phrase[1];
  size_t at = start;
  while (at + length <= end) {
    uint64_t pairs = 1;
    size_t step = 1;
    if (end - at > 64) {
      bytes64 v, next;
      memcpy(&v, text + at, 64);
      memcpy(&next, text + at + 1, 64);
      pairs = MASK(((v | 0x20) == first) & ((next | 0x20) == second));
      step = 64;
    }
    for (; pairs; pairs &= pairs - 1) {
      size_t from = at + (size_t)__builtin_ctzll(pairs), i = 0;
      if (from + length > end) break;
      while (i < length) {
        uint8_t byte = text[from + i];
        if ((byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte) != (uint8_t)phrase[i]) break;
        i++;
      }
      if (i == length) return from;
    }
    at += step;
  }
  return end;
}
