// What FineWeb's rules and C4's paragraph rule count over the lines between "\n".
#include "anatomy_scratch.h"
#include "byte_hash.h"
#include "sentence_classes.h"
#include "text_edges.h"

/// Whether text[start..<end] has at most `most` code points.
static inline bool is_short(const uint8_t *text, size_t start, size_t end, size_t most) {
  if (end - start <= most) return true;
  size_t characters = 0;
  for (; start < end; start++) {
    characters += (text[start] & 0xC0) != 0x80;
    if (characters > most) return false;
  }
  return true;
}

static inline bool ends_sentence(const uint8_t *text, size_t start, size_t end) {
  character last = character_before(text + start, text + end);
  return sentence_class(last.code) & SENTENCE_TERMINAL;
}

size_t text_anatomy_newlines(const text_anatomy *anatomy) {
  const uint64_t *newline = anatomy->scratch->views.newline;
  size_t count = 0;
  for (size_t block = 0; block * 64 < anatomy->length; block++)
    count += (size_t)__builtin_popcountll(newline[block]);
  return count;
}

bool text_anatomy_line_shapes(
    text_anatomy *anatomy, size_t short_length, anatomy_line_shapes *result) {
  *result = (anatomy_line_shapes){0};
  const anatomy_ranges *lines = &anatomy->segments;
  const uint8_t *text = anatomy->text, *limit = text + anatomy->length;
  size_t size = power_of_two(lines->count * 2);
  if (!reserve_tables(anatomy->scratch, size * sizeof(uint64_t))) return false;
  uint64_t *seen = anatomy->scratch->tables;
  memset(seen, 0, size * sizeof(uint64_t));
  for (size_t i = 0; i < lines->count; i++) {
    size_t start = lines->items[i].start, end = lines->items[i].end;
    if (skip_spaces(text, start, end) == end) continue;
    result->lines++;
    result->terminal += ends_sentence(text, start, end);
    result->short_lines += is_short(text, start, end, short_length);
    uint64_t hash = hash_bytes(text + start, end - start, limit) | 1;
    size_t slot = (hash >> 32) & (size - 1);
    while (seen[slot] && seen[slot] != hash) slot = (slot + 1) & (size - 1);
    if (seen[slot])
      result->duplicate_characters += count_characters(text, start, end);
    else
      seen[slot] = hash;
  }
  return true;
}

size_t text_anatomy_third_longest_line(const text_anatomy *anatomy) {
  const anatomy_ranges *lines = &anatomy->segments;
  size_t longest[3] = {0, 0, 0};
  for (size_t i = 0; i < lines->count; i++) {
    size_t start = lines->items[i].start, end = lines->items[i].end;
    if (end - start <= longest[2]) continue;
    size_t length = count_characters(anatomy->text, start, end);
    for (int place = 0; place < 3; place++) {
      if (length <= longest[place]) continue;
      size_t shorter = longest[place];
      longest[place] = length;
      length = shorter;
    }
  }
  return longest[2];
}
