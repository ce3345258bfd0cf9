#pragma once
// What the parts of the search for personal data share.
#include "personal_data.h"

struct personal_finder {
  const uint8_t *text;
  size_t length;
  personal_options options;
  personal_span *found;  // as they come
  size_t found_count, found_capacity;
  personal_span *kept, *merged;  // without overlaps
  size_t kept_count, kept_capacity, merged_capacity;
  bool failed;  // no memory
  // Where the last find of a kind ended, so that nothing is looked at again from inside it. What
  // shares one of these must be looked at in the order of the text.
  size_t url_end, ipv6_end, number_end, secret_end, value_end;
};

void personal_add(personal_finder *finder, size_t start, size_t end, personal_kind kind);

// Each looks at the place `at` that its trigger names.
void personal_email(personal_finder *finder, size_t at);        // "@"
void personal_url(personal_finder *finder, size_t at);          // ":" before "//"
void personal_www(personal_finder *finder, size_t at);          // "www."
void personal_ipv6(personal_finder *finder, size_t at);         // ":" beside ":" or a hex digit
bool personal_ipv4(personal_finder *finder, size_t at);         // first digit; true where found
void personal_iban(personal_finder *finder, size_t at);         // first of two letters, two digits
void personal_number(personal_finder *finder, size_t at);       // first digit of seven or more
void personal_private_key(personal_finder *finder, size_t at);  // "B" after a dash
void personal_token(personal_finder *finder, size_t at);        // first of 20 letters, digits, _ or -
void personal_assignment(personal_finder *finder, size_t at);   // ":" or "="
/// A phone number that starts with the digit at `at`; 0, or its end.
size_t personal_phone(personal_finder *finder, size_t at);

/// Reads four parts at `at` and sets where they end; false where that is no IPv4 address.
bool personal_read_ipv4(const personal_finder *finder, size_t at, size_t *end, uint32_t *address);

static inline bool is_digit(uint8_t c) { return (uint8_t)(c - '0') < 10; }
static inline bool is_letter(uint8_t c) { return (uint8_t)((c | 0x20) - 'a') < 26; }
static inline bool is_alnum(uint8_t c) { return is_digit(c) || is_letter(c); }
static inline bool is_upper(uint8_t c) { return (uint8_t)(c - 'A') < 26; }
static inline bool is_hex(uint8_t c) { return is_digit(c) || (uint8_t)((c | 0x20) - 'a') < 6; }
/// A byte of a word, or of a character beyond ASCII.
static inline bool is_word(uint8_t c) { return is_alnum(c) || c == '_' || c >= 0x80; }
static inline bool is_space(uint8_t c) { return c == ' ' || (uint8_t)(c - '\t') < 5; }

/// The byte at `at`, 0 beyond the text.
static inline uint8_t byte_at(const personal_finder *finder, size_t at) {
  return at < finder->length ? finder->text[at] : 0;
}
/// The byte before `at`, 0 at the start.
static inline uint8_t byte_before(const personal_finder *finder, size_t at) {
  return at > 0 ? finder->text[at - 1] : 0;
}
