// Payment cards and bank accounts: numbers with check digits.
#include <string.h>

#include "personal_finder.h"

// ---- Cards --------------------------------------------------------------------------------------

/// First digits of an issuer, and the lengths of its numbers.
typedef struct {
  uint16_t low, high;  // of the first four digits
  uint8_t shortest, longest;
} card_range;

static const card_range card_ranges[] = {
    {4000, 4999, 13, 19},  // Visa
    {5100, 5599, 16, 16}, {2221, 2720, 16, 16},  // Mastercard
    {3400, 3499, 15, 15}, {3700, 3799, 15, 15},  // American Express
    {3000, 3059, 14, 19}, {3095, 3095, 14, 19}, {3600, 3699, 14, 19}, {3800, 3999, 14, 19},  // Diners
    {6011, 6011, 16, 19}, {6440, 6599, 16, 19},  // Discover
    {3528, 3589, 16, 19}, {1800, 1800, 15, 15}, {2131, 2131, 15, 15},  // JCB
    {6200, 6299, 16, 19},  // UnionPay
    {2200, 2204, 16, 19},  // Mir
    {5000, 5099, 12, 19}, {5600, 5899, 12, 19}, {6304, 6304, 12, 19}, {6390, 6390, 12, 19},
    {6700, 6799, 12, 19}, {604, 604, 12, 19},  // Maestro
    {6000, 6000, 16, 16}, {8100, 8299, 16, 16},  // RuPay
};

static bool has_luhn(const uint8_t *digits, size_t count) {
  unsigned sum = 0;
  for (size_t i = 0; i < count; i++) {
    unsigned digit = digits[count - 1 - i];
    if (i % 2) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
    sum += digit;
  }
  return sum % 10 == 0;
}

static bool is_card(const uint8_t *digits, size_t count) {
  unsigned prefix = digits[0] * 1000u + digits[1] * 100u + digits[2] * 10u + digits[3];
  bool issued = false;
  for (size_t i = 0; i < sizeof card_ranges / sizeof *card_ranges; i++) {
    const card_range *range = card_ranges + i;
    issued |= prefix >= range->low && prefix <= range->high && count >= range->shortest &&
              count <= range->longest;
  }
  if (!issued || !has_luhn(digits, count)) return false;
  unsigned seen = 0;
  for (size_t i = 4; i < count; i++) seen |= 1u << digits[i];
  return seen != 1;  // zeros alone are nobody's
}

/// Whether a word that announces a card stands shortly before: identifiers have 17 to 19 digits too.
static bool follows_card_word(const personal_finder *finder, size_t at) {
  static const char *const words[] = {"card", "visa", "credit", "debit", " cc", "maestro", "amex"};
  size_t start = at > 48 ? at - 48 : 0;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    size_t length = strlen(words[i]);
    for (size_t from = start; from + length <= at; from++) {
      size_t same = 0;
      while (same < length && (finder->text[from + same] | 0x20) == words[i][same]) same++;
      if (same == length) return true;
    }
  }
  return false;
}

/// A card number that starts at `at`: digits together, or groups with one kind of separator.
static size_t card_end(const personal_finder *finder, size_t at) {
  uint8_t before = byte_before(finder, at);
  if (before == '_' || before == '+' || before == '-') return 0;
  if ((before == '.' || before == ',') && at > 1 && is_digit(finder->text[at - 2])) return 0;
  uint8_t digits[20], separator = 0;
  size_t count = 0, groups = 0, end = 0, i = at;
  while (groups < 6) {
    size_t start = i;
    while (is_digit(byte_at(finder, i))) {
      if (count == 19) return end;
      digits[count++] = finder->text[i++] - '0';
    }
    groups++;
    uint8_t next = byte_at(finder, i);
    bool goes_on = (next == ' ' || next == '-') && is_digit(byte_at(finder, i + 1));
    bool is_end = !is_word(next) && !(next && strchr("-.,", next) && is_digit(byte_at(finder, i + 1)));
    if (is_end && count >= 12 && (groups == 1 || i - start >= 2) && is_card(digits, count) &&
        (groups > 1 || count <= 16 || follows_card_word(finder, at)))
      end = i;
    if (!goes_on || (separator && next != separator)) break;
    if (i - start < 3 || i - start > 7 || (groups == 1 && i - start != 4)) break;
    separator = next;
    i++;
  }
  return end;
}

void personal_number(personal_finder *finder, size_t at) {
  size_t end = card_end(finder, at);
  if (end) {
    personal_add(finder, at, end, PERSONAL_CARD);
  } else {
    end = personal_phone(finder, at);
  }
  if (end) finder->number_end = end;
}

// ---- Accounts -----------------------------------------------------------------------------------

/// Lengths of account numbers by country, from the register of ISO 13616.
static const char account_lengths[] =
    "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29ES24"
    "FI18FK18FO18FR27GB22GE22GI23GL18GR27GT28HN28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32"
    "LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23PK24PL28PS29PT25QA29RO24"
    "RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29VA22VG24XK20YE30";

static size_t account_length(uint8_t first, uint8_t second) {
  for (const char *entry = account_lengths; *entry; entry += 4) {
    if (entry[0] == (first & ~0x20) && entry[1] == (second & ~0x20))
      return (size_t)(entry[2] - '0') * 10 + (size_t)(entry[3] - '0');
  }
  return 0;
}

void personal_iban(personal_finder *finder, size_t at) {
  const uint8_t *text = finder->text;
  if (at + 15 > finder->length || is_upper(text[at]) != is_upper(text[at + 1])) return;
  size_t length = account_length(text[at], text[at + 1]), i = at;
  bool upper = is_upper(text[at]);
  uint8_t characters[34], separator = 0;
  if (!length) return;
  for (size_t count = 0; count < length; count++) {
    uint8_t c = byte_at(finder, i);
    if (count % 4 == 0 && count && (c == ' ' || c == '-')) {
      // Printed in groups of four, all or none.
      if (count == 4) separator = c;
      if (c != separator) return;
      c = byte_at(finder, ++i);
    } else if (count % 4 == 0 && count && separator) {
      return;
    }
    if (!is_digit(c) && !(is_letter(c) && is_upper(c) == upper)) return;
    characters[count] = c;
    i++;
  }
  uint8_t next = byte_at(finder, i);
  if (is_alnum(next) || next == '_') return;
  unsigned rest = 0;
  for (size_t k = 0; k < length; k++) {
    uint8_t c = characters[(k + 4) % length];
    rest = is_digit(c) ? (rest * 10 + (c - '0')) % 97
                       : (rest * 100 + (unsigned)((c | 0x20) - 'a') + 10) % 97;
  }
  if (rest == 1) personal_add(finder, at, i, PERSONAL_IBAN);
}
