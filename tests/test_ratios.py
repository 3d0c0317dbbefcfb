"""log(w/q), w·log(w/q) − w + q and e^{z − m} of two numbers keep their digits wherever they lie."""

from __future__ import annotations

import ctypes
import inspect
from fractions import Fraction
from functools import cache

import mpmath
import numpy as np
import pytest

from xent_sym.numeric import ExportError, Loss
from xent_sym.numeric.compiled.loader import load, pointer
from xent_sym.numeric.elementary import c_text, numba_text, ratios_numba
from xent_sym.numeric.elementary.coefficients import POLYNOMIALS
from xent_sym.numeric.lowering.divergence import ARTANH
from xent_sym.numeric.runtime import of_numpy_ratios
from xent_sym.terms import distribution, index, kl, size, vector

KINDS = {"d": np.float64, "f": np.float32}
REALS = {"d": "double", "f": "float"}
# What stands for a function of two numbers x and y in C.
CALLS = {
    "log_ratio": "{p}_log_ratio(x[i], y[i], {p}_ratio(x[i], y[i]), {p}_steps(x[i], y[i]))",
    "divergence": "{p}_divergence(x[i], y[i], {p}_ratio(x[i], y[i]), {p}_steps(x[i], y[i]))",
    "lost": "{p}_near_lost(x[i], y[i], x[i] - y[i])",
    "weight": "{p}_weight(x[i], y[i], 1)",
}
# In units of the last place: one division, one product and one sum stand before the last rounding.
BOUNDS = {"log_ratio": 2.5, "divergence": 4.0, "weight": 1.5}

each = pytest.mark.parametrize("letter", "df")


@cache
def library():
    names = [f"{p}_{n}" for p in "df" for n in ("log_ratio", "divergence", "ratio", "steps",
                                               "near_lost", "weight")]
    loops = "".join(
        f"void {name}_{p}(const {r} *restrict x, const {r} *restrict y, {r} *restrict out, long n)"
        f"{{ for (long i = 0; i < n; i++) out[i] = {call.format(p=p)}; }}\n"
        for p, r in REALS.items() for name, call in CALLS.items()
    )
    try:
        return load(c_text(names) + loops, "ratios_test")
    except ExportError as error:
        pytest.skip(f"no C compiler: {error}")


def by_c(name, x, y):
    function = library()[f"{name}_{'f' if x.dtype == np.float32 else 'd'}"]
    function.argtypes, function.restype = [ctypes.c_void_p] * 3 + [ctypes.c_long], None
    out = np.empty_like(x)
    function(pointer(x), pointer(y), pointer(out), x.size)
    return out


def by_scalars(name, x, y):
    letter = "f" if x.dtype == np.float32 else "d"
    function, ratio, steps = (
        getattr(ratios_numba, f"{letter}_{n}") for n in (name, "ratio", "steps"))
    with np.errstate(all="ignore"):
        return np.array([function(a, b, ratio(a, b), steps(a, b))
                         for a, b in zip(x, y, strict=True)], x.dtype)


def pairs(letter, count=400):
    """Numbers far apart, near each other, at the seams of the reduction, and the smallest."""
    random = np.random.default_rng(11)
    kind = KINDS[letter]
    deep = 300 if letter == "d" else 37
    w = 10.0 ** random.uniform(-deep, 0, count)
    near = 1 + random.normal(0, 1, count) * 10.0 ** random.uniform(-16, -0.3, count)
    ratios = [10.0 ** random.uniform(-deep, 0, count), w * abs(near), w * 2.0 ** random.uniform(
        -3, 3, count), w * random.choice([2 / 3, 1.5, 4 / 3, 0.75, 2.0, 0.5], count)]
    q = np.concatenate(ratios).astype(kind)
    w = np.tile(w, len(ratios)).astype(kind)
    tiny = np.finfo(kind).smallest_subnormal * random.integers(1, 9, 40).astype(kind)
    return np.concatenate([w, tiny, tiny, w[:40]]), np.concatenate([q, tiny[::-1], w[:40], tiny])


EXACT = {
    "log_ratio": lambda w, q: mpmath.log(w / q),
    "divergence": lambda w, q: w * mpmath.log(w / q) - w + q,
    "weight": lambda z, m: mpmath.exp(z - m),
}


def worst(name, x, y, found):
    """The largest error in units of the last place of the exact value."""
    errors = []
    with mpmath.workdps(400):
        for a, b, got in zip(x, y, found, strict=True):
            right = EXACT[name](mpmath.mpf(float(a)), mpmath.mpf(float(b)))
            unit = mpmath.mpf(float(np.spacing(x.dtype.type(abs(float(right))))))
            errors.append(float(abs(mpmath.mpf(float(got)) - right) / unit))
    return max(errors)


@each
@pytest.mark.parametrize("name", ["log_ratio", "divergence"])
@pytest.mark.parametrize("run", [by_c, by_scalars])
def test_ratios_keep_their_digits(name, letter, run):
    w, q = pairs(letter)
    assert worst(name, w, q, run(name, w, q)) <= BOUNDS[name]


@each
@pytest.mark.parametrize("name", ["log_ratio", "divergence"])
def test_the_text_for_numba_brings_all_that_it_needs(name, letter):
    found = {}
    exec("import numpy as np\n" + numba_text(
        [f"{letter}_{n}" for n in (name, "ratio", "steps")], ""), found)
    w, q = KINDS[letter](0.25), KINDS[letter](0.75)
    with np.errstate(over="ignore"):  # bits wrap around
        ratio, steps = found[f"{letter}_ratio"](w, q), found[f"{letter}_steps"](w, q)
        right = getattr(ratios_numba, f"{letter}_{name}")(w, q, ratio, steps)
        assert found[f"{letter}_{name}"](w, q, ratio, steps) == right


def test_every_target_has_the_same_polynomial():
    fitted = next(p for p in POLYNOMIALS if p.name == "d_ratio_tail").coefficients()
    assert list(ARTANH) == fitted
    assert all(repr(c) in inspect.getsource(of_numpy_ratios) for c in fitted)


@each
def test_the_plain_formula_does_not(letter):
    w, q = pairs(letter)
    with np.errstate(all="ignore"):
        assert worst("divergence", w, q, w * np.log(w / q) - w + q) > 1e3


@each
@pytest.mark.parametrize("run", [by_c, by_scalars])
def test_zeros_and_what_is_no_probability(letter, run):
    kind = KINDS[letter]
    w = np.array([0, 0, 1, -1, 1, np.nan, 1, 0.5], kind)
    q = np.array([0, 1, 0, 1, -1, 1, np.nan, 0.5], kind)
    assert np.array_equal(run("divergence", w, q), kind([0, 1, np.inf, *[np.nan] * 4, 0]),
                          equal_nan=True)
    assert np.array_equal(
        run("log_ratio", w, q), kind([np.nan, -np.inf, np.inf, *[np.nan] * 4, 0]), equal_nan=True)


@each
@pytest.mark.parametrize("target", ["numpy", "array-api", "c"])
def test_a_divergence_from_a_constant_is_log_k_less_the_entropy(letter, target):
    """D(p ‖ 1/K) = log K − H(p), and the other way round: where one of both is a number."""
    K = size("K")
    p, k = distribution("p", K, full_support=True), index("k", K)
    uniform = vector(1 / K, k)
    x = np.array([[0.2, 0.3, 0.5], [1 / 3, 1 / 3, 1 / 3], [0.9, 0.05, 0.05]], KINDS[letter])
    try:
        there, back = (Loss(name, kl(*pair), (p,)).function("value", target)(x)
                       for name, pair in (("there", (p, uniform)), ("back", (uniform, p))))
    except ExportError as error:
        pytest.skip(str(error))
    exact = x.astype(np.float64)
    unit = float(np.finfo(KINDS[letter]).eps)
    near = {"rtol": 8 * unit, "atol": 8 * unit}  # log 3 and H(p) cancel here, in doubles
    assert there.dtype == back.dtype == x.dtype
    np.testing.assert_allclose(there, np.log(3) + (exact * np.log(exact)).sum(axis=1), **near)
    np.testing.assert_allclose(back, -np.log(3) - np.log(exact).mean(axis=1), **near)
    assert not np.allclose(there, back, rtol=1e-3)


def logits(letter, count=4000):
    """Pairs z ≤ m, not further apart than 700 (80): of all sizes, and of both signs."""
    random = np.random.default_rng(5)
    kind, far = KINDS[letter], 700 if letter == "d" else 80
    m = random.normal(0, 1, count) * 10.0 ** random.uniform(-5, 9, count)
    z = m - random.uniform(0, far, count) * 10.0 ** random.uniform(-4, 0, count)
    m, z = m.astype(kind), z.astype(kind)
    fine = (z <= m) & (np.float64(m) - np.float64(z) <= far)
    return z[fine], m[fine]


@each
def test_what_a_difference_rounds_away_is_found_exactly(letter):
    z, m = logits(letter)
    found = by_c("lost", z, m)
    lost = [Fraction(float(a)) - Fraction(float(b)) - Fraction(float(a - b))
            for a, b in zip(z, m, strict=True)]
    assert [Fraction(float(x)) for x in found] == lost
    assert any(lost)


@each
def test_weights_keep_their_digits(letter):
    z, m = logits(letter, 1000)
    assert worst("weight", z, m, by_c("weight", z, m)) <= BOUNDS["weight"]
    with np.errstate(under="ignore"):
        assert worst("weight", z, m, np.exp(z - m)) > 4
