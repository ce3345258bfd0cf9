#include "anatomy_scratch.h"
#include "byte_vectors.h"
#include "character_classes.h"
#include "character_masks.h"
#include "character_traits.h"
#include "heuristic_counts.h"
#include "stop_word.h"

#define RANGE(v, low, high) MASK((bytes64)((v) - (uint8_t)(low)) <= (uint8_t)((high) - (low)))

/// ". . ." without overlap.
static size_t count_spaced_ellipses(const text_anatomy *anatomy, const character_masks *masks) {
  const uint8_t *text = anatomy->text;
  size_t count = 0, next = 0;
  for (size_t i = 0; i * 64 < anatomy->length; i++) {
    // A dot that stands two behind another, with one more two behind: rare enough to look at.
    uint64_t dots = masks->dot[i], behind = masks->dot[i + 1];
    uint64_t hits = dots & (dots >> 2 | behind << 62) & (dots >> 4 | behind << 60);
    for (; hits; hits &= hits - 1) {
      size_t at = i * 64 + (size_t)__builtin_ctzll(hits);
      if (at < next || text[at + 1] != ' ' || text[at + 3] != ' ') continue;
      count++;
      next = at + 5;
    }
  }
  return count;
}

/// Words between Unicode white space: their number, those with a letter, stop words.
static void count_words(
    const text_anatomy *anatomy, const character_masks *masks, dclm_counts *result) {
  size_t length = anatomy->length, spaces = 0;
  run_state words = {0, 0};
  for (size_t i = 0; i * 64 < length; i++) {
    uint64_t inside = length - i * 64 >= 64 ? ~0ull : ~0ull >> (64 - (length - i * 64));
    uint64_t word = ~masks->space[i] & inside;
    run_state starts = words;
    result->alpha_words += (size_t)__builtin_popcountll(run_marks(word, masks->alpha[i], &words));
    spaces += (size_t)__builtin_popcountll(masks->space[i] & ~masks->continuation[i]);
    for (uint64_t bits = run_starts(word, &starts); bits; bits &= bits - 1) {
      size_t at = i * 64 + (size_t)__builtin_ctzll(bits);
      result->words++;
      // No stop word is longer than four bytes, so five tell its end.
      uint64_t gap = masks->space[i] >> (at & 63);
      if (at & 63) gap |= masks->space[i + 1] << (64 - (at & 63));
      size_t left = length - at, size = gap & 31 ? (size_t)__builtin_ctzll(gap) : 5;
      if (size > left) size = left;
      result->stop_words += is_stop_word(anatomy->text + at, size, 0x20202020);
    }
  }
  result->characters = anatomy->characters - spaces;
}

/// Words between the bytes of white space that fastText knows, which start with a letter or digit.
static size_t count_tokens(const text_anatomy *anatomy, const character_masks *masks) {
  size_t length = anatomy->length, count = 0;
  run_state tokens = {0, 0};
  for (size_t i = 0; i * 64 < length; i++) {
    uint64_t starts = run_starts(~masks->break_space[i], &tokens);
    count += (size_t)__builtin_popcountll(starts & masks->alnum[i]);
  }
  return count;
}

static void count_lines(const text_anatomy *anatomy, dclm_counts *result) {
  const uint8_t *text = anatomy->text;
  for (size_t i = 0; i < anatomy->segments.count; i++) {
    anatomy_range part = anatomy->segments.items[i];
    anatomy_range line = text_strip(text, part.start, part.end);
    size_t size = line.end - line.start;
    if (!size) continue;
    const uint8_t *first = text + line.start, *end = text + line.end;
    result->lines++;
    result->bullet_lines += *first == '*' || *first == '-' ||
                            (size >= 3 && (!memcmp(first, "\xE2\x97\x8F", 3) ||
                                           !memcmp(first, "\xE2\x80\xA2", 3)));
    result->ellipsis_lines += (size >= 3 && (!memcmp(end - 3, "...", 3) ||
                                             !memcmp(end - 3, "\xE2\x80\xA6", 3))) ||
                              (size >= 5 && !memcmp(end - 5, ". . .", 5));
  }
}

bool text_anatomy_dclm_counts(text_anatomy *anatomy, dclm_counts *result) {
  *result = (dclm_counts){0};
  character_masks masks;
  if (!anatomy_character_masks(anatomy, &masks)) return false;
  count_words(anatomy, &masks, result);
  result->tokens = count_tokens(anatomy, &masks);
  result->spaced_ellipses = count_spaced_ellipses(anatomy, &masks);
  count_lines(anatomy, result);
  return true;
}

size_t dclm_token_count(const uint8_t *text, size_t length) {
  size_t count = 0;
  run_state tokens = {0, 0};
  for (size_t at = 0; at < length; at += 64) {
    bytes64 v;
    size_t left = length - at;
    if (left >= 64) {
      memcpy(&v, text + at, 64);
    } else {
      uint8_t tail[64] = {0};  // 0 is white space here
      memcpy(tail, text + at, left);
      memcpy(&v, tail, 64);
    }
    uint64_t space = RANGE(v, '\t', '\r') | MASK(v == ' ') | MASK(v == 0);
    uint64_t plain = RANGE(v | 0x20, 'a', 'z') | RANGE(v, '0', '9');
    uint64_t starts = run_starts(~space, &tokens);
    count += (size_t)__builtin_popcountll(starts & plain);
    for (uint64_t wide = starts & MASK(v >= 0x80); wide; wide &= wide - 1) {
      const uint8_t *p = text + at + __builtin_ctzll(wide);
      count += (character_traits(character_at(p, text + length).code) & TRAIT_ALNUM) != 0;
    }
  }
  return count;
}

bool text_anatomy_prepare_ranges(text_anatomy *anatomy, size_t *tokens) {
  character_masks masks;
  if (!anatomy_character_masks(anatomy, &masks)) return false;
  *tokens = count_tokens(anatomy, &masks);
  return true;
}

range_counts text_anatomy_range(text_anatomy *anatomy, size_t start, size_t end) {
  range_counts counts = {0, 0, 0, 0};
  character_masks masks;
  if (start > end || end > anatomy->length || !anatomy_character_masks(anatomy, &masks))
    return counts;
  counts.characters = end - start - mask_count(masks.continuation, start, end);
  counts.upper = mask_count(masks.upper, start, end);
  counts.digits = mask_count(masks.digit, start, end);
  counts.words = mask_gap_count(masks.space, start, end);
  return counts;
}
