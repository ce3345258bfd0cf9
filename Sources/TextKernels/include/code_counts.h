#pragma once
// What tells source code that people write from data, packed and generated files.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Characters and tokens as Python sees them, in code points.
typedef struct {
  size_t letters;            // isalpha
  size_t letters_and_digits; // isalnum
  size_t tokens;             // matches of \w+|[^\w\s]+
} code_characters;

/// Counts over a text; bytes that are not UTF-8 are walked through one by one.
code_characters text_code_characters(const uint8_t *text, size_t length);

/// Places that match one pattern, in code points.
typedef struct {
  size_t longest, total;
} code_matches;

/// Data that stands encoded in a file: the matches of the three patterns of StarCoder2.
typedef struct {
  code_matches base64;   // [a-zA-Z0-9+/\n=]{64,}
  code_matches hex;      // (?:\b(?:0x|\\x)?[0-9a-fA-F]{2}(?:,|\b\s*)){8,}
  code_matches escapes;  // (?:\\u[0-9a-fA-F]{4}){8,}
} encoded_data;

/// Leftmost, longest, not overlapping, as Python's findall gives them. Linear in the text.
encoded_data text_encoded_data(const uint8_t *text, size_t length);

/// How a language marks comments and texts.
typedef enum {
  COMMENTS_UNKNOWN,
  COMMENTS_ADA,          // --
  COMMENTS_ASSEMBLY,     // ; # // /* */
  COMMENTS_BASIC,        // ' and REM
  COMMENTS_BATCH,        // REM ::
  COMMENTS_C,            // // /* */
  COMMENTS_CSS,          // /* */
  COMMENTS_FORTRAN,      // !
  COMMENTS_HASKELL,      // -- {- -}
  COMMENTS_JULIA,        // # #= =#
  COMMENTS_LISP,         // ; #| |#
  COMMENTS_LUA,          // -- --[[ ]]
  COMMENTS_MARKUP,       // <!-- -->
  COMMENTS_MATLAB,       // % %{ %}
  COMMENTS_NESTED_C,     // // and /* */, which nest
  COMMENTS_OCAML,        // (* *)
  COMMENTS_PASCAL,       // // { } (* *)
  COMMENTS_PERCENT,      // %
  COMMENTS_PHP,          // // # /* */
  COMMENTS_POWERSHELL,   // # <# #>
  COMMENTS_PROLOG,       // % /* */
  COMMENTS_PYTHON,       // # and the texts that document modules, classes and functions
  COMMENTS_RUST,         // // and /* */, which nest; a ' may be a lifetime
  COMMENTS_SCRIPT,       // // /* */ and texts between `
  COMMENTS_SHELL,        // # at the start of a word
  COMMENTS_SQL,          // -- /* */
  COMMENTS_TEX,          // % without a backslash before it
} comment_syntax;

/// Code points in comments, with their marks; the end of a line is no part of a comment to the end of
/// the line. Of documenting texts in Python without the quotes. Linear in the text.
size_t text_comment_characters(const uint8_t *text, size_t length, comment_syntax syntax);
