/* The floor: how fast this machine exponentiates and moves memory. Compiled once per type,
 * -DREAL=double or -DREAL=float -DSINGLE. Nothing here is exported by the package: it is the
 * least that any implementation has to do, without the rest. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef SINGLE
#define BITS int32_t
#define LEAST -87.0f
#define LOG2E 1.44269504088896341f
#define MAGIC 12582912.0f             /* 1.5 * 2^23: adding it rounds to an integer */
#define HIGH -6.9314575195e-01f       /* ln 2 in two parts */
#define LOW -1.4286067653e-06f
#define MANTISSA 23
#define BIAS 127
static const REAL P[] = {1.0f, 1.0000000377388712f, 0.5000000047146057f, 0.16666414054141178f,
                         0.04166635277111221f, 0.0083751347746243252f, 0.0013941118895837001f};
#else
#define BITS int64_t
#define LEAST -708.0
#define LOG2E 1.4426950408889634074
#define MAGIC 6755399441055744.0      /* 1.5 * 2^52 */
#define HIGH -6.93147180369123816490e-01
#define LOW -1.90821492927058770002e-10
#define MANTISSA 52
#define BIAS 1023
static const REAL P[] = {0.99999999999999999693, 0.99999999999999999976, 0.50000000000000184039,
                         0.1666666666666668082, 0.04166666666648795252, 0.0083333333333195896163,
                         0.0013888888952352862866, 0.00019841269890076402829,
                         0.000024801485441561312966, 2.7557240887229868596e-6,
                         2.763265472252779189e-7, 2.5110049204818659793e-8};
#endif
#define DEGREE ((int)(sizeof P / sizeof P[0]) - 1)

/* e^x for LEAST <= x, in the normal range: argument reduction, a polynomial, the exponent set. */
static inline REAL exponential(REAL x) {
    x = x < (REAL)LEAST ? (REAL)LEAST : x;
    REAL shifted = x * (REAL)LOG2E + (REAL)MAGIC, n = shifted - (REAL)MAGIC;
    REAL r = (x + n * (REAL)HIGH) + n * (REAL)LOW, p = P[DEGREE];
    for (int i = DEGREE - 1; i >= 0; i--) p = P[i] + r * p;
    union { REAL real; BITS bits; } whole, scale;
    whole.real = shifted;
    scale.bits = (BITS)((uint64_t)whole.bits + BIAS) << MANTISSA;
    return p * scale.real;
}

/* One address is all that a call has to carry. */
struct work {
    const REAL *points;
    int64_t exponentials;
    const uint64_t *from;
    int64_t reads;
    uint64_t *to;
    int64_t writes;
    int64_t parallel; /* in two halves, one per thread, or as a whole */
    uint64_t seen;
    REAL sum;
};

static REAL sum_part(const REAL *x, int64_t n) {
    REAL s = 0;
#pragma omp simd reduction(+ : s)
    for (int64_t i = 0; i < n; i++) s += exponential(x[i]);
    return s;
}

/* The sum of e^x: exponentials with nothing written. */
void exponentials(struct work *w) {
    int64_t half = w->exponentials / 2;
    REAL s = 0;
    if (!w->parallel) {
        w->sum = sum_part(w->points, w->exponentials);
        return;
    }
#pragma omp parallel for reduction(+ : s)
    for (int part = 0; part < 2; part++)
        s += sum_part(w->points + part * half, part ? w->exponentials - half : half);
    w->sum = s;
}

/* Copies n words, then looks at the rest of them. */
static uint64_t move(const uint64_t *from, uint64_t *to, int64_t copied, int64_t n) {
    uint64_t x = 0;
    memcpy(to, from, 8 * (size_t)copied);
#pragma omp simd reduction(^ : x)
    for (int64_t i = copied; i < n; i++) x ^= from[i];
    return x;
}

/* Reads and writes so many bytes: a memcpy of what is written, a look at the rest. */
void traffic(struct work *w) {
    int64_t n = w->reads / 8, copied = w->writes / 8 < n ? w->writes / 8 : n;
    uint64_t x = 0;
    if (!w->parallel) {
        w->seen = move(w->from, w->to, copied, n);
        return;
    }
#pragma omp parallel for reduction(^ : x)
    for (int part = 0; part < 2; part++)
        x ^= move(w->from + part * (n / 2), w->to + part * (copied / 2), copied / 2, n / 2);
    w->seen = x;
}
