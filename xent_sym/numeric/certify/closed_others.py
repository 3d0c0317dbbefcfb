"""What the functions of probabilities and of single logits are, in many digits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xent_sym.numeric.certify.closed_forms import Reals, residual
from xent_sym.numeric.certify.sized import Number, Sized, exp_of_negative, sized, total


class _Probabilities:
    """One row of probabilities, or two."""

    def __init__(self, digits: Any, p: Reals, q: Reals = ()) -> None:
        self.digits, self.zero, self.one = digits, sized(digits.zero), sized(digits.one)
        self.p = [digits.mpf(x) for x in p]
        self.q = [digits.mpf(x) for x in q]

    def minus_log(self, x: Number) -> Sized:
        """−log x, ∞ at 0"""
        return sized(-self.digits.log(x) if x else self.digits.inf)

    def log_ratio(self, k: int) -> Sized:
        """log(p_k/q_k): −∞ at p_k = 0, ∞ at q_k = 0 < p_k"""
        p, q = self.p[k], self.q[k]
        return self.minus_log(q) if q == 0 else -self.minus_log(p / q)


class Entropy(_Probabilities):
    """−Σ p_k log p_k"""

    def value(self, k: int) -> Sized:
        return total((sized(p) * self.minus_log(p) for p in self.p), self.zero)

    def gradient(self, k: int) -> Sized:
        return self.minus_log(self.p[k]) - self.one

    def hvp(self, k: int, v: Reals) -> Sized:
        return sized(-self.digits.mpf(v[k]) / self.p[k] if self.p[k] else self.digits.nan)


class CrossEntropy(_Probabilities):
    """−Σ p_k log q_k"""

    def value(self, k: int) -> Sized:
        pairs = zip(self.p, self.q, strict=True)
        return total((sized(p) * self.minus_log(q) for p, q in pairs), self.zero)

    def gradient(self, k: int) -> Sized:
        return self.minus_log(self.q[k])

    def hvp(self, k: int, v: Reals) -> Sized:
        return self.zero


class Kl(_Probabilities):
    """Σ p_k log(p_k/q_k) − p_k + q_k"""

    def value(self, k: int) -> Sized:
        return total(map(self._excess, range(len(self.p))), self.zero)

    def _excess(self, k: int) -> Sized:
        p, q = self.p[k], self.q[k]
        return sized(p * self.log_ratio(k).value - p + q if p else q)

    def gradient(self, k: int) -> Sized:
        if self.p[k] == 0 == self.q[k]:
            return sized(self.digits.nan)
        return self.log_ratio(k) + self.one

    def hvp(self, k: int, v: Reals) -> Sized:
        return sized(self.digits.mpf(v[k]) / self.p[k] if self.p[k] else self.digits.nan)


class _Logit:
    """σ(u), σ(−u), softplus(u) and softplus(−u) of one number u"""

    def __init__(self, digits: Any, u: float | Number) -> None:
        self.digits = digits
        self.u = digits.mpf(u)
        small = exp_of_negative(digits, -abs(self.u))
        near, far = 1 / (1 + small), small / (1 + small)
        low = digits.log(1 + small)
        high = low + abs(self.u)
        up = self.u > 0
        self.sigmoid, self.rest = (near, far) if up else (far, near)
        self.softplus, self.softplus_of_minus = (high, low) if up else (low, high)

    def bend(self) -> Sized:
        """σ(u)·(1 − σ(u))"""
        return sized(self.sigmoid) * sized(self.rest)


class Sigmoid(_Logit):
    """σ(u) = 1/(1 + e^{−u})"""

    def value(self, k: int) -> Sized:
        return sized(self.sigmoid)

    def gradient(self, k: int) -> Sized:
        return self.bend()

    def hvp(self, k: int, v: Reals) -> Sized:
        # 1 − 2σ(u) = −tanh(u/2): the mathematics has no difference here that would excuse anything
        turn = sized(-self.digits.tanh(self.u / 2))
        return self.bend() * turn * sized(self.digits.mpf(v[0]))


class Softplus(_Logit):
    """log(1 + eᵘ)"""

    def value(self, k: int) -> Sized:
        return sized(self.softplus)

    def gradient(self, k: int) -> Sized:
        return sized(self.sigmoid)

    def hvp(self, k: int, v: Reals) -> Sized:
        return self.bend() * sized(self.digits.mpf(v[0]))


class BinaryCrossEntropyWithLogits(_Logit):
    """y·softplus(−u) + (1 − y)·softplus(u) = −y log σ(u) − (1 − y) log(1 − σ(u))"""

    def __init__(self, digits: Any, u: float | Number, y: float) -> None:
        super().__init__(digits, u)
        self.y, self.short = digits.mpf(y), digits.fsub(1, digits.mpf(y), exact=True)

    def value(self, k: int) -> Sized:
        true = sized(self.y) * sized(self.softplus_of_minus)
        return true + sized(self.short) * sized(self.softplus)

    def gradient(self, k: int) -> Sized:
        return residual(self.digits, self.sigmoid, self.rest, self.y)

    def hvp(self, k: int, v: Reals) -> Sized:
        return self.bend() * sized(self.digits.mpf(v[0]))


class Logistic:
    """The mean over the samples of BCE at u_i = θ·x_i; a margin is uncertain by its own rounding"""

    def __init__(self, digits: Any, theta: Reals, x: Sequence[Reals], y: Reals) -> None:
        self.digits, self.zero, self.x = digits, sized(digits.zero), x
        self.margins = [self._dot(row, theta) for row in x]
        self.losses = [
            BinaryCrossEntropyWithLogits(digits, u.value, label)
            for u, label in zip(self.margins, y, strict=True)
        ]

    def _dot(self, row: Reals, theta: Reals) -> Sized:
        each = zip(row, theta, strict=True)
        return total((self._real(a) * self._real(b) for a, b in each), self.zero)

    def _real(self, x: float) -> Sized:
        return sized(self.digits.mpf(x))

    def _moved(self, entry: Sized, slope: Number, i: int) -> Sized:
        """The entry, and what the rounding of the i-th margin may move it"""
        return Sized(entry.value, entry.size + abs(slope) * self.margins[i].size)

    def _mean(self, pieces: Sequence[Sized]) -> Sized:
        return total(pieces, self.zero) * sized(1 / self.digits.mpf(len(pieces)))

    def value(self, k: int) -> Sized:
        each = enumerate(self.losses)
        return self._mean([self._moved(f.value(0), f.gradient(0).value, i) for i, f in each])

    def gradient(self, k: int) -> Sized:
        each = enumerate(self.losses)
        residuals = [self._moved(f.gradient(0), f.bend().value, i) for i, f in each]
        return self._mean([r * self._real(self.x[i][k]) for i, r in enumerate(residuals)])

    def hvp(self, k: int, v: Reals) -> Sized:
        bends = [self._moved(f.bend(), f.bend().value, i) for i, f in enumerate(self.losses)]
        pieces = [
            bend * self._real(row[k]) * self._dot(row, v)
            for bend, row in zip(bends, self.x, strict=True)
        ]
        return self._mean(pieces)


__all__ = [
    "BinaryCrossEntropyWithLogits", "CrossEntropy", "Entropy", "Kl", "Logistic", "Sigmoid",
    "Softplus",
]
