// Root-mean-square norm. Zhang & Sennrich 2019, arXiv:1910.07467.

static void AT_LEVEL(residual_rms_norm)(float *sum, float *y, float *inverse, const float *x,
                                        const float *update, const float *gain, size_t rows,
                                        size_t width, float epsilon) {
#pragma clang fp reassociate(on) contract(fast)
  for (size_t t = 0; t < rows; t++) {
    const float *x_t = x + t * width;
    const float *update_t = update + t * width;
    float *sum_t = sum + t * width;
    float *restrict y_t = y + t * width;
    float squares = 0;
#pragma clang loop vectorize(assume_safety) interleave_count(4)
    for (size_t d = 0; d < width; d++) {
      const float value = x_t[d] + update_t[d];
      sum_t[d] = value;
      squares += value * value;
    }
    const float scale = 1.0f / sqrtf(squares / (float)width + epsilon);
    inverse[t] = scale;
    for (size_t d = 0; d < width; d++) y_t[d] = sum_t[d] * scale * gain[d];
  }
}

static void AT_LEVEL(rms_norm)(float *y, float *inverse, const float *x, const float *gain,
                               size_t rows, size_t width, float epsilon) {
#pragma clang fp reassociate(on) contract(fast)
  for (size_t t = 0; t < rows; t++) {
    const float *x_t = x + t * width;
    float *restrict y_t = y + t * width;
    float squares = 0;
#pragma clang loop interleave_count(4)
    for (size_t d = 0; d < width; d++) squares += x_t[d] * x_t[d];
    const float scale = 1.0f / sqrtf(squares / (float)width + epsilon);
    inverse[t] = scale;
    for (size_t d = 0; d < width; d++) y_t[d] = x_t[d] * scale * gain[d];
  }
}

static void AT_LEVEL(rms_norm_backward)(float *dx, float *dgain, const float *dy, const float *x,
                                        const float *inverse, const float *gain, size_t rows,
                                        size_t width) {
#pragma clang fp reassociate(on) contract(fast)
  for (size_t t = 0; t < rows; t++) {
    const float *restrict x_t = x + t * width;
    const float *restrict dy_t = dy + t * width;
    float *restrict dx_t = dx + t * width;
    float *restrict dg = dgain;
    const float scale = inverse[t];
    float dot = 0;
#pragma clang loop interleave_count(4)
    for (size_t d = 0; d < width; d++) dot += dy_t[d] * gain[d] * x_t[d];
    const float pull = dot * scale * scale * scale / (float)width;
    for (size_t d = 0; d < width; d++) {
      dg[d] += dy_t[d] * x_t[d] * scale;
      dx_t[d] += dy_t[d] * gain[d] * scale - x_t[d] * pull;
    }
  }
}
