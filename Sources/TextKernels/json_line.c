#include "json_line.h"

#include <stdbool.h>
#include <string.h>

#include "json_string.h"
#include "kernel_level.h"

#define INLINE static inline __attribute__((always_inline))

typedef struct {
  const uint8_t *at;
  const uint8_t *end;
  uint8_t *scratch;
} line_walk;

INLINE void skip_space(line_walk *walk) {
  while (walk->at < walk->end &&
         (*walk->at == ' ' || *walk->at == '\t' || *walk->at == '\r' || *walk->at == '\n')) {
    walk->at++;
  }
}

INLINE bool take(line_walk *walk, uint8_t byte) {
  if (walk->at >= walk->end || *walk->at != byte) return false;
  walk->at++;
  return true;
}

/// true, false, null or a number that needs no thought.
INLINE bool take_scalar(line_walk *walk, json_member *member) {
  const uint8_t *at = walk->at, *end = walk->end;
  const size_t left = (size_t)(end - at);
  member->kind = JSON_MEMBER_SCALAR;
  if (left >= 4 && !memcmp(at, "true", 4)) {
    walk->at += 4;
  } else if (left >= 5 && !memcmp(at, "false", 5)) {
    walk->at += 5;
  } else if (left >= 4 && !memcmp(at, "null", 4)) {
    walk->at += 4;
    member->kind = JSON_MEMBER_NULL;
  } else {
    if (at < end && *at == '-') at++;
    const uint8_t *whole = at;
    while (at < end && *at >= '0' && *at <= '9') at++;
    const size_t digits = (size_t)(at - whole);
    if (digits == 0 || digits > 15 || (digits > 1 && *whole == '0')) return false;
    if (at < end && *at == '.') {
      const uint8_t *fraction = ++at;
      while (at < end && *at >= '0' && *at <= '9') at++;
      if (at == fraction) return false;
    }
    walk->at = at;
  }
  // Exponents and letters are for a full parser.
  return walk->at < end && (*walk->at == ',' || *walk->at == '}' || *walk->at <= ' ');
}

/// From the opening bracket to behind its closing one.
INLINE bool take_container(line_walk *walk) {
  size_t depth = 0;
  while (walk->at < walk->end) {
    const uint8_t byte = *walk->at++;
    if (byte == '"') {
      while (walk->at < walk->end && *walk->at != '"') walk->at += *walk->at == '\\' ? 2 : 1;
      if (walk->at >= walk->end) return false;
      walk->at++;
    } else if (byte == '{' || byte == '[') {
      depth++;
    } else if (byte == '}' || byte == ']') {
      if (--depth == 0) return true;
    }
  }
  return false;
}

INLINE bool has_high_bytes(const uint8_t *bytes, size_t count) {
  uint8_t seen = 0;
  for (size_t i = 0; i < count; i++) seen |= bytes[i];
  return seen >= 0x80;
}

INLINE bool is_new_key(const json_member *members, size_t count, const uint8_t *key, size_t n) {
  for (size_t i = 0; i < count; i++) {
    if (members[i].key_length == n && !memcmp(members[i].key, key, n)) return false;
  }
  return true;
}

#define DEFINE_MEMBERS(name, string_body)                                                        \
  static ptrdiff_t name(                                                                         \
      const uint8_t *line, size_t length, json_long_string target, uint8_t *scratch,             \
      json_member *members, size_t capacity) {                                                   \
    line_walk walk = {line, line + length, scratch};                                             \
    size_t count = 0;                                                                            \
    skip_space(&walk);                                                                           \
    if (!take(&walk, '{')) return -1;                                                            \
    skip_space(&walk);                                                                           \
    if (take(&walk, '}')) goto closed;                                                           \
    while (true) {                                                                               \
      if (count == capacity) return -1;                                                          \
      json_member *member = &members[count];                                                     \
      skip_space(&walk);                                                                         \
      if (!take(&walk, '"')) return -1;                                                          \
      json_string key = string_body(walk.at, walk.scratch);                                      \
      if (!key.is_closed || json_has_escapes(key) || has_high_bytes(walk.at, key.read)) return -1; \
      member->key = walk.at;                                                                     \
      member->key_length = key.read;                                                             \
      if (!is_new_key(members, count, walk.at, key.read)) return -1;                             \
      walk.at += key.read + 1;                                                                   \
      skip_space(&walk);                                                                         \
      if (!take(&walk, ':')) return -1;                                                          \
      skip_space(&walk);                                                                         \
      if (walk.at >= walk.end) return -1;                                                        \
      member->value = walk.at;                                                                   \
      if (*walk.at == '"') {                                                                     \
        walk.at++;                                                                               \
        const bool is_long = key.read == target.key_length &&                                    \
                             !memcmp(member->key, target.key, key.read);                         \
        uint8_t *to = is_long ? target.output : walk.scratch;                                    \
        json_string text = string_body(walk.at, to);                                             \
        if (!text.is_closed) return -1;                                                          \
        const bool is_moved = is_long || json_has_escapes(text);                                 \
        member->kind = JSON_MEMBER_STRING;                                                       \
        member->text = is_moved ? to : walk.at;                                                  \
        member->text_length = text.written;                                                      \
        member->needs_utf8_check = text.has_high_bytes;                                          \
        if (is_moved && !is_long) walk.scratch += text.written;                                  \
        walk.at += text.read + 1;                                                                \
      } else if (*walk.at == '{' || *walk.at == '[') {                                           \
        member->kind = JSON_MEMBER_CONTAINER;                                                    \
        if (!take_container(&walk)) return -1;                                                   \
      } else if (!take_scalar(&walk, member)) {                                                  \
        return -1;                                                                               \
      }                                                                                          \
      member->value_length = (size_t)(walk.at - member->value);                                  \
      count++;                                                                                   \
      skip_space(&walk);                                                                         \
      if (take(&walk, ',')) continue;                                                            \
      if (!take(&walk, '}')) return -1;                                                          \
      break;                                                                                     \
    }                                                                                            \
  closed:                                                                                        \
    skip_space(&walk);                                                                           \
    return walk.at == walk.end ? (ptrdiff_t)count : -1;                                          \
  }

DEFINE_MEMBERS(members_portable, json_string_portable)
#if defined(__x86_64__)
TARGET_AVX2 DEFINE_MEMBERS(members_avx2, json_string_avx2)
TARGET_VBMI2 DEFINE_MEMBERS(members_vbmi2, json_string_vbmi2)
#endif

#if defined(__x86_64__)
// The level's own features and two more, which some processors of that level lack.
static bool has_vbmi2;
__attribute__((constructor)) static void look_for_vbmi2(void) {
  __builtin_cpu_init();
  has_vbmi2 = __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2");
}
#endif

ptrdiff_t json_line_members(
    const uint8_t *line, size_t length, json_long_string long_string, uint8_t *scratch,
    json_member *members, size_t capacity, int level) {
  const kernel_level best = kernel_level_in_use();
  (void)best;
#if defined(__x86_64__)
  switch (level >= 0 && level <= (int)best ? level : (int)best) {
    case KERNELS_AVX512:
      if (has_vbmi2) return members_vbmi2(line, length, long_string, scratch, members, capacity);
      return members_avx2(line, length, long_string, scratch, members, capacity);
    case KERNELS_AVX2: return members_avx2(line, length, long_string, scratch, members, capacity);
    case KERNELS_PORTABLE: break;
  }
#endif
  return members_portable(line, length, long_string, scratch, members, capacity);
}
