// All kernels at one level, and their table. Included once a level, with AT_LEVEL defined.
#include "exponential.h"
#include "normalization.h"
#include "attention.h"
#include "feed_forward.h"
#include "cross_entropy.h"
#include "optimization.h"
#include "conversion.h"

static const tensor_kernel_table AT_LEVEL(table) = {
    .rms_norm = AT_LEVEL(rms_norm),
    .residual_rms_norm = AT_LEVEL(residual_rms_norm),
    .rms_norm_backward = AT_LEVEL(rms_norm_backward),
    .rotary = AT_LEVEL(rotary),
    .causal_softmax = AT_LEVEL(causal_softmax),
    .causal_softmax_backward = AT_LEVEL(causal_softmax_backward),
    .swiglu = AT_LEVEL(swiglu),
    .swiglu_backward = AT_LEVEL(swiglu_backward),
    .exp_rows = AT_LEVEL(exp_rows),
    .scale_rows = AT_LEVEL(scale_rows),
    .add_scaled_rows = AT_LEVEL(add_scaled_rows),
    .add = AT_LEVEL(add),
    .add_scaled = AT_LEVEL(add_scaled),
    .sum_of_squares = AT_LEVEL(sum_of_squares),
    .adamw = AT_LEVEL(adamw),
    .from_bfloat16 = AT_LEVEL(from_bfloat16),
    .from_float16 = AT_LEVEL(from_float16),
};
