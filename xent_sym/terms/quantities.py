"""The named quantities: what each is called, and what it is by definition.

A definition is data: parameters, definiens, how it prints.  Unfolding is substitution of
the arguments for the parameters, so it holds for every range and every arguments.
The logarithm is natural unless a base is given as the last argument.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from xent_sym.terms.declare import (
    base,
    domain,
    index,
    ranges_of,
    real,
    reals,
    summation,
    vector,
)
from xent_sym.terms.term import (
    Quantity,
    Scalar,
    Sym,
    Term,
    TermError,
    as_term,
    checked_base,
    exp,
    log,
    substitute,
)


@dataclass(frozen=True)
class Definition:
    """One named quantity: its parameters, what it stands for, and its spelling in LaTeX.

    ``latex`` has ``{0}``, ``{1}`` for the arguments; ``family`` says that the quantity is
    itself a family with the ranges of its first argument.
    """

    name: str
    parameters: tuple[Sym, ...]
    definiens: Term
    latex: str
    text: str
    family: bool = False
    based: Term | None = None
    source: str = ""

    def bind(self, arguments: tuple[Term, ...]) -> dict[Term, Term]:
        """Parameters to arguments, with the index sets that the families bring."""
        values: dict[Term, Term] = {}
        for parameter, argument in zip(self.parameters, arguments, strict=False):
            actual = ranges_of(argument)
            if len(parameter.ranges) > len(actual):
                raise TermError(
                    f"{self.name} needs a family with {len(parameter.ranges)} index(es) for "
                    f"{parameter.name}; {argument} has {len(actual)}"
                )
            for declared, given in zip(parameter.ranges, actual, strict=False):
                if values.setdefault(declared, given) != given:
                    raise TermError(
                        f"{self.name} needs families over one range; "
                        f"{values[declared]} and {given} were given"
                    )
            # the parameter itself carries the abstract range: replace it as it stands
            values[parameter] = argument
        if len(arguments) > len(self.parameters):
            values[BASE] = arguments[len(self.parameters)]
        return values

    def unfold(self, quantity: Term) -> Term:
        """The definiens at the arguments of ``quantity``."""
        with_base = len(quantity.args) > len(self.parameters)
        definiens = self.based if with_base and self.based is not None else self.definiens
        return substitute(definiens, self.bind(quantity.args))

    def ranges(self, quantity: Term) -> tuple[Term, ...]:
        """The ranges of the family that the quantity is; none for a number."""
        return ranges_of(quantity.args[0])[:1] if self.family else ()


D = domain("D")
BASE = base("b")
_i = index("i", D)
_j = index("j", D)
_p, _q, _f, _z, _x = (reals(c, D) for c in "pqfzx")
_theta = reals("theta", D)
_s, _y, _h = real("s"), real("y"), real("h")


class _Log(Protocol):
    def __call__(self, x: Scalar) -> Term: ...


def _natural(x: Scalar) -> Term:
    return log(x)


def _in_base(x: Scalar) -> Term:
    return log(x, BASE)


DEFINITIONS: dict[str, Definition] = {}


def _define(  # noqa: PLR0913 - one row of the table
    name: str,
    parameters: tuple[Sym, ...],
    definiens: Callable[[_Log], Term],
    latex: str,
    text: str,
    *,
    family: bool = False,
    bases: bool = False,
    source: str = "",
) -> None:
    DEFINITIONS[name] = Definition(
        name,
        parameters,
        definiens(_natural),
        latex,
        text,
        family,
        definiens(_in_base) if bases else None,
        source,
    )


_define("self_information", (_s,), lambda lg: -lg(_s), r"I({0})", "I({0})", bases=True,
        source="Shannon 1948")
_define("entropy", (_p,), lambda lg: -summation(_p[_i] * lg(_p[_i]), _i), r"H({0})", "H({0})",
        bases=True, source="Shannon 1948, §6")
_define("cross_entropy", (_p, _q), lambda lg: -summation(_p[_i] * lg(_q[_i]), _i),
        r"H({0}, {1})", "H({0}, {1})", bases=True, source="Cover & Thomas 2006, §5.4")
_define("kl", (_p, _q), lambda lg: summation(_p[_i] * lg(_p[_i] / _q[_i]), _i),
        r"D_{{\mathrm{{KL}}}}({0} \parallel {1})", "D_KL({0} ‖ {1})", bases=True,
        source="Kullback & Leibler 1951")
_define("expectation", (_p, _f), lambda lg: summation(_p[_i] * _f[_i], _i),
        r"\operatorname{{E}}_{{{0}}}\left[{1}\right]", "E_{0}[{1}]")
_define("softmax", (_z,), lambda lg: vector(exp(_z[_i]) / summation(exp(_z[_j]), _j), _i),
        r"\operatorname{{softmax}}({0})", "softmax({0})", family=True, source="Bridle 1990")
_define("log_sum_exp", (_z,), lambda lg: log(summation(exp(_z[_j]), _j)),
        r"\operatorname{{lse}}({0})", "lse({0})")
_define("sigmoid", (_s,), lambda lg: 1 / (1 + exp(-_s)), r"\sigma({0})", "σ({0})")
_define("softplus", (_s,), lambda lg: log(1 + exp(_s)),
        r"\operatorname{{softplus}}({0})", "softplus({0})")
_define("binary_cross_entropy", (_y, _h),
        lambda lg: -(_y * lg(_h) + (1 - _y) * lg(1 - _h)),
        r"\operatorname{{BCE}}({0}, {1})", "BCE({0}, {1})", bases=True)
_define("binary_entropy", (_h,), lambda lg: -(_h * lg(_h) + (1 - _h) * lg(1 - _h)),
        r"H_{{\mathrm{{b}}}}({0})", "H_b({0})", bases=True)
_define("dot", (_theta, _x), lambda lg: summation(_theta[_j] * _x[_j], _j),
        r"{0}^{{\top}} {1}", "{0}ᵀ{1}")


def _quantity(name: str, *args: Scalar, base: Scalar | None = None) -> Term:
    arguments = [as_term(a) for a in args] + ([] if base is None else [checked_base(base)])
    term = Quantity(name, *arguments)
    if all(a.closed for a in arguments):
        DEFINITIONS[name].bind(term.args)
    return term


def self_information(P: Scalar, base: Scalar | None = None) -> Term:
    """I(P) = −log P: the information in an event of probability P (nats, or in the base given)."""
    return _quantity("self_information", P, base=base)


def entropy(p: Term, base: Scalar | None = None) -> Term:
    """H(p) = −Σ p_i log p_i, with 0·log 0 = 0.

    >>> from xent_sym.terms import distribution, size
    >>> print(unfold_quantity(entropy(distribution("p", size("n")))))
    -Σ_i p_i·log p_i
    """
    return _quantity("entropy", p, base=base)


def cross_entropy(p: Term, q: Term, base: Scalar | None = None) -> Term:
    """H(p, q) = −Σ p_i log q_i: p is what is true, q what is believed."""
    return _quantity("cross_entropy", p, q, base=base)


def kl(p: Term, q: Term, base: Scalar | None = None) -> Term:
    """D_KL(p ‖ q) = Σ p_i log(p_i / q_i): the excess cost of believing q."""
    return _quantity("kl", p, q, base=base)


def expectation(p: Term, f: Term) -> Term:
    """E_p[f] = Σ p_i f_i."""
    return _quantity("expectation", p, f)


def softmax(z: Term) -> Term:
    """softmax(z)_i = e^{z_i} / Σ_j e^{z_j}: a family over the range of z."""
    return _quantity("softmax", z)


def log_sum_exp(z: Term) -> Term:
    """lse(z) = log Σ_j e^{z_j}."""
    return _quantity("log_sum_exp", z)


def sigmoid(x: Scalar) -> Term:
    """σ(x) = 1 / (1 + e^{−x})."""
    return _quantity("sigmoid", x)


def softplus(x: Scalar) -> Term:
    """softplus(x) = log(1 + e^x)."""
    return _quantity("softplus", x)


def binary_cross_entropy(y: Scalar, h: Scalar, base: Scalar | None = None) -> Term:
    """BCE(y, h) = −(y log h + (1 − y) log(1 − h))."""
    return _quantity("binary_cross_entropy", y, h, base=base)


def binary_entropy(h: Scalar, base: Scalar | None = None) -> Term:
    """H_b(h) = −(h log h + (1 − h) log(1 − h)): the entropy of a coin."""
    return _quantity("binary_entropy", h, base=base)


def dot(theta: Term, x: Term) -> Term:
    """θᵀx = Σ_j θ_j x_j."""
    return _quantity("dot", theta, x)


def unfold_quantity(term: Term) -> Term:
    """What a named quantity stands for, one level down."""
    if not isinstance(term, Quantity):
        raise TermError(f"{term} is not a named quantity")
    return DEFINITIONS[term.data].unfold(term)


__all__ = [
    "DEFINITIONS", "Definition", "binary_cross_entropy", "binary_entropy", "cross_entropy", "dot",
    "entropy", "expectation", "kl", "log_sum_exp", "self_information", "sigmoid", "softmax",
    "softplus", "unfold_quantity",
]
