/* What the loops of the exported functions call besides exp, log and the like. */

/* x - most, for x <= most; 0 where both are infinite, which they are not where they are near. */
INLINE double d_apart(double x, double most, int near) { /* by a mask: gcc would split a select */
    const uint64_t both = near ? 0u : (uint64_t)(x == INFINITY);
    return d_from_bits(d_bits(x - most) & (both - 1u));
}
INLINE float f_apart(float x, float most, int near) {
    const uint32_t both = near ? 0u : (uint32_t)(x == INFINITY);
    return f_from_bits(f_bits(x - most) & (both - 1u));
}

/* What rounding took from d = x - y, exactly (Knuth's TwoSum), where e^d is not 0 or infinite:
   there it is far below 1.  Elsewhere it may be anything, or NaN, and is of no account. */
INLINE double d_lost(double x, double y, double d) {
    const double back = d + y, lost = (x - back) - (y + (d - back));
    return fabs(lost) < 1.0 ? lost : 0.0;
}
INLINE float f_lost(float x, float y, float d) {
    const float back = d + y, lost = (x - back) - (y + (d - back));
    return fabsf(lost) < 1.0f ? lost : 0.0f;
}

/* z - most for most - 700 <= z <= most (80 in singles), and what that rounds away, exactly: with
   most = h + l, where h is a multiple of the last place of any such difference, d + h and what
   follows are exact.  Where most <= 0 that is Dekker's sum: |z| >= |most|. */
#define D_NEAR_GRID 0x1.8p9 /* adding it and taking it away rounds to a multiple of 2^-43 */
#define F_NEAR_GRID 0x1.8p6f /* of 2^-17 */
INLINE double d_near_lost(double z, double most, double d) {
    const double over = most > 0.0 ? most : 0.0, h = (over + D_NEAR_GRID) - D_NEAR_GRID;
    return (z - (d + h)) - (most - h);
}
INLINE float f_near_lost(float z, float most, float d) {
    const float over = most > 0.0f ? most : 0.0f, h = (over + F_NEAR_GRID) - F_NEAR_GRID;
    return (z - (d + h)) - (most - h);
}

/* e^(z - most) for z <= most, times 2^128 or 2^64, with what the difference rounded away.
   Between the two clips there is no infinity: nothing needs to be asked of the difference. */
#define D_LARGEST 0x1.fffffffffffffp1023
#define F_LARGEST 0x1.fffffep127f
INLINE double d_far(double z, double most) {
    const double top = D_LARGEST < most ? D_LARGEST : most;
    const double least = top - (800.0 + fabs(top) * 0x1p-40);
    z = D_LARGEST < z ? D_LARGEST : z;
    z = least > z ? least : z;
    const double d = z - top, back = d + top, power = d_exp_raised(d);
    return d_fma(power, (z - back) - (top + (d - back)), power);
}
INLINE float f_far(float z, float most) {
    const float top = F_LARGEST < most ? F_LARGEST : most;
    const float least = top - (800.0f + fabsf(top) * 0x1p-14f);
    z = F_LARGEST < z ? F_LARGEST : z;
    z = least > z ? least : z;
    const float d = z - top, back = d + top, power = f_exp_raised(d);
    return f_fma(power, (z - back) - (top + (d - back)), power);
}

/* e^(z - most) with all its digits.  near: it is known that most - z is at most 700 (80 in
   singles), so that nothing is subnormal and nothing needs to be clipped. */
INLINE double d_weight(double z, double most, int near) {
    const double d = z - most;
    return near ? d_exp_near(d, d_near_lost(z, most, d)) : d_far(z, most) * 0x1p-128;
}
INLINE float f_weight(float z, float most, int near) {
    const float d = z - most;
    return near ? f_exp_near(d, f_near_lost(z, most, d)) : f_far(z, most) * 0x1p-64f;
}

INLINE double d_raised(double z, double most, int near) {
    return near ? d_weight(z, most, 1) * 0x1p128 : d_far(z, most);
}
INLINE float f_raised(float z, float most, int near) {
    return near ? f_weight(z, most, 1) * 0x1p64f : f_far(z, most);
}

/* Is a weight 1?  Where it is known that no difference is infinite, z and most tell that sooner. */
INLINE int d_at_most(double weight, double z, double most, int near) {
    return near ? z == most : weight == 1.0;
}
INLINE int f_at_most(float weight, float z, float most, int near) {
    return near ? z == most : weight == 1.0f;
}

/* Is it near in each of so many rows? */
INLINE int d_every(const double *near, int rows) {
    double far = 0;
    #pragma omp simd reduction(+:far)
    for (int row = 0; row < rows; row++)
        far += 1.0 - near[row];
    return far == 0;
}
INLINE int f_every(const float *near, int rows) {
    float far = 0;
    #pragma omp simd reduction(+:far)
    for (int row = 0; row < rows; row++)
        far += 1.0f - near[row];
    return far == 0;
}

/* The larger of x and a number; NaN where x is. */
INLINE double d_at_least(double x, double least) { return least > x ? least : x; }
INLINE float f_at_least(float x, float least) { return least > x ? least : x; }

INLINE double d_maximum(double x, double y) { return (x > y) | (x != x) ? x : y; }
INLINE float f_maximum(float x, float y) { return (x > y) | (x != x) ? x : y; }

/* Moller's and Knuth's sum for entries of an array: no branch, whichever is larger. */
INLINE void d_add_to(double *total, double *rest, double x) {
    const double sum = *total + x, part = sum - *total;
    const double lost = (*total - (sum - part)) + (x - part);
    *rest += fabs(sum) < INFINITY ? lost : 0.0;
    *total = sum;
}
INLINE void f_add_to(float *total, float *rest, float x) {
    const float sum = *total + x, part = sum - *total;
    const float lost = (*total - (sum - part)) + (x - part);
    *rest += fabsf(sum) < INFINITY ? lost : 0.0f;
    *total = sum;
}

/* Neumaier's sum: what an addition loses is added up beside it. */
INLINE void d_sum_to(double *total, double *rest, double x) {
    const double sum = *total + x;
    const double lost = fabs(*total) >= fabs(x) ? (*total - sum) + x : (x - sum) + *total;
    *rest += fabs(sum) < INFINITY ? lost : 0.0;
    *total = sum;
}

/* Rows of a matrix as the columns of another, four by four, and back; the last four of a row may
   overlap those before. */
INLINE void d_pack(const double *from, int64_t step, int32_t length, int rows, double *to) {
    for (int32_t next = 0; next < length && length >= 4; next += 4) {
        const int32_t k = next + 4 <= length ? next : length - 4;
        for (int row = 0; row < rows; row += 4) {
            double square[16];
            for (int i = 0; i < 16; i++)
                square[i % 4 * 4 + i / 4] = from[(row + i / 4) * step + k + i % 4];
            for (int i = 0; i < 16; i++)
                to[(k + i / 4) * rows + row + i % 4] = square[i];
        }
    }
    for (int32_t k = 0; k < length && length < 4; k++)
        for (int row = 0; row < rows; row++)
            to[k * rows + row] = from[row * step + k];
}
INLINE void d_unpack(const double *from, int32_t length, int rows, double *to) {
    for (int32_t next = 0; next < length && length >= 4; next += 4) {
        const int32_t k = next + 4 <= length ? next : length - 4;
        for (int row = 0; row < rows; row += 4) {
            double square[16];
            for (int i = 0; i < 16; i++)
                square[i % 4 * 4 + i / 4] = from[(k + i / 4) * rows + row + i % 4];
            for (int i = 0; i < 16; i++)
                to[(int64_t)(row + i / 4) * length + k + i % 4] = square[i];
        }
    }
    for (int32_t k = 0; k < length && length < 4; k++)
        for (int row = 0; row < rows; row++)
            to[(int64_t)row * length + k] = from[k * rows + row];
}
INLINE void f_pack(const float *from, int64_t step, int32_t length, int rows, float *to) {
    for (int32_t next = 0; next < length && length >= 4; next += 4) {
        const int32_t k = next + 4 <= length ? next : length - 4;
        for (int row = 0; row < rows; row += 4) {
            float square[16];
            for (int i = 0; i < 16; i++)
                square[i % 4 * 4 + i / 4] = from[(row + i / 4) * step + k + i % 4];
            for (int i = 0; i < 16; i++)
                to[(k + i / 4) * rows + row + i % 4] = square[i];
        }
    }
    for (int32_t k = 0; k < length && length < 4; k++)
        for (int row = 0; row < rows; row++)
            to[k * rows + row] = from[row * step + k];
}
INLINE void f_unpack(const float *from, int32_t length, int rows, float *to) {
    for (int32_t next = 0; next < length && length >= 4; next += 4) {
        const int32_t k = next + 4 <= length ? next : length - 4;
        for (int row = 0; row < rows; row += 4) {
            float square[16];
            for (int i = 0; i < 16; i++)
                square[i % 4 * 4 + i / 4] = from[(k + i / 4) * rows + row + i % 4];
            for (int i = 0; i < 16; i++)
                to[(int64_t)(row + i / 4) * length + k + i % 4] = square[i];
        }
    }
    for (int32_t k = 0; k < length && length < 4; k++)
        for (int row = 0; row < rows; row++)
            to[(int64_t)row * length + k] = from[k * rows + row];
}
