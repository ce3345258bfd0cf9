// Phone numbers: international ones, those of the North American plan, with an area code in
// parentheses or behind a trunk 0, and other groups of digits beside a word such as "tel".
#include <string.h>

#include "personal_finder.h"

enum { SPACE = 1, DASH = 2, DOT = 4, SLASH = 8, OPEN = 16, CLOSE = 32 };

/// Digits that stand together.
typedef struct {
  size_t start, end;
  unsigned before;  // what separates it from the group before
} digit_group;

enum { MOST_GROUPS = 9 };

typedef struct {
  digit_group groups[MOST_GROUPS];
  size_t count;
} number;

/// What one separator is, and its bytes; 0 for anything else.
static unsigned separator_at(const personal_finder *finder, size_t at, size_t *length) {
  *length = 1;
  switch (byte_at(finder, at)) {
    case ' ': return SPACE;
    case '-': return DASH;
    case '.': return DOT;
    case '/': return SLASH;
    case '(': return OPEN;
    case ')': return CLOSE;
    case 0xC2:
      *length = 2;
      return byte_at(finder, at + 1) == 0xA0 ? SPACE : 0;
    case 0xE2:
      *length = 3;
      if (byte_at(finder, at + 1) != 0x80) return 0;
      return byte_at(finder, at + 2) == 0x91 || byte_at(finder, at + 2) == 0x93 ? DASH : 0;
    default: return 0;
  }
}

static number read_number(const personal_finder *finder, size_t at) {
  number read = {.count = 0};
  unsigned before = 0;
  while (read.count < MOST_GROUPS) {
    size_t start = at;
    while (is_digit(byte_at(finder, at)) && at - start < 16) at++;
    if (at == start) break;
    read.groups[read.count++] = (digit_group){start, at, before};
    before = 0;
    for (int i = 0; i < 3; i++) {
      size_t length;
      unsigned separator = separator_at(finder, at, &length);
      if (!separator || (before & separator)) break;
      before |= separator;
      at += length;
    }
    // "1990 - 1995" and "1. 2" are two numbers.
    if (before == (SPACE | DASH) || before == (SPACE | DOT) || before == (SPACE | SLASH)) break;
    if (!before) break;
  }
  return read;
}

static size_t group_length(const number *read, size_t index) {
  return index < read->count ? read->groups[index].end - read->groups[index].start : 0;
}

/// The digits of the first `count` groups.
static size_t digits_of(const number *read, size_t count) {
  size_t digits = 0;
  for (size_t i = 0; i < count; i++) digits += group_length(read, i);
  return digits;
}

static unsigned value_of(const personal_finder *finder, const digit_group *group) {
  unsigned value = 0;
  for (size_t i = group->start; i < group->end && i < group->start + 4; i++)
    value = value * 10 + (finder->text[i] - '0');
  return value;
}

static bool is_year(const personal_finder *finder, const number *read, size_t index) {
  unsigned value = group_length(read, index) == 4 ? value_of(finder, &read->groups[index]) : 0;
  return value >= 1800 && value < 2100;
}

/// Whether the first groups may be a date, a range of years, or a number of the social security.
static bool is_other(const personal_finder *finder, const number *read, size_t count) {
  for (size_t i = 0; i + 1 < count; i++) {
    if (is_year(finder, read, i) && is_year(finder, read, i + 1)) return true;
  }
  if (count >= 3) {
    size_t a = group_length(read, 0), b = group_length(read, 1), c = group_length(read, 2);
    if (is_year(finder, read, 0) && b <= 2 && c <= 2) return true;
    if (a <= 2 && b <= 2 && is_year(finder, read, 2)) return true;
    if (a == 3 && b == 2 && c == 4 && count == 3) return true;
  }
  return count == 2 && group_length(read, 0) == 5 && group_length(read, 1) == 4 &&
         read->groups[1].before == DASH;
}

/// Whether the first groups are two digits each, among more pairs of hexadecimal digits: a dump.
static bool is_dump(const personal_finder *finder, const number *read, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (group_length(read, i) != 2) return false;
  }
  size_t start = read->groups[0].start, end = read->groups[count - 1].end;
  bool before = start > 2 && is_space(finder->text[start - 1]) &&
                (is_hex(finder->text[start - 2]) || finder->text[start - 2] == ':');
  return before ? is_hex(finder->text[start - 3])
                : byte_at(finder, end) == ' ' && is_hex(byte_at(finder, end + 1)) &&
                      is_hex(byte_at(finder, end + 2)) && !is_letter(byte_at(finder, end + 3));
}

// ---- Around -------------------------------------------------------------------------------------

/// Whether a number can start behind what stands before `at`.
static bool can_start(const personal_finder *finder, size_t at) {
  if (at == 0) return true;
  const uint8_t *text = finder->text;
  uint8_t c = text[at - 1];
  if (is_alnum(c) || c == '_' || (c && strchr("$%^~\\@+", c))) return false;
  if (c >= 0x80) {
    if (at < 2) return false;
    if (text[at - 2] >= 0xC3 && text[at - 2] <= 0xDF) return false;       // a letter
    if (text[at - 2] == 0xC2 && (c == 0xA3 || c == 0xA5)) return false;   // £ ¥
    if (at > 2 && text[at - 3] == 0xE2 && text[at - 2] == 0x82) return false;  // € and others
    return true;
  }
  if (at < 2) return true;
  return c == '-' ? !is_word(text[at - 2]) : !(strchr(".,/:", c) && is_digit(text[at - 2]));
}

static bool can_end(const personal_finder *finder, size_t at) {
  uint8_t c = byte_at(finder, at), next = byte_at(finder, at + 1);
  if (is_alnum(c) || c == '_' || c == '%' || (c >= 0xC2 && c <= 0xDF && c != 0xC2)) return false;
  return !((c == '.' || c == '-' || c == ':' || c == ',') && is_digit(next));
}

/// Behind an extension such as "x123" or " ext. 123", or `at` where there is none.
static size_t skip_extension(const personal_finder *finder, size_t at) {
  static const char *const marks[] = {"x", " x", " ext ", " ext. ", ", ext. ", " extension "};
  for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
    size_t length = strlen(marks[i]), end = at + length;
    if (end >= finder->length || memcmp(finder->text + at, marks[i], length)) continue;
    while (is_digit(byte_at(finder, end)) && end - at - length < 6) end++;
    if (end > at + length) return end;
  }
  return at;
}

typedef enum { NO_WORD, WEAK_WORD, STRONG_WORD } phone_word;

static phone_word word_kind(const uint8_t *word, size_t length) {
  static const char strong[] =
      " tel telephone telefon telefone telefono telefoon phone phones fono fon ph mobile mobil mob "
      "cell cellphone cellular celular handy fax telefax whatsapp hotline desk landline sms viber "
      "rufnummer telefonnummer puhelin telefoni gsm portable ";
  static const char weak[] =
      " call calling dial ring reach contact messages message answering registered "
      "office home anrufen appelez ";
  char key[20] = " ";
  if (length < 2 || length > 16) return NO_WORD;
  for (size_t i = 0; i < length; i++) key[i + 1] = (char)(word[i] | 0x20);
  key[length + 1] = ' ';
  return strstr(strong, key) ? STRONG_WORD : strstr(weak, key) ? WEAK_WORD : NO_WORD;
}

/// A word that announces a phone number, before it or right behind it.
static phone_word word_around(const personal_finder *finder, size_t start, size_t end) {
  const uint8_t *text = finder->text;
  size_t at = end;
  while (at < end + 3 && (byte_at(finder, at) == ' ' || byte_at(finder, at) == '-' ||
                          byte_at(finder, at) == '('))
    at++;
  size_t word = at;
  while (at < word + 17 && is_letter(byte_at(finder, at))) at++;
  static const char behind[] = " office fax mobile cell home phone tel desk mob ";
  char key[20] = " ";
  if (at - word >= 3 && at - word <= 16 && word > end) {
    for (size_t i = word; i < at; i++) key[i - word + 1] = (char)(text[i] | 0x20);
    key[at - word + 1] = ' ';
    if (strstr(behind, key)) return STRONG_WORD;
  }
  phone_word best = NO_WORD;
  size_t limit = start > 40 ? start - 40 : 0;
  at = start;
  while (at > limit && best != STRONG_WORD) {
    uint8_t c = text[at - 1];
    if (is_digit(c)) break;
    if (!is_letter(c)) {
      at--;
      continue;
    }
    size_t last = at;
    while (at > limit && is_letter(text[at - 1])) at--;
    phone_word kind = word_kind(text + at, last - at);
    if (kind > best) best = kind;
  }
  return best;
}

// ---- Shapes -------------------------------------------------------------------------------------

/// The most digits behind "+" for countries whose numbers have one length, else 15.
static size_t most_digits(const personal_finder *finder, size_t at) {
  uint8_t first = byte_at(finder, at), second = byte_at(finder, at + 1);
  if (first == '1' || first == '7') return 11;
  static const struct {
    char code[3];
    size_t digits;
  } countries[] = {{"33", 11}, {"34", 11}, {"41", 11}, {"44", 12}, {"45", 10},
                   {"47", 10}, {"48", 11}, {"61", 11}, {"65", 10}, {"91", 12}};
  for (size_t i = 0; i < sizeof countries / sizeof *countries; i++) {
    if (countries[i].code[0] == first && countries[i].code[1] == second)
      return countries[i].digits;
  }
  return 15;
}

/// The most groups whose digits number from `low` to `high` and behind which a number can end.
static size_t take_groups(
    const personal_finder *finder, const number *read, size_t low, size_t high) {
  size_t taken = 0;
  for (size_t count = 1; count <= read->count; count++) {
    size_t digits = digits_of(read, count), end = read->groups[count - 1].end;
    if (digits > high) break;
    if (digits >= low && (can_end(finder, end) || skip_extension(finder, end) != end))
      taken = count;
  }
  return taken;
}

/// Whether a calling code of the register (ITU-T E.164) starts at `at`.
static bool has_calling_code(const personal_finder *finder, size_t at) {
  // Codes of two digits, and with their third digits those of three.
  static const char two[] = "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 "
                            "56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98 ";
  static const char *const three[] = {
      "2112368", "220123456789", "230123456789", "240123456789", "25012345678", "260123456789",
      "2901789", "350123456789", "370123456789", "3801235679", "42013", "500123456789",
      "590123456789", "67023456789", "68012356789", "69012", "8008", "8502356", "8708", "88012368",
      "96012345678", "97012345679", "99234568"};
  uint8_t code[3];
  for (int i = 0; i < 3; i++) {
    code[i] = byte_at(finder, at);
    // "+4 420": a separator inside a code is rare, but "+1 (415)" is not.
    if (code[0] == '1' || code[0] == '7') return true;
    if (!is_digit(code[i])) return false;
    at++;
    if (i == 1) {
      char key[4] = {(char)code[0], (char)code[1], ' ', 0};
      if (strstr(two, key)) return true;
    }
  }
  for (size_t i = 0; i < sizeof three / sizeof *three; i++) {
    if (three[i][0] == code[0] && three[i][1] == code[1]) return strchr(three[i] + 2, code[2]);
  }
  return false;
}

static size_t international(const personal_finder *finder, const number *read, size_t skipped) {
  size_t first = read->groups[0].start + skipped;
  if (skipped && first == read->groups[0].end) first = read->groups[1].start;
  if (!has_calling_code(finder, first)) return 0;
  size_t most = most_digits(finder, first) + skipped;
  // "+44 (0)20 …": the 0 is not dialled from abroad.
  if (group_length(read, 1) == 1 && (read->groups[1].before & OPEN)) most++;
  size_t taken = take_groups(finder, read, 8 + skipped, most);
  // "+0200 2010" ends a date, pairs of digits may be a dump.
  if (taken == 2 && group_length(read, 0) == 4 && is_year(finder, read, 1)) return 0;
  return taken > 3 && is_dump(finder, read, taken) ? 0 : taken;
}

/// [1] area exchange line of the North American plan.
static size_t north_american(const personal_finder *finder, const number *read) {
  size_t at = group_length(read, 0) == 1 && finder->text[read->groups[0].start] == '1';
  if (read->count < at + 3 || group_length(read, at) != 3 || group_length(read, at + 1) != 3 ||
      group_length(read, at + 2) != 4)
    return 0;
  if (finder->text[read->groups[at].start] < '2' || finder->text[read->groups[at + 1].start] < '2')
    return 0;
  if ((read->groups[at + 1].before & OPEN) || (read->groups[at + 2].before & (OPEN | CLOSE)))
    return 0;
  size_t end = read->groups[at + 2].end;
  return can_end(finder, end) || skip_extension(finder, end) != end ? at + 3 : 0;
}

/// Area code in parentheses, 2 to 5 digits, and the number behind it.
static size_t behind_area(const personal_finder *finder, const number *read, size_t start) {
  size_t area = group_length(read, 0);
  if (area < 2 || area > 5 || is_year(finder, read, 0) || read->count < 2) return 0;
  if (read->groups[1].before != CLOSE && read->groups[1].before != (CLOSE | SPACE)) return 0;
  // "45 (1990) 123-456" is a journal's volume and pages.
  if (start > 1 && byte_before(finder, start) == ' ' && is_digit(finder->text[start - 2])) return 0;
  for (size_t count = 4; count >= 2; count--) {
    if (count > read->count) continue;
    size_t digits = digits_of(read, count), end = read->groups[count - 1].end;
    bool fits = digits >= 8 && digits <= 11;
    for (size_t i = 1; i < count; i++) fits &= group_length(read, i) >= 2;
    if (count == 3 && is_year(finder, read, 1) && is_year(finder, read, 2)) fits = false;
    if (fits && (can_end(finder, end) || skip_extension(finder, end) != end)) return count;
  }
  return 0;
}

/// A trunk 0, two groups or more, 9 to 11 digits.
static size_t behind_trunk(const personal_finder *finder, const number *read) {
  size_t start = read->groups[0].start, first = group_length(read, 0);
  if (finder->text[start] != '0' || byte_at(finder, start + 1) == '0' || first < 2 || first > 5)
    return 0;
  size_t taken = take_groups(finder, read, 9, 11);
  if (taken < 2 || is_other(finder, read, taken) || is_dump(finder, read, taken)) return 0;
  for (size_t i = 0; i < taken; i++) {
    if (is_year(finder, read, i) && first <= 2 && taken < 4) return 0;
    if (i && group_length(read, i) < 2) return 0;
    if (i > 1 && read->groups[i].before != read->groups[1].before && first != 2) return 0;
  }
  return taken;
}

/// Any other groups, where a word announces them.
static size_t announced(const personal_finder *finder, const number *read, size_t start) {
  size_t taken = take_groups(finder, read, 7, 12);
  if (!taken || is_other(finder, read, taken)) return 0;
  if (taken == 2 && read->groups[1].before == DOT) return 0;  // a fraction
  for (size_t i = 1; i < taken; i++) {
    if (group_length(read, i) < 2 || (read->groups[i].before & (OPEN | CLOSE))) return 0;
  }
  phone_word word = word_around(finder, start, read->groups[taken - 1].end);
  return word == STRONG_WORD || (word == WEAK_WORD && taken > 1) ? taken : 0;
}

size_t personal_phone(personal_finder *finder, size_t at) {
  size_t start = at;
  bool has_plus = false, has_area = false;
  if (byte_before(finder, start) == '(') {
    has_area = true;
    start--;
  }
  if (byte_before(finder, start) == '+') {
    has_plus = true;
    start--;
  }
  if (!can_start(finder, start)) return 0;
  number read = read_number(finder, at);
  if (digits_of(&read, read.count) < 7) return 0;
  size_t taken = 0;
  if (has_plus) {
    taken = international(finder, &read, 0);
  } else {
    bool is_abroad = read.count > 1 && finder->text[at] == '0' && byte_at(finder, at + 1) == '0';
    if (is_abroad) taken = international(finder, &read, 2);
    if (!taken) taken = north_american(finder, &read);
    if (!taken && has_area) taken = behind_area(finder, &read, start);
    if (!taken && !has_area) taken = behind_trunk(finder, &read);
    if (!taken) {
      if (has_area) start++;
      taken = announced(finder, &read, start);
    }
  }
  if (!taken) return 0;
  size_t end = read.groups[taken - 1].end;
  size_t extended = skip_extension(finder, end);
  if (can_end(finder, extended)) end = extended;
  personal_add(finder, start, end, PERSONAL_PHONE);
  return end;
}
