#include "text_anatomy.h"

#include "anatomy_scratch.h"
#include "byte_hash.h"
#include "character_classes.h"
#include "text_edges.h"

text_anatomy *text_anatomy_create(void) {
  text_anatomy *anatomy = calloc(1, sizeof *anatomy);
  if (!anatomy) return NULL;
  anatomy->scratch = calloc(1, sizeof *anatomy->scratch);
  if (!anatomy->scratch) {
    free(anatomy);
    return NULL;
  }
  return anatomy;
}

void text_anatomy_destroy(text_anatomy *anatomy) {
  if (!anatomy) return;
  free(anatomy->lines.items);
  free(anatomy->segments.items);
  free(anatomy->paragraphs.items);
  free(anatomy->words);
  free(anatomy->scratch->masks);
  free(anatomy->scratch->suffixes);
  free(anatomy->scratch->tables);
  free(anatomy->scratch->rejoined);
  free(anatomy->scratch->matches);
  free(anatomy->scratch->character_masks);
  free(anatomy->scratch->sequence_hashes);
  free(anatomy->scratch->sequence_before);
  free(anatomy->scratch->normal_word);
  free(anatomy->scratch->carried.text);
  free(anatomy->scratch->carried.words);
  free(anatomy->scratch);
  free(anatomy);
}

static bool add_range(anatomy_ranges *ranges, size_t start, size_t end) {
  if (ranges->count == ranges->capacity &&
      !reserve_items((void **)&ranges->items, &ranges->capacity, ranges->count + 1,
                     sizeof(anatomy_range)))
    return false;
  ranges->items[ranges->count++] = (anatomy_range){(uint32_t)start, (uint32_t)end};
  return true;
}

/// The bytes of the line break that starts at `at`.
static size_t line_break_length(const uint8_t *text, size_t length, size_t at) {
  if (text[at] == '\r' && at + 1 < length && text[at + 1] == '\n') return 2;
  return text[at] == 0xC2 ? 2 : text[at] == 0xE2 ? 3 : 1;
}

static bool fill_lines(text_anatomy *anatomy, const uint64_t *line_break) {
  size_t start = 0;
  for (size_t block = 0; block * 64 < anatomy->length; block++) {
    for (uint64_t bits = line_break[block]; bits; bits &= bits - 1) {
      size_t at = block * 64 + (size_t)__builtin_ctzll(bits);
      if (at < start) continue;  // the "\n" of "\r\n"
      if (!add_range(&anatomy->lines, start, at)) return false;
      start = at + line_break_length(anatomy->text, anatomy->length, at);
    }
  }
  return start >= anatomy->length || add_range(&anatomy->lines, start, anatomy->length);
}

/// Splits text[first..<last] at runs of at least `run` (1 or 2) newlines.
static bool split_at_newlines(
    anatomy_ranges *parts, const uint64_t *newline, size_t first, size_t last, unsigned run) {
  size_t start = first;
  uint64_t previous = 0;  // the newlines of the block before
  bool in_run = false;
  for (size_t block = first / 64; block * 64 < last; block++) {
    uint64_t newlines = newline[block];
    // What stands outside of the range is no newline.
    if (block * 64 < first) newlines &= ~0ull << (first % 64);
    if (last - block * 64 < 64) newlines &= ~(~0ull << (last % 64));
    uint64_t separators = newlines;
    if (run > 1) {
      uint64_t next = (block + 1) * 64 < last ? newline[block + 1] : 0;
      separators &= (newlines << 1 | previous >> 63) | (newlines >> 1 | next << 63);
    }
    previous = newlines;
    for (uint64_t edges = separators ^ (separators << 1 | in_run); edges; edges &= edges - 1) {
      size_t at = block * 64 + (size_t)__builtin_ctzll(edges);
      if (!in_run && !add_range(parts, start, at)) return false;
      start = at;
      in_run = !in_run;
    }
  }
  // A run that ends the range leaves an empty part behind it.
  return add_range(parts, in_run ? last : start, last);
}

bool text_anatomy_fill(text_anatomy *anatomy, const uint8_t *text, size_t length) {
  anatomy_scratch *scratch = anatomy->scratch;
  scratch->fill++;
  size_t words = length / 64 + 2;
  if (words > scratch->mask_words) {
    free(scratch->masks);
    scratch->mask_words = 0;
    scratch->masks = malloc(6 * words * sizeof(uint64_t));
    if (!scratch->masks) return false;
    scratch->mask_words = words;
  }
  uint64_t *base = scratch->masks;
  size_t stride = scratch->mask_words;
  scratch->views = (anatomy_masks){
      base, base + stride, base + 2 * stride, base + 3 * stride, base + 4 * stride,
      base + 5 * stride};
  anatomy_byte_counts counts;
  text_anatomy_masks(text, length, scratch->views, &counts, -1);
  // One word more, so that a reader of 64 bits from any place needs no check.
  size_t used = (length + 63) / 64;
  scratch->views.space[used] = ~0ull;
  scratch->views.other[used] = scratch->views.digit[used] = scratch->views.wide[used] = 0;

  anatomy->text = text;
  anatomy->length = length;
  anatomy->characters = length - counts.continuation_bytes;
  anatomy->hash_signs = counts.hash_signs;
  anatomy->ellipses = counts.ellipses;
  anatomy->word_count = 0;
  anatomy->lines.count = anatomy->segments.count = anatomy->paragraphs.count = 0;
  size_t first = skip_spaces(text, 0, length), last = drop_spaces(text, first, length);
  return fill_lines(anatomy, scratch->views.line_break) &&
         split_at_newlines(&anatomy->segments, scratch->views.newline, 0, length, 1) &&
         split_at_newlines(&anatomy->paragraphs, scratch->views.newline, first, last, 2);
}

void text_anatomy_line_marks(const text_anatomy *anatomy, size_t *bullets, size_t *ellipses) {
  const uint8_t *text = anatomy->text;
  *bullets = *ellipses = 0;
  for (size_t i = 0; i < anatomy->lines.count; i++) {
    size_t start = anatomy->lines.items[i].start, end = anatomy->lines.items[i].end;
    start = skip_spaces(text, start, end);
    if (start == end) continue;
    *bullets += text[start] == '-' || (end - start >= 3 && !memcmp(text + start, "\xE2\x80\xA2", 3));
    end = drop_spaces(text, start, end);
    *ellipses += end - start >= 3 && (!memcmp(text + end - 3, "...", 3) ||
                                      !memcmp(text + end - 3, "\xE2\x80\xA6", 3));
  }
}

bool text_anatomy_duplicates(
    text_anatomy *anatomy, const anatomy_ranges *parts, anatomy_duplicates *result) {
  *result = (anatomy_duplicates){0, 0};
  if (parts->count < 2) return true;
  size_t size = power_of_two(parts->count * 2);
  if (!reserve_tables(anatomy->scratch, size * sizeof(uint64_t))) return false;
  uint64_t *seen = anatomy->scratch->tables;
  memset(seen, 0, size * sizeof(uint64_t));
  const uint8_t *text = anatomy->text, *limit = text + anatomy->length;
  for (size_t i = 0; i < parts->count; i++) {
    anatomy_range part = parts->items[i];
    uint64_t hash = hash_bytes(text + part.start, part.end - part.start, limit) | 1;
    size_t slot = (hash >> 32) & (size - 1);
    while (seen[slot] && seen[slot] != hash) slot = (slot + 1) & (size - 1);
    if (seen[slot]) {
      result->parts++;
      result->characters += count_characters(text, part.start, part.end);
    } else {
      seen[slot] = hash;
    }
  }
  return true;
}
