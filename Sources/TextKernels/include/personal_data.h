#pragma once
// Personal data and secrets in texts: e-mail and IP addresses, phone numbers, bank accounts, payment
// cards, URLs, keys and passwords. Finding looks only at rare bytes, so that clean text costs little.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// What was found. Where two of them overlap, the one named first stays.
typedef enum {
  PERSONAL_SECRET,  ///< private keys, tokens with known prefixes, values of passwords and the like
  PERSONAL_EMAIL,
  PERSONAL_IBAN,  ///< a known country's length, and the check digits of ISO 13616
  PERSONAL_CARD,  ///< an issuer's prefix and length, and Luhn's check digit
  PERSONAL_IP,    ///< version 4 or 6
  PERSONAL_PHONE,
  PERSONAL_URL,  ///< with a scheme, or from "www." on
  PERSONAL_KINDS
} personal_kind;

/// A place in the text, in bytes.
typedef struct {
  uint32_t start, end;
  uint32_t kind;
} personal_span;

typedef struct {
  /// Whether IP addresses that are not globally routable are passed over.
  bool public_ip_only;
  /// Whether a URL hides what is inside it; else URLs are counted and hide only phone numbers, cards
  /// and accounts, which their digits are not.
  bool urls_hide;
  /// The kernel level; -1 is this process's.
  int level;
} personal_options;

typedef struct personal_finder personal_finder;

/// A finder whose buffers are reused from text to text; NULL without memory.
personal_finder *personal_finder_create(void);
void personal_finder_destroy(personal_finder *finder);

/// Finds everything in a text of at most 2^32 - 1 bytes; any bytes are safe. `spans` is set to the
/// places by their start, valid until the next call: none overlaps another, but URLs that do not hide
/// may overlap the rest. False without memory.
bool personal_data_find(
    personal_finder *finder, const uint8_t *text, size_t length, personal_options options,
    const personal_span **spans, size_t *count);
