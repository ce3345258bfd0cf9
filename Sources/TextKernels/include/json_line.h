#pragma once
// One pass over a line of JSON that is an object: its members, with strings unescaped. It takes the
// lines that are right beyond doubt and leaves every other one to a full parser.
#include <stddef.h>
#include <stdint.h>

/// Bytes that must be readable behind a line, and writable behind the unescaped strings.
#define JSON_LINE_PADDING 64

typedef enum {
  JSON_MEMBER_STRING,
  JSON_MEMBER_NULL,
  /// true, false, or a number that a double holds exactly.
  JSON_MEMBER_SCALAR,
  /// An object or an array, whose inside was not checked.
  JSON_MEMBER_CONTAINER
} json_member_kind;

typedef struct {
  /// The key without its quotes: ASCII without escapes.
  const uint8_t *key;
  size_t key_length;
  /// The value as it stands; a string with its quotes.
  const uint8_t *value;
  size_t value_length;
  /// A string's text, in the line where it has no escapes, else in the scratch; the long string's in
  /// its own output. Whether it is UTF-8
  /// was not checked where `needs_utf8_check`.
  const uint8_t *text;
  size_t text_length;
  json_member_kind kind;
  int needs_utf8_check;
} json_member;

/// The string that is nearly the whole line. It is unescaped straight to where it is wanted.
typedef struct {
  /// Plain ASCII.
  const uint8_t *key;
  size_t key_length;
  /// Room for as many bytes as the line has, and `JSON_LINE_PADDING` more.
  uint8_t *output;
} json_long_string;

/// Finds the members of the object that `line` is. A byte below 0x20, such as its line feed, must
/// follow it. `scratch` has room for `length + JSON_LINE_PADDING` bytes.
///
/// Returns how many members there are, or -1 where a full parser must judge: the line is no object,
/// anything is malformed, a key is not plain ASCII or comes twice, a string has U+0000 or an
/// unpaired surrogate, a number is not a simple one, or there are more than `capacity` members.
/// Containers end where their brackets do; what is inside them is the caller's to check. `level` -1 is
/// this process's kernel level.
ptrdiff_t json_line_members(
    const uint8_t *line, size_t length, json_long_string long_string, uint8_t *scratch,
    json_member *members, size_t capacity, int level);
