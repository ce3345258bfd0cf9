// What attention does between its matrix products.

// Rotary position embedding. Su et al. 2021, arXiv:2104.09864; pairs as in Llama's half rotation.
static void AT_LEVEL(rotary)(float *x, const float *cosine, const float *sine, size_t rows,
                             size_t sequence_length, size_t heads, size_t head_size, size_t stride,
                             float direction) {
#pragma clang fp contract(fast)
  const size_t half = head_size / 2;
  for (size_t t = 0; t < rows; t++) {
    const float *restrict c = cosine + (t % sequence_length) * half;
    const float *restrict s = sine + (t % sequence_length) * half;
    for (size_t h = 0; h < heads; h++) {
      float *restrict low = x + t * stride + h * head_size;
      float *restrict high = low + half;
      for (size_t i = 0; i < half; i++) {
        const float a = low[i], b = high[i], turn = s[i] * direction;
        low[i] = a * c[i] - b * turn;
        high[i] = b * c[i] + a * turn;
      }
    }
  }
}

static void AT_LEVEL(causal_softmax)(float *scores, float *log_sums, size_t log_stride,
                                     size_t rows, size_t keys, size_t first, float scale) {
#pragma clang fp reassociate(on) contract(fast)
  for (size_t i = 0; i < rows; i++) {
    float *restrict row = scores + i * keys;
    const size_t seen = first + i + 1;
    const float most = AT_LEVEL(maximum)(row, seen) * scale;
    float sum = 0;
#pragma clang loop interleave_count(2)
    for (size_t k = 0; k < seen; k++) {
      const float value = AT_LEVEL(fast_exp)(row[k] * scale - most);
      row[k] = value;
      sum += value;
    }
    const float share = 1.0f / sum;
    for (size_t k = 0; k < seen; k++) row[k] *= share;
    memset(row + seen, 0, (keys - seen) * sizeof(float));
    log_sums[i * log_stride] = most + logf(sum);
  }
}

static void AT_LEVEL(causal_softmax_backward)(float *scores, float *dweights,
                                              const float *log_sums, size_t log_stride, size_t rows,
                                              size_t keys, size_t first, float scale) {
#pragma clang fp reassociate(on) contract(fast)
  for (size_t i = 0; i < rows; i++) {
    float *restrict p = scores + i * keys;
    float *restrict dp = dweights + i * keys;
    const size_t seen = first + i + 1;
    const float log_sum = log_sums[i * log_stride];
    float dot = 0;
#pragma clang loop interleave_count(2)
    for (size_t k = 0; k < seen; k++) {
      const float value = AT_LEVEL(fast_exp)(p[k] * scale - log_sum);
      p[k] = value;
      dot += value * dp[k];
    }
    for (size_t k = 0; k < seen; k++) dp[k] = p[k] * (dp[k] - dot) * scale;
    memset(p + seen, 0, (keys - seen) * sizeof(float));
    memset(dp + seen, 0, (keys - seen) * sizeof(float));
  }
}
