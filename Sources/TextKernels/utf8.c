#include "utf8.h"

#include <stdbool.h>
#include <string.h>

// What may follow a lead byte: how many bytes, and the range of the first of them.
static inline unsigned sequence_length(uint8_t lead, uint8_t *low, uint8_t *high) {
  *low = 0x80, *high = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) {
    if (lead == 0xE0) *low = 0xA0;
    if (lead == 0xED) *high = 0x9F;
    return 3;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    if (lead == 0xF0) *low = 0x90;
    if (lead == 0xF4) *high = 0x8F;
    return 4;
  }
  return 0;
}

// The bytes of one sequence that are right, and whether it is complete.
static inline size_t good_bytes(const uint8_t *bytes, size_t count, bool *complete) {
  uint8_t low, high;
  unsigned length = sequence_length(bytes[0], &low, &high);
  *complete = false;
  if (length == 0) return 0;
  if (count < 2 || bytes[1] < low || bytes[1] > high) return 1;
  for (unsigned i = 2; i < length; i++) {
    if (i >= count || (bytes[i] & 0xC0) != 0x80) return i;
  }
  *complete = true;
  return length;
}

size_t utf8_valid_prefix(const uint8_t *bytes, size_t count) {
  size_t i = 0;
  while (i < count) {
    if (bytes[i] < 0x80) {
      uint64_t words[4];
      while (i + sizeof words <= count) {
        memcpy(words, bytes + i, sizeof words);
        if ((words[0] | words[1] | words[2] | words[3]) & 0x8080808080808080u) break;
        i += sizeof words;
      }
      while (i < count && bytes[i] < 0x80) i++;
      continue;
    }
    bool complete;
    size_t good = good_bytes(bytes + i, count - i, &complete);
    if (!complete) return i;
    i += good;
  }
  return count;
}

size_t utf8_ill_formed_length(const uint8_t *bytes, size_t count) {
  bool complete;
  size_t good = good_bytes(bytes, count, &complete);
  return good == 0 ? 1 : good;
}
