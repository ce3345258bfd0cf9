#pragma once
#include "character_classes.h"

/// Where text[start..<end] goes on after the spaces (Python's `isspace`) that it starts with.
static inline size_t skip_spaces(const uint8_t *text, size_t start, size_t end) {
  // Most lines begin with what is no space.
  if (start < end && text[start] > ' ' && text[start] < 0x80) return start;
  while (start < end) {
    character c = character_at(text + start, text + end);
    if (!(character_class(c.code) & CLASS_SPACE)) break;
    start += c.length;
  }
  return start;
}

/// Where text[start..<end] ends without the spaces at its end.
static inline size_t drop_spaces(const uint8_t *text, size_t start, size_t end) {
  if (start < end && text[end - 1] > ' ' && text[end - 1] < 0x80) return end;
  while (start < end) {
    character c = character_before(text + start, text + end);
    if (!(character_class(c.code) & CLASS_SPACE)) break;
    end -= c.length;
  }
  return end;
}

/// Code points.
static inline size_t count_characters(const uint8_t *text, size_t start, size_t end) {
  size_t characters = 0;
  for (size_t i = start; i < end; i++) characters += (text[i] & 0xC0) != 0x80;
  return characters;
}
