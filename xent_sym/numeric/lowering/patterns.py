"""What a term is, where that decides how it is computed."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from xent_sym.numeric.forms.stable import log_softmax_argument, sure_to_be_nonzero
from xent_sym.numeric.ranges import ExportError, count_of, lowest
from xent_sym.terms.declare import NONNEGATIVE_KINDS, POSITIVE_KINDS
from xent_sym.terms.parts import factors_of, numbers_apart, sum_of
from xent_sym.terms.term import Add, App, Delta, Fn, Named, Num, Quantity, Sym, Term


def offset(over: Term, whole: Term) -> int:
    """Where an index over a part of a range begins in it."""
    if over == whole:
        return 0
    (size, number), (same_size, most) = count_of(over), count_of(whole)
    first = lowest(over) - lowest(whole)
    if size != same_size or first < 0 or first + number > most:
        raise ExportError(f"an index over {over} is not known to stay within {whole}")
    return first


def may_be_infinite(term: Term) -> bool:
    """There is a logarithm, a softplus or the like inside, which can leave every bound."""
    for part in term.walk():
        if isinstance(part, Fn) and part.data == "log" and not sure_to_be_nonzero(part.args[0]):
            return True
        if isinstance(part, Quantity) and part.data in ("softplus", "log_sum_exp"):
            return True
        if isinstance(part, Named) and log_softmax_argument(part) is not None:
            return True
    return False


def never_negative(term: Term) -> bool:
    """An entry of a family that was declared so, or a model's probability."""
    head = term.args[0] if isinstance(term, App) else term
    declared = isinstance(head, Sym) and head.kind in POSITIVE_KINDS | NONNEGATIVE_KINDS
    return declared or is_model(term)


def power_less_one(summands: Sequence[Term]) -> tuple[Fraction, Term, list[Term]] | None:
    """c, x and the rest of c·e^x − c + rest: e^x − 1 has a routine that keeps its digits."""
    for n, one in enumerate(summands):
        number, others = numbers_apart(factors_of(one))
        power = others[0] if len(others) == 1 else None
        if not (isinstance(power, Fn) and power.data == "exp"):
            continue
        for m, two in enumerate(summands):
            if two == Num(-number):
                rest = [s for k, s in enumerate(summands) if k not in (n, m)]
                return number, power.args[0], rest
    return None


def one_plus(term: Term) -> Term | None:
    """The x of 1 + x: log(1 + x) has a routine that keeps its digits."""
    if isinstance(term, Add) and Num(1) in term.args:
        rest = list(term.args)
        rest.remove(Num(1))
        return sum_of(rest)
    return None


def kept_index(term: Term, index: Sym) -> Term | None:
    """The c of δ_kc over the whole range of k: Σ_k δ_kc f_k = f_c."""
    if not (isinstance(term, Delta) and index in term.args):
        return None
    other = next((i for i in term.args if i != index), index)
    head = other.args[0] if isinstance(other, App) else other
    same = isinstance(head, Sym) and head.kind == "index" and head.args[-1] == index.args[-1]
    return other if same and not other.has(index) else None


def is_quantity(term: Term, quantity: str) -> bool:
    return isinstance(term, Quantity) and term.data == quantity


def is_model(term: Term) -> bool:
    """A probability as a model gives it: an entry of a softmax, or a sigmoid."""
    entry = isinstance(term, App) and len(term.args) == 2 and is_quantity(term.args[0], "softmax")
    return entry or is_quantity(term, "sigmoid")


def slopes(factors: Sequence[Term]) -> list[tuple[Term, bool]]:
    """The factors in their order; σ(u)·σ(−u) is one, given as its first with the mark True."""
    found = list[tuple[Term, bool]]()
    for factor in factors:
        first = next((n for n, (other, both) in enumerate(found)
                      if not both and _are_complements(other, factor)), None)
        if first is None:
            found.append((factor, False))
        else:
            found[first] = found[first][0], True
    return found


def _are_complements(one: Term, two: Term) -> bool:
    if not (is_quantity(one, "sigmoid") and is_quantity(two, "sigmoid")):
        return False
    (n, u), (m, w) = (numbers_apart(factors_of(t.args[0])) for t in (one, two))
    return n == -m and sorted(f.key for f in u) == sorted(f.key for f in w)


def is_log_softmax(term: Term, index: Sym) -> bool:
    return (isinstance(term, App) and isinstance(term.args[0], Named)
            and log_softmax_argument(term.args[0]) is not None and term.args[1] == index)
