#include "carried_words.h"

#include "anatomy_scratch.h"

bool carry_start(carried_words *carried, size_t length) {
  carried->complete = false;
  carried->count = carried->joined = carried->characters = 0;
  return reserve_items((void **)&carried->text, &carried->text_capacity, length + 1, 1) &&
         reserve_items((void **)&carried->words, &carried->word_capacity, 1, sizeof(anatomy_word));
}

bool carry_words(
    carried_words *carried, const text_anatomy *from, size_t first, size_t last, size_t start,
    size_t at) {
  size_t count = last - first;
  // One word more closes the list.
  if (!reserve_items((void **)&carried->words, &carried->word_capacity,
                     carried->count + count + 1, sizeof(anatomy_word)))
    return false;
  const anatomy_word *restrict source = from->words + first;
  anatomy_word *restrict target = carried->words + carried->count;
  uint32_t shift = (uint32_t)(at - start), joined = carried->joined - source->joined;
  uint32_t characters = carried->characters - source->characters;
  for (size_t i = 0; i < count; i++)
    target[i] = (anatomy_word){
        source[i].hash, source[i].start + shift, source[i].joined + joined,
        source[i].characters + characters, source[i].flags};
  carried->count += count;
  carried->joined = source[count].joined + joined;
  carried->characters = source[count].characters + characters;
  return true;
}

void carry_end(carried_words *carried, size_t length) {
  anatomy_word *words = carried->words;
  words[carried->count] =
      (anatomy_word){0, (uint32_t)length, carried->joined, carried->characters, 0};
  uint32_t shift = carried->count ? words[0].start : 0;
  for (size_t i = 0; shift && i < carried->count; i++) words[i].start -= shift;
  carried->length = length;
  carried->complete = true;
}

bool take_carried_words(text_anatomy *anatomy) {
  carried_words *carried = &anatomy->scratch->carried;
  bool taken = carried->complete && carried->length == anatomy->length &&
               !memcmp(carried->text, anatomy->text, anatomy->length);
  if (!taken) return false;
  anatomy_word *words = anatomy->words;
  size_t capacity = anatomy->word_capacity;
  anatomy->words = carried->words;
  anatomy->word_capacity = carried->word_capacity;
  anatomy->word_count = carried->count;
  carried->words = words;
  carried->word_capacity = capacity;
  carried->complete = false;
  return true;
}
