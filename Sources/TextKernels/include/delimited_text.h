#pragma once
// Delimited text such as CSV (RFC 4180), one record at a time, as lenient as Python's csv module: a
// quote counts only at the start of a field, what follows a closing quote is taken as it is, and a
// record ends with LF, CRLF or CR. Any bytes are safe.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
  /// The field was in quotes; `start` is behind the opening one.
  DELIMITED_QUOTED = 1,
  /// The field is to be unescaped before it is used.
  DELIMITED_ESCAPED = 2
};

/// One field of a record. Positions are bytes from the start of the record.
typedef struct {
  size_t start;
  size_t end;
  uint32_t marks;
} delimited_field;

typedef enum {
  /// A record ends before `position`.
  DELIMITED_RECORD,
  /// The bytes end inside the record: call again with more.
  DELIMITED_MORE,
  /// There are no bytes left.
  DELIMITED_END,
  /// The input ends inside quotes.
  DELIMITED_OPEN_QUOTE
} delimited_status;

/// How far a record has been scanned. All zero at its start.
typedef struct {
  size_t position;
  size_t field_start;
  /// Fields so far, those too for which there was no room.
  size_t field_count;
  uint32_t field_marks;
  uint32_t state;
} delimited_scan;

/// Scans on at `scan->position` to the end of the record that starts at `record`.
/// - count: bytes that can be read from `record`.
/// - is_last: whether the input ends with them.
/// - fields: room for `capacity` fields; more are counted and not written.
/// - level: -1 for the best of this process, or a `kernel_level` for tests.
delimited_status delimited_record(
    const uint8_t *record, size_t count, bool is_last, uint8_t separator, delimited_scan *scan,
    delimited_field *fields, size_t capacity, int level);

/// Unescapes, in place, a field marked `DELIMITED_ESCAPED`: doubled quotes become one, and the first
/// single quote goes. Returns its new length.
size_t delimited_unescape(uint8_t *field, size_t length);
