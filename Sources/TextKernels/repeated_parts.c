#include "anatomy_scratch.h"
#include "byte_hash.h"
#include "character_classes.h"
#include "heuristic_counts.h"

anatomy_range text_strip(const uint8_t *text, size_t start, size_t end) {
  const uint8_t *limit = text + end;
  while (start < end) {
    character c = character_at(text + start, limit);
    if (!(character_class(c.code) & CLASS_SPACE)) break;
    start += c.length;
  }
  while (start < end) {
    character c = character_before(text + start, text + end);
    if (!(character_class(c.code) & CLASS_SPACE)) break;
    end -= c.length;
  }
  return (anatomy_range){(uint32_t)start, (uint32_t)end};
}

typedef struct {
  uint64_t hash;
  uint32_t characters, count;
} part_count;

bool text_anatomy_repeated_parts(
    text_anatomy *anatomy, const anatomy_ranges *parts, bool strip, repeated_parts *result) {
  *result = (repeated_parts){0, 0, 0, 0};
  size_t size = power_of_two(parts->count * 2);
  if (!reserve_tables(anatomy->scratch, size * sizeof(part_count))) return false;
  part_count *table = anatomy->scratch->tables;
  memset(table, 0, size * sizeof *table);
  const uint8_t *text = anatomy->text, *limit = text + anatomy->length;
  for (size_t i = 0; i < parts->count; i++) {
    anatomy_range part = parts->items[i];
    if (strip) {
      part = text_strip(text, part.start, part.end);
      if (part.start == part.end) continue;
    }
    uint64_t hash = hash_bytes(text + part.start, part.end - part.start, limit);
    size_t slot = (hash >> 32) & (size - 1);
    while (table[slot].count && table[slot].hash != hash) slot = (slot + 1) & (size - 1);
    uint32_t count = ++table[slot].count;
    if (count == 1) {
      uint32_t characters = 0;
      for (size_t at = part.start; at < part.end; at++) characters += (text[at] & 0xC0) != 0x80;
      table[slot].hash = hash;
      table[slot].characters = characters;
    }
    // The second copy brings the first one with it.
    size_t copies = count == 1 ? 0 : count == 2 ? 2 : 1;
    result->parts += copies;
    result->characters += copies * table[slot].characters;
    result->all_parts++;
    result->all_characters += table[slot].characters;
  }
  return true;
}
