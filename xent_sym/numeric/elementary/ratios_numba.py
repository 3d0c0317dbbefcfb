"""log(w/q) and w log(w/q) - w + q of NumPy scalars, with one division, for numba.

The algorithms of ratios.h line by line; the reasons stand there.
"""

import numpy as np

from xent_sym.numeric.elementary.elementary_numba import (
    D_BITS,
    D_FEW,
    D_INFINITY,
    D_LAST,
    D_LN2_HIGH,
    D_LN2_LOW,
    D_NAN,
    D_NO_STEP,
    D_POWER,
    D_RATIO,
    D_RATIO_BIAS,
    D_STEPS,
    D_TOP,
    D_TWO,
    D_UP,
    D_ZERO,
    F_BITS,
    F_FEW,
    F_INFINITY,
    F_LAST,
    F_LN2_HIGH,
    F_LN2_LOW,
    F_NAN,
    F_NO_STEP,
    F_POWER,
    F_RATIO,
    F_RATIO_BIAS,
    F_STEPS,
    F_TOP,
    F_TWO,
    F_UP,
    F_ZERO,
    d_ratio_tail,
    f_ratio_tail,
)


def d_reduced(w: np.float64, q: np.float64) -> tuple[np.float64, np.float64]:
    """k and s of w/q = 2^k (1 - s)/(1 + s), for w and q above 0; k = 0 from 1/2 to 2."""
    few, little = w < D_FEW, q < D_FEW
    w_up = np.float64(w * D_UP if few else w)
    q_up = np.float64(q * D_UP if little else q)
    apart = np.uint64(np.uint64(w_up.view(np.uint64) - q_up.view(np.uint64)) + D_RATIO)
    rounded = np.uint64(apart >> D_BITS)
    near = D_TWO * w_up if w_up < q_up else D_TWO * q_up
    both = D_NO_STEP if (q_up if w_up < q_up else w_up) <= near else rounded
    half = np.uint64(both >> D_LAST)
    lift = np.uint64(np.uint64(D_TOP - half) << D_BITS)
    other = np.uint64(np.uint64(np.uint64(both - half) - D_LAST) << D_BITS)
    a, b = w_up * lift.view(np.float64), q_up * other.view(np.float64)
    biased = np.uint64(D_POWER | both)
    risen = (D_STEPS if little else D_ZERO) - (D_STEPS if few else D_ZERO)
    return (biased.view(np.float64) - D_RATIO_BIAS) + risen, (b - a) / (b + a)


def d_ratio(w: np.float64, q: np.float64) -> np.float64:
    """The s of w/q = 2^k (1 - s)/(1 + s)."""
    return d_reduced(w, q)[1]


def d_steps(w: np.float64, q: np.float64) -> np.float64:
    """The k of w/q = 2^k (1 - s)/(1 + s)."""
    return d_reduced(w, q)[0]


def d_log_ratio(w: np.float64, q: np.float64, s: np.float64, k: np.float64) -> np.float64:
    """log(w/q), for w and q that are not negative."""
    v = s * s
    bend = s * v * d_ratio_tail(v) + D_TWO * s
    y = k * D_LN2_HIGH + (k * D_LN2_LOW - bend)
    y = D_INFINITY if q == D_ZERO else y
    edge = D_NAN if q == D_ZERO else -D_INFINITY
    y = edge if w == D_ZERO else y
    y = y if w >= D_ZERO else D_NAN
    return np.float64(y if q >= D_ZERO else D_NAN)


def d_divergence(w: np.float64, q: np.float64, s: np.float64, k: np.float64) -> np.float64:
    """w log(w/q) - w + q, for w and q that are not negative; q where w = 0."""
    v = s * s
    tail = s * v * d_ratio_tail(v)
    d = q - w
    near = s * d - w * tail
    whole = k * D_LN2_HIGH
    high = whole - D_TWO * s
    lost = (whole - high) - D_TWO * s
    low = lost + (k * D_LN2_LOW - tail)
    y = near if k == D_ZERO else w * low + (w * high + d)
    y = D_INFINITY if q == D_ZERO else y
    y = q if w == D_ZERO else y
    y = y if w >= D_ZERO else D_NAN
    return np.float64(y if q >= D_ZERO else D_NAN)


def f_reduced(w: np.float32, q: np.float32) -> tuple[np.float32, np.float32]:
    """k and s of w/q = 2^k (1 - s)/(1 + s), for w and q above 0; k = 0 from 1/2 to 2."""
    few, little = w < F_FEW, q < F_FEW
    w_up = np.float32(w * F_UP if few else w)
    q_up = np.float32(q * F_UP if little else q)
    apart = np.uint32(np.uint32(w_up.view(np.uint32) - q_up.view(np.uint32)) + F_RATIO)
    rounded = np.uint32(apart >> F_BITS)
    near = F_TWO * w_up if w_up < q_up else F_TWO * q_up
    both = F_NO_STEP if (q_up if w_up < q_up else w_up) <= near else rounded
    half = np.uint32(both >> F_LAST)
    lift = np.uint32(np.uint32(F_TOP - half) << F_BITS)
    other = np.uint32(np.uint32(np.uint32(both - half) - F_LAST) << F_BITS)
    a, b = w_up * lift.view(np.float32), q_up * other.view(np.float32)
    biased = np.uint32(F_POWER | both)
    risen = (F_STEPS if little else F_ZERO) - (F_STEPS if few else F_ZERO)
    return (biased.view(np.float32) - F_RATIO_BIAS) + risen, (b - a) / (b + a)


def f_ratio(w: np.float32, q: np.float32) -> np.float32:
    """The s of w/q = 2^k (1 - s)/(1 + s)."""
    return f_reduced(w, q)[1]


def f_steps(w: np.float32, q: np.float32) -> np.float32:
    """The k of w/q = 2^k (1 - s)/(1 + s)."""
    return f_reduced(w, q)[0]


def f_log_ratio(w: np.float32, q: np.float32, s: np.float32, k: np.float32) -> np.float32:
    """log(w/q), for w and q that are not negative."""
    v = s * s
    bend = s * v * f_ratio_tail(v) + F_TWO * s
    y = k * F_LN2_HIGH + (k * F_LN2_LOW - bend)
    y = F_INFINITY if q == F_ZERO else y
    edge = F_NAN if q == F_ZERO else -F_INFINITY
    y = edge if w == F_ZERO else y
    y = y if w >= F_ZERO else F_NAN
    return np.float32(y if q >= F_ZERO else F_NAN)


def f_divergence(w: np.float32, q: np.float32, s: np.float32, k: np.float32) -> np.float32:
    """w log(w/q) - w + q, for w and q that are not negative; q where w = 0."""
    v = s * s
    tail = s * v * f_ratio_tail(v)
    d = q - w
    near = s * d - w * tail
    whole = k * F_LN2_HIGH
    high = whole - F_TWO * s
    lost = (whole - high) - F_TWO * s
    low = lost + (k * F_LN2_LOW - tail)
    y = near if k == F_ZERO else w * low + (w * high + d)
    y = F_INFINITY if q == F_ZERO else y
    y = q if w == F_ZERO else y
    y = y if w >= F_ZERO else F_NAN
    return np.float32(y if q >= F_ZERO else F_NAN)
