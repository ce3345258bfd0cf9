#include "byte_vectors.h"
#include "c4_lines.h"
#include "kernel_level.h"

// Three bytes of each phrase that are rare together. ASCII letters in upper case are found too;
// none of them is a k, which the Kelvin sign becomes in lower case.
#define TRIPLE(a, b, c) ((first == (a)) & (second == (b)) & (third == (c)))

INLINE void marks_body(const uint8_t *text, size_t length, uint64_t *marks) {
  for (size_t at = 0, block = 0; at < length; at += 64, block++) {
    bytes64 first, second, third;
    const uint8_t *p = text + at;
    uint8_t tail[66] = {0};
    if (length - at < sizeof tail) {
      memcpy(tail, p, length - at);
      p = tail;
    }
    memcpy(&first, p, 64);
    memcpy(&second, p + 1, 64);
    memcpy(&third, p + 2, 64);
    // "[" becomes "{".
    first |= 0x20;
    second |= 0x20;
    third |= 0x20;
    marks[block] = MASK(
        (first == '{') | TRIPLE('i', 'p', 's') | TRIPLE('j', 'a', 'v') | TRIPLE('c', 'o', 'o') |
        TRIPLE('i', 'c', 'y') | TRIPLE('f', ' ', 'u'));
  }
}

typedef void marks_kernel(const uint8_t *, size_t, uint64_t *);

static void marks_portable(const uint8_t *text, size_t length, uint64_t *marks) {
  marks_body(text, length, marks);
}
#if defined(__x86_64__)
TARGET_AVX2 static void marks_avx2(const uint8_t *text, size_t length, uint64_t *marks) {
  marks_body(text, length, marks);
}
TARGET_AVX512 static void marks_avx512(const uint8_t *text, size_t length, uint64_t *marks) {
  marks_body(text, length, marks);
}
static marks_kernel *const kernels[] = {marks_portable, marks_avx2, marks_avx512};
#else
static marks_kernel *const kernels[] = {marks_portable, marks_portable, marks_portable};
#endif

void c4_line_marks(const uint8_t *text, size_t length, uint64_t *marks, int level) {
  kernel_level best = kernel_level_in_use();
  kernels[level >= 0 && level <= (int)best ? level : (int)best](text, length, marks);
}
