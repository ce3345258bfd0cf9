#pragma once
// Windows of 2 to 10 words that occur more than once, as the rules of Dolma, DCLM and RedPajama-V2
// count them: all in code points of the words alone, without the spaces between them.
#include "text_anatomy.h"

/// What is counted over the windows of one length.
typedef struct {
  /// How often the most frequent window occurs, for n = 2, 3 and 4; 0 where there are fewer words.
  uint64_t most;
  /// The length of the most frequent window, of equally frequent ones the first.
  uint64_t first;
  /// The length of the longest of the most frequent windows that occur more than once.
  uint64_t longest;
  /// The length of all windows that occur more than once, each copy counted.
  uint64_t copies;
  /// The length of all windows.
  uint64_t all;
  /// The length of the words that stand in a window that occurs more than once.
  uint64_t covered;
} window_totals;

enum { fewest_window_words = 2, most_window_words = 10 };

typedef struct {
  uint64_t words, characters;
  window_totals totals[most_window_words - fewest_window_words + 1];
} word_windows;

/// The totals of the windows of `n` (2 to 10) words.
static inline window_totals word_windows_of(const word_windows *windows, int n) {
  return windows->totals[n - fewest_window_words];
}

/// Counts over the words of the last cut. False without memory.
/// @param alphanumeric only the words that start with a letter or a digit.
bool text_anatomy_windows(text_anatomy *anatomy, bool alphanumeric, word_windows *result);
