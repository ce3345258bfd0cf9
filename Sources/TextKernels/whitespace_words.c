// Words as Python's `split()` cuts them: what stands between Unicode white space.
#include "text_anatomy.h"
#include "word_list.h"

/// The bytes of the white space character at `p` < `limit` that starts with a byte beyond ASCII, or 0.
static inline uint32_t wide_space_length(const uint8_t *p, const uint8_t *limit) {
  if (*p != 0xC2 && (*p < 0xE1 || *p > 0xE3)) return 0;
  character c = character_at(p, limit);
  return character_class(c.code) & CLASS_SPACE ? c.length : 0;
}

/// All white space of a block; `carry` takes the bits of a character that goes on in the next one.
static inline uint64_t spaces_of_block(
    const word_list *list, const anatomy_masks *masks, size_t block, uint64_t *carry) {
  uint64_t spaces = masks->space[block] | *carry;
  *carry = 0;
  for (uint64_t wide = masks->wide[block] & ~spaces; wide; wide &= wide - 1) {
    size_t i = (size_t)__builtin_ctzll(wide);
    uint32_t length = wide_space_length(list->text + block * 64 + i, list->limit);
    if (!length) continue;
    uint64_t bits = (1ull << length) - 1;
    spaces |= bits << i;
    if (i + length > 64) *carry |= bits >> (64 - i);
  }
  return spaces;
}

static inline void cut_chunk(
    word_list *list, size_t start, size_t end, const anatomy_masks *masks) {
  size_t length = end - start;
  if (unlikely(length > 64)) return add_any_word(list, start, end);
  uint64_t inside = ~0ull >> (64 - length);
  if (unlikely(bits_from(masks->wide, start) & inside)) return add_any_word(list, start, end);
  // Each ASCII character that is no letter, digit or space is one of datatrove's symbols.
  uint64_t alphanumeric = inside & ~bits_from(masks->other, start);
  uint64_t letters = alphanumeric & ~bits_from(masks->digit, start);
  uint32_t flags = (letters ? ANATOMY_WORD_ALPHA : 0) | (alphanumeric ? ANATOMY_WORD_LETTERS : 0);
  uint64_t hash = hash_bytes(list->text + start, length, list->limit);
  add_word(list, start, length, (uint32_t)length, flags, hash);
}

bool cut_whitespace_words(text_anatomy *anatomy) {
  word_list list = word_list_start(anatomy);
  const anatomy_masks *masks = &anatomy->scratch->views;
  uint64_t carry = 0;
  FOR_EACH_CHUNK(
      anatomy, spaces_of_block(&list, masks, block, &carry), cut_chunk(&list, start, at, masks));
  return word_list_end(&list);
}
