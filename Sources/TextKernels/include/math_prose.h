#pragma once
// The prose of a text with formulas, and what its formulas are.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Counts over a text with formulas.
typedef struct {
  size_t formulas;            // between $, $$, \( \), \[ \] and in environments such as equation
  size_t dollar_pairs;        // of those: between $ or $$
  size_t formula_characters;  // their code points, marks included
  size_t commands;            // a backslash and two letters or more, in and outside formulas
} math_counts;

/// Writes the prose of `text` to `prose` (room for `text_prose_room(length)` bytes) and returns its
/// length: each formula as one made-up word that is the same for the same formula, LaTeX commands,
/// braces, labels, references and comments left out. Linear in the text; any bytes are safe.
size_t text_prose(const uint8_t *text, size_t length, uint8_t *prose, math_counts *counts);
static inline size_t text_prose_room(size_t length) { return 2 * length + 16; }

/// Lines that have something on them, and those of them that read like the frame of a web page ("terms
/// of use", "log in to reply", "all rights reserved"): more than 0.18 of the words are in such phrases,
/// or more than 10 are, and nothing looks like mathematics or code.
typedef struct {
  size_t lines, boilerplate;
} boilerplate_lines;

boilerplate_lines text_boilerplate_lines(const uint8_t *text, size_t length);

/// Accented letters that OpenWebMath counts, in either case: ü ï ö ê ä â î û ô è é à.
size_t text_accents(const uint8_t *text, size_t length);
