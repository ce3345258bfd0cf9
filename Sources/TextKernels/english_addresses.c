// Texts that spaCy takes for addresses as a whole.
#include "english_cutter.h"

/// The end of a port and a path: nothing, ":" with 2 to 5 digits, then nothing or / ? # and more.
static bool ends_address(const uint8_t *p, const uint8_t *end) {
  if (p < end && *p == ':') {
    int digits = 0;
    p++;
    while (p < end) {
      character next = character_at(p, end);
      if (!(character_class(next.code) & CLASS_DIGIT)) break;
      digits++;
      p += next.length;
    }
    if (digits < 2 || digits > 5) return false;
  }
  return p == end || *p == '/' || *p == '?' || *p == '#';
}

/// Up to three ASCII digits as a number; -1 for none or more.
static int octet(const uint8_t **p, const uint8_t *end) {
  int value = 0, digits = 0;
  while (*p < end && is_digit(**p)) {
    if (++digits > 3) return -1;
    value = value * 10 + *(*p)++ - '0';
  }
  return digits ? value : -1;
}

/// A public IPv4 address as in spaCy's expression.
static bool is_ip_address(const uint8_t *p, const uint8_t *end) {
  int parts[4];
  bool leading_zero[4];
  for (int i = 0; i < 4; i++) {
    if (i && (p == end || *p++ != '.')) return false;
    const uint8_t *first = p;
    parts[i] = octet(&p, end);
    if (parts[i] < 0 || parts[i] > 255) return false;
    leading_zero[i] = *first == '0';
    bool long_zero = p - first == 3 && *first == '0';
    if (long_zero) return false;
  }
  if (leading_zero[0] || parts[0] > 223 || leading_zero[3] || parts[3] > 254) return false;
  if (parts[0] == 10 || parts[0] == 127) return false;
  if ((parts[0] == 169 && parts[1] == 254) || (parts[0] == 192 && parts[1] == 168)) return false;
  if (parts[0] == 172 && parts[1] >= 16 && parts[1] <= 31) return false;
  return ends_address(p, end);
}

/// Labels of 1 to 64 host characters with "-" and "_" inside, then a top level of 2 to 63 lower-case
/// characters.
static bool is_host(const uint8_t *p, const uint8_t *end) {
  int labels = 0, length = 0;
  bool label = true, label_ends = false, lower = true;
  while (p < end && *p != ':' && *p != '/' && *p != '?' && *p != '#') {
    if (*p == '.') {
      if (!label || !label_ends || length > 64) return false;
      labels++;
      length = 0;
      label = lower = true;
      label_ends = false;
      p++;
      continue;
    }
    character next = character_at(p, end);
    uint32_t class = character_class(next.code);
    label_ends = class & CLASS_HOST;
    label = label && (label_ends || (length > 0 && (*p == '-' || *p == '_')));
    lower = lower && class & CLASS_LOWER;
    if ((!label && !lower) || ++length > 64) return false;
    p += next.length;
  }
  return labels && lower && length >= 2 && length <= 63 && ends_address(p, end);
}

/// spaCy's URL expression: a scheme, a user, a host or an address, a port, a path.
bool is_address(const uint8_t *p, const uint8_t *end) {
  for (int with_scheme = 0; with_scheme < 2; with_scheme++) {
    const uint8_t *start = p;
    if (with_scheme) {
      int characters = 0;
      while (start < end && *start != ':') {
        character next = character_at(start, end);
        bool part = character_class(next.code) & CLASS_WORD;
        if (!part && *start != '+' && *start != '-' && *start != '.') return false;
        characters++;
        start += next.length;
      }
      if (characters < 2 || end - start < 3 || memcmp(start, "://", 3)) return false;
      start += 3;
    }
    if (start < end && (is_ip_address(start, end) || is_host(start, end))) return true;
    for (const uint8_t *at = start + 1; at < end; at++)
      if (*at == '@' && at + 1 < end && (is_ip_address(at + 1, end) || is_host(at + 1, end)))
        return true;
  }
  return false;
}

