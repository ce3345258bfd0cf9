// SwiGLU. Shazeer 2020, arXiv:2002.05202.

static void AT_LEVEL(swiglu)(float *activation, const float *gate_up, size_t rows, size_t width) {
#pragma clang fp contract(fast)
  for (size_t t = 0; t < rows; t++) {
    const float *restrict gate = gate_up + t * 2 * width;
    const float *restrict up = gate + width;
    float *restrict y = activation + t * width;
    for (size_t f = 0; f < width; f++) {
      y[f] = gate[f] / (1.0f + AT_LEVEL(fast_exp)(-gate[f] > 88.0f ? 88.0f : -gate[f])) * up[f];
    }
  }
}

static void AT_LEVEL(swiglu_backward)(float *gate_up, const float *dactivation, size_t rows,
                                      size_t width) {
#pragma clang fp contract(fast)
  for (size_t t = 0; t < rows; t++) {
    float *restrict gate = gate_up + t * 2 * width;
    float *restrict up = gate + width;
    const float *restrict dy = dactivation + t * width;
    for (size_t f = 0; f < width; f++) {
      const float g = gate[f];
      const float sigmoid = 1.0f / (1.0f + AT_LEVEL(fast_exp)(-g > 88.0f ? 88.0f : -g));
      const float silu = g * sigmoid;
      gate[f] = dy[f] * up[f] * (sigmoid + silu - silu * sigmoid);
      up[f] = dy[f] * silu;
    }
  }
}
