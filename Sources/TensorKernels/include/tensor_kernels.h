#pragma once
// Hot loops over Float32 tensors, row-major. Each kernel has one body, compiled for several processor
// levels; a table of them is chosen once from the processor's features or MIDSTREAM_KERNELS.
//
// Letters: T tokens (rows), D model width, F feed-forward width, H heads, S head size, K keys.
// No kernel allocates. Outputs do not overlap inputs unless a line says "in place".
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// What AdamW needs besides its tensors, all as of this step.
typedef struct {
  float learning_rate;
  float beta1, beta2, epsilon;
  float weight_decay;
  /// 1 / (1 - beta^step) of both moments.
  float correction1, correction2;
  /// Factor on every gradient: global-norm clipping.
  float gradient_scale;
} adamw_settings;

typedef struct {
  /// y[t,d] = x[t,d] * gain[d] * inverse[t], with inverse[t] = 1 / sqrt(mean_d x[t,d]^2 + epsilon).
  void (*rms_norm)(float *y, float *inverse, const float *x, const float *gain, size_t rows,
                   size_t width, float epsilon);
  /// sum = x + update, then rms_norm of sum: one pass. `sum` may be `x`.
  void (*residual_rms_norm)(float *sum, float *y, float *inverse, const float *x,
                            const float *update, const float *gain, size_t rows, size_t width,
                            float epsilon);
  /// dx[t,d] += gradient through rms_norm; dgain[d] += its gradient.
  void (*rms_norm_backward)(float *dx, float *dgain, const float *dy, const float *x,
                            const float *inverse, const float *gain, size_t rows, size_t width);

  /// Rotates the pairs (i, i + S/2) of each head in place by the angle of the row's position.
  /// Row t of x starts at x + t * stride and has position t mod sequence_length; cosine and sine are
  /// [positions, S/2]. direction +1 rotates forward, -1 back (which is the gradient).
  void (*rotary)(float *x, const float *cosine, const float *sine, size_t rows,
                 size_t sequence_length, size_t heads, size_t head_size, size_t stride,
                 float direction);

  /// Rows of causal attention weights, in place: row i sees keys 0 ... first + i, the rest become 0.
  /// scores are [rows, keys]; log_sums[i * log_stride] = log sum_k exp(scale * score).
  void (*causal_softmax)(float *scores, float *log_sums, size_t log_stride, size_t rows,
                         size_t keys, size_t first, float scale);
  /// scores become weights p, dweights become dscores = scale * p * (dp - sum p dp), both in place.
  void (*causal_softmax_backward)(float *scores, float *dweights, const float *log_sums,
                                  size_t log_stride, size_t rows, size_t keys, size_t first,
                                  float scale);

  /// activation[t,f] = silu(gate) * up of gate_up[t, 0..<F] and gate_up[t, F..<2F].
  void (*swiglu)(float *activation, const float *gate_up, size_t rows, size_t width);
  /// gate_up becomes its gradient, in place.
  void (*swiglu_backward)(float *gate_up, const float *dactivation, size_t rows, size_t width);

  /// logits [rows, width] become exp(logit - maxima[t]) in place; sums[t] is their sum.
  void (*exp_rows)(float *logits, float *maxima, float *sums, size_t rows, size_t width);
  /// y[t,d] = x[t,d] * scales[t].
  void (*scale_rows)(float *y, const float *x, const float *scales, size_t rows, size_t width);
  /// y[t,d] += x[t,d] * scales[t].
  void (*add_scaled_rows)(float *y, const float *x, const float *scales, size_t rows,
                          size_t width);

  /// y += x.
  void (*add)(float *y, const float *x, size_t count);
  /// y += scale * x.
  void (*add_scaled)(float *y, const float *x, float scale, size_t count);
  /// The sum of squares, in Float64 over blocks of 1,024.
  double (*sum_of_squares)(const float *x, size_t count);
  /// Decoupled weight decay, Loshchilov & Hutter 2019; parameters and moments in place.
  void (*adamw)(float *parameters, float *moment1, float *moment2, const float *gradient,
                size_t count, const adamw_settings *settings);

  /// Float32 from the 16 bits of bfloat16, and from IEEE half precision.
  void (*from_bfloat16)(float *y, const uint16_t *x, size_t count);
  void (*from_float16)(float *y, const uint16_t *x, size_t count);
} tensor_kernel_table;

/// The kernels of this process's level.
const tensor_kernel_table *tensor_kernels(void);

/// The kernels of a level by its name, or NULL where this processor lacks it. For tests.
const tensor_kernel_table *_Nullable tensor_kernels_named(const char *level);

#pragma clang assume_nonnull end
