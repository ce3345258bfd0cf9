// For madvise.
#define _DEFAULT_SOURCE
#include <stdlib.h>
#include <string.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif

#include "pretoken_key.h"
#include "pretokenizer.h"

// Buckets of four entries of 32 bytes. A full bucket gives up one of its entries, the next in turn:
// frequent pre-tokens that lose their place soon have it again. Up to three ids are in the entry,
// more are in the arena, as are the bytes of long pre-tokens; a full arena empties the cache.
typedef struct {
  // The key; 0 in `high` is an empty entry, LONG has the place of the bytes in the arena under it.
  uint64_t low, high;
  uint32_t ids[3];
  uint32_t id_count;
} entry;

enum { LONGEST = 512, INLINE_IDS = 3, GROUP = 32, BUCKET = 4 };

struct pretoken_cache {
  entry *entries;
  uint32_t *arena;
  size_t bucket_count, turn, arena_count, arena_limit;
  // The bucket of a hash is in its highest bits.
  int shift;
};

pretoken_cache *pretoken_cache_create(size_t byte_count) {
  pretoken_cache *cache = calloc(1, sizeof *cache);
  if (!cache) return NULL;
  cache->bucket_count = 256;
  cache->shift = 64 - 8;
  const size_t for_entries = byte_count - byte_count / 4;
  while (cache->bucket_count * 2 * BUCKET * sizeof(entry) <= for_entries && cache->shift > 36) {
    cache->bucket_count *= 2;
    cache->shift--;
  }
  cache->arena_limit = cache->bucket_count * BUCKET * 4;
  const size_t table = cache->bucket_count * BUCKET * sizeof(entry);
  // Places in the table are random: with small pages, each look-up also misses the address cache.
  const size_t huge_page = 2 << 20;
  cache->entries = aligned_alloc(table % huge_page ? 128 : huge_page, table);
#if defined(MADV_HUGEPAGE)
  if (cache->entries && table % huge_page == 0) madvise(cache->entries, table, MADV_HUGEPAGE);
#endif
  cache->arena = malloc(cache->arena_limit * sizeof *cache->arena);
  if (!cache->entries || !cache->arena) {
    pretoken_cache_destroy(cache);
    return NULL;
  }
  pretoken_cache_clear(cache);
  return cache;
}

void pretoken_cache_clear(pretoken_cache *cache) {
  memset(cache->entries, 0, cache->bucket_count * BUCKET * sizeof(entry));
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

// Remembers the ids of a pre-token; very long ones are not kept.
static void insert(pretoken_cache *cache, key k, const uint8_t *bytes, size_t length,
                   const uint32_t *ids, size_t id_count) {
  if (length > LONGEST || id_count > length) return;
  const size_t needed = 1 + (length + 3) / 4 + id_count;
  if (cache->arena_count + needed > cache->arena_limit) pretoken_cache_clear(cache);
  entry *bucket = cache->entries + (k.hash >> cache->shift) * BUCKET, *e = bucket;
  while (e < bucket + BUCKET && e->high) e++;
  if (e == bucket + BUCKET) e = bucket + (cache->turn++ & (BUCKET - 1));
  if (k.high == LONG) {
    uint32_t *stored = cache->arena + cache->arena_count;
    stored[0] = (uint32_t)length;
    memcpy(stored + 1, bytes, length);
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
}

size_t pretoken_cache_encode(pretoken_cache *cache, const uint8_t *text, size_t text_count,
                             size_t start, const size_t *ends, size_t end_count, uint32_t *ids,
                             pretoken_encoder *encode, void *context) {
  const entry *entries = cache->entries;
  const int shift = cache->shift;
  uint32_t *out = ids;
  for (size_t done = 0; done < end_count;) {
    key keys[GROUP];
    size_t group = end_count - done < GROUP ? end_count - done : GROUP;
    size_t from = start;
    for (size_t i = 0; i < group; i++) {
      keys[i] = key_of(text, text_count, from, ends[done + i]);
      __builtin_prefetch(entries + (keys[i].hash >> shift) * BUCKET);
      from = ends[done + i];
    }
    for (size_t i = 0; i < group; i++, done++) {
      const key k = keys[i];
      const size_t length = ends[done] - start;
      const entry *e = entries + (k.hash >> shift) * BUCKET;
      const entry *const end = e + BUCKET;
      while (e->low != k.low || e->high != k.high) {
        if (k.high == LONG && e->low == k.low && e->high >= LONG &&
            long_key_matches(cache, e, text + start, length))
          break;
        if (e->high == 0 || ++e == end) {
          e = NULL;
          break;
        }
      }
      if (!e) {
        size_t added = encode(context, text + start, length, out);
        insert(cache, k, text + start, length, out, added);
        out += added;
      } else if (e->id_count <= INLINE_IDS) {
        memcpy(out, (const char *)e + offsetof(entry, ids), 16);
        out += e->id_count;
      } else {
        memcpy(out, cache->arena + e->ids[0], e->id_count * sizeof *out);
        out += e->id_count;
      }
      start = ends[done];
    }
  }
  return (size_t)(out - ids);
}
