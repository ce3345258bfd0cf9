// exp(x) for x <= 88, to 2 units in the last place; 0 below -87.3. Cody & Waite reduction, then a
// polynomial. Reassociation stays off here: it would fold the rounding constant away.
static inline __attribute__((always_inline)) float AT_LEVEL(fast_exp)(float x) {
#pragma clang fp contract(fast) reassociate(off)
  const float clamped = x < -87.3f ? -87.3f : x;
  // Adding 1.5 * 2^23 rounds to an integer, which then sits in the low bits of the sum.
  const float shifted = clamped * 1.44269504f + 12582912.0f;
  const float whole = shifted - 12582912.0f;
  const float r = (clamped - whole * 0.693359375f) + whole * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1.0f;
  union { float f; uint32_t bits; } exponent = {.f = shifted}, result = {.f = p};
  result.bits += exponent.bits << 23;
  return x < -87.3f ? 0.0f : result.f;
}

typedef float AT_LEVEL(lanes) __attribute__((ext_vector_type(16)));

static inline __attribute__((always_inline)) float AT_LEVEL(maximum)(const float *x, size_t count) {
  typedef float unaligned_lanes __attribute__((ext_vector_type(16), aligned(4)));
  AT_LEVEL(lanes) best = x[0];
  size_t i = 0;
  for (; i + 16 <= count; i += 16) {
    const AT_LEVEL(lanes) value = *(const unaligned_lanes *)(x + i);
    best = value > best ? value : best;
  }
  float most = best[0];
  for (int lane = 1; lane < 16; lane++) most = best[lane] > most ? best[lane] : most;
  for (; i < count; i++) most = x[i] > most ? x[i] : most;
  return most;
}
