"""What each function of the catalogue is, in many digits and in the order of the mathematics.

One class for each function, made from one row of arguments; ``value``, ``gradient`` and ``hvp``
give an entry with its condition number.  A row that does not sum to one is taken as it stands:
KL is Σ p·log(p/q) − p + q, which is Σ p·log(p/q) where both sum to one, and the gradient of the
softmax cross-entropy is a_k − y_k.  Other gradients are partial derivatives of the statement,
with every coordinate free.  Limits: 0·log 0 = 0, a logit of −∞ has weight 0, p·log(p/0) = ∞.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeAlias

from xent_sym.numeric.certify.sized import Number, Sized, better, exp_of_negative, sized, total

Reals: TypeAlias = Sequence[float]


class Form(Protocol):
    """One function at one row; ``k`` is the entry, for a family, and v the direction."""

    def value(self, k: int) -> Sized:
        """f, or its k-th entry"""
        ...

    def gradient(self, k: int) -> Sized:
        """∂f/∂x_k for the first argument x"""
        ...

    def hvp(self, k: int, v: Reals) -> Sized:
        """Σ_j ∂²f/∂x_k∂x_j · v_j"""
        ...


class _Softmax:
    """z_k − m exactly, the weights a_k = e^{z_k − m}/S, log S; a single z of +∞ has all weight."""

    def __init__(self, digits: Any, z: Reals) -> None:
        self.digits, self.zero = digits, sized(digits.zero)
        self.turns: dict[tuple[float, ...], _Turn] = {}
        self.top = max(z)
        if self.top == math.inf:
            infinite = [x == math.inf for x in z]
            alone = infinite.count(True) == 1
            z = [0.0 if i else -math.inf for i in infinite] if alone else [math.nan] * len(z)
        top = digits.mpf(max(z))
        self.below = [digits.fsub(digits.mpf(x), top, exact=True) for x in z]
        weights = [exp_of_negative(digits, d) for d in self.below]
        whole = digits.fsum(weights)
        self.log_sum = digits.log(whole)
        self.weights = [w / whole for w in weights]

    def weight(self, k: int) -> Sized:
        """a_k"""
        return sized(self.weights[k])

    def minus_log(self, k: int) -> Sized:
        """−log a_k = log S − (z_k − m), both parts ≥ 0"""
        return sized(self.log_sum - self.below[k])

    def residual(self, k: int, label: Number) -> Sized:
        """a_k − y_k, or (1 − y_k) − Σ_{others} a where that loses less"""
        return residual(self.digits, self.weights[k], 1 - self.weights[k], label)

    def mean(self, values: Callable[[int], Sized]) -> Sized:
        """Σ a_k f_k over the classes that have any weight"""
        there = (k for k, a in enumerate(self.weights) if a != 0)
        return total((self.weight(k) * values(k) for k in there), self.zero)

    def turn(self, values: Sequence[Number]) -> _Turn:
        """f_k − Σ a_j f_j for each k"""
        return _Turn(self, values)

    def turn_of(self, v: Reals) -> _Turn:
        """The same for the direction of a Hessian-vector product, which every entry asks for."""
        key = tuple(v)
        if key not in self.turns:
            self.turns[key] = _Turn(self, v)
        return self.turns[key]

    def along(self, k: int, turn: _Turn) -> Sized:
        """a_k (f_k − Σ a_j f_j): the derivative of the softmax in the direction f"""
        return self.weight(k) * turn(k) if self.weights[k] else self.weight(k)

    def bend(self, k: int, turn: _Turn, v: Reals) -> Sized:
        """The derivative of ``along`` in the direction v, where f moves with v as well"""
        if not self.weights[k]:
            return self.weight(k)
        step = self.turn_of(v)
        both = self.mean(lambda j: step(j) * turn(j))
        return self.weight(k) * (step(k) * turn(k) + step(k) - both)

    def real(self, x: float) -> Sized:
        """A float as it is."""
        return sized(self.digits.mpf(x))


class _Turn:
    """f_k − Σ a_j f_j, both less f at the class of most weight: so the rest may be small"""

    def __init__(self, soft: _Softmax, values: Sequence[Number]) -> None:
        self.soft, self.values = soft, values
        self.top = values[soft.below.index(max(soft.below))]
        self.mean = soft.mean(self._apart)

    def _apart(self, k: int) -> Sized:
        return sized(self.soft.digits.fsub(self.values[k], self.top, exact=True))

    def __call__(self, k: int) -> Sized:
        return self._apart(k) - self.mean


def residual(digits: Any, a: Number, rest: Number, label: Number) -> Sized:
    """a − y where rest = 1 − a, by the one of both that has less to cancel"""
    short = digits.fsub(1, label, exact=True)
    return better(sized(a) - sized(label), sized(short) - sized(rest))


class SoftmaxCrossEntropy(_Softmax):
    """−Σ y_k log a_k; a class number c stands for y_k = δ_kc."""

    def __init__(self, digits: Any, z: Reals, y: Reals | int) -> None:
        super().__init__(digits, z)
        self.y = y

    def _label(self, k: int) -> Sized:
        return self.real(float(k == self.y) if isinstance(self.y, int) else self.y[k])

    def value(self, k: int) -> Sized:
        if isinstance(self.y, int):
            return self.minus_log(self.y)
        each = (self._label(j) * self.minus_log(j) for j, y in enumerate(self.y) if y)
        return total(each, self.zero)

    def gradient(self, k: int) -> Sized:
        return self.residual(k, self._label(k).value)

    def hvp(self, k: int, v: Reals) -> Sized:
        return self.along(k, self.turn_of(v))


class Softmax(_Softmax):
    """a_k = e^{z_k} / Σ e^{z_j}"""

    def value(self, k: int) -> Sized:
        return self.weight(k)


class LogSoftmax(_Softmax):
    """log a_k"""

    def value(self, k: int) -> Sized:
        return -self.minus_log(k)


class LogSumExp(_Softmax):
    """log Σ e^{z_k}; its gradient is the softmax."""

    def value(self, k: int) -> Sized:
        return self.real(self.top) + sized(self.log_sum)

    def gradient(self, k: int) -> Sized:
        return self.weight(k)

    def hvp(self, k: int, v: Reals) -> Sized:
        return self.along(k, self.turn_of(v))


class EntropyOfSoftmax(_Softmax):
    """H(a) = −Σ a_k log a_k as a function of z: its gradient is −a_k (z_k − Σ a_j z_j)"""

    def __init__(self, digits: Any, z: Reals) -> None:
        super().__init__(digits, z)
        self.own = self.turn(self.below)

    def value(self, k: int) -> Sized:
        return self.mean(self.minus_log)

    def gradient(self, k: int) -> Sized:
        return -self.along(k, self.own)

    def hvp(self, k: int, v: Reals) -> Sized:
        return -self.bend(k, self.own, v)


class KlOfSoftmaxes(_Softmax):
    """KL(a ‖ b) for a = softmax(u), b = softmax(v): by u, a_k (d_k − Σ a_j d_j) with d = u − v"""

    def __init__(self, digits: Any, u: Reals, v: Reals) -> None:
        super().__init__(digits, u)
        self.other = _Softmax(digits, v)
        pairs = zip(u, v, strict=True)
        apart = [digits.fsub(x, y, exact=True) if x > -math.inf else x for x, y in pairs]
        self.own = self.turn(apart)

    def value(self, k: int) -> Sized:
        return total(map(self._excess, range(len(self.weights))), self.zero)

    def _excess(self, k: int) -> Sized:
        """a_k log(a_k/b_k) − a_k + b_k ≥ 0: nothing cancels between the classes"""
        a, b = self.weights[k], self.other.weights[k]
        if a == 0:
            return sized(b)
        return sized(a * (self.other.minus_log(k) - self.minus_log(k)).value - a + b)

    def gradient(self, k: int) -> Sized:
        return self.along(k, self.own)

    def hvp(self, k: int, v: Reals) -> Sized:
        return self.bend(k, self.own, v)


__all__ = [
    "EntropyOfSoftmax", "Form", "KlOfSoftmaxes", "LogSoftmax", "LogSumExp", "Reals", "Softmax",
    "SoftmaxCrossEntropy", "residual",
]
