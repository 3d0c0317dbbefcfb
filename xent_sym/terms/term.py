"""Terms: the closed language in which every line of every derivation is written.

A term is an immutable tree.  Bound variables are de Bruijn indices, so two terms that
differ only in the names of their bound variables *are* equal, and substitution cannot
capture.  The name an author chose for a bound variable is kept as a ``hint`` for the
printers and takes no part in equality.

Nothing is evaluated on construction except application of a written-out function to its
argument (beta), so a line prints as it was written: ``x/x`` stays ``x/x`` until somebody
cites a reason and meets its condition.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, ClassVar, Self, TypeAlias

Scalar: TypeAlias = "Term | int | Fraction"

# Every walk over a term recurses, an evaluation most of all, and Python's stack is finite: a
# deeper term is refused where it is made.  The library's deepest line has 15 levels.
MAX_DEPTH = 50


class TermError(ValueError):
    """A term was put together wrongly; the message says what was seen and what is right."""


class Term:
    """A node of the language: ``args`` are terms, ``data`` is what is not a term.

    ``BINDS`` names the positions of the arguments that stand under this node's binder.

    >>> from xent_sym.terms import real
    >>> x = real("x")
    >>> x + 1 == x + 1
    True
    """

    __slots__ = ("_depth", "_hash", "_key", "_loose", "_symbols", "args", "data", "hint")
    BINDS: ClassVar[frozenset[int]] = frozenset()

    args: tuple[Term, ...]
    data: Any
    hint: str
    _depth: int
    _hash: int
    _key: str | None
    _loose: int
    _symbols: frozenset[Sym] | None

    @classmethod
    def make(cls, args: Sequence[Term], data: Any = None, hint: str = "") -> Term:
        """The node with these parts.  Subclasses that compute (application) override it."""
        return cls._node(args, data, hint)

    @classmethod
    def _node(cls, args: Sequence[Term], data: Any = None, hint: str = "") -> Self:
        depth, loose, binds = 0, data + 1 if cls is Bound else 0, cls.BINDS
        for position, arg in enumerate(args):
            depth = max(depth, arg._depth)
            inside = arg._loose - 1 if position in binds else arg._loose
            loose = max(loose, inside)
        depth += 1
        if depth > MAX_DEPTH:
            raise TermError(
                f"a term nested {depth} levels deep; {MAX_DEPTH} are allowed: "
                "give its inner part a symbol of its own"
            )
        self = object.__new__(cls)
        set_ = object.__setattr__
        parts = tuple(args)
        set_(self, "args", parts)
        set_(self, "data", data)
        set_(self, "hint", hint)
        set_(self, "_hash", hash((cls.__name__, data, parts)))
        set_(self, "_depth", depth)
        set_(self, "_loose", loose)
        set_(self, "_key", None)
        set_(self, "_symbols", None)
        return self

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("terms are immutable")

    def __delattr__(self, name: str) -> None:
        raise AttributeError("terms are immutable")

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return (_restore, (type(self), self.args, self.data, self.hint))

    def rebuild(self, args: Sequence[Term]) -> Term:
        """This node with other arguments."""
        for new, old in zip(args, self.args, strict=True):
            if new is not old:
                return self.make(args, self.data, self.hint)
        return self

    # -- equality: structural, blind to hints ------------------------------------------

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if type(self) is not type(other):
            return False
        assert isinstance(other, Term)
        return self._hash == other._hash and self.data == other.data and self.args == other.args

    def __hash__(self) -> int:
        return int(self._hash)

    @property
    def key(self) -> str:
        """A total order on terms, blind to hints: a prefix spelling of the tree."""
        if self._key is None:
            inside = ",".join(arg.key for arg in self.args)
            data = "" if self.data is None else str(self.data)
            object.__setattr__(self, "_key", f"{type(self).__name__}:{data}({inside})")
        return str(self._key)

    @property
    def closed(self) -> bool:
        """No bound variable points out of this term."""
        return bool(self._loose == 0)

    # -- arithmetic: what an author writes, so families are refused here ----------------

    def __add__(self, other: Scalar) -> Term:
        return Add(number(self), number(other))

    def __radd__(self, other: Scalar) -> Term:
        return Add(number(other), number(self))

    def __sub__(self, other: Scalar) -> Term:
        return Add(number(self), -number(other))

    def __rsub__(self, other: Scalar) -> Term:
        return Add(number(other), -number(self))

    def __mul__(self, other: Scalar) -> Term:
        return Mul(number(self), number(other))

    def __rmul__(self, other: Scalar) -> Term:
        return Mul(number(other), number(self))

    def __truediv__(self, other: Scalar) -> Term:
        return Mul(number(self), Pow(number(other), Num(-1)))

    def __rtruediv__(self, other: Scalar) -> Term:
        inverse = Pow(number(self), Num(-1))
        return inverse if as_term(other) == Num(1) else Mul(number(other), inverse)

    def __pow__(self, other: Scalar) -> Term:
        return Pow(number(self), number(other))

    def __rpow__(self, other: Scalar) -> Term:
        return Pow(number(other), number(self))

    def __neg__(self) -> Term:
        return Num(-self.data) if isinstance(self, Num) else Mul(Num(-1), number(self))

    def __getitem__(self, index: Scalar | tuple[Scalar, ...]) -> Term:
        indices = index if isinstance(index, tuple) else (index,)
        from xent_sym.terms.declare import entry

        return entry(self, [as_term(i) for i in indices])

    def __iter__(self) -> Iterator[Term]:
        raise TypeError("a term is not a sequence; a family is indexed with term[index]")

    def __bool__(self) -> bool:
        raise TypeError("the truth of a term is not decided here; state it as a claim")

    # -- looking around ----------------------------------------------------------------

    def walk(self) -> Iterator[Term]:
        """This term and every term inside it, outermost first."""
        stack = [self]
        while stack:
            term = stack.pop()
            yield term
            stack.extend(reversed(term.args))

    def symbols(self) -> frozenset[Sym]:
        """The free symbols, those of index ranges included."""
        found = self._symbols
        if found is None:
            inside = frozenset[Sym]().union(*(arg.symbols() for arg in self.args))
            found = inside | {self} if isinstance(self, Sym) else inside
            object.__setattr__(self, "_symbols", found)
        return found

    def has(self, part: Term) -> bool:
        """``part`` stands somewhere inside."""
        if isinstance(part, Sym):
            return part in self.symbols()
        return any(t == part for t in self.walk())

    # -- printing is a room of its own; a term only knows the way there -----------------

    def __str__(self) -> str:
        from xent_sym.terms.text import text

        return text(self)

    def __repr__(self) -> str:
        return str(self)

    def _repr_latex_(self) -> str:
        from xent_sym.terms.latex import latex

        return f"${latex(self)}$"

    def _sympy_(self) -> Any:
        from xent_sym.terms.sympy_writer import to_sympy

        return to_sympy(self)


def _restore(cls: type[Term], args: tuple[Term, ...], data: Any, hint: str) -> Term:
    return cls._node(args, data, hint)


def as_term(value: Scalar) -> Term:
    """A term from a term, an int, a Fraction, or a SymPy expression; never from text or floats."""
    if isinstance(value, Term):
        return value
    if isinstance(value, bool):
        raise TermError(f"{value} is a truth value; a number was expected")
    if isinstance(value, int | Fraction):
        return Num(value)
    if type(value).__module__.startswith("sympy."):
        from xent_sym.terms.sympy_reader import from_sympy

        return from_sympy(value)
    raise TermError(
        f"{value!r} is a {type(value).__name__}; a term, an int or a Fraction was expected "
        "(a float is not exact: write Fraction('0.7'))"
    )


def number(value: Scalar) -> Term:
    """A term that is a real number; a family needs an index first."""
    from xent_sym.terms.declare import ranges_of

    term = as_term(value)
    over = ranges_of(term)
    if over:
        raise TermError(
            f"{term} is a family over {', '.join(map(str, over))}; a number is needed here: "
            f"give it {len(over)} index(es)"
        )
    return term


# -- leaves ------------------------------------------------------------------------------


class Num(Term):
    """An exact rational number.  ``data`` is a Fraction."""

    __slots__ = ()

    def __new__(cls, value: int | Fraction) -> Num:
        return cls._node((), Fraction(value))


class Sym(Term):
    """A declared symbol.  ``data`` is (name, kind[, label]); ``args`` are its index ranges.

    The kind carries the hypotheses (see ``declare``).  For the kind ``index`` the last range
    is where its value lies.
    """

    __slots__ = ()

    def __new__(cls, name: str, kind: str, *ranges: Term, label: str | None = None) -> Sym:
        return cls._node(ranges, (name, kind) if label is None else (name, kind, label))

    @property
    def name(self) -> str:
        return str(self.data[0])

    @property
    def kind(self) -> str:
        return str(self.data[1])

    @property
    def ranges(self) -> tuple[Term, ...]:
        """The ranges of the indices that the symbol takes."""
        return self.args[:-1] if self.kind == "index" else self.args


class Bound(Term):
    """A bound variable: ``data`` counts the binders between it and its own."""

    __slots__ = ()

    def __new__(cls, level: int) -> Bound:
        return cls._node((), level)


# -- ranges --------------------------------------------------------------------------------


class Range(Term):
    """The integers lo, lo+1, ..., hi: args (lo, hi)."""

    __slots__ = ()

    def __new__(cls, lo: Scalar, hi: Scalar) -> Range:
        return cls._node((as_term(lo), as_term(hi)))


class Space(Term):
    """The real families over these ranges; no range: the real numbers."""

    __slots__ = ()

    def __new__(cls, *ranges: Term) -> Space:
        return cls._node(ranges)


# -- functions -----------------------------------------------------------------------------


class Lam(Term):
    """The function that sends its bound variable to the body: args (domain, body)."""

    __slots__ = ()
    BINDS = frozenset({1})

    def __new__(cls, domain: Term, body: Term, hint: str = "i") -> Lam:
        return cls._node((domain, body), None, hint)


class Tup(Term):
    """A family written out, entry 1 first: args are the values."""

    __slots__ = ()

    def __new__(cls, *values: Scalar) -> Tup:
        return cls._node([as_term(v) for v in values])


class App(Term):
    """A family at its indices: args (family, index, ...).  A written-out family is looked up."""

    __slots__ = ()

    @classmethod
    def make(cls, args: Sequence[Term], data: Any = None, hint: str = "") -> Term:
        head, *rest = args
        if isinstance(head, App):
            return cls.make((*head.args, *rest))
        while rest and isinstance(head, Lam):
            head, rest = instantiate(head.args[1], rest[0]), rest[1:]
        if rest and isinstance(head, Tup) and isinstance(rest[0], Num):
            place = rest[0].data
            if place.denominator != 1 or not 1 <= place <= len(head.args):
                raise TermError(f"index {place} is outside 1..{len(head.args)}")
            return cls.make((head.args[int(place) - 1], *rest[1:]))
        if isinstance(head, App):
            return cls.make((*head.args, *rest))
        if not rest:
            return head
        if isinstance(head, Sym):
            if len(rest) > len(head.ranges):
                raise TermError(
                    f"{head.name} takes {len(head.ranges)} index(es); {len(rest)} were given"
                )
            for place, (index, rng) in enumerate(zip(rest, head.ranges, strict=False), 1):
                check_literal_index(head.name, place, index, rng)
        return cls._node((head, *rest))


def check_literal_index(name: str, place: int, index: Term, rng: Term) -> None:
    """A number used as an index lies in a range whose ends are numbers."""
    if not (isinstance(index, Num) and isinstance(rng, Range)):
        return
    lo, hi = rng.args
    low = lo.data if isinstance(lo, Num) else None
    high = hi.data if isinstance(hi, Num) else None
    if (low is not None and index.data < low) or (high is not None and index.data > high):
        raise TermError(f"index {place} of {name} is {index.data}; its range is {rng}")


# -- arithmetic ----------------------------------------------------------------------------


class Add(Term):
    """a + b + ..."""

    __slots__ = ()

    def __new__(cls, *terms: Scalar) -> Add:
        return cls._node(_flat(cls, terms))

    @classmethod
    def make(cls, args: Sequence[Term], data: Any = None, hint: str = "") -> Term:
        return cls._node(_flat(cls, args))


class Mul(Term):
    """a · b · ...; a quotient is a product with a power −1."""

    __slots__ = ()

    def __new__(cls, *terms: Scalar) -> Mul:
        return cls._node(_flat(cls, terms))

    @classmethod
    def make(cls, args: Sequence[Term], data: Any = None, hint: str = "") -> Term:
        return cls._node(_flat(cls, args))


def _flat(cls: type[Term], terms: Sequence[Scalar]) -> list[Term]:
    flat: list[Term] = []
    for value in terms:
        term = as_term(value)
        if type(term) is cls:
            flat.extend(term.args)
        else:
            flat.append(term)
    return flat


class Pow(Term):
    """base ^ exponent: args (base, exponent)."""

    __slots__ = ()

    def __new__(cls, base: Scalar, exponent: Scalar) -> Pow:
        return cls._node((as_term(base), as_term(exponent)))


class Fn(Term):
    """A named real function: ``data`` is log, exp, tanh, or log_base with args (base, x).

    ``log`` is total: at 0 and below it is *some* real number about which nothing is known,
    so 0·log 0 = 0 holds as arithmetic, and every law of logarithms carries its condition.
    """

    __slots__ = ()

    def __new__(cls, name: str, *args: Scalar) -> Fn:
        return cls._node([as_term(a) for a in args], name)


def log(x: Scalar, base: Scalar | None = None) -> Term:
    """log x, natural unless a base is given.

    >>> from xent_sym.terms import real
    >>> print(log(real("x"), 2))
    log₂ x
    """
    if base is None:
        return Fn("log", number(x))
    return Fn("log_base", checked_base(base), number(x))


def checked_base(base: Scalar) -> Term:
    """A base of logarithms: above 0, and not 1."""
    term = number(base)
    if isinstance(term, Num) and (term.data <= 0 or term.data == 1):
        raise TermError(f"a base of {term}: logarithms need a base above 0 other than 1")
    return term


def exp(x: Scalar) -> Term:
    """e to the power x."""
    return Fn("exp", number(x))


def tanh(x: Scalar) -> Term:
    """The hyperbolic tangent."""
    return Fn("tanh", number(x))


class Delta(Term):
    """Kronecker's delta: 1 where the two indices agree, else 0."""

    __slots__ = ()

    def __new__(cls, i: Scalar, j: Scalar) -> Delta:
        return cls._node((as_term(i), as_term(j)))


# -- binders -------------------------------------------------------------------------------


class Sum(Term):
    """The finite sum over a range: args (range, body, excluded index, ...)."""

    __slots__ = ()
    BINDS = frozenset({1})


class Prod(Term):
    """The finite product over a range: args (range, body)."""

    __slots__ = ()
    BINDS = frozenset({1})


class Partial(Term):
    """The partial derivative: args (space, body, point, index, ...).

    It is d/dt at t = point[index...] of body with that one coordinate set to t.  The family
    that varies is bound in the body, so a substitution for it moves the point and cannot
    change what is differentiated.
    """

    __slots__ = ()
    BINDS = frozenset({1})


class Quantity(Term):
    """A named quantity (entropy, softmax, ...): ``data`` is its name.  It unfolds on demand."""

    __slots__ = ()

    def __new__(cls, name: str, *args: Scalar) -> Quantity:
        return cls._node([as_term(a) for a in args], name)


class Named(Term):
    """An abbreviation of the author's: ``data`` is its name, args (what it stands for,)."""

    __slots__ = ()

    def __new__(cls, name: str, meaning: Term) -> Named:
        return cls._node((meaning,), name)


BINDERS = (Sum, Prod, Partial, Lam)


# -- binding and substitution --------------------------------------------------------------


def shift(term: Term, by: int, cutoff: int = 0) -> Term:
    """Raise the loose bound variables of ``term`` by ``by``."""
    if by == 0 or term._loose <= cutoff:
        return term
    if isinstance(term, Bound):
        return Bound(term.data + by)
    return term.rebuild(
        [shift(a, by, cutoff + (n in term.BINDS)) for n, a in enumerate(term.args)]
    )


def instantiate(body: Term, value: Term, depth: int = 0) -> Term:
    """The body of a binder with its bound variable replaced by ``value``."""
    if body._loose <= depth:
        return body
    if isinstance(body, Bound):
        if body.data == depth:
            return shift(value, depth)
        return Bound(body.data - 1)
    return body.rebuild(
        [instantiate(a, value, depth + (n in body.BINDS)) for n, a in enumerate(body.args)]
    )


def abstract(term: Term, symbol: Term, depth: int = 0) -> Term:
    """The body of a binder over ``symbol``: its free occurrences become the bound variable."""
    if term == symbol:
        return Bound(depth)
    if isinstance(term, Bound):
        return Bound(term.data + 1) if term.data >= depth else term
    if term._loose <= depth and isinstance(symbol, Sym) and symbol not in term.symbols():
        return term
    return term.rebuild(
        [abstract(a, symbol, depth + (n in term.BINDS)) for n, a in enumerate(term.args)]
    )


def substitute(term: Term, values: Mapping[Term, Term], depth: int = 0) -> Term:
    """Replace free symbols by terms; bound variables are never captured.

    >>> from xent_sym.terms import index, reals, size, summation
    >>> K = size("K"); z = reals("z", K); j, k = index("j", K), index("k", K)
    >>> print(substitute(summation(z[j] * z[k], j), {k: j}))
    Σ_i z_i·z_j
    """
    if not values:
        return term
    return _substituted(term, {as_term(old): as_term(new) for old, new in values.items()}, depth)


def _substituted(term: Term, values: Mapping[Term, Term], depth: int) -> Term:
    if term in values:
        return shift(values[term], depth)
    if not term.args:
        return term
    return term.rebuild(
        [_substituted(a, values, depth + (n in term.BINDS)) for n, a in enumerate(term.args)]
    )


def without_names(term: Term, names: frozenset[str] | None = None) -> Term:
    """The author's abbreviations replaced by what they stand for (all, or those named)."""
    if isinstance(term, Named) and (names is None or term.data in names):
        return without_names(term.args[0], names)
    return term.rebuild([without_names(a, names) for a in term.args]) if term.args else term


def fresh(domain: Term, depth: int) -> Sym:
    """The symbol that opens a binder at this depth: nobody else can write its name."""
    if isinstance(domain, Space):
        return Sym(f"#{depth}", "real", *domain.args)
    return Sym(f"#{depth}", "index", domain)
