// One block of the vocabulary at a time: exponentials and their sums, while the logits are in cache.

static void AT_LEVEL(exp_rows)(float *logits, float *maxima, float *sums, size_t rows,
                               size_t width) {
#pragma clang fp reassociate(on) contract(fast)
  for (size_t t = 0; t < rows; t++) {
    float *restrict row = logits + t * width;
    const float most = AT_LEVEL(maximum)(row, width);
    float sum = 0;
#pragma clang loop interleave_count(2)
    for (size_t v = 0; v < width; v++) {
      const float value = AT_LEVEL(fast_exp)(row[v] - most);
      row[v] = value;
      sum += value;
    }
    maxima[t] = most;
    sums[t] = sum;
  }
}

static void AT_LEVEL(scale_rows)(float *y, const float *x, const float *scales, size_t rows,
                                 size_t width) {
  for (size_t t = 0; t < rows; t++) {
    const float *restrict x_t = x + t * width;
    float *restrict y_t = y + t * width;
    const float scale = scales[t];
    for (size_t d = 0; d < width; d++) y_t[d] = x_t[d] * scale;
  }
}

static void AT_LEVEL(add_scaled_rows)(float *y, const float *x, const float *scales, size_t rows,
                                      size_t width) {
#pragma clang fp contract(fast)
  for (size_t t = 0; t < rows; t++) {
    const float *restrict x_t = x + t * width;
    float *restrict y_t = y + t * width;
    const float scale = scales[t];
    for (size_t d = 0; d < width; d++) y_t[d] += x_t[d] * scale;
  }
}
