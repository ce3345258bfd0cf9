#include <math.h>

#include "anatomy_scratch.h"
#include "byte_vectors.h"
#include "character_masks.h"
#include "heuristic_counts.h"
#include "normal_words.h"
#include "word_sequence.h"

static size_t count_curly_brackets(const uint8_t *text, size_t length) {
  size_t count = 0, at = 0;
  for (; at + 64 <= length; at += 64) {
    bytes64 v;
    memcpy(&v, text + at, 64);
    uint64_t brackets = MASK(v == '{') | MASK(v == '}');
    count += (size_t)__builtin_popcountll(brackets);
  }
  for (; at < length; at++) count += text[at] == '{' || text[at] == '}';
  return count;
}

/// What needs only the masks of the raw text.
static void count_raw(
    const text_anatomy *anatomy, const character_masks *masks, redpajama_counts *result) {
  size_t length = anatomy->length, upper = 0, lower = 0;
  run_state words[4] = {{0, 0}}, others[3] = {{0, 0}}, sentences = {0, 0};
  for (size_t i = 0; i * 64 < length; i++) {
    uint64_t inside = length - i * 64 >= 64 ? ~0ull : ~0ull >> (64 - (length - i * 64));
    uint64_t word = masks->word[i], other = ~word & ~masks->space[i] & inside;
    uint64_t cased = masks->upper[i] | masks->lower[i];
#define COUNT(bits) (size_t)__builtin_popcountll(bits)
    result->raw_words += COUNT(run_starts(word, &words[0])) + COUNT(run_starts(other, &others[0]));
    result->letter_words += COUNT(run_marks(word, masks->letter[i], &words[1]));
    // A word is in capitals that has a letter with case and none in lower or title case.
    upper += COUNT(run_marks(word, cased, &words[2])) + COUNT(run_marks(other, cased, &others[1]));
    lower += COUNT(run_marks(word, masks->lower[i], &words[3])) +
             COUNT(run_marks(other, masks->lower[i], &others[2]));
    // Only a part between . ! ? that has a word character has a place between a word and the rest
    // where a sentence can start.
    result->sentences += COUNT(run_marks(~masks->sentence_end[i] & inside, word, &sentences));
#undef COUNT
  }
  result->upper_words = upper - lower;
  result->curly_brackets = count_curly_brackets(anatomy->text, length);
}

static bool is_bullet(const uint8_t *p, size_t size) {
  if (size < 3 || p[0] != 0xE2) return false;
  uint32_t code = (uint32_t)(p[0] & 0x0F) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3F);
  switch (code) {
    case 0x2013: case 0x2022: case 0x2023: case 0x25A0: case 0x25A1: case 0x25AA: case 0x25AB:
    case 0x25B6: case 0x25C0: case 0x25E6: return true;
    default: return false;
  }
}

static void count_line_marks(const uint8_t *text, size_t start, size_t end, redpajama_counts *result) {
  anatomy_range line = text_strip(text, start, end);
  size_t size = line.end - line.start;
  if (!size) return;
  const uint8_t *last = text + line.end;
  result->bullet_lines += is_bullet(text + line.start, size);
  result->ellipsis_lines +=
      size >= 3 && (!memcmp(last - 3, "...", 3) || !memcmp(last - 3, "\xE2\x80\xA6", 3));
  result->end_mark_lines += last[-1] == '.' || last[-1] == '!' || last[-1] == '?' ||
                            (size >= 3 && !memcmp(last - 3, "\xE2\x80\x9D", 3));
}

/// Lines, and the normalised words of each.
static bool count_lines(
    text_anatomy *anatomy, const character_masks *masks, redpajama_counts *result) {
  normal_words words;
  normal_words_start(&words);
  size_t start = 0;
  while (start < anatomy->length) {
    const uint8_t *found = memchr(anatomy->text + start, '\n', anatomy->length - start);
    size_t end = found ? (size_t)(found - anatomy->text) : anatomy->length;
    size_t next = end + (found != NULL);
    size_t words_before = words.count, characters_before = words.characters;
    if (!normal_words_add(&words, anatomy, start, end)) return false;
    size_t characters = next - start - mask_count(masks->continuation, start, next);
    result->lines++;
    result->upper_shares +=
        (double)mask_count(masks->upper, start, next) / (double)(characters ? characters : 1);
    // The normalised line has one space between two words.
    size_t line_words = words.count - words_before;
    if (line_words) {
      size_t normal = words.characters - characters_before + line_words - 1;
      result->numeric_shares += (double)mask_count(masks->numeric, start, end) / (double)normal;
    }
    count_line_marks(anatomy->text, start, end, result);
    start = next;
  }
  anatomy->scratch->sequence_before[words.count] = (uint32_t)words.characters;
  result->words = words.count;
  result->characters = words.characters + (words.count ? words.count - 1 : 0);
  result->lorem_ipsum = words.lorem_ipsum;
  result->javascript_words = words.javascript;
  return true;
}

/// How many words differ, and the entropy of their frequencies. False without memory.
static bool count_frequencies(anatomy_scratch *scratch, redpajama_counts *result) {
  size_t words = result->words, size = power_of_two(words * 2), used = 0;
  if (!words) return true;
  if (!reserve_tables(scratch, (size + words) * sizeof(uint32_t))) return false;
  // A slot has the first place of a word, and 1; the counts are by first place.
  uint32_t *table = scratch->tables, *counts = table + size;
  const uint64_t *hashes = scratch->sequence_hashes;
  memset(table, 0, size * sizeof *table);
  for (size_t i = 0; i < words; i++) {
    size_t slot = hashes[i] & (size - 1);
    uint32_t found;
    while ((found = table[slot]) && hashes[found - 1] != hashes[i]) slot = (slot + 1) & (size - 1);
    counts[i] = 0;
    if (!found) {
      table[slot] = found = (uint32_t)i + 1;
      used++;
    }
    counts[found - 1]++;
  }
  // Of x words of n: x / n * ln(n / x). Words that occur once are many, and one logarithm.
  double total = (double)words, sum = 0;
  size_t once = 0;
  for (size_t i = 0; i < words; i++) {
    once += counts[i] == 1;
    if (counts[i] > 1) sum += counts[i] / total * log(total / counts[i]);
  }
  result->entropy = sum + (double)once / total * log(total);
  result->distinct_words = used;
  return true;
}

bool text_anatomy_redpajama_counts(text_anatomy *anatomy, redpajama_counts *result) {
  *result = (redpajama_counts){0};
  character_masks masks;
  if (!anatomy_character_masks(anatomy, &masks)) return false;
  if (!reserve_sequence(anatomy->scratch, 1)) return false;
  anatomy->scratch->sequence_before[0] = 0;
  count_raw(anatomy, &masks, result);
  return count_lines(anatomy, &masks, result) && count_frequencies(anatomy->scratch, result) &&
         count_word_windows(anatomy->scratch, result->words, &result->windows);
}
