#include <stdlib.h>
#include <string.h>

#include "pretoken_key.h"
#include "pretokenizer.h"

// Open addressing over entries of 32 bytes, two to a cache line. Up to three ids are in the entry,
// more are in the arena, as are the bytes of long pre-tokens.
typedef struct {
  // The key; 0 in `high` is an empty entry, LONG has the place of the bytes in the arena under it.
  uint64_t low, high;
  uint32_t ids[3];
  uint32_t id_count;
} entry;

enum { LONGEST = 512, INLINE_IDS = 3, GROUP = 32 };

struct pretoken_cache {
  entry *entries;
  uint32_t *arena;
  size_t entry_count, entry_limit, arena_count, arena_limit;
  int shift;
};

pretoken_cache *pretoken_cache_create(size_t byte_count) {
  pretoken_cache *cache = calloc(1, sizeof *cache);
  if (!cache) return NULL;
  size_t entries = 1024;
  cache->shift = 64 - 10;
  while (entries * 2 * sizeof(entry) <= byte_count - byte_count / 4 && cache->shift > 36) {
    entries *= 2;
    cache->shift--;
  }
  cache->entry_limit = entries / 8 * 5;
  cache->arena_limit = entries * 2;
  cache->entries = calloc(entries, sizeof(entry));
  cache->arena = malloc(cache->arena_limit * sizeof *cache->arena);
  if (!cache->entries || !cache->arena) {
    pretoken_cache_destroy(cache);
    return NULL;
  }
  cache->arena_count = 1;
  return cache;
}

void pretoken_cache_clear(pretoken_cache *cache) {
  memset(cache->entries, 0, (1ull << (64 - cache->shift)) * sizeof(entry));
  cache->entry_count = 0;
  // 0 is no place in the arena, so that LONG alone is never a stored key.
  cache->arena_count = 1;
}

void pretoken_cache_destroy(pretoken_cache *cache) {
  if (!cache) return;
  free(cache->entries);
  free(cache->arena);
  free(cache);
}

static bool long_key_matches(const pretoken_cache *cache, const entry *e, const uint8_t *bytes,
                             size_t length) {
  const uint32_t *stored = cache->arena + (e->high & ~LONG);
  return stored[0] == length && !memcmp(stored + 1, bytes, length);
}

size_t pretoken_cache_encode(pretoken_cache *cache, const uint8_t *text, size_t text_count,
                             size_t start, const size_t *ends, size_t end_count, uint32_t *ids,
                             size_t *id_count) {
  const entry *entries = cache->entries;
  const int shift = cache->shift;
  const size_t last = (1ull << (64 - shift)) - 1;
  uint32_t *out = ids + *id_count;
  size_t done = 0;
  while (done < end_count) {
    key keys[GROUP];
    size_t group = end_count - done < GROUP ? end_count - done : GROUP;
    size_t from = start;
    for (size_t i = 0; i < group; i++) {
      keys[i] = key_of(text, text_count, from, ends[done + i]);
      __builtin_prefetch(entries + (keys[i].hash >> shift));
      from = ends[done + i];
    }
    for (size_t i = 0; i < group; i++) {
      const key k = keys[i];
      size_t slot = k.hash >> shift;
      const entry *e;
      for (;; slot = (slot + 1) & last) {
        e = entries + slot;
        if (e->low == k.low && e->high == k.high) break;
        if (e->high == 0) goto missing;
        if (k.high == LONG && e->low == k.low && e->high >= LONG &&
            long_key_matches(cache, e, text + start, ends[done] - start))
          break;
      }
      if (e->id_count <= INLINE_IDS) {
        memcpy(out, (const char *)e + offsetof(entry, ids), 16);
      } else {
        memcpy(out, cache->arena + e->ids[0], e->id_count * sizeof *out);
      }
      out += e->id_count;
      start = ends[done++];
    }
  }
missing:
  *id_count = (size_t)(out - ids);
  return done;
}

void pretoken_cache_insert(pretoken_cache *cache, const uint8_t *text, size_t text_count,
                           size_t start, size_t end, const uint32_t *ids, size_t id_count) {
  const size_t length = end - start;
  if (length == 0 || length > LONGEST || id_count > length) return;
  const size_t needed = 1 + (length + 3) / 4 + id_count;
  if (cache->entry_count == cache->entry_limit ||
      cache->arena_count + needed > cache->arena_limit)
    pretoken_cache_clear(cache);
  key k = key_of(text, text_count, start, end);
  const size_t last = (1ull << (64 - cache->shift)) - 1;
  size_t slot = k.hash >> cache->shift;
  while (cache->entries[slot].high) slot = (slot + 1) & last;
  entry *e = cache->entries + slot;
  if (k.high == LONG) {
    uint32_t *stored = cache->arena + cache->arena_count;
    stored[0] = (uint32_t)length;
    memcpy(stored + 1, text + start, length);
    k.high |= cache->arena_count;
    cache->arena_count += 1 + (length + 3) / 4;
  }
  *e = (entry){.low = k.low, .high = k.high, .id_count = (uint32_t)id_count};
  if (id_count <= INLINE_IDS) {
    memcpy(e->ids, ids, id_count * sizeof *ids);
  } else {
    e->ids[0] = (uint32_t)cache->arena_count;
    memcpy(cache->arena + cache->arena_count, ids, id_count * sizeof *ids);
    cache->arena_count += id_count;
  }
  cache->entry_count++;
}
