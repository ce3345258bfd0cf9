#include <stdlib.h>
#include <string.h>

#include "pretoken_key.h"
#include "pretokenizer.h"

typedef struct {
  // The key; 0 in `high` is an empty slot, LONG has the place of the bytes in the arena under it.
  uint64_t low, high, count;
} slot;

struct pretoken_counts {
  slot *slots;
  uint8_t *arena;
  size_t slot_count, used, arena_count, arena_limit;
};

pretoken_counts *pretoken_counts_create(void) {
  pretoken_counts *counts = calloc(1, sizeof *counts);
  if (!counts) return NULL;
  counts->slot_count = 1 << 12;
  counts->arena_limit = 1 << 12;
  counts->slots = calloc(counts->slot_count, sizeof(slot));
  counts->arena = malloc(counts->arena_limit);
  if (!counts->slots || !counts->arena) {
    pretoken_counts_destroy(counts);
    return NULL;
  }
  return counts;
}

void pretoken_counts_destroy(pretoken_counts *counts) {
  if (!counts) return;
  free(counts->slots);
  free(counts->arena);
  free(counts);
}

size_t pretoken_counts_slot_count(const pretoken_counts *counts) { return counts->slot_count; }

static const uint8_t *long_bytes(const pretoken_counts *counts, const slot *s, size_t *length) {
  const uint8_t *stored = counts->arena + (s->high & ~LONG);
  memcpy(length, stored, sizeof *length);
  return stored + sizeof *length;
}

bool pretoken_counts_get(const pretoken_counts *counts, size_t index, const uint8_t **bytes,
                         size_t *length, uint64_t *count) {
  const slot *s = counts->slots + index;
  if (!s->high) return false;
  *count = s->count;
  if (s->high >= LONG) {
    *bytes = long_bytes(counts, s, length);
  } else {
    // The key is the bytes: this machine is little-endian.
    *bytes = (const uint8_t *)s;
    *length = s->high >> 56;
  }
  return true;
}

static inline size_t home(uint64_t hash, size_t slot_count) {
  return (hash >> 20) & (slot_count - 1);
}

static bool grow_slots(pretoken_counts *counts) {
  size_t larger = counts->slot_count * 2;
  slot *slots = calloc(larger, sizeof *slots);
  if (!slots) return false;
  for (size_t i = 0; i < counts->slot_count; i++) {
    slot s = counts->slots[i];
    if (!s.high) continue;
    uint64_t hash = s.high >= LONG ? s.low : mix(s.low, s.high);
    size_t at = home(hash, larger);
    while (slots[at].high) at = (at + 1) & (larger - 1);
    slots[at] = s;
  }
  free(counts->slots);
  counts->slots = slots;
  counts->slot_count = larger;
  return true;
}

static bool store_long(pretoken_counts *counts, slot *s, const uint8_t *bytes, size_t length) {
  size_t needed = counts->arena_count + sizeof length + length;
  if (needed > counts->arena_limit) {
    size_t limit = counts->arena_limit * 2 > needed ? counts->arena_limit * 2 : needed;
    uint8_t *arena = realloc(counts->arena, limit);
    if (!arena) return false;
    counts->arena = arena;
    counts->arena_limit = limit;
  }
  memcpy(counts->arena + counts->arena_count, &length, sizeof length);
  memcpy(counts->arena + counts->arena_count + sizeof length, bytes, length);
  s->high = LONG | counts->arena_count;
  counts->arena_count = needed;
  return true;
}

static bool add(pretoken_counts *counts, key k, const uint8_t *bytes, size_t length,
                uint64_t times) {
  const size_t last = counts->slot_count - 1;
  slot *s;
  for (size_t at = home(k.hash, last + 1);; at = (at + 1) & last) {
    s = counts->slots + at;
    if (s->high == 0) break;
    if (s->low != k.low) continue;
    if (s->high == k.high && k.high != LONG) break;
    if (k.high == LONG && s->high >= LONG) {
      size_t stored_length;
      const uint8_t *stored = long_bytes(counts, s, &stored_length);
      if (stored_length == length && !memcmp(stored, bytes, length)) break;
    }
  }
  if (s->high) {
    s->count += times;
    return true;
  }
  *s = (slot){k.low, k.high, times};
  if (k.high == LONG && !store_long(counts, s, bytes, length)) return false;
  return ++counts->used <= counts->slot_count / 8 * 5 || grow_slots(counts);
}

bool pretoken_counts_add(pretoken_counts *counts, const uint8_t *text, size_t text_count,
                         size_t start, const size_t *ends, size_t end_count) {
  enum { GROUP = 32 };
  for (size_t done = 0; done < end_count;) {
    key keys[GROUP];
    size_t group = end_count - done < GROUP ? end_count - done : GROUP;
    size_t from = start;
    for (size_t i = 0; i < group; i++) {
      keys[i] = key_of(text, text_count, from, ends[done + i]);
      __builtin_prefetch(counts->slots + home(keys[i].hash, counts->slot_count));
      from = ends[done + i];
    }
    for (size_t i = 0; i < group; i++, done++) {
      if (!add(counts, keys[i], text + start, ends[done] - start, 1)) return false;
      start = ends[done];
    }
  }
  return true;
}

bool pretoken_counts_merge(pretoken_counts *counts, const pretoken_counts *other) {
  for (size_t i = 0; i < other->slot_count; i++) {
    const uint8_t *bytes;
    size_t length;
    uint64_t count;
    if (!pretoken_counts_get(other, i, &bytes, &length, &count)) continue;
    if (!add(counts, key_of(bytes, length, 0, length), bytes, length, count)) return false;
  }
  return true;
}
