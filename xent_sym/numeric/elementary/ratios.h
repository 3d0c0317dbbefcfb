/* log(w/q) and w log(w/q) - w + q, with one division. */

/* w/q = 2^k (1 - s)/(1 + s) for w and q above 0: k = 0 where it is from 1/2 to 2; else |s| <= 1/5,
   and k is the difference of their bits, rounded to a multiple of 2^52.  Half of it goes to each,
   so that no factor overflows. */
INLINE double d_reduced(double w, double q, double *k) {
    const double w_up = w < 0x1p-900 ? w * 0x1p100 : w, q_up = q < 0x1p-900 ? q * 0x1p100 : q;
    const double risen = (q < 0x1p-900 ? 100.0 : 0.0) - (w < 0x1p-900 ? 100.0 : 0.0);
    const uint64_t apart = d_bits(w_up) - d_bits(q_up) + 0x8008000000000000u;
    const int near = (q_up <= 2.0 * w_up) & (w_up <= 2.0 * q_up);
    const uint64_t both = near ? 2048u : apart >> 52, half = both >> 1; /* k + 2048 */
    const double a = w_up * d_from_bits((2047u - half) << 52);
    const double b = q_up * d_from_bits((both - half - 1u) << 52);
    *k = (d_from_bits(0x4330000000000000u | both) - (0x1p52 + 2048.0)) + risen;
    return (b - a) / (b + a);
}

INLINE double d_ratio(double w, double q) { double k; return d_reduced(w, q, &k); }
INLINE double d_steps(double w, double q) { double k; d_reduced(w, q, &k); return k; }

/* log(w/q), for w and q that are not negative, with s and k of these. */
INLINE double d_log_ratio(double w, double q, double s, double k) {
    double v = s * s, bend = d_fma(s * v, d_ratio_tail(v), 2.0 * s);
    double y = d_fma(k, D_LN2_HIGH, d_fma(k, D_LN2_LOW, -bend));
    y = q == 0.0 ? INFINITY : y;
    y = w == 0.0 ? (q == 0.0 ? NAN : -INFINITY) : y;
    return (w >= 0.0) & (q >= 0.0) ? y : NAN;
}

/* w log(w/q) - w + q, never negative; q where w = 0, infinite where q = 0 < w.  Where k = 0 all
   three parts cancel to second order, and s (q - w) - w s^3 p is what they leave. */
INLINE double d_divergence(double w, double q, double s, double k) {
    double v = s * s, tail = s * v * d_ratio_tail(v), d = q - w;
    double near = d_fma(s, d, -(w * tail));
    double whole = k * D_LN2_HIGH, high = whole - 2.0 * s, lost = (whole - high) - 2.0 * s;
    double low = lost + d_fma(k, D_LN2_LOW, -tail);
    double y = k == 0.0 ? near : d_fma(w, low, d_fma(w, high, d));
    y = w == 0.0 ? q : q == 0.0 ? INFINITY : y;
    return (w >= 0.0) & (q >= 0.0) ? y : NAN;
}

/* ---- float: the same -------------------------------------------------------------------- */
INLINE float f_reduced(float w, float q, float *k) {
    const float w_up = w < 0x1p-100f ? w * 0x1p30f : w, q_up = q < 0x1p-100f ? q * 0x1p30f : q;
    const float risen = (q < 0x1p-100f ? 30.0f : 0.0f) - (w < 0x1p-100f ? 30.0f : 0.0f);
    const uint32_t apart = f_bits(w_up) - f_bits(q_up) + 0x80400000u;
    const int near = (q_up <= 2.0f * w_up) & (w_up <= 2.0f * q_up);
    const uint32_t both = near ? 256u : apart >> 23, half = both >> 1;
    const float a = w_up * f_from_bits((255u - half) << 23);
    const float b = q_up * f_from_bits((both - half - 1u) << 23);
    *k = (f_from_bits(0x4b000000u | both) - (0x1p23f + 256.0f)) + risen;
    return (b - a) / (b + a);
}

INLINE float f_ratio(float w, float q) { float k; return f_reduced(w, q, &k); }
INLINE float f_steps(float w, float q) { float k; f_reduced(w, q, &k); return k; }

INLINE float f_log_ratio(float w, float q, float s, float k) {
    float v = s * s, bend = f_fma(s * v, f_ratio_tail(v), 2.0f * s);
    float y = f_fma(k, F_LN2_HIGH, f_fma(k, F_LN2_LOW, -bend));
    y = q == 0.0f ? INFINITY : y;
    y = w == 0.0f ? (q == 0.0f ? NAN : -INFINITY) : y;
    return (w >= 0.0f) & (q >= 0.0f) ? y : NAN;
}

INLINE float f_divergence(float w, float q, float s, float k) {
    float v = s * s, tail = s * v * f_ratio_tail(v), d = q - w;
    float near = f_fma(s, d, -(w * tail));
    float whole = k * F_LN2_HIGH, high = whole - 2.0f * s, lost = (whole - high) - 2.0f * s;
    float low = lost + f_fma(k, F_LN2_LOW, -tail);
    float y = k == 0.0f ? near : f_fma(w, low, f_fma(w, high, d));
    y = w == 0.0f ? q : q == 0.0f ? INFINITY : y;
    return (w >= 0.0f) & (q >= 0.0f) ? y : NAN;
}
