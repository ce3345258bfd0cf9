// Passes over the flat buffers of parameters and gradients.

static void AT_LEVEL(add)(float *y, const float *x, size_t count) {
  float *restrict out = y;
  for (size_t i = 0; i < count; i++) out[i] += x[i];
}

static void AT_LEVEL(add_scaled)(float *y, const float *x, float scale, size_t count) {
#pragma clang fp contract(fast)
  float *restrict out = y;
  for (size_t i = 0; i < count; i++) out[i] += x[i] * scale;
}

static double AT_LEVEL(sum_of_squares)(const float *x, size_t count) {
#pragma clang fp reassociate(on) contract(fast)
  double total = 0;
  for (size_t start = 0; start < count; start += 1024) {
    const size_t end = start + 1024 < count ? start + 1024 : count;
    float block = 0;
#pragma clang loop interleave_count(4)
    for (size_t i = start; i < end; i++) block += x[i] * x[i];
    total += block;
  }
  return total;
}

static void AT_LEVEL(adamw)(float *parameters, float *moment1, float *moment2,
                            const float *gradient, size_t count, const adamw_settings *settings) {
#pragma clang fp contract(fast)
  const adamw_settings s = *settings;
  float *restrict p = parameters;
  float *restrict m = moment1;
  float *restrict v = moment2;
  const float *restrict g = gradient;
  const float keep = 1.0f - s.learning_rate * s.weight_decay;
  const float rate = s.learning_rate * s.correction1;
  for (size_t i = 0; i < count; i++) {
    const float slope = g[i] * s.gradient_scale;
    const float mean = s.beta1 * m[i] + (1.0f - s.beta1) * slope;
    const float square = s.beta2 * v[i] + (1.0f - s.beta2) * slope * slope;
    m[i] = mean;
    v[i] = square;
    p[i] = p[i] * keep - rate * mean / (sqrtf(square * s.correction2) + s.epsilon);
  }
}
