"""The polynomials behind exp, log, log1p, expm1 and tanh: near-minimax, found and rounded once.

A polynomial is fitted by weighted least squares at Chebyshev points, in sixty digits: its error
then swings between nearly equal heights, within a factor of two of the best there is.  The texts
below (C and Python) are written into the sources by ``scripts/write_coefficients.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import mpmath
import numpy as np

DIGITS = 60
Real = Callable[[mpmath.mpf], mpmath.mpf]


@dataclass(frozen=True)
class Polynomial:
    """``count`` coefficients that follow ``function`` on [low, high], errors weighed by ``weight``.

    ``single``: the coefficients are rounded to float32, else to float64.
    """

    name: str
    variable: str
    fact: str
    function: Real
    weight: Real
    low: str
    high: str
    count: int
    single: bool

    def coefficients(self) -> list[float]:
        """The fitted coefficients by ascending powers, rounded to the precision of use."""
        kind = np.float32 if self.single else np.float64
        return [float(kind(float(c))) for c in fitted(self)]


def _exp_tail(r: mpmath.mpf) -> mpmath.mpf:
    return (mpmath.expm1(r) - r) / r**2


def _log_tail(w: mpmath.mpf) -> mpmath.mpf:
    s = mpmath.sqrt(w)
    return (2 * mpmath.atanh(s) / s - 2) / w


def _square(r: mpmath.mpf) -> mpmath.mpf:
    return r**2


def _same(w: mpmath.mpf) -> mpmath.mpf:
    return w


def _root(w: mpmath.mpf) -> mpmath.mpf:
    return mpmath.sqrt(w)


# |r| <= log(2)/2 after the reduction, and s = f/(2 + f) with 1 + f between the roots of 1/2 and 2;
# both with a little room, because the reduction rounds.
R_BOUND, W_BOUND = "0.34661", "0.029440"
# s = (q - p)/(q + p) with p/q between 1/2 and 2.
RATIO_BOUND = "0.11112"
EXP_FACT = "p with exp(r) = 1 + r + r^2 p"
LOG_FACT = "p with log((1 + s)/(1 - s)) = 2 s + s w p, w = s^2"

POLYNOMIALS = (
    Polynomial("d_exp_tail", "r", EXP_FACT, _exp_tail, _square, f"-{R_BOUND}", R_BOUND, 10, False),
    Polynomial("d_log_tail", "w", LOG_FACT, _log_tail, _same, "0", W_BOUND, 7, False),
    Polynomial("d_ratio_tail", "w", LOG_FACT, _log_tail, _root, "0", RATIO_BOUND, 11, False),
    Polynomial("f_exp_tail", "r", EXP_FACT, _exp_tail, _square, f"-{R_BOUND}", R_BOUND, 5, True),
    Polynomial("f_log_tail", "w", LOG_FACT, _log_tail, _same, "0", W_BOUND, 3, True),
    Polynomial("f_ratio_tail", "w", LOG_FACT, _log_tail, _root, "0", RATIO_BOUND, 5, True),
)


@cache
def fitted(polynomial: Polynomial) -> list[mpmath.mpf]:
    """Weighted least squares at Chebyshev points: the coefficients by ascending powers."""
    points = 4 * polynomial.count
    with mpmath.workdps(DIGITS):
        low, high = mpmath.mpf(polynomial.low), mpmath.mpf(polynomial.high)
        rows, right = [], []
        for i in range(points):
            turn = mpmath.cos(mpmath.pi * (2 * i + 1) / (2 * points))
            x = (low + high) / 2 + (high - low) / 2 * turn
            weight = polynomial.weight(x)
            rows.append([weight * x**power for power in range(polynomial.count)])
            right.append(weight * polynomial.function(x))
        solution, _ = mpmath.qr_solve(mpmath.matrix(rows), mpmath.matrix(right))
        return [+c for c in solution]


def fit_error(polynomial: Polynomial) -> float:
    """The largest weighted error of the unrounded polynomial, on a fine grid of its interval."""
    with mpmath.workdps(DIGITS):
        low, high = mpmath.mpf(polynomial.low), mpmath.mpf(polynomial.high)
        found = fitted(polynomial)[::-1]
        grid = [low + (high - low) * (i + mpmath.mpf("0.37")) / 401 for i in range(401)]
        errors = (
            polynomial.weight(x) * (mpmath.polyval(found, x) - polynomial.function(x)) for x in grid
        )
        return float(max(abs(e) for e in errors))


def digits(value: float, single: bool) -> str:
    """The shortest decimal that reads back as the same number.

    >>> digits(0.1, False), digits(float(np.float32(0.1)), True)
    ('0.1', '0.1')
    """
    return str(np.float32(value)) if single else repr(value)


def c_block() -> str:
    """One C function for each polynomial: even and odd powers apart, so that a processor that has
    room for two sums need not wait for one."""
    return "\n".join(_c_function(p) for p in POLYNOMIALS)


def numba_block() -> str:
    """One Python function of NumPy scalars for each polynomial, in the same form."""
    return "\n\n\n".join(_numba_function(p) for p in POLYNOMIALS)


def _halves(coefficients: list[str]) -> list[tuple[str, list[str]]]:
    """The coefficients of the even and of the odd powers, the highest first."""
    return [(name, list(reversed(coefficients[start::2])))
            for name, start in (("even", 0), ("odd", 1))]


def _c_function(p: Polynomial) -> str:
    real, fma, suffix = ("float", "f_fma", "f") if p.single else ("double", "d_fma", "")
    x, halves = p.variable, _halves([digits(c, p.single) + suffix for c in p.coefficients()])
    started = ", ".join(f"{name} = {first}" for name, (first, *_) in halves)
    lines = [
        f"/* {p.fact}; error {fit_error(p):.1e} */",
        f"INLINE {real} {p.name}({real} {x}) {{",
        f"    {real} {x}{x} = {x} * {x}, {started};",
        *(f"    {name} = {fma}({name}, {x}{x}, {c});" for name, (_, *rest) in halves for c in rest),
        f"    return {fma}(odd, {x}, even);",
        "}",
    ]
    return "\n".join(lines) + "\n"


def _numba_function(p: Polynomial) -> str:
    kind = "np.float32" if p.single else "np.float64"
    x, halves = p.variable, _halves([f"{kind}({digits(c, p.single)})" for c in p.coefficients()])
    lines = [
        f"def {p.name}({x}: {kind}) -> {kind}:",
        f'    """{p.fact}; error {fit_error(p):.1e}."""',
        f"    {x}{x} = {x} * {x}",
        *(f"    {name} = {first}" for name, (first, *_) in halves),
        *(f"    {name} = {name} * {x}{x} + {c}" for name, (_, *rest) in halves for c in rest),
        f"    return odd * {x} + even",
    ]
    return "\n".join(lines)
