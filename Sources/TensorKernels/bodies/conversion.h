// Stored 16-bit floats to Float32; both conversions are exact.

static void AT_LEVEL(from_bfloat16)(float *y, const uint16_t *x, size_t count) {
  for (size_t i = 0; i < count; i++) {
    union { uint32_t bits; float value; } wide = {.bits = (uint32_t)x[i] << 16};
    y[i] = wide.value;
  }
}

static void AT_LEVEL(from_float16)(float *y, const uint16_t *x, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const uint32_t sign = (uint32_t)(x[i] & 0x8000) << 16;
    const uint32_t exponent = (x[i] >> 10) & 31, fraction = x[i] & 1023;
    union { uint32_t bits; float value; } wide;
    if (exponent == 0) {
      wide.value = (float)fraction * 0x1p-24f;
      wide.bits |= sign;
    } else {
      wide.bits = sign | (exponent == 31 ? 255u : exponent + 112) << 23 | fraction << 13;
    }
    y[i] = wide.value;
  }
}
