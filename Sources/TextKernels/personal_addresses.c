// E-mail addresses, URLs and IP addresses around the byte that gives them away.
#include <string.h>

#include "personal_finder.h"

/// The bytes of a letter beyond ASCII of an alphabet (U+00C0 to U+07FF) at `at`, else 0. Characters
/// of three bytes are none, because Chinese and Japanese stand right beside addresses.
static size_t letter_length(const personal_finder *finder, size_t at) {
  return byte_at(finder, at) >= 0xC3 && byte_at(finder, at) <= 0xDF &&
                 (byte_at(finder, at + 1) & 0xC0) == 0x80
             ? 2
             : 0;
}

// ---- E-mail -------------------------------------------------------------------------------------

enum { LONGEST_LOCAL = 128, LONGEST_HOST = 255 };

/// What may stand before "@" unquoted, but for / = ? & `, which rather belong to a URL around it.
static bool is_local(uint8_t c) {
  return is_alnum(c) || (c && strchr(".!#$%'*+-^_{|}~", c) != NULL);
}

/// Endings of file names that "name@2x.png" and the like have.
static bool is_file_ending(const uint8_t *label, size_t length) {
  static const char endings[] = " png jpg jpeg gif svg webp css js ";
  char word[8] = " ";
  if (length > 4) return false;
  for (size_t i = 0; i < length; i++) word[i + 1] = (char)(label[i] | 0x20);
  word[length + 1] = ' ';
  return strstr(endings, word) != NULL;
}

/// Where the longest host name at `at` ends that has two labels and a last one of letters; 0 where
/// there is none.
static size_t host_end(const personal_finder *finder, size_t at) {
  size_t end = 0, labels = 0, limit = at + LONGEST_HOST;
  while (at < limit) {
    size_t start = at, last = at;  // `last` is behind the last byte that is no hyphen
    bool letters = true;
    while (at < limit) {
      uint8_t c = byte_at(finder, at);
      size_t letter = is_alnum(c) || c == '-' ? 1 : letter_length(finder, at);
      if (!letter || (c == '-' && at == start)) break;
      at += letter;
      letters &= !is_digit(c) && c != '-';
      if (c != '-') last = at;
    }
    if (last == start) break;
    labels++;
    bool is_coded = last - start > 4 && !memcmp(finder->text + start, "xn--", 4);
    if (labels > 1 && last - start >= 2 && (letters || is_coded) &&
        !is_file_ending(finder->text + start, last - start))
      end = last;
    if (last != at || byte_at(finder, at) != '.') break;
    at++;
  }
  return end;
}

void personal_email(personal_finder *finder, size_t at) {
  const uint8_t *text = finder->text;
  size_t start = at, limit = at > LONGEST_LOCAL ? at - LONGEST_LOCAL : 0;
  while (start > limit) {
    uint8_t c = text[start - 1];
    if (c == '.' && text[start] == '.') break;
    if (is_local(c)) {
      start--;
    } else if (start >= limit + 2 && letter_length(finder, start - 2)) {
      start -= 2;
    } else {
      break;
    }
  }
  while (start < at && !is_word(text[start])) start++;
  if (start == at || text[at - 1] == '.') return;
  if (at - start == 3 && !memcmp(text + start, "git", 3)) return;  // an address of repositories
  size_t end = 0;
  if (byte_at(finder, at + 1) == '[') {
    uint32_t address;
    if (personal_read_ipv4(finder, at + 2, &end, &address) && byte_at(finder, end) == ']') end++;
    else end = 0;
  } else {
    end = host_end(finder, at + 1);
  }
  if (end) personal_add(finder, start, end, PERSONAL_EMAIL);
}

// ---- URLs ---------------------------------------------------------------------------------------

static bool is_url_byte(uint8_t c) {
  return c > 0x20 && c < 0x7F && !strchr("<>\"'`{}|\\^[]", c);
}

/// Where a URL whose host starts at `at` ends, without the punctuation of the sentence around it.
static size_t url_end(const personal_finder *finder, size_t at) {
  size_t start = at, open = 0;
  for (;;) {
    uint8_t c = byte_at(finder, at);
    size_t letter = letter_length(finder, at);
    if (!letter && !is_url_byte(c)) break;
    if (c == ')' && open == 0) break;
    open += c == '(';
    open -= c == ')';
    at += letter ? letter : 1;
  }
  while (at > start && strchr(".,;:!?*_~&(", finder->text[at - 1])) at--;
  return at;
}

/// The bytes of a known scheme that end before `at`, else 0.
static size_t scheme_length(const personal_finder *finder, size_t at) {
  static const char *const schemes[] = {
      "https", "http", "ftps", "sftp", "ftp", "wss", "ws", "ssh", "git"};
  for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
    size_t length = strlen(schemes[i]), same = 0;
    if (length > at) continue;
    while (same < length && (finder->text[at - length + same] | 0x20) == schemes[i][same]) same++;
    if (same == length) return length;
  }
  return 0;
}

/// Whether a password is one, and no word that stands for it in documentation.
static bool is_given(const uint8_t *password, size_t length) {
  static const char words[] = " pass password passwd pwd secret xxx xxxx ";
  char key[12] = " ";
  if (length == 0 || password[0] == '*' || password[0] == '$') return false;
  if (length > 8) return true;
  for (size_t i = 0; i < length; i++) key[i + 1] = (char)(password[i] | 0x20);
  key[length + 1] = ' ';
  return strstr(words, key) == NULL;
}

void personal_url(personal_finder *finder, size_t at) {
  size_t scheme = scheme_length(finder, at), host = at + 3;
  if (!scheme || at < finder->url_end) return;
  size_t end = host;
  if (byte_at(finder, host) == '[') {
    while (is_hex(byte_at(finder, end + 1)) || byte_at(finder, end + 1) == ':') end++;
    if (byte_at(finder, end + 1) != ']') return;
    end = url_end(finder, end + 2);
  } else if (is_word(byte_at(finder, host))) {
    end = url_end(finder, host);
  }
  if (end == host) return;
  finder->url_end = end;
  personal_add(finder, at - scheme, end, PERSONAL_URL);
  // A password before the host.
  size_t colon = 0;
  for (size_t i = host; i < end; i++) {
    uint8_t c = finder->text[i];
    if (c == '/' || c == '?' || c == '#') break;
    if (c == ':' && !colon) colon = i;
    if (c == '@' && colon) {
      if (is_given(finder->text + colon + 1, i - colon - 1))
        personal_add(finder, host, i, PERSONAL_SECRET);
      break;
    }
  }
}

void personal_www(personal_finder *finder, size_t at) {
  if (at < finder->url_end || at + 4 > finder->length || is_word(byte_before(finder, at))) return;
  const uint8_t *text = finder->text + at;
  if ((text[2] | 0x20) != 'w' || (text[1] | 0x20) != 'w') return;
  size_t host = at + 3 + is_digit(text[3]);
  if (byte_at(finder, host) != '.' || !host_end(finder, host + 1)) return;
  finder->url_end = url_end(finder, host);
  personal_add(finder, at, finder->url_end, PERSONAL_URL);
}

// ---- IP -----------------------------------------------------------------------------------------

bool personal_read_ipv4(
    const personal_finder *finder, size_t at, size_t *end, uint32_t *address) {
  *address = 0;
  for (int part = 0; part < 4; part++) {
    if (part && byte_at(finder, at++) != '.') return false;
    uint32_t value = 0;
    size_t start = at;
    while (at - start < 3 && is_digit(byte_at(finder, at)))
      value = value * 10 + (finder->text[at++] - '0');
    if (at == start || value > 255 || (finder->text[start] == '0' && at - start > 1)) return false;
    *address = *address << 8 | value;
  }
  *end = at;
  return true;
}

/// Whether IANA's register of special addresses has no entry that keeps it off the global network.
static bool is_public_ipv4(uint32_t address) {
  static const struct {
    uint32_t network;
    int bits;
  } special[] = {
      {0x00000000, 8},  {0x0A000000, 8},  {0x64400000, 10}, {0x7F000000, 8},  {0xA9FE0000, 16},
      {0xAC100000, 12}, {0xC0000200, 24}, {0xC0A80000, 16}, {0xC6120000, 15}, {0xC6336400, 24},
      {0xCB007100, 24}, {0xF0000000, 4},
  };
  if (address >> 8 == 0xC00000) return address == 0xC0000009 || address == 0xC000000A;
  for (size_t i = 0; i < sizeof special / sizeof *special; i++) {
    if ((address ^ special[i].network) >> (32 - special[i].bits) == 0) return false;
  }
  return true;
}

/// Whether four numbers are rather those of a version or of a section: a word before says so, or all
/// of them are small and stand where a heading does.
static bool is_outline(const personal_finder *finder, size_t at, size_t end, uint32_t address) {
  static const char *const words[] = {"version", "ver", "release", "section", "sections", "chapter"};
  uint32_t largest = 0;
  for (int part = 0; part < 4; part++) {
    uint32_t value = address >> (8 * part) & 0xFF;
    largest = value > largest ? value : largest;
  }
  bool is_first = at == 0 || finder->text[at - 1] == '\n';
  bool is_last = byte_at(finder, end) == '.' || byte_at(finder, end) == '\n';
  if (largest < 100 && is_first && is_last) return true;
  if (largest < 31 && (is_first || is_last)) return true;
  if (largest < 10 && byte_at(finder, end) == ' ' && is_upper(byte_at(finder, end + 1)))
    return true;
  for (int i = 0; i < 2 && at && strchr(" .:\n", finder->text[at - 1]); i++) at--;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    size_t length = strlen(words[i]), same = 0;
    if (length > at) continue;
    while (same < length && (finder->text[at - length + same] | 0x20) == words[i][same]) same++;
    // A word of its own: a server is no version.
    if (same == length && (at == length || !is_alnum(finder->text[at - length - 1]))) return true;
  }
  return false;
}

bool personal_ipv4(personal_finder *finder, size_t at) {
  size_t end;
  uint32_t address;
  uint8_t before = byte_before(finder, at);
  if (before == '_' || (before == '.' && at > 1 && is_digit(finder->text[at - 2]))) return false;
  if (!personal_read_ipv4(finder, at, &end, &address)) return false;
  uint8_t next = byte_at(finder, end);
  if (is_alnum(next) || next == '_' || (next == '.' && is_digit(byte_at(finder, end + 1))))
    return false;
  finder->number_end = end;
  bool counts = !finder->options.public_ip_only || is_public_ipv4(address);
  if (counts && !is_outline(finder, at, end, address)) personal_add(finder, at, end, PERSONAL_IP);
  return true;
}

static bool is_public_ipv6(const uint16_t *groups) {
  uint32_t high = (uint32_t)groups[0] << 16 | groups[1];
  bool zeros = true;
  for (int i = 0; i < 5; i++) zeros &= groups[i] == 0;
  if (zeros && groups[5] == 0xFFFF)
    return is_public_ipv4((uint32_t)groups[6] << 16 | groups[7]);
  if (zeros && !groups[5] && !groups[6] && groups[7] <= 1) return false;
  if (groups[0] >> 9 == 0x7E || groups[0] >> 6 == 0x3FA) return false;  // fc00::/7, fe80::/10
  if (high == 0x20010DB8 || groups[0] == 0x2002 || high >> 12 == 0x3FFF0) return false;
  if (high == 0x01000000 && !groups[2] && !groups[3]) return false;
  if (high == 0x0064FF9B && groups[2] == 1) return false;
  if (high >> 9 == 0x20010000 >> 9) {  // 2001::/23, and what is global in it
    bool first = !groups[2] && !groups[3] && !groups[4] && !groups[5] && !groups[6];
    return (groups[1] == 1 && first && (groups[7] == 1 || groups[7] == 2 || groups[7] == 3)) ||
           groups[1] == 3 || (groups[1] == 4 && groups[2] == 0x112) || groups[1] >> 4 == 2 ||
           groups[1] >> 4 == 3;
  }
  return true;
}

void personal_ipv6(personal_finder *finder, size_t at) {
  if (at < finder->ipv6_end) return;
  const uint8_t *text = finder->text;
  size_t start = at, limit = at > 5 ? at - 5 : 0;
  while (start > limit && (is_hex(text[start - 1]) || text[start - 1] == ':')) start--;
  size_t run = at;
  while (is_hex(byte_at(finder, run)) || byte_at(finder, run) == ':') run++;
  finder->ipv6_end = run;
  uint8_t before = byte_before(finder, start);
  if (is_word(before) || before == ':') return;

  uint16_t head[8], groups[8] = {0};
  size_t i = start, end = 0, hex_digits = 0;
  int count = 0, gap = -1;
  bool has_decimal = false;
  if (byte_at(finder, i) == ':') {
    if (byte_at(finder, i + 1) != ':') return;
    gap = 0;
    i += 2;
  }
  while (count < 8) {
    size_t group = i;
    uint32_t value = 0;
    while (i - group < 5 && is_hex(byte_at(finder, i))) {
      uint8_t c = text[i++];
      value = value << 4 | (is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10u);
      has_decimal |= is_digit(c);
    }
    if (i == group) break;
    uint32_t address;
    if (count <= 6 && byte_at(finder, i) == '.' &&
        personal_read_ipv4(finder, group, &end, &address)) {
      head[count++] = (uint16_t)(address >> 16);
      head[count++] = (uint16_t)address;
      hex_digits += 8;
      i = end;
      break;
    }
    if (i - group > 4) return;
    hex_digits += i - group;
    head[count++] = (uint16_t)value;
    end = i;
    if (byte_at(finder, i) != ':') break;
    if (byte_at(finder, i + 1) == ':') {
      if (gap >= 0) return;
      gap = count;
      i += 2;
      end = i;
    } else if (is_hex(byte_at(finder, i + 1))) {
      i++;
    } else {
      break;
    }
  }
  if (gap < 0 ? count != 8 : count > 7) return;
  uint8_t next = byte_at(finder, end);
  if (is_word(next) || (next == ':' && is_word(byte_at(finder, end + 1))) ||
      (next == '.' && is_digit(byte_at(finder, end + 1))))
    return;
  for (int k = 0; k < count; k++) groups[gap < 0 || k < gap ? k : 8 - count + k] = head[k];
  // Names joined by "::" in programs, and slices, are no addresses.
  bool is_local_host = gap == 0 && count == 1 && head[0] == 1;
  if (!is_local_host && gap >= 0 && (count < 2 || hex_digits < 5 || !has_decimal)) return;
  if (finder->options.public_ip_only && !is_public_ipv6(groups)) return;
  personal_add(finder, start, end, PERSONAL_IP);
}
