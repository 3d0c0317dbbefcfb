"""The laws, as data: name, equation, when.

Everything that a derivation may cite is a row of this file, a definition of a named
quantity, or a theorem proved from them.  Each row is sampled in the tests where its
conditions hold, and each condition is dropped in turn and must then matter.
"""

from __future__ import annotations

from xent_sym.kernel.law import Law
from xent_sym.terms.declare import (
    domain,
    index,
    product,
    real,
    reals,
    size,
    summation,
    vector,
)
from xent_sym.terms.hypotheses import Hypothesis
from xent_sym.terms.quantities import BASE, DEFINITIONS
from xent_sym.terms.term import (
    App,
    Bound,
    Delta,
    Lam,
    Num,
    Partial,
    Pow,
    Quantity,
    Range,
    Space,
    Sum,
    Sym,
    Term,
    exp,
    log,
    tanh,
)

LAWS: dict[str, Law] = {}


def _law(name: str, lhs: Term, relation: str, rhs: Term, *when: Hypothesis) -> None:
    LAWS[name] = Law(name, lhs, relation, rhs, when)


def _is(kind: str, *terms: Term) -> Hypothesis:
    return Hypothesis(kind, terms)


a, b, c, w, t = (real(s) for s in "abcwt")
D, E = domain("D"), domain("E")
f, g, p, q = (reals(s, D) for s in "fgpq")
h = reals("h", D, E)
i, j, k = (index(s, D) for s in "ijk")
m = index("m", E)
n = size("n")

# -- logarithms and exponentials ---------------------------------------------------------------
_law("log_of_product", log(a * b), "=", log(a) + log(b), _is("positive", a), _is("positive", b))
_law("log_of_quotient", log(a / b), "=", log(a) - log(b), _is("positive", a), _is("positive", b))
_law("weighted_log_of_quotient", w * log(a / b), "=", w * log(a) - w * log(b),
     _is("nonnegative", w), _is("positive", b), _is("log weight", w, a))
_law("weighted_log_of_product", w * log(a * b), "=", w * log(a) + w * log(b),
     _is("nonnegative", w), _is("positive", b), _is("log weight", w, a))
_law("log_of_reciprocal", log(1 / a), "=", -log(a), _is("positive", a))
_law("log_of_power", log(a**c), "=", c * log(a), _is("positive", a))
_law("log_of_exp", log(exp(a)), "=", a)
_law("exp_of_log", exp(log(a)), "=", a, _is("positive", a))
_law("log_of_one", log(Num(1)), "=", Num(0))
_law("exp_of_zero", exp(Num(0)), "=", Num(1))
_law("exp_of_sum", exp(a + b), "=", exp(a) * exp(b))
_law("exp_of_minus", exp(-a), "=", 1 / exp(a))
_law("change_of_base", log(a, b), "=", log(a) / log(b), _is("above one", b))
_law("log_of_finite_product", log(product(f[i], i)), "=", summation(log(f[i]), i),
     _is("positive", f))
_law("log_at_most", log(a), "<=", a - 1, _is("positive", a))
_law("weighted_log_at_most", w * log(a), "<=", w * (a - 1), _is("nonnegative", w),
     _is("log weight", w, a))
_law("weighted_log_ratio_at_most", w * log(b / w), "<=", b - w, _is("nonnegative", w),
     _is("nonnegative", b), _is("log weight", w, b))

# -- order -------------------------------------------------------------------------------------
_law("add_nonnegative", a, "<=", a + b, _is("nonnegative", b))
_law("nonnegative", Num(0), "<=", a, _is("nonnegative", a))
_law("minus_nonnegative", -a, "<=", Num(0), _is("nonnegative", a))

# -- finite sums -------------------------------------------------------------------------------
_law("sum_of_sums", summation(f[i] + g[i], i), "=", summation(f[i], i) + summation(g[i], i))
_law("constant_factor", summation(c * f[i], i), "=", c * summation(f[i], i))
_law("sum_of_constant", Sum.make((Range(1, n), c)), "=", n * c, _is("nonempty", Range(1, n)))
_law("exchange_of_sums", summation(summation(h[i, m], m), i), "=",
     summation(summation(h[i, m], i), m))
_law("split_off_term", summation(f[i], i), "=", summation(f[i], i, ne=k) + f[k],
     _is("member", k, D))
_law("sum_without_term", summation(f[i], i, ne=k), "=", summation(f[i], i) - f[k],
     _is("member", k, D))
_law("collapse_delta", summation(f[i] * Delta(i, k), i), "=", f[k], _is("member", k, D))
_law("delta_same", Delta(k, k), "=", Num(1))
_law("delta_distinct", Delta(j, k), "=", Num(0), _is("distinct", j, k))

# -- declared equations ------------------------------------------------------------------------
_law("sums_to_one", summation(p[i], i), "=", Num(1), _is("sums to one", p))
_law("binary_square", a**2, "=", a, _is("binary", a))


# -- derivatives: one block for each number of indices that the coordinate has ------------------
def _derivative_laws(arity: int) -> None:
    ranges = [domain(f"D{r}") for r in range(1, arity + 1)]
    space = Space(*ranges)
    point = reals("w", *ranges)
    at = [index(f"k{r}", d) for r, d in enumerate(ranges, 1)]
    other = [index(f"i{r}", d) for r, d in enumerate(ranges, 1)]
    functions = [Sym._node((space,), (name, "function")) for name in "fg"]
    terms = Sym._node((D, space), ("h", "function"))
    f_, g_ = (App.make((fn, Bound(0))) for fn in functions)
    f_at, g_at = (App.make((fn, point)) for fn in functions)

    def d(body: Term) -> Term:
        return Partial.make((space, body, point, *at), None, "w")

    def smooth(fn: Term) -> Hypothesis:
        return _is("differentiable", fn, point)

    def law(name: str, lhs: Term, rhs: Term, *when: Hypothesis) -> None:
        _law(f"{name}/{arity}", lhs, "=", rhs, *when)

    df, dg = d(f_), d(g_)
    same: Term = Num(1)
    for one, two in zip(other, at, strict=True):
        same = same * Delta(one, two) if arity else same
    law("derivative_of_constant", d(c), Num(0))
    law("derivative_of_coordinate", d(App.make((Bound(0), *other))), same)
    law("derivative_of_sum", d(f_ + g_), df + dg, *(smooth(fn) for fn in functions))
    law("derivative_of_multiple", d(c * f_), c * df, smooth(functions[0]))
    law("product_rule", d(f_ * g_), df * g_at + f_at * dg, *(smooth(fn) for fn in functions))
    law("quotient_rule", d(f_ / g_), (df * g_at - f_at * dg) / g_at**2,
        *(smooth(fn) for fn in functions), _is("nonzero", g_at))
    law("reciprocal_rule", d(1 / g_), -dg / g_at**2, smooth(functions[1]), _is("nonzero", g_at))
    law("power_rule", d(Pow(f_, c)), c * f_at ** (c - 1) * df, smooth(functions[0]),
        _is("natural", c))
    law("power_rule_of_positive", d(Pow(f_, c)), c * f_at ** (c - 1) * df, smooth(functions[0]),
        _is("positive", f_at))
    law("derivative_of_exp", d(exp(f_)), exp(f_at) * df, smooth(functions[0]))
    law("derivative_of_log", d(log(f_)), df / f_at, smooth(functions[0]), _is("positive", f_at))
    law("derivative_of_tanh", d(tanh(f_)), (1 - tanh(f_at) ** 2) * df, smooth(functions[0]))
    inner = App.make((terms, Bound(0), Bound(1)))
    law("derivative_of_finite_sum", d(Sum.make((D, inner), None, "i")),
        Sum.make((D, d(App.make((terms, Bound(1), Bound(0))))), None, "i"),
        _is("termwise differentiable", terms, point))
    _chain_rules(arity, space, point, at)


def _chain_rules(arity: int, space: Term, point: Sym, at: list[Sym]) -> None:
    """d F(g(ζ)) = F'(g(w)) dg for one inner function, Σ_j ∂_j F(g(w)) dg_j for a family."""
    outer = Sym._node((Space(),), ("F", "function"))
    inner = Sym._node((space,), ("g", "function"))
    lhs = Partial.make((space, App.make((outer, App.make((inner, Bound(0))))), point, *at))
    value = App.make((inner, point))
    slope = Partial.make((Space(), App.make((outer, Bound(0))), value), None, "u")
    dg = Partial.make((space, App.make((inner, Bound(0))), point, *at), None, "w")
    _law(f"chain_rule/{arity}", lhs, "=", slope * dg,
         _is("differentiable", outer, value), _is("differentiable", inner, point))
    outer_n = Sym._node((Space(D),), ("F", "function"))
    inner_n = Sym._node((D, space), ("g", "function"))
    family = Lam(D, App.make((inner_n, Bound(0), Bound(1))), "j")
    value_n = vector(App.make((inner_n, j, point)), j)
    lhs_n = Partial.make((space, App.make((outer_n, family)), point, *at), None, "w")
    slope_n = Partial.make((Space(D), App.make((outer_n, Bound(0))), value_n, j), None, "u")
    dg_n = Partial.make((space, App.make((inner_n, j, Bound(0))), point, *at), None, "w")
    _law(f"chain_rule_through_family/{arity}", lhs_n, "=", summation(slope_n * dg_n, j),
         _is("differentiable", outer_n, value_n), _is("termwise differentiable", inner_n, point))


for _arity in range(4):
    _derivative_laws(_arity)


def _definition_laws() -> None:
    """Each named quantity equals its definiens: a law like any other."""
    for definition in DEFINITIONS.values():
        for based in (False, True):
            definiens = definition.based if based else definition.definiens
            if definiens is None:
                continue
            arguments = (*definition.parameters, *((BASE,) if based else ()))
            lhs: Term = Quantity(definition.name, *arguments)
            if definition.family:
                position = index("k_", definition.parameters[0].ranges[0])
                lhs = App.make((lhs, position))
                definiens = App.make((definiens, position))
            suffix = "_in_base" if based else ""
            _law(f"definition_of_{definition.name}{suffix}", lhs, "=", definiens)


_definition_laws()
