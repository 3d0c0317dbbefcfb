"""Random well-typed terms, and edits of them: some keep the value, some do not.

One grammar serves hypothesis (which shrinks what it finds) and a plain random generator
(which is faster): both only have to pick one of several things.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeVar

from hypothesis import strategies as st

from xent_sym.terms import (
    binary,
    binary_cross_entropy,
    binary_entropy,
    cross_entropy,
    delta,
    distribution,
    dot,
    entropy,
    exp,
    expectation,
    index,
    kl,
    log,
    log_sum_exp,
    name,
    one_hot,
    partial,
    positive,
    probability,
    product,
    real,
    reals,
    self_information,
    sigmoid,
    size,
    softmax,
    softplus,
    summation,
    tanh,
    true_class,
    vector,
)
from xent_sym.terms.declare import as_range, base, ranges_of
from xent_sym.terms.quantities import unfold_quantity
from xent_sym.terms.term import (
    Add,
    App,
    Bound,
    Delta,
    Fn,
    Lam,
    Mul,
    Named,
    Num,
    Partial,
    Pow,
    Prod,
    Quantity,
    Range,
    Space,
    Sum,
    Sym,
    Term,
    abstract,
    instantiate,
)

T = TypeVar("T")
Pick = Callable[[Sequence[Any]], Any]

K, n = size("K"), size("n")
CLASSES, SAMPLES, PAIR, TAIL = as_range(K), as_range(n), Range(1, 2), Range(2, K)
k, m, a = index("k", K), index("m", K), index("a", n)
x, v = real("x"), real("v")
t, h, u = positive("t"), probability("h"), binary("u")
b = base()
z, r = reals("z", K), reals("r", K, n)
p, q = distribution("p", K), distribution("q", K, full_support=True)
y, e, B = one_hot("y", K, at="d"), positive("e", K), binary("B", K)
w, g = reals("w", n), distribution("g", n)
c = index("c", n, K)
SCALARS = (x, v, t, h, u, K, n)
NUMBERS = tuple(map(Num, (0, 1, 2, -1, 3, Fraction(1, 2))))
FAMILIES: dict[Term, tuple[Sym, ...]] = {CLASSES: (z, p, q, y, e, B), SAMPLES: (w, g)}


# -- terms -------------------------------------------------------------------------------------


ANY = (
    "leaf add mul mul quotient power log exp weighted sum sum sum excluded nested "
    "delta scalar_quantity family_quantity named product partial base tanh shared twice"
)
RASH = "leaf leaf shared shared shared twice twice weighted sum quotient log exp mul excluded delta"


@dataclass
class Grammar:
    """Well-typed real terms over the symbols above; ``pick`` decides."""

    pick: Pick
    kinds: str = ANY
    opened: int = 0

    def real(self, depth: int, env: tuple[Sym, ...] = ()) -> Term:
        """A number, with the bound indices of ``env`` in reach."""
        if depth <= 0:
            return self.leaf(env)
        made: Term = getattr(self, self.pick(self.kinds.split()))(depth - 1, env)
        return made

    def leaf(self, *arguments: Any) -> Term:
        env = arguments[-1]
        kind = self.pick(["scalar", "entry", "entry", "entry", "number", "cell"])
        if kind == "scalar":
            return self.pick(SCALARS)
        if kind == "number":
            return self.pick(NUMBERS)
        if kind == "cell":
            return entry(r, self.place(CLASSES, env), self.place(SAMPLES, env))
        over = self.pick([CLASSES, CLASSES, SAMPLES])
        return entry(self.pick(FAMILIES[over]), self.place(over, env))

    def place(self, over: Term, env: tuple[Sym, ...]) -> Term:
        """An index that lies in the range."""
        reach = {CLASSES: (CLASSES, TAIL), SAMPLES: (SAMPLES,)}[over]
        bound = [s for s in env if s.args[-1] in reach or _below(s.args[-1], over)]
        free: list[Term] = [k, k, m, true_class(y)] if over == CLASSES else [a]
        if over == CLASSES:
            free += [entry(c, s) for s in [a, *env] if s.args[-1] == SAMPLES]
        return self.pick([*bound, *bound, *bound, *free])

    def family(self, over: Term, depth: int, env: tuple[Sym, ...]) -> Term:
        """A family over the range."""
        kind = self.pick(["symbol", "symbol", "symbol", "written", "softmax", "named"])
        if kind == "written" and depth > 0:
            i = self.bound(over)
            return vector(self.real(depth - 1, (*env, i)), i)
        if kind == "softmax" and over == CLASSES:
            return softmax(z)
        if kind == "named":
            return name("N", self.pick(FAMILIES[over]))
        return self.pick(FAMILIES[over])

    def bound(self, over: Term) -> Sym:
        self.opened += 1
        return Sym._node((over,), (f"s{self.opened}", "index"))

    def range(self, env: tuple[Sym, ...]) -> Term:
        up_to = [Range(1, s) for s in env if s.args[-1] in (CLASSES, SAMPLES)]
        return self.pick([CLASSES, CLASSES, CLASSES, SAMPLES, SAMPLES, TAIL, PAIR, *up_to[:1]])

    def add(self, d: int, env: tuple[Sym, ...]) -> Term:
        return self.real(d, env) + self.real(d, env)

    def mul(self, d: int, env: tuple[Sym, ...]) -> Term:
        return self.real(d, env) * self.real(d, env)

    def quotient(self, d: int, env: tuple[Sym, ...]) -> Term:
        return self.real(d, env) / self.real(d, env)

    def power(self, d: int, env: tuple[Sym, ...]) -> Term:
        return self.real(d, env) ** self.pick([2, 2, -1, -1, 3, -2, Fraction(1, 2)])

    def log(self, d: int, env: tuple[Sym, ...]) -> Term:
        return log(self.real(d, env))

    def exp(self, d: int, env: tuple[Sym, ...]) -> Term:
        return exp(self.real(d, env))

    def tanh(self, d: int, env: tuple[Sym, ...]) -> Term:
        return tanh(self.real(d, env))

    def base(self, d: int, env: tuple[Sym, ...]) -> Term:
        return log(self.real(d, env), self.pick([b, 2, t]))

    def weighted(self, d: int, env: tuple[Sym, ...]) -> Term:
        weight = entry(self.pick([p, p, q, y, B]), self.place(CLASSES, env))
        return weight * log(self.real(d, env))

    def shared(self, d: int, env: tuple[Sym, ...]) -> Term:
        """One number in several places, where a rash cancellation would show."""
        s, other, half = self.leaf(env), self.real(d, env), Fraction(1, 2)
        return self.pick([
            s * other / s, other * s * s**-1, s * log(s * other), s * log(other / s),
            s * log(s * exp(other / s)), s * log(s * exp(1 / s)),
            s**half * s**half * other, s**2 * other * s**-1, log(s**2) * other, (s * other) ** -1,
            (s / other) ** half, s * log(exp(other) * exp(1 / s)), exp(log(s)) + other,
        ])

    def twice(self, d: int, env: tuple[Sym, ...]) -> Term:
        i = self.bound(self.range(env))
        j = self.bound(self.range((*env, i)))
        return summation(summation(self.shared(d, (*env, i, j)), j), i)

    def sum(self, d: int, env: tuple[Sym, ...]) -> Term:
        i = self.bound(self.range(env))
        return summation(self.real(d, (*env, i)), i)

    def excluded(self, d: int, env: tuple[Sym, ...]) -> Term:
        i = self.bound(CLASSES)
        return summation(self.real(d, (*env, i)), i, ne=self.place(CLASSES, env))

    def nested(self, d: int, env: tuple[Sym, ...]) -> Term:
        i = self.bound(self.range(env))
        j = self.bound(self.range((*env, i)))
        inside = self.real(d, (*env, i, j))
        return summation(self.leaf((*env, i)) * summation(inside, j), i)

    def product(self, d: int, env: tuple[Sym, ...]) -> Term:
        i = self.bound(self.pick([CLASSES, SAMPLES, PAIR]))
        return product(self.real(d, (*env, i)), i)

    def delta(self, d: int, env: tuple[Sym, ...]) -> Term:
        over = self.pick([CLASSES, CLASSES, SAMPLES])
        return delta(self.place(over, env), self.place(over, env)) * self.real(d, env)

    def scalar_quantity(self, d: int, env: tuple[Sym, ...]) -> Term:
        of = self.pick([sigmoid, softplus, self_information, binary_entropy, binary_cross_entropy])
        return of(*(self.real(d, env) for _ in range(1 + (of is binary_cross_entropy))))

    def family_quantity(self, d: int, env: tuple[Sym, ...]) -> Term:
        of = self.pick([entropy, cross_entropy, kl, log_sum_exp, expectation, dot])
        over = self.pick([CLASSES, CLASSES, SAMPLES])
        count = 1 if of in (entropy, log_sum_exp) else 2
        return of(*(self.family(over, d, env) for _ in range(count)))

    def named(self, d: int, env: tuple[Sym, ...]) -> Term:
        return name("M", self.real(d, env))

    def partial(self, d: int, env: tuple[Sym, ...]) -> Term:
        by = self.pick([x, t, u, *(entry(f, self.place(CLASSES, env)) for f in (z, p))])
        return partial(self.real(d, env), by)


def entry(family: Term, *indices: Term) -> Term:
    """The entry, also at an index over a part of the range, which p[i] would not take."""
    return App.make((family, *indices))


def _below(rng: Term, over: Term) -> bool:
    """The range 1..i for an index i of the range ``over``."""
    if not isinstance(rng, Range) or not isinstance(rng.args[1], Sym):
        return False
    last = rng.args[1]
    return last.kind == "index" and (last.args[-1] == over or _below(last.args[-1], over))


# -- edits -------------------------------------------------------------------------------------

Place = tuple[tuple[int, ...], Term]
Edit = Callable[[Term, Pick], "Term | None"]


def _opening(domain: Term, depth: int) -> Sym:
    if isinstance(domain, Space):
        return Sym._node(domain.args, (f"o{depth}", "real"))
    return Sym._node((domain,), (f"o{depth}", "index"))


def places(term: Term, depth: int = 0, path: tuple[int, ...] = ()) -> Iterator[Place]:
    """Every number inside, with its path, binders on the way opened by name."""
    if not isinstance(term, Lam | Range | Space | Bound) and not ranges_of(term):
        yield path, term
    if isinstance(term, Sym):
        return
    for position, arg in enumerate(term.args):
        if isinstance(term, App | Delta) or (isinstance(term, Sum) and position > 1):
            continue
        if position in term.BINDS:
            opened = instantiate(arg, _opening(term.args[0], depth))
            yield from places(opened, depth + 1, (*path, position))
        elif not isinstance(arg, Range | Space) and not isinstance(term, Partial):
            yield from places(arg, depth, (*path, position))


def at(term: Term, path: tuple[int, ...], edit: Callable[[Term], Term], depth: int = 0) -> Term:
    """The term with what stands at the path edited."""
    if not path:
        return edit(term)
    args, position = list(term.args), path[0]
    if position in term.BINDS:
        var = _opening(term.args[0], depth)
        inside = at(instantiate(args[position], var), path[1:], edit, depth + 1)
        args[position] = abstract(inside, var)
    else:
        args[position] = at(args[position], path[1:], edit, depth)
    return term.make(args, term.data, term.hint)


EDITS: dict[str, Edit] = {}


def _edit(of: type[Term] | tuple[type[Term], ...]) -> Callable[[Edit], Edit]:
    def register(edit: Edit) -> Edit:
        def applied(s: Term, pick: Pick) -> Term | None:
            return edit(s, pick) if isinstance(s, of) else None

        EDITS[edit.__name__] = applied
        return edit

    return register


@_edit((Add, Mul))
def reorder(s: Term, pick: Pick) -> Term:
    """a + b = b + a"""
    turn = pick(range(len(s.args)))
    return s.make((*s.args[turn:], *s.args[:turn]))


@_edit((Add, Mul))
def associate(s: Term, pick: Pick) -> Term:
    """(a + b) + c = a + (b + c), as a tree that the constructors would have flattened"""
    return s._node((s.args[0], s.make(s.args[1:]))) if len(s.args) > 2 else s


@_edit(Delta)
def delta_swap(s: Term, pick: Pick) -> Term:
    """δ_ij = δ_ji"""
    return Delta(s.args[1], s.args[0])


@_edit(Sum)
def exchange(s: Term, pick: Pick) -> Term | None:
    """Σ_i Σ_j = Σ_j Σ_i, where the range of j does not depend on i"""
    inner = s.args[1]
    if len(s.args) > 2 or not isinstance(inner, Sum) or len(inner.args) > 2:
        return None
    i, j = (_opening(rng, d) for rng, d in ((s.args[0], 90), (inner.args[0], 91)))
    if inner.args[0]._loose:
        return None
    body = instantiate(instantiate(inner, i).args[1], j)
    return summation(summation(body, i), j)


def _times(*parts: Term) -> Term:
    return Mul(*parts) if len(parts) > 1 else parts[0] if parts else Num(1)


def _pair(s: Term, pick: Pick) -> tuple[Term, list[Term]]:
    """One of the arguments, and the others."""
    place = pick(range(len(s.args)))
    return s.args[place], [arg for at_, arg in enumerate(s.args) if at_ != place]


@_edit(Mul)
def distribute(s: Term, pick: Pick) -> Term | None:
    """a(b + c) = ab + ac"""
    one, rest = _pair(s, pick)
    return Add(*(Mul(part, *rest) for part in one.args)) if isinstance(one, Add) else None


@_edit((Add, Mul, Fn, App, Sym, Sum, Quantity))
def cancel_in(s: Term, pick: Pick) -> Term:
    """s = s·d/d, which needs d ≠ 0"""
    total = Sum.make((CLASSES, e[Bound(0)]))
    divisor = pick([x, t, h, p[k], q[k], e[m], 1 - h, 1 + exp(x), K, total])
    return Mul(s, divisor, Pow(divisor, -1))


@_edit(Mul)
def cancel_out(s: Term, pick: Pick) -> Term | None:
    """a·b·a⁻¹ = b, which needs a ≠ 0"""
    for one in s.args:
        inverse = Pow(one, Num(-1))
        if inverse in s.args:
            return _times(*(f for f in s.args if f not in (one, inverse)))
    return None


@_edit(Fn)
def log_of_product(s: Term, pick: Pick) -> Term | None:
    """log ab = log a + log b, which needs positive a and b"""
    inside = s.args[0]
    if s.data != "log" or not isinstance(inside, Mul):
        return None
    return Add(*(log(part) for part in inside.args))


@_edit(Fn)
def log_of_power(s: Term, pick: Pick) -> Term | None:
    """log aᶜ = c·log a, which needs a > 0"""
    inside = s.args[0]
    if s.data == "log" and isinstance(inside, Pow):
        return Mul(inside.args[1], log(inside.args[0]))
    return None


@_edit(Fn)
def undo(s: Term, pick: Pick) -> Term | None:
    """log eˣ = x, and e^{log x} = x, which needs x > 0"""
    inside = s.args[0]
    if isinstance(inside, Fn) and {s.data, inside.data} == {"log", "exp"}:
        return inside.args[0]
    return None


@_edit((Sym, App, Add, Mul, Pow))
def exp_of_log(s: Term, pick: Pick) -> Term:
    """x = e^{log x}, which needs x > 0"""
    return exp(log(s))


@_edit((Sym, App, Add, Mul))
def log_of_exp(s: Term, pick: Pick) -> Term:
    """x = log eˣ"""
    return log(exp(s))


@_edit(Fn)
def exp_of_sum(s: Term, pick: Pick) -> Term | None:
    """e^{a+b} = eᵃ eᵇ"""
    inside = s.args[0]
    return Mul(*map(exp, inside.args)) if s.data == "exp" and isinstance(inside, Add) else None


@_edit(Fn)
def change_of_base(s: Term, pick: Pick) -> Term | None:
    """log_b x = log x / log b"""
    return log(s.args[1]) / log(s.args[0]) if s.data == "log_base" else None


@_edit(Pow)
def power_of_product(s: Term, pick: Pick) -> Term | None:
    """(ab)ᶜ = aᶜbᶜ, which needs nonzero or positive a and b"""
    inside, exponent = s.args
    return Mul(*(Pow(f, exponent) for f in inside.args)) if isinstance(inside, Mul) else None


@_edit(Pow)
def power_of_power(s: Term, pick: Pick) -> Term | None:
    """(aᵇ)ᶜ = a^{bc}, which needs care"""
    inside, outer = s.args
    if isinstance(inside, Pow) and isinstance(inside.args[1], Num) and isinstance(outer, Num):
        return Pow(inside.args[0], Num(inside.args[1].data * outer.data))
    return None


@_edit((Sym, App, Sum, Fn))
def as_power(s: Term, pick: Pick) -> Term:
    """a = a²·a⁻¹ = √a·√a, where that holds"""
    half = Num(Fraction(1, 2))
    return pick([Mul(Pow(s, 2), Pow(s, -1)), Mul(Pow(s, half), Pow(s, half)), Pow(Pow(s, -1), -1)])


@_edit((Sym, App, Fn))
def square(s: Term, pick: Pick) -> Term:
    """y = y², for a binary y"""
    return Pow(s, 2)


@_edit(Sum)
def split_sum(s: Term, pick: Pick) -> Term | None:
    """Σ (f + g) = Σ f + Σ g"""
    rng, body, *out = s.args
    if isinstance(body, Add):
        return Add(*(Sum.make((rng, part, *out), None, s.hint) for part in body.args))
    return None


@_edit(Sum)
def pull_factor(s: Term, pick: Pick) -> Term | None:
    """Σ c·f = c·Σ f for c free of the index"""
    rng, body, *out = s.args
    if not isinstance(body, Mul):
        return None
    i = _opening(rng, 92)
    parts = [instantiate(part, i) for part in body.args]
    free = [part for part in parts if not part.has(i)]
    rest = _times(*(part for part in parts if part.has(i)))
    return Mul(*free, Sum.make((rng, abstract(rest, i), *out), None, s.hint))


@_edit(Mul)
def push_factor(s: Term, pick: Pick) -> Term | None:
    """c·Σ f = Σ c·f"""
    one, rest = _pair(s, pick)
    if not isinstance(one, Sum):
        return None
    i = _opening(one.args[0], 93)
    body = Mul(*rest, instantiate(one.args[1], i))
    return Sum.make((one.args[0], abstract(body, i), *one.args[2:]), None, one.hint)


@_edit(Sum)
def split_off(s: Term, pick: Pick) -> Term | None:
    """Σ_i f = Σ_{i≠k} f + f_k, for k in the range; and back"""
    rng, body, *out = s.args
    if out:
        return Add(Sum.make((rng, body)), -instantiate(body, out[0]))
    at_ = pick([k, true_class(y), Num(1), Num(2)] if rng in (CLASSES, TAIL) else [a, Num(1)])
    if rng == TAIL and at_ == Num(1):
        return None
    return Sum.make((rng, body, at_), None, s.hint) + instantiate(body, at_)


@_edit(Sum)
def collapse(s: Term, pick: Pick) -> Term | None:
    """Σ_i f_i = Σ_i Σ_j f_j δ_ij, for j over the same range, or over a longer one"""
    rng, body, *out = s.args
    longer = CLASSES if rng == TAIL and pick([True, False]) else rng
    i, j = _opening(rng, 94), _opening(longer, 95)
    if not isinstance(body, App | Mul):
        return None
    inner = summation(instantiate(body, j) * delta(i, j), j)
    return Sum.make((rng, abstract(inner, i), *out), None, s.hint)


@_edit(Sum)
def collapse_delta(s: Term, pick: Pick) -> Term | None:
    """Σ_i δ_ij f_i = f_j, for j in the range"""
    rng, body, *out = s.args
    i = _opening(rng, 96)
    opened = instantiate(body, i)
    for part in opened.args if isinstance(opened, Mul) else ():
        if isinstance(part, Delta) and i in part.args and not out:
            other = part.args[0] if part.args[1] == i else part.args[1]
            rest = _times(*(f for f in opened.args if f is not part))
            return instantiate(abstract(rest, i), other)
    return None


@_edit(Sum)
def total(s: Term, pick: Pick) -> Term | None:
    """Σ p = 1, and Σ 1 = K, over the whole range"""
    rng, body, *out = s.args
    if isinstance(body, App) and body.args[-1] == Bound(0):
        return Num(1) if not out else 1 - instantiate(body, out[0])
    return rng.args[1] - rng.args[0] + 1 - len(out) if isinstance(body, Num) else None


@_edit(Mul)
def move_by_delta(s: Term, pick: Pick) -> Term | None:
    """δ_ij f(i) = δ_ij f(j)"""
    for part in s.args:
        if isinstance(part, Delta) and isinstance(part.args[0], Sym):
            rest = _times(*(f for f in s.args if f is not part))
            return Mul(part, instantiate(abstract(rest, part.args[0]), part.args[1]))
    return None


@_edit(Quantity)
def unfold(s: Term, pick: Pick) -> Term | None:
    """A named quantity is what it stands for"""
    return unfold_quantity(s) if not ranges_of(s) else None


@_edit(App)
def unfold_entry(s: Term, pick: Pick) -> Term | None:
    """An entry of a named family, and of a one-hot label"""
    head, *indices = s.args
    if isinstance(head, Quantity):
        return App.make((unfold_quantity(head), *indices))
    if isinstance(head, Sym) and head.kind == "one-hot":
        return delta(indices[-1], true_class(head))
    return None


@_edit(Named)
def open_name(s: Term, pick: Pick) -> Term:
    """An abbreviation is what it stands for"""
    return s.args[0]


@_edit((Quantity,))
def eta(s: Term, pick: Pick) -> Term:
    """A family written out over its own range is the family; over another it is not"""
    over = pick([CLASSES, CLASSES, TAIL])
    i = _opening(over, 97)
    args = [
        vector(entry(arg, i), i) if isinstance(arg, Sym) and arg.ranges == (CLASSES,) else arg
        for arg in s.args
    ]
    return Quantity(s.data, *args)


@_edit(Fn)
def sigmoid_forms(s: Term, pick: Pick) -> Term | None:
    """eᵘ = (1 + eᵘ)·σ(u)"""
    return (1 + s) / (1 + exp(-s.args[0])) if s.data == "exp" else None


@_edit(Prod)
def exp_of_logs(s: Term, pick: Pick) -> Term:
    """Π f = e^{Σ log f}, which needs f > 0"""
    return exp(Sum.make((s.args[0], log(s.args[1])), None, s.hint))


# edits that are seldom true


@_edit((Sym, App, Fn, Sum, Mul, Add))
def flip(s: Term, pick: Pick) -> Term:
    """s = −s"""
    return -s


@_edit((Add, Mul))
def drop(s: Term, pick: Pick) -> Term | None:
    """a + b = a"""
    _, rest = _pair(s, pick)
    return s.make(rest) if len(rest) > 1 else rest[0] if rest else None


@_edit(App)
def other_index(s: Term, pick: Pick) -> Term | None:
    """p_k = p_m"""
    head = s.args[0]
    if not isinstance(head, Sym) or head.ranges != (CLASSES,):
        return None
    return entry(head, pick([k, m, Num(1), true_class(y)]))


@_edit((Sym, App, Fn, Sum))
def add_one(s: Term, pick: Pick) -> Term:
    """s = s + 1"""
    return s + 1


RASH_EDITS = (
    "cancel_in cancel_out log_of_product log_of_power undo power_of_product power_of_power "
    "as_power exp_of_sum exp_of_log distribute push_factor pull_factor split_sum split_off "
    "collapse collapse_delta total move_by_delta unfold_entry square eta"
).split()
TRUE_ALWAYS = ("reorder", "associate", "delta_swap", "exchange", "open_name")


def edited(term: Term, pick: Pick, names: Sequence[str] = tuple(EDITS), tries: int = 12) -> Term:
    """The term with one edit somewhere; as it was where none was found to fit."""
    spots = list(places(term))
    for _ in range(tries):
        path, inside = pick(spots)
        new = EDITS[pick(names)](inside, pick)
        if new is not None:
            return at(term, path, lambda _old, new=new: new)
    return term


# -- for hypothesis ----------------------------------------------------------------------------


@st.composite
def terms(draw: Any, depth: int = 3) -> Term:
    """A random well-typed real term."""
    return Grammar(lambda options: draw(st.sampled_from(list(options)))).real(depth)


@st.composite
def pairs(draw: Any, depth: int = 3, edits: int = 3, names: Sequence[str] = tuple(EDITS)) -> Any:
    """A term, and the terms that up to so many edits make of it one after the other."""
    pick = lambda options: draw(st.sampled_from(list(options)))  # noqa: E731
    chain = [Grammar(pick).real(depth)]
    for _ in range(draw(st.integers(1, edits))):
        chain.append(edited(chain[-1], pick, names))
    return chain[0], chain[1:]


def seeded(seed: int) -> Pick:
    """Picks by a seed: fast, and the same on every machine."""
    return random.Random(seed).choice


__all__ = [
    "ANY", "EDITS", "RASH", "RASH_EDITS", "TRUE_ALWAYS", "Grammar", "edited", "entry", "pairs",
    "places", "seeded", "terms",
]
