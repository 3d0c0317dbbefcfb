"""From trees to terms: what a formula says, in the scene of its chain.

Elaboration never guesses in silence.  What has no meaning here raises Unclear; what was assumed
stands in the scene's remarks; where the writing leaves a choice, the scene notes the doubt.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from xent_sym.meaning import (
    calls,
    cases,
    derivatives,
    expectations,
    functions,
    integrals,
    meanings,
    products,
    reach,
    sums,
)
from xent_sym.meaning.arguments import random_variable
from xent_sym.meaning.ellipsis import without_ellipsis
from xent_sym.meaning.laws import Laws
from xent_sym.meaning.names import INDEX_LETTERS, Written, indices_in, plain, written
from xent_sym.meaning.ranges import Unclear
from xent_sym.meaning.scene import Scene, taken
from xent_sym.meaning.spelled import spelled
from xent_sym.meaning.unknown import unknown_function
from xent_sym.meaning.writing import is_probability
from xent_sym.reader.lexemes import ReadError
from xent_sym.reader.parser import parse
from xent_sym.reader.readings import as_product
from xent_sym.reader.tree import (
    Accent,
    Addition,
    Annotated,
    Apply,
    BigOperator,
    Bracket,
    Call,
    Derivative,
    Ellipsis,
    Integral,
    Name,
    Node,
    Number,
    Product,
    Quotient,
    Repaired,
    Root,
    Rows,
    Run,
    Script,
    Separated,
    Styled,
    Word,
)
from xent_sym.terms.term import (
    Add,
    App,
    Fn,
    Mul,
    Num,
    Pow,
    Range,
    Sym,
    Term,
    Tup,
)


class Elaborator:
    """One formula after another, in one scene.

    ``scope`` maps the spelling of what is bound (an index of a sum, a parameter of a definition)
    to its term; ``random`` maps random variables under an expectation to their index;
    ``pointwise`` is the index at which a family without index is taken.
    """

    def __init__(self, scene: Scene, laws: Laws) -> None:
        self.scene, self.laws = scene, laws
        self.scope: dict[str, Term] = {}
        self.random: dict[str, Term] = {}
        self.pointwise: Term | None = None
        self.logs = scene.usage

    @contextmanager
    def within(self, scope: Mapping[str, Term], *, fresh: bool = False) -> Iterator[None]:
        """More is bound, or, when a definition is read, only this is."""
        saved = self.scope, self.random, self.pointwise, self.logs
        self.scope = dict(scope) if fresh else {**self.scope, **scope}
        if fresh:
            self.random, self.pointwise = {}, None
        try:
            yield
        finally:
            self.scope, self.random, self.pointwise, self.logs = saved

    def log(self, argument: Term) -> Term:
        """The logarithm to the base that the chain's plain log has."""
        return functions.logarithm(self, argument)

    @property
    def base(self) -> Term | None:
        """The base of a plain log, and of H and KL; None is e."""
        return functions.base_of(self)

    def must_be_positive(self, term: Term) -> None:
        """A sum under a fraction bar or in a logarithm: the author must mean that it is > 0.

        (Under a bar it must only not be 0; which sign it has is not said.)
        """
        bound = {s for s in self.scope.values() if isinstance(s, Sym)}
        for factor in term.args if isinstance(term, Mul) else (term,):
            if isinstance(factor, Add) and not factor.symbols() & bound:
                self.scene.meant_positive.add(factor)

    # -- expressions -------------------------------------------------------------------------

    def term(self, node: Node) -> Term:
        """The real number that a tree stands for."""
        value = self.value(node)
        if taken(value):
            raise self.unclear(node, "this is a vector; a number was expected")
        return value

    def value(self, node: Node) -> Term:
        """The number or the family that a tree stands for."""
        if node.show() in self.scope:
            return self._bound_value(node.show())
        match node:
            case Number():
                return Num(node.value)
            case Addition():
                return self._addition(node)
            case Product():
                return products.product(self, list(node.factors), list(node.operators))
            case Quotient():
                bottom = self.term(node.bottom)
                self.must_be_positive(bottom)
                return Mul(self.term(node.top), Pow(bottom, Num(-1)))
            case Bracket():
                return self._bracket(node)
            case Apply():
                return functions.apply(self, node)
            case BigOperator() if node.kind in ("sum", "prod"):
                return sums.big_sum(self, node)
            case Integral():
                return integrals.integral(self, node)
            case Derivative():
                return derivatives.derivative(self, node)
            case Root():
                degree = self._degree(node)
                return Pow(self.term(node.body), _inverse(degree))
            case Rows() if node.environment == "cases":
                return cases.cases(self, node)
            case Repaired():
                self.scene.assume(node.why)
                return self.value(node.body)
            case Annotated() if node.kind in ("underbrace", "overbrace", "boxed"):
                return self.value(node.body)
            case Call():
                known = meanings.defined(self, node)
                return calls.call(self, node) if known is None else known
            case Run():
                known = meanings.defined(self, node)
                return self.value(as_product(node)) if known is None else known
            case Script():
                return self._script(node)
            case Name() | Word() | Accent() | Styled():
                return self._name(node)
        raise self.unclear(node, "this has no meaning here")

    def _bound_value(self, shown: str) -> Term:
        """What is bound to this spelling; a value x that is summed over is a number of its own."""
        value = self.scope[shown]
        if isinstance(value, Sym) and value.kind == "index" and not self._counts(value):
            values = self.scene.family(f"{value.name}", -1, 1)
            return self.at(values, value)
        return value

    def _counts(self, index: Sym) -> bool:
        """The index is a place 1, 2, ..., so it is a number itself."""
        letter = index.name.rstrip("'")
        return letter in INDEX_LETTERS or isinstance(index.args[-1], Range)

    def _degree(self, node: Root) -> Term:
        if not node.degree:
            return Num(2)
        try:
            return self.term(parse(node.degree))
        except ReadError as problem:
            raise self.unclear(node, f"the degree of this root is not read: {problem}") from problem

    def unclear(self, node: Node, why: str) -> Unclear:
        """The complaint about this node."""
        return Unclear(f"{spelled(node)}: {why}")

    def _addition(self, node: Addition) -> Term:
        if any(isinstance(t, Ellipsis) for t in node.terms):
            return self.value(without_ellipsis(node, self.scene.known))
        wide = reach.widened(self, node)
        if wide is not node:
            return self.value(wide)
        terms = []
        for sign, part in zip(node.signs, node.terms, strict=True):
            if sign not in "+-−":
                raise self.unclear(node, f"{sign} says two things at once")
            value = self.term(part)
            terms.append(value if sign == "+" else negative(value))
        return terms[0] if len(terms) == 1 else Add(*terms)

    def _bracket(self, node: Bracket) -> Term:
        body = node.body
        if body is None:
            raise self.unclear(node, "nothing stands between the brackets")
        if isinstance(body, Separated):
            if body.separator in (",", ";") and node.open in "([{":
                return Tup(*(self.term(item) for item in body.items))
            raise self.unclear(node, "a list was not expected here")
        if node.open == "⟨" and not isinstance(body, Separated):
            return expectations.expectation(self, None, body)
        if node.open not in ("(", "[", "{"):
            raise self.unclear(node, f"what {node.open} {node.close} means here is not known")
        return self.value(body)

    def vector(self, name: Written) -> Term:
        """A family that still takes one index."""
        value = self.scope.get(name.name) if name.bare else None
        if value is None:
            value = self.entry(name)
        if len(taken(value)) != 1:
            raise Unclear(f"{name.name} is not a vector here")
        return value

    # -- names ---------------------------------------------------------------------------------

    def _name(self, node: Node) -> Term:
        if self.scene.reading.unfold > 1 and isinstance(node, Accent):
            known = meanings.defined(self, node)
            if known is not None:
                return known
        if isinstance(node, Name) and node.text == "e" and "e" not in self.scope:
            return Fn("exp", Num(1))
        random = random_variable(node)
        if random is not None and random in self.random:
            return self._bound_value(random)
        name = written(node, self.scene.known)
        if name is None:
            raise self.unclear(node, "a number was expected")
        value = self.entry(name)
        if self.pointwise is not None and len(taken(value)) == 1:
            value = self.at(value, self.pointwise)
        return value

    def _script(self, node: Script) -> Term:
        known = meanings.defined(self, node) if self.scene.reading.unfold > 1 else None
        special = self._special(node) if known is None else known
        if special is not None:
            return special
        name = written(node, self.scene.known)
        if name is None:
            raise self.unclear(node, "this script has no meaning here")
        if name.power is not None and name.bare is False and not name.indices:
            base = self._powered(node, name)
            if base is not None:
                return base
        if name.transposed:
            value = self.entry(name)
            if isinstance(value, Tup):
                return value
            raise self.unclear(node, "a transposed vector stands alone")
        value = self.entry(name)
        if self.pointwise is not None and len(taken(value)) == 1:
            value = self.at(value, self.pointwise)
        return value if name.power is None else Pow(value, self.term(name.power))

    def _powered(self, node: Script, name: Written) -> Term | None:
        """x² where x is bound: the base is looked up on its own."""
        if node.base.show() in self.scope and node.sub is None and not node.primes:
            assert name.power is not None
            return Pow(self._bound_value(node.base.show()), self.term(name.power))
        return None

    def _special(self, node: Script) -> Term | None:
        """e^x, (…)^2, softmax(z)_k, δ_ij, σ'(z), ⟨f⟩_p, (1,0,0)^T."""
        base = node.base
        if isinstance(base, Name) and base.text == "e" and node.sup is not None and not node.sub:
            return Fn("exp", self.term(node.sup))
        if isinstance(base, Name) and base.text == "delta" and node.sub is not None:
            return cases.delta(self, node)
        if isinstance(base, Bracket) and base.open == "⟨" and base.body is not None:
            return expectations.expectation(self, node.sub, base.body)
        if isinstance(base, Run):
            return self.value(as_product(node))
        if isinstance(base, Bracket) and node.sub is not None and node.sup is not None:
            return integrals.between(self, base, node.sub, node.sup)
        if isinstance(base, Bracket) and node.sup is not None and node.sub is None:
            if isinstance(base.body, Separated):
                return self._bracket(base)
            return Pow(self.term(base), self.term(node.sup))
        if isinstance(base, Call):
            return self._scripted_call(node, base)
        if isinstance(base, Number | Root) and node.sup is not None and node.sub is None:
            return Pow(self.term(base), self.term(node.sup))
        if isinstance(base, Apply | Quotient) and node.sup is not None and node.sub is None:
            return Pow(self.term(base), self.term(node.sup))
        return None

    def _scripted_call(self, node: Script, base: Call) -> Term | None:
        known = meanings.defined(self, node)
        if known is not None:
            return known
        if node.sub is not None and node.sup is None:
            indices = indices_in(node.sub, "", self.scene.known) or [node.sub]
            family = calls.family_call(self, base)
            if family is not None:
                return self.at(family, *map(self.index, indices))
            return calls.call(self, base, indices)
        if node.sup is not None and node.sub is None:
            if not calls.is_function(self, base):
                return self.term(as_product(node))
            return Pow(self.term(base), self.term(node.sup))
        return None

    def entry(self, name: Written) -> Term:
        """The family of this name at the indices written; a number if it takes no more."""
        spelled = name.name
        if name.shifted:
            raise Unclear(f"an index is shifted or in brackets in {spelled}: this is not read")
        if spelled in self.scope and len(taken(self.scope[spelled])) >= len(name.indices):
            return self.at(self.scope[spelled], *(self.index(i) for i in name.indices))
        indices = [self.index(i) for i in name.indices]
        defined = meanings.family_definition(self, name)
        if defined is not None:
            return self.at(defined, *indices)
        if spelled in self.scene.known.sizes and not indices:
            return self.scene.size(spelled)
        longer = meanings.shortened(self, name)
        if longer is not None:
            return longer
        samples = len(name.samples)
        arity = samples + max(self.scene.usage.subscripts(spelled, samples), len(name.subs))
        if not indices and arity == 0 and self._is_law(spelled):
            arity = 1
        function = unknown_function(self, name, arity)
        if function is not None:
            return self.at(function, *indices)
        return self.at(self.scene.family(spelled, samples, arity), *indices)

    def _is_law(self, name: str) -> bool:
        """A bare p is a family where the chain applies it, or only measures it."""
        used = self.scene.usage
        only_measured = name in used.measured and name not in used.numbers
        return self.laws.is_simple(name) or (only_measured and is_probability(name))

    def at(self, family: Term, *indices: Term) -> Term:
        """The family at these indices, which run over its ranges."""
        over = taken(family)
        if len(indices) > len(over):
            told = f"{family} takes {len(over)} index(es); {len(indices)} stand here"
            raise Unclear(told, "clash")
        for index, rng in zip(indices, over, strict=False):
            self.scene.run_over(index, rng)
        return App.make((family, *indices))

    def index(self, node: Node) -> Term:
        """An index: one that is bound, a letter of the chain, or a number."""
        shown = node.show()
        if shown in self.scope:
            return self.scope[shown]
        if isinstance(node, Number):
            return Num(node.value)
        if isinstance(node, Name) and node.text in self.scene.known.sizes:
            return self.scene.size(node.text)
        if isinstance(node, Name):
            return self.scene.free_index(node.text)
        if isinstance(node, Script) and isinstance(node.base, Name):
            below = f"_{plain(node.sub)}" if node.sub is not None else ""
            return self.scene.free_index(node.base.text + below + "'" * node.primes)
        raise self.unclear(node, "an index was expected")

def _inverse(term: Term) -> Term:
    return Num(1 / term.data) if isinstance(term, Num) and term.data else Pow(term, Num(-1))


def negative(term: Term) -> Term:
    """The term with its sign turned."""
    return Num(-term.data) if isinstance(term, Num) else Mul(Num(-1), term)


__all__ = ["Elaborator", "negative"]
