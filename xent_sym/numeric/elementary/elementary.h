/* exp, log, log1p, expm1 and tanh in C99, for double (d_) and float (f_).

   No branch, no table, no call: every condition is a select, so that a loop which calls these
   becomes vector code in gcc and clang.  Compile with -fno-math-errno -fno-trapping-math
   -ffp-contract=off; never with -ffast-math, which breaks the error-free sums below.
   All arguments are allowed: results overflow to infinity, underflow gradually, and NaN stays NaN.

   Largest error measured, in units in the last place (with fused multiply-add, and without):
             exp          log          log1p        expm1        tanh
   double    0.86  1.15   0.84  0.84   0.86  0.86   1.13  1.12   1.46  1.42
   float     0.88  1.18   0.80  0.80   0.90  0.90   1.06  1.08   1.43  1.43 */
#include <math.h>
#include <stdint.h>

#if defined(__GNUC__)
#define INLINE static inline __attribute__((always_inline))
#else
#define INLINE static inline
#endif

/* One rounding where the machine can; else two, which every use below allows. */
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA) || defined(__FP_FAST_FMA)
#define d_fma(a, b, c) fma(a, b, c)
#define f_fma(a, b, c) fmaf(a, b, c)
#else
#define d_fma(a, b, c) ((a) * (b) + (c))
#define f_fma(a, b, c) ((a) * (b) + (c))
#endif

/* coefficients: begin (written by scripts/write_coefficients.py) */
/* p with exp(r) = 1 + r + r^2 p; error 3.6e-18 */
INLINE double d_exp_tail(double r) {
    double rr = r * r, even = 2.763151402739048e-07, odd = 2.5112467005574106e-08;
    even = d_fma(even, rr, 2.4801489210969283e-05);
    even = d_fma(even, rr, 0.0013888888947823335);
    even = d_fma(even, rr, 0.04166666666651177);
    even = d_fma(even, rr, 0.5000000000000013);
    odd = d_fma(odd, rr, 2.755723349364405e-06);
    odd = d_fma(odd, rr, 0.0001984126989792776);
    odd = d_fma(odd, rr, 0.008333333333316314);
    odd = d_fma(odd, rr, 0.16666666666666685);
    return d_fma(odd, r, even);
}

/* p with log((1 + s)/(1 - s)) = 2 s + s w p, w = s^2; error 2.6e-18 */
INLINE double d_log_tail(double w) {
    double ww = w * w, even = 0.14797580678663666, odd = 0.15313874267980657;
    even = d_fma(even, ww, 0.18183571891070066);
    even = d_fma(even, ww, 0.28571428744221256);
    even = d_fma(even, ww, 0.6666666666666736);
    odd = d_fma(odd, ww, 0.22222198410073607);
    odd = d_fma(odd, ww, 0.39999999999404734);
    return d_fma(odd, w, even);
}

/* p with log((1 + s)/(1 - s)) = 2 s + s w p, w = s^2; error 4.1e-19 */
INLINE double d_ratio_tail(double w) {
    double ww = w * w, even = 0.16066344782024247, odd = 0.07238298492491127;
    even = d_fma(even, ww, 0.1090854280034848);
    even = d_fma(even, ww, 0.13335936453815586);
    even = d_fma(even, ww, 0.1818182128527159);
    even = d_fma(even, ww, 0.2857142857191582);
    even = d_fma(even, ww, 0.6666666666666667);
    odd = d_fma(odd, ww, 0.11725428277939706);
    odd = d_fma(odd, ww, 0.15384503003475006);
    odd = d_fma(odd, ww, 0.2222222217000256);
    odd = d_fma(odd, ww, 0.39999999999997904);
    return d_fma(odd, w, even);
}

/* p with exp(r) = 1 + r + r^2 p; error 3.3e-09 */
INLINE float f_exp_tail(float r) {
    float rr = r * r, even = 0.0013946459f, odd = 0.008369159f;
    even = f_fma(even, rr, 0.04166626f);
    even = f_fma(even, rr, 0.5f);
    odd = f_fma(odd, rr, 0.16666517f);
    return f_fma(odd, r, even);
}

/* p with log((1 + s)/(1 - s)) = 2 s + s w p, w = s^2; error 1.7e-09 */
INLINE float f_log_tail(float w) {
    float ww = w * w, even = 0.2987622f, odd = 0.39977342f;
    even = f_fma(even, ww, 0.66666776f);
    return f_fma(odd, w, even);
}

/* p with log((1 + s)/(1 - s)) = 2 s + s w p, w = s^2; error 1.2e-09 */
INLINE float f_ratio_tail(float w) {
    float ww = w * w, even = 0.23817404f, odd = 0.21558742f;
    even = f_fma(even, ww, 0.2860463f);
    even = f_fma(even, ww, 0.6666667f);
    odd = f_fma(odd, ww, 0.3999933f);
    return f_fma(odd, w, even);
}

/* coefficients: end */

/* ---- double ---------------------------------------------------------------------------- */
typedef union { double value; uint64_t bits; } d_word;
INLINE uint64_t d_bits(double x) { d_word w; w.value = x; return w.bits; }
INLINE double d_from_bits(uint64_t bits) { d_word w; w.bits = bits; return w.value; }

/* log 2 = high + low; the high part has 33 bits, so k * high is exact for every exponent k. */
#define D_LN2_HIGH 6.93147180369123816490e-01
#define D_LN2_LOW 1.90821492927058770002e-10
#define D_LOG2_E 1.44269504088896340736
/* t = x + D_ROUND rounds x to an integer, and the low bits of t hold that integer. */
#define D_ROUND 0x1.8p52

INLINE double d_exp(double x) {
    x = x < -746.0 ? -746.0 : x;
    x = x > 710.0 ? 710.0 : x;
    double t = d_fma(x, D_LOG2_E, D_ROUND + 2046.0);
    double k = t - (D_ROUND + 2046.0);
    double r = d_fma(k, -D_LN2_LOW, d_fma(k, -D_LN2_HIGH, x));
    double p = d_fma(d_fma(d_exp_tail(r), r, 1.0), r, 1.0);
    /* 2^k in two factors, either within range: only the last product overflows or underflows. */
    uint64_t both = d_bits(t), one = both >> 1, other = both - one;
    return p * d_from_bits(one << 52) * d_from_bits(other << 52);
}

/* The same for x <= 0, with less to do: it cannot overflow, and a factor 2^128 kept until the last
   product keeps the other factor a normal number. */
INLINE double d_exp_raised(double x) { /* times 2^128 */
    x = -796.0 > x ? -796.0 : x;
    double t = d_fma(x, D_LOG2_E, D_ROUND + 1151.0);
    double k = t - (D_ROUND + 1151.0);
    double r = d_fma(k, -D_LN2_LOW, d_fma(k, -D_LN2_HIGH, x));
    double p = d_fma(d_fma(d_exp_tail(r), r, 1.0), r, 1.0);
    return p * d_from_bits(d_bits(t) << 52);
}
INLINE double d_exp_down(double x) { return d_exp_raised(x) * 0x1p-128; }

/* exp(x + low) for -700 <= x <= 0, low far below x: nothing to clip, nothing subnormal. */
INLINE double d_exp_near(double x, double low) {
    double t = d_fma(x, D_LOG2_E, D_ROUND + 1023.0);
    double k = t - (D_ROUND + 1023.0);
    double r = d_fma(k, -D_LN2_HIGH, x) + d_fma(k, -D_LN2_LOW, low);
    double p = d_fma(d_fma(d_exp_tail(r), r, 1.0), r, 1.0);
    return p * d_from_bits(d_bits(t) << 52);
}

/* log(2^k (1 + f + low)), f between the roots of 1/2 and 2, low far below f unless k = 0 = low. */
INLINE double d_log_of(double k, double f, double low) {
    double s = f / (2.0 + f), w = s * s, half = 0.5 * f * f;
    double bend = half - s * d_fma(w, d_log_tail(w), half); /* f - log(1 + f) */
    double whole = k * D_LN2_HIGH, sum = whole + f, lost = f - (sum - whole);
    return sum + (lost + (d_fma(k, D_LN2_LOW, low) - bend));
}

#define D_ONE_BITS 0x3ff0000000000000u
#define D_ROOT_BITS 0x3fe6a09e667f3bcdu /* the root of 1/2, where m begins */
#define D_FRACTION 0x000fffffffffffffu

INLINE double d_log(double x) {
    double grown = x < 0x1p-1022 ? x * 0x1p54 : x;
    double bias = x < 0x1p-1022 ? 0x1p52 + 1077.0 : 0x1p52 + 1023.0;
    uint64_t shifted = d_bits(grown) + (D_ONE_BITS - D_ROOT_BITS);
    double k = d_from_bits(0x4330000000000000u | (shifted >> 52)) - bias;
    double m = d_from_bits((shifted & D_FRACTION) + D_ROOT_BITS);
    double y = d_log_of(k, m - 1.0, 0.0);
    y = x < INFINITY ? y : x;
    return x > 0.0 ? y : x == 0.0 ? -INFINITY : NAN;
}

INLINE double d_log1p(double x) {
    double u = 1.0 + x, back = u - 1.0, lost = (1.0 - (u - back)) + (x - back);
    uint64_t shifted = d_bits(u) + (D_ONE_BITS - D_ROOT_BITS), exponent = shifted >> 52;
    double k = d_from_bits(0x4330000000000000u | exponent) - (0x1p52 + 1023.0);
    double m = d_from_bits((shifted & D_FRACTION) + D_ROOT_BITS);
    /* 1 + x = 2^k (m + c).  The factor is 2^(2-k): a plain 2^-k would not exist for k = 1024. */
    double c = lost * d_from_bits((2048u - exponent) << 52) * 0.25;
    double f = (m - 1.0) + c, low = c - (f - (m - 1.0));
    double y = copysign(d_log_of(k, f, low), x);
    y = x < INFINITY ? y : x;
    return x > -1.0 ? y : x == -1.0 ? -INFINITY : NAN;
}

/* log(1 + x) for 0 <= x <= 1: 1 + x = 2^k (1 + f) with k = 0 or 1, and no rounding worth keeping. */
INLINE double d_log1p_unit(double x) {
    double k = x > 0.41421356237309503 ? 1.0 : 0.0;
    double f = x > 0.41421356237309503 ? (x - 1.0) * 0.5 : x;
    return d_log_of(k, f, 0.0);
}

/* (exp(x) - 1)/2 for -60 <= x <= 710, as y + low: half, because 2^1024 does not exist. */
INLINE double d_half_expm1(double x, double *low) {
    double t = d_fma(x, D_LOG2_E, D_ROUND + 1022.0);
    double k = t - (D_ROUND + 1022.0), high = d_fma(k, -D_LN2_HIGH, x);
    double r = d_fma(k, -D_LN2_LOW, high), lost = d_fma(k, -D_LN2_LOW, high - r);
    double scale = d_from_bits(d_bits(t) << 52); /* 2^(k-1) */
    double bend = d_fma(r * r, d_exp_tail(r), lost);
    double whole = scale - 0.5, part = scale * r, sum = whole + part;
    double rest = d_fma(scale, bend, part - (sum - whole)), y = sum + rest;
    *low = rest - (y - sum);
    return y;
}

INLINE double d_expm1(double x) {
    double inside = x < -60.0 ? -60.0 : x;
    inside = inside > 710.0 ? 710.0 : inside;
    double low, y = 2.0 * d_half_expm1(inside, &low);
    return fabs(x) < 0x1p-54 ? x : y;
}

INLINE double d_tanh(double x) {
    double a = fabs(x);
    a = a > 22.0 ? 22.0 : a;
    double low, h = d_half_expm1(2.0 * a, &low), d = h + 1.0, lost = h - (d - 1.0);
    /* h/(h + 1) while that is small, else 1 - 1/(h + 1): one division for either. */
    double part = (a < 0.55 ? h : -1.0) / d, over = 1.0 - part; /* 1/d, where a is small */
    double small = part + over * (low * over - part * lost);
    return copysign(a < 0.55 ? small : 1.0 + part, x);
}

/* ---- float: the same, with the numbers of the narrower format ---------------------------- */
typedef union { float value; uint32_t bits; } f_word;
INLINE uint32_t f_bits(float x) { f_word w; w.value = x; return w.bits; }
INLINE float f_from_bits(uint32_t bits) { f_word w; w.bits = bits; return w.value; }

#define F_LN2_HIGH 6.9314575195e-01f /* 15 bits */
#define F_LN2_LOW 1.4286067653e-06f
#define F_LOG2_E 1.44269504f
#define F_ROUND 0x1.8p23f

INLINE float f_exp(float x) {
    x = x < -104.0f ? -104.0f : x;
    x = x > 89.0f ? 89.0f : x;
    float t = f_fma(x, F_LOG2_E, F_ROUND + 254.0f);
    float k = t - (F_ROUND + 254.0f);
    float r = f_fma(k, -F_LN2_LOW, f_fma(k, -F_LN2_HIGH, x));
    float p = f_fma(f_fma(f_exp_tail(r), r, 1.0f), r, 1.0f);
    uint32_t both = f_bits(t), one = both >> 1, other = both - one;
    return p * f_from_bits(one << 23) * f_from_bits(other << 23);
}

INLINE float f_exp_raised(float x) { /* times 2^64 */
    x = -130.0f > x ? -130.0f : x;
    float t = f_fma(x, F_LOG2_E, F_ROUND + 191.0f);
    float k = t - (F_ROUND + 191.0f);
    float r = f_fma(k, -F_LN2_LOW, f_fma(k, -F_LN2_HIGH, x));
    float p = f_fma(f_fma(f_exp_tail(r), r, 1.0f), r, 1.0f);
    return p * f_from_bits(f_bits(t) << 23);
}
INLINE float f_exp_down(float x) { return f_exp_raised(x) * 0x1p-64f; }

INLINE float f_exp_near(float x, float low) { /* -80 <= x <= 0 */
    float t = f_fma(x, F_LOG2_E, F_ROUND + 127.0f);
    float k = t - (F_ROUND + 127.0f);
    float r = f_fma(k, -F_LN2_HIGH, x) + f_fma(k, -F_LN2_LOW, low);
    float p = f_fma(f_fma(f_exp_tail(r), r, 1.0f), r, 1.0f);
    return p * f_from_bits(f_bits(t) << 23);
}

INLINE float f_log_of(float k, float f, float low) {
    float s = f / (2.0f + f), w = s * s, half = 0.5f * f * f;
    float bend = half - s * f_fma(w, f_log_tail(w), half);
    float whole = k * F_LN2_HIGH, sum = whole + f, lost = f - (sum - whole);
    return sum + (lost + (f_fma(k, F_LN2_LOW, low) - bend));
}

#define F_ONE_BITS 0x3f800000u
#define F_ROOT_BITS 0x3f3504f3u
#define F_FRACTION 0x007fffffu

INLINE float f_log(float x) {
    float grown = x < 0x1p-126f ? x * 0x1p25f : x;
    float bias = x < 0x1p-126f ? 0x1p23f + 152.0f : 0x1p23f + 127.0f;
    uint32_t shifted = f_bits(grown) + (F_ONE_BITS - F_ROOT_BITS);
    float k = f_from_bits(0x4b000000u | (shifted >> 23)) - bias;
    float m = f_from_bits((shifted & F_FRACTION) + F_ROOT_BITS);
    float y = f_log_of(k, m - 1.0f, 0.0f);
    y = x < INFINITY ? y : x;
    return x > 0.0f ? y : x == 0.0f ? -INFINITY : NAN;
}

INLINE float f_log1p(float x) {
    float u = 1.0f + x, back = u - 1.0f, lost = (1.0f - (u - back)) + (x - back);
    uint32_t shifted = f_bits(u) + (F_ONE_BITS - F_ROOT_BITS), exponent = shifted >> 23;
    float k = f_from_bits(0x4b000000u | exponent) - (0x1p23f + 127.0f);
    float m = f_from_bits((shifted & F_FRACTION) + F_ROOT_BITS);
    float c = lost * f_from_bits((256u - exponent) << 23) * 0.25f;
    float f = (m - 1.0f) + c, low = c - (f - (m - 1.0f));
    float y = copysignf(f_log_of(k, f, low), x);
    y = x < INFINITY ? y : x;
    return x > -1.0f ? y : x == -1.0f ? -INFINITY : NAN;
}

INLINE float f_log1p_unit(float x) {
    float k = x > 0.41421357f ? 1.0f : 0.0f;
    float f = x > 0.41421357f ? (x - 1.0f) * 0.5f : x;
    return f_log_of(k, f, 0.0f);
}

INLINE float f_half_expm1(float x, float *low) {
    float t = f_fma(x, F_LOG2_E, F_ROUND + 126.0f);
    float k = t - (F_ROUND + 126.0f), high = f_fma(k, -F_LN2_HIGH, x);
    float r = f_fma(k, -F_LN2_LOW, high), lost = f_fma(k, -F_LN2_LOW, high - r);
    float scale = f_from_bits(f_bits(t) << 23);
    float bend = f_fma(r * r, f_exp_tail(r), lost);
    float whole = scale - 0.5f, part = scale * r, sum = whole + part;
    float rest = f_fma(scale, bend, part - (sum - whole)), y = sum + rest;
    *low = rest - (y - sum);
    return y;
}

INLINE float f_expm1(float x) {
    float inside = x < -20.0f ? -20.0f : x;
    inside = inside > 89.0f ? 89.0f : inside;
    float low, y = 2.0f * f_half_expm1(inside, &low);
    return fabsf(x) < 0x1p-25f ? x : y;
}

INLINE float f_tanh(float x) {
    float a = fabsf(x);
    a = a > 10.0f ? 10.0f : a;
    float low, h = f_half_expm1(2.0f * a, &low), d = h + 1.0f, lost = h - (d - 1.0f);
    float part = (a < 0.55f ? h : -1.0f) / d, over = 1.0f - part;
    float small = part + over * (low * over - part * lost);
    return copysignf(a < 0.55f ? small : 1.0f + part, x);
}
