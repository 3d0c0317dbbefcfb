"""exp, log, log1p, expm1 and tanh as functions of NumPy scalars that numba turns into vectors.

The algorithms of elementary.h line by line (the reasons stand there), double (d_) and float (f_).
Undecorated they run on NumPy scalars; ``numba_text`` gives the text with a decorator before each
function.  Every number is a NumPy scalar, because numba widens float32 * 0.5 to float64 and
uint64 + 1 to float64.
"""

import numpy as np


# coefficients: begin (written by scripts/write_coefficients.py)
def d_exp_tail(r: np.float64) -> np.float64:
    """p with exp(r) = 1 + r + r^2 p; error 3.6e-18."""
    rr = r * r
    even = np.float64(2.763151402739048e-07)
    odd = np.float64(2.5112467005574106e-08)
    even = even * rr + np.float64(2.4801489210969283e-05)
    even = even * rr + np.float64(0.0013888888947823335)
    even = even * rr + np.float64(0.04166666666651177)
    even = even * rr + np.float64(0.5000000000000013)
    odd = odd * rr + np.float64(2.755723349364405e-06)
    odd = odd * rr + np.float64(0.0001984126989792776)
    odd = odd * rr + np.float64(0.008333333333316314)
    odd = odd * rr + np.float64(0.16666666666666685)
    return odd * r + even


def d_log_tail(w: np.float64) -> np.float64:
    """p with log((1 + s)/(1 - s)) = 2 s + s w p, w = s^2; error 2.6e-18."""
    ww = w * w
    even = np.float64(0.14797580678663666)
    odd = np.float64(0.15313874267980657)
    even = even * ww + np.float64(0.18183571891070066)
    even = even * ww + np.float64(0.28571428744221256)
    even = even * ww + np.float64(0.6666666666666736)
    odd = odd * ww + np.float64(0.22222198410073607)
    odd = odd * ww + np.float64(0.39999999999404734)
    return odd * w + even


def d_ratio_tail(w: np.float64) -> np.float64:
    """p with log((1 + s)/(1 - s)) = 2 s + s w p, w = s^2; error 4.1e-19."""
    ww = w * w
    even = np.float64(0.16066344782024247)
    odd = np.float64(0.07238298492491127)
    even = even * ww + np.float64(0.1090854280034848)
    even = even * ww + np.float64(0.13335936453815586)
    even = even * ww + np.float64(0.1818182128527159)
    even = even * ww + np.float64(0.2857142857191582)
    even = even * ww + np.float64(0.6666666666666667)
    odd = odd * ww + np.float64(0.11725428277939706)
    odd = odd * ww + np.float64(0.15384503003475006)
    odd = odd * ww + np.float64(0.2222222217000256)
    odd = odd * ww + np.float64(0.39999999999997904)
    return odd * w + even


def f_exp_tail(r: np.float32) -> np.float32:
    """p with exp(r) = 1 + r + r^2 p; error 3.3e-09."""
    rr = r * r
    even = np.float32(0.0013946459)
    odd = np.float32(0.008369159)
    even = even * rr + np.float32(0.04166626)
    even = even * rr + np.float32(0.5)
    odd = odd * rr + np.float32(0.16666517)
    return odd * r + even


def f_log_tail(w: np.float32) -> np.float32:
    """p with log((1 + s)/(1 - s)) = 2 s + s w p, w = s^2; error 1.7e-09."""
    ww = w * w
    even = np.float32(0.2987622)
    odd = np.float32(0.39977342)
    even = even * ww + np.float32(0.66666776)
    return odd * w + even


def f_ratio_tail(w: np.float32) -> np.float32:
    """p with log((1 + s)/(1 - s)) = 2 s + s w p, w = s^2; error 1.2e-09."""
    ww = w * w
    even = np.float32(0.23817404)
    odd = np.float32(0.21558742)
    even = even * ww + np.float32(0.2860463)
    even = even * ww + np.float32(0.6666667)
    odd = odd * ww + np.float32(0.3999933)
    return odd * w + even
# coefficients: end


# log 2 = high + low: the high part is short, so k * high is exact for every exponent k.
D_LN2_HIGH, D_LN2_LOW = np.float64(0.6931471803691238), np.float64(1.9082149292705877e-10)
D_LOG2_E = np.float64(1.4426950408889634)
# t = x + ROUND rounds x to an integer k, and the low bits of t hold k: 2^52 * 1.5 and a bias.
D_ROUND_TWO, D_ROUND_HALF = np.float64(6755399441057790.0), np.float64(6755399441056766.0)
D_ZERO, D_HALF, D_ONE, D_TWO = np.float64(0.0), np.float64(0.5), np.float64(1.0), np.float64(2.0)
D_QUARTER, D_INFINITY, D_NAN = np.float64(0.25), np.float64(np.inf), np.float64(np.nan)
D_EXP_LEAST, D_EXP_MOST = np.float64(-746.0), np.float64(710.0)
D_EXPM1_LEAST, D_EXPM1_TINY = np.float64(-60.0), np.float64(2.0**-54)
D_TANH_MOST, D_TANH_NEAR = np.float64(22.0), np.float64(0.55)
D_LEAST_NORMAL, D_GROW = np.float64(2.0**-1022), np.float64(2.0**54)
D_BIAS, D_BIAS_GROWN = np.float64(2.0**52 + 1023.0), np.float64(2.0**52 + 1077.0)
D_BITS, D_FRACTION = np.uint64(52), np.uint64(0x000FFFFFFFFFFFFF)
D_ROOT, D_ONE_LESS_ROOT = np.uint64(0x3FE6A09E667F3BCD), np.uint64(0x00095F619980C433)
D_POWER, D_INVERSE, D_LAST = np.uint64(0x4330000000000000), np.uint64(2048), np.uint64(1)
D_FEW, D_UP, D_STEPS = np.float64(2.0**-900), np.float64(2.0**100), np.float64(100.0)
D_RATIO, D_TOP = np.uint64(0x8008000000000000), np.uint64(2047)
D_NO_STEP = np.uint64(2048)
D_RATIO_BIAS = np.float64(2.0**52 + 2048.0)
D_ROOT_LESS_ONE = np.float64(0.41421356237309503)


def d_exp(x: np.float64) -> np.float64:
    """exp(x), for every x."""
    x = D_EXP_LEAST if x < D_EXP_LEAST else x
    x = D_EXP_MOST if x > D_EXP_MOST else x
    t = np.float64(x * D_LOG2_E + D_ROUND_TWO)
    k = t - D_ROUND_TWO
    r = (x - k * D_LN2_HIGH) - k * D_LN2_LOW
    p = (d_exp_tail(r) * r + D_ONE) * r + D_ONE
    both = t.view(np.uint64)
    one = np.uint64(both >> D_LAST)
    other = np.uint64(both - one)
    first, second = np.uint64(one << D_BITS), np.uint64(other << D_BITS)
    return np.float64(p * first.view(np.float64) * second.view(np.float64))


def d_log_of(k: np.float64, f: np.float64, low: np.float64) -> np.float64:
    """log(2^k (1 + f + low)), f between the roots of 1/2 and 2."""
    s = f / (D_TWO + f)
    w = s * s
    half = D_HALF * f * f
    bend = half - s * (w * d_log_tail(w) + half)
    whole = k * D_LN2_HIGH
    total = whole + f
    lost = f - (total - whole)
    return np.float64(total + (lost + ((k * D_LN2_LOW + low) - bend)))


def d_log(x: np.float64) -> np.float64:
    """log(x), for every x."""
    tiny = x < D_LEAST_NORMAL
    grown = np.float64(x * D_GROW if tiny else x)
    shifted = np.uint64(grown.view(np.uint64) + D_ONE_LESS_ROOT)
    exponent = np.uint64(D_POWER | np.uint64(shifted >> D_BITS))
    fraction = np.uint64(np.uint64(shifted & D_FRACTION) + D_ROOT)
    k = exponent.view(np.float64) - (D_BIAS_GROWN if tiny else D_BIAS)
    y = d_log_of(k, fraction.view(np.float64) - D_ONE, D_ZERO)
    y = y if x < D_INFINITY else x
    edge = -D_INFINITY if x == D_ZERO else D_NAN
    return y if x > D_ZERO else edge


def d_log1p(x: np.float64) -> np.float64:
    """log(1 + x), for every x."""
    u = np.float64(D_ONE + x)
    back = u - D_ONE
    lost = (D_ONE - (u - back)) + (x - back)
    shifted = np.uint64(u.view(np.uint64) + D_ONE_LESS_ROOT)
    biased = np.uint64(shifted >> D_BITS)
    exponent = np.uint64(D_POWER | biased)
    fraction = np.uint64(np.uint64(shifted & D_FRACTION) + D_ROOT)
    inverse = np.uint64(np.uint64(D_INVERSE - biased) << D_BITS)
    m = fraction.view(np.float64) - D_ONE
    c = lost * inverse.view(np.float64) * D_QUARTER
    f = m + c
    y = np.float64(np.copysign(d_log_of(exponent.view(np.float64) - D_BIAS, f, c - (f - m)), x))
    y = y if x < D_INFINITY else x
    edge = -D_INFINITY if x == -D_ONE else D_NAN
    return y if x > -D_ONE else edge


def d_log1p_unit(x: np.float64) -> np.float64:
    """log(1 + x), for 0 <= x <= 1."""
    k = D_ONE if x > D_ROOT_LESS_ONE else D_ZERO
    f = (x - D_ONE) * D_HALF if x > D_ROOT_LESS_ONE else x
    return d_log_of(k, f, D_ZERO)


def d_half_expm1(x: np.float64) -> tuple[np.float64, np.float64]:
    """(exp(x) - 1)/2 as a sum of two, the second far below the first."""
    t = np.float64(x * D_LOG2_E + D_ROUND_HALF)
    k = t - D_ROUND_HALF
    high = x - k * D_LN2_HIGH
    r = high - k * D_LN2_LOW
    lost = (high - r) - k * D_LN2_LOW
    power = np.uint64(t.view(np.uint64) << D_BITS)
    scale = power.view(np.float64)
    bend = r * r * d_exp_tail(r) + lost
    whole = scale - D_HALF
    part = scale * r
    total = whole + part
    rest = scale * bend + (part - (total - whole))
    y = total + rest
    return y, rest - (y - total)


def d_expm1(x: np.float64) -> np.float64:
    """exp(x) - 1, for every x."""
    inside = D_EXPM1_LEAST if x < D_EXPM1_LEAST else x
    inside = D_EXP_MOST if inside > D_EXP_MOST else inside
    y, _ = d_half_expm1(inside)
    return x if abs(x) < D_EXPM1_TINY else D_TWO * y


def d_tanh(x: np.float64) -> np.float64:
    """tanh(x), for every x."""
    a = abs(x)
    a = D_TANH_MOST if a > D_TANH_MOST else a
    h, low = d_half_expm1(D_TWO * a)
    d = h + D_ONE
    lost = h - (d - D_ONE)
    near = a < D_TANH_NEAR
    part = (h if near else -D_ONE) / d
    over = D_ONE - part
    small = part + over * (low * over - part * lost)
    return np.float64(np.copysign(small if near else D_ONE + part, x))


F_LN2_HIGH, F_LN2_LOW = np.float32(0.69314575), np.float32(1.4286068e-06)
F_LOG2_E = np.float32(1.442695)
F_ROUND_TWO, F_ROUND_HALF = np.float32(12583166.0), np.float32(12583038.0)
F_ZERO, F_HALF, F_ONE, F_TWO = np.float32(0.0), np.float32(0.5), np.float32(1.0), np.float32(2.0)
F_QUARTER, F_INFINITY, F_NAN = np.float32(0.25), np.float32(np.inf), np.float32(np.nan)
F_EXP_LEAST, F_EXP_MOST = np.float32(-104.0), np.float32(89.0)
F_EXPM1_LEAST, F_EXPM1_TINY = np.float32(-20.0), np.float32(2.0**-25)
F_TANH_MOST, F_TANH_NEAR = np.float32(10.0), np.float32(0.55)
F_LEAST_NORMAL, F_GROW = np.float32(2.0**-126), np.float32(2.0**25)
F_BIAS, F_BIAS_GROWN = np.float32(2.0**23 + 127.0), np.float32(2.0**23 + 152.0)
F_BITS, F_FRACTION = np.uint32(23), np.uint32(0x007FFFFF)
F_ROOT, F_ONE_LESS_ROOT = np.uint32(0x3F3504F3), np.uint32(0x004AFB0D)
F_POWER, F_INVERSE, F_LAST = np.uint32(0x4B000000), np.uint32(256), np.uint32(1)
F_FEW, F_UP, F_STEPS = np.float32(2.0**-100), np.float32(2.0**30), np.float32(30.0)
F_RATIO, F_TOP = np.uint32(0x80400000), np.uint32(255)
F_NO_STEP = np.uint32(256)
F_RATIO_BIAS = np.float32(2.0**23 + 256.0)
F_ROOT_LESS_ONE = np.float32(0.41421357)


def f_exp(x: np.float32) -> np.float32:
    """exp(x), for every x."""
    x = F_EXP_LEAST if x < F_EXP_LEAST else x
    x = F_EXP_MOST if x > F_EXP_MOST else x
    t = np.float32(x * F_LOG2_E + F_ROUND_TWO)
    k = t - F_ROUND_TWO
    r = (x - k * F_LN2_HIGH) - k * F_LN2_LOW
    p = (f_exp_tail(r) * r + F_ONE) * r + F_ONE
    both = t.view(np.uint32)
    one = np.uint32(both >> F_LAST)
    other = np.uint32(both - one)
    first, second = np.uint32(one << F_BITS), np.uint32(other << F_BITS)
    return np.float32(p * first.view(np.float32) * second.view(np.float32))


def f_log_of(k: np.float32, f: np.float32, low: np.float32) -> np.float32:
    """log(2^k (1 + f + low)), f between the roots of 1/2 and 2."""
    s = f / (F_TWO + f)
    w = s * s
    half = F_HALF * f * f
    bend = half - s * (w * f_log_tail(w) + half)
    whole = k * F_LN2_HIGH
    total = whole + f
    lost = f - (total - whole)
    return np.float32(total + (lost + ((k * F_LN2_LOW + low) - bend)))


def f_log(x: np.float32) -> np.float32:
    """log(x), for every x."""
    tiny = x < F_LEAST_NORMAL
    grown = np.float32(x * F_GROW if tiny else x)
    shifted = np.uint32(grown.view(np.uint32) + F_ONE_LESS_ROOT)
    exponent = np.uint32(F_POWER | np.uint32(shifted >> F_BITS))
    fraction = np.uint32(np.uint32(shifted & F_FRACTION) + F_ROOT)
    k = exponent.view(np.float32) - (F_BIAS_GROWN if tiny else F_BIAS)
    y = f_log_of(k, fraction.view(np.float32) - F_ONE, F_ZERO)
    y = y if x < F_INFINITY else x
    edge = -F_INFINITY if x == F_ZERO else F_NAN
    return y if x > F_ZERO else edge


def f_log1p(x: np.float32) -> np.float32:
    """log(1 + x), for every x."""
    u = np.float32(F_ONE + x)
    back = u - F_ONE
    lost = (F_ONE - (u - back)) + (x - back)
    shifted = np.uint32(u.view(np.uint32) + F_ONE_LESS_ROOT)
    biased = np.uint32(shifted >> F_BITS)
    exponent = np.uint32(F_POWER | biased)
    fraction = np.uint32(np.uint32(shifted & F_FRACTION) + F_ROOT)
    inverse = np.uint32(np.uint32(F_INVERSE - biased) << F_BITS)
    m = fraction.view(np.float32) - F_ONE
    c = lost * inverse.view(np.float32) * F_QUARTER
    f = m + c
    y = np.float32(np.copysign(f_log_of(exponent.view(np.float32) - F_BIAS, f, c - (f - m)), x))
    y = y if x < F_INFINITY else x
    edge = -F_INFINITY if x == -F_ONE else F_NAN
    return y if x > -F_ONE else edge


def f_log1p_unit(x: np.float32) -> np.float32:
    """log(1 + x), for 0 <= x <= 1."""
    k = F_ONE if x > F_ROOT_LESS_ONE else F_ZERO
    f = (x - F_ONE) * F_HALF if x > F_ROOT_LESS_ONE else x
    return f_log_of(k, f, F_ZERO)


def f_half_expm1(x: np.float32) -> tuple[np.float32, np.float32]:
    """(exp(x) - 1)/2 as a sum of two, the second far below the first."""
    t = np.float32(x * F_LOG2_E + F_ROUND_HALF)
    k = t - F_ROUND_HALF
    high = x - k * F_LN2_HIGH
    r = high - k * F_LN2_LOW
    lost = (high - r) - k * F_LN2_LOW
    power = np.uint32(t.view(np.uint32) << F_BITS)
    scale = power.view(np.float32)
    bend = r * r * f_exp_tail(r) + lost
    whole = scale - F_HALF
    part = scale * r
    total = whole + part
    rest = scale * bend + (part - (total - whole))
    y = total + rest
    return y, rest - (y - total)


def f_expm1(x: np.float32) -> np.float32:
    """exp(x) - 1, for every x."""
    inside = F_EXPM1_LEAST if x < F_EXPM1_LEAST else x
    inside = F_EXP_MOST if inside > F_EXP_MOST else inside
    y, _ = f_half_expm1(inside)
    return x if abs(x) < F_EXPM1_TINY else F_TWO * y


def f_tanh(x: np.float32) -> np.float32:
    """tanh(x), for every x."""
    a = abs(x)
    a = F_TANH_MOST if a > F_TANH_MOST else a
    h, low = f_half_expm1(F_TWO * a)
    d = h + F_ONE
    lost = h - (d - F_ONE)
    near = a < F_TANH_NEAR
    part = (h if near else -F_ONE) / d
    over = F_ONE - part
    small = part + over * (low * over - part * lost)
    return np.float32(np.copysign(small if near else F_ONE + part, x))
