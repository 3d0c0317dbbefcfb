"""The routines that a module of tests carries with it: arithmetic, points, errors.

Their source is copied into the export, so nothing here may refer to the rest of the package.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from mpmath import iv, mp, mpf

SEED = 0
PRECISIONS = (128, 512, 2048, 8192)

# -- the truth ---------------------------------------------------------------------------------


def truth(statement: Callable[..., Any], arguments: Sequence[Any]) -> Any:
    """The value of a statement, as an array; NaN where it has none.

    It is computed in intervals that are sure to hold it, with more and more bits until they are
    sharp, so that nothing that cancels can spoil it.
    """
    for bits in PRECISIONS:
        iv.prec = bits
        found = np.array(statement(*[exact(a) for a in arguments]), dtype=object)
        if all(sharp(x) for x in found.flat):
            break
    # converted, for mpf(...) would round to the precision of mp
    middles = [mp.convert(iv.mpf(x).mid) if sharp(x) else mpf("nan") for x in found.flat]
    return np.array(middles, dtype=object).reshape(found.shape)


def exact(value: Any) -> Any:
    """Floats as intervals without any width, in lists; whole numbers as they are."""
    array = np.asarray(value)
    if array.ndim:
        return [exact(part) for part in array]
    return int(array) if array.dtype.kind in "iu" else iv.mpf(float(array))


def sharp(x: Any) -> bool:
    """The bounds agree to 30 digits, or in 360 decimal places: below every float."""
    low, high = (mp.convert(end) for end in (iv.mpf(x).a, iv.mpf(x).b))
    width = high - low
    return bool(low == high or width <= mpf(2) ** -1200
                or width <= mpf(2) ** -100 * min(abs(low), abs(high)))


def number(n: int) -> Any:
    """A whole number that divides exactly, unlike Python's."""
    return iv.mpf(n)


def exp(x: Any) -> Any:
    """e to the power x."""
    return iv.exp(iv.mpf(x))


def tanh(x: Any) -> Any:
    """The hyperbolic tangent."""
    return 1 - 2 / (1 + exp(2 * x))


def log(x: Any) -> Any:
    """The natural logarithm; -inf at 0."""
    x = iv.mpf(x)
    if x.a >= 0:
        return iv.log(x)
    return iv.mpf(["-inf", iv.log(x.b).b if x.b > 0 else "inf"])


def log_base(base: Any, x: Any) -> Any:
    """The logarithm to a base."""
    return log(x) / log(base)


def times(*factors: Any) -> Any:
    """The product, 0 where a factor is exactly 0: 0·log 0 = 0."""
    product = iv.mpf(1)
    for factor in factors:
        if factor == 0:
            return iv.mpf(0)
        product *= factor
    return product


def over(x: Any, y: Any) -> Any:
    """The quotient; ±inf where only the divisor is exactly 0."""
    if y == 0 and x > 0:
        return iv.mpf("inf")
    if y == 0 and x < 0:
        return iv.mpf("-inf")
    return x / iv.mpf(y)


# -- points ------------------------------------------------------------------------------------


def generator(regime: str) -> np.random.Generator:
    """Random numbers, the same for the same regime on every machine."""
    return np.random.default_rng([SEED, zlib.crc32(regime.encode())])


def classes(shape: Sequence[int]) -> Any:
    """The true class of each row; all classes have their turn."""
    return np.indices(shape[:-1]).sum(axis=0) % shape[-1]


def one_hot(number: Any, count: int) -> Any:
    """1 at the class, 0 elsewhere."""
    return (np.arange(count) == np.asarray(number)[..., None]).astype(float)


def logits(random: np.random.Generator, regime: str, dtype: str, shape: Sequence[int]) -> Any:
    """Scores of classes; a row that wins or loses by far still has a normal float as its softmax.
    """
    z = 3 * random.normal(size=shape)
    far = 680 if dtype == "float64" else 70
    places = classes(shape)[..., None]
    if regime == "logits within 1000":
        z = random.uniform(-1000, 1000, size=shape)
    elif regime == "common offset of 1e6":
        z += 1e6
    elif regime == "ties":
        z = np.round(z / 3)
    elif regime.startswith("one class wins"):
        top = z.max(axis=-1, keepdims=True) + (30 if regime.endswith("30") else far)
        np.put_along_axis(z, places, top, axis=-1)
    elif regime == "one class loses by far":
        np.put_along_axis(z, places, z.min(axis=-1, keepdims=True) - far, axis=-1)
    return z


def beside(z: Any, random: np.random.Generator, regime: str, dtype: str) -> Any:
    """Other logits: unrelated, or as near to the first as the regime says."""
    if regime == "both equal":
        return z
    if regime == "both nearly equal":
        return z + (2.0**-20 if dtype == "float64" else 2.0**-8) * random.integers(-3, 4, z.shape)
    return logits(random, regime, dtype, z.shape)


def labels(random: np.random.Generator, regime: str, shape: Sequence[int], hard: bool) -> Any:
    """One-hot labels, or parts of 1/64 where they may be soft and nobody is to win or lose."""
    if hard or regime.startswith("one class "):
        return one_hot(classes(shape), shape[-1])
    return random.multinomial(64, np.full(shape[-1], 1 / shape[-1]), size=shape[:-1]) / 64


def shares(random: np.random.Generator, regime: str, dtype: str, shape: Sequence[int]) -> Any:
    """Probabilities that sum to exactly 1, in any order and in either format."""
    count = shape[-1]
    if regime == "certain":
        return one_hot(classes(shape), count)
    if regime == "nearly certain":
        little = 2.0**-40 if dtype == "float64" else 2.0**-20
        hot = one_hot(classes(shape), count)
        return np.where(hot == 1, 1 - (count - 1) * little, little)
    if regime in ("zeros", "zeros in the first", "zeros in both") and count > 1:
        open_ = np.roll(one_hot(classes(shape), count), 1, axis=-1) == 0
        return spread(random, shape[:-1], count - 1, open_)
    return spread(random, shape[:-1], count, np.full(shape, True))


def spread(random: np.random.Generator, rows: Sequence[int], count: int, open_: Any) -> Any:
    """Parts of 1/64, at least one at each open place."""
    parts = np.zeros(open_.shape)
    drawn = random.multinomial(64 - count, np.full(count, 1 / count), size=rows)
    parts[open_] = (drawn + 1).ravel() / 64
    return parts


def other_shares(p: Any, random: np.random.Generator, regime: str, dtype: str) -> Any:
    """Other probabilities: unrelated, or as near to the first as the regime says."""
    if regime == "both equal":
        return p
    if regime == "both nearly equal" and p.shape[-1] > 1:
        step = np.zeros(p.shape)
        step[..., 0], step[..., -1] = 1, -1
        return p + (2.0**-20 if dtype == "float64" else 2.0**-10) * step
    own = {"zeros in the first": "ordinary", "zeros in the second": "zeros"}
    return shares(random, own.get(regime, regime), dtype, p.shape)


def margins(random: np.random.Generator, regime: str, shape: Sequence[int]) -> Any:
    """Single logits, of either sign."""
    u = 3 * random.normal(size=shape)
    for size in (30, 800):
        if regime == f"margins of {size}":
            return np.sign(u) * size + u
    if regime == "near 0":
        return u * 2.0 ** -random.integers(0, 100, size=shape)
    return u


def fractions(random: np.random.Generator, regime: str, shape: Sequence[int]) -> Any:
    """Probabilities, one by one; hard where the regime is hostile."""
    soft = random.integers(1, 64, size=shape) / 64
    if regime == "near 0 and 1":
        little = 2.0 ** -random.integers(10, 24, size=shape)
        return np.where(soft < 0.5, little, 1 - little)
    return soft if regime == "ordinary" else np.round(soft)


def numbers(random: np.random.Generator, regime: str, shape: Sequence[int]) -> Any:
    """Real numbers of either sign, about 1 or about 30."""
    return random.normal(size=shape) * (30 if regime == "large numbers" else 1)


def cast(dtype: str, arrays: Sequence[Any]) -> list[Any]:
    """The arrays in the format; whole numbers stay whole."""
    return [a if np.asarray(a).dtype.kind in "iu" else np.asarray(a, dtype=dtype) for a in arrays]


def nudged(regime: str, arguments: Sequence[Any], kinds: dict[int, str]) -> list[Any]:
    """Some arguments moved by parts of 2^-30 of themselves; probabilities keep their sum."""
    moved = list(arguments)
    for n, kind in kinds.items():
        a = np.asarray(arguments[n], dtype=float)
        turn = generator(regime).choice([-2.0, -1.0, 1.0, 2.0], size=a.shape)
        if kind == "shares of 1":
            turn -= (a * turn).sum(axis=-1, keepdims=True)
        elif kind == "probability":
            turn *= 1 - a
        moved[n] = a + 2.0**-30 * a * turn
    return moved


def allowed(true: Any, moved: Any, dtype: str) -> float:
    """How many units one unit in the last place of the nudged arguments is worth; at least 1."""
    step = float(abs(moved - true)) * 2.0**30 * float(np.finfo(dtype).eps)
    return max(1.0, step / float(unit(true, dtype)))


# -- errors ------------------------------------------------------------------------------------


def unit(true: Any, dtype: str) -> Any:
    """One unit in the last place of the truth, once it is rounded to the format."""
    with np.errstate(over="ignore", under="ignore"):
        nearest = np.abs(np.dtype(dtype).type(float(true)))
    return np.spacing(min(nearest, np.finfo(dtype).max / 2))


def ulps(got: Any, true: Any, dtype: str) -> float:
    """The error in units in the last place; an infinity must be that very infinity."""
    with np.errstate(over="ignore", under="ignore"):
        nearest = float(np.dtype(dtype).type(float(true)))
    if np.isinf(nearest) or not np.isfinite(got):
        return 0.0 if float(got) == nearest else float("inf")
    with mp.workprec(300):
        return float(abs(mpf(float(got)) - true) / float(unit(true, dtype)))


def entry(name: str, place: Sequence[int], got: Any, true: Any, error: float) -> str:
    """One wrong entry, for a reader."""
    where = f"{name}[{', '.join(map(str, place))}]" if place else name
    return f"{where}: got {float(got)!r}, true {mp.nstr(true, 17)}, wrong by {error:.3g} ulp"
