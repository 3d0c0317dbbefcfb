"""The scene of one chain: its symbols, their kinds and ranges, and the choices of one reading.

Nothing is carried from chain to chain but definitions and declarations.  A letter that a note
uses in two ways in two places is two symbols; in one place it is unreadable.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from xent_sym.meaning.declarations import Declarations
from xent_sym.meaning.definitions import Definition, Definitions
from xent_sym.meaning.names import Letters
from xent_sym.meaning.ranges import Ranges, Unclear
from xent_sym.meaning.writing import Usage, form, is_probability
from xent_sym.reader.tree import Name, Node, Number
from xent_sym.terms.declare import size
from xent_sym.terms.hypotheses import Hypothesis
from xent_sym.terms.term import App, Lam, Named, Num, Quantity, Range, Sym, Term, Tup

LABELS = frozenset({"y", "t"})


@dataclass(frozen=True)
class Reading:
    """The choices where the writing leaves one.

    ``unfold``: 0 takes every name as a symbol of its own, 1 uses the note's definitions, 2 also
    its examples.  ``wide``: a sum takes the later terms that use its index.  ``narrow``: a
    function without bracket takes one factor.  ``natural``: log is natural although the note
    writes another base as well.  ``joint``: H(A, B) is a joint entropy.
    ``functions``: what is differentiated but not defined is an unknown function.
    ``case``: the case that the words before a formula open (if i = j) holds in it.
    """

    unfold: int = 1
    wide: bool = True
    narrow: bool = False
    natural: bool = False
    joint: bool = False
    case: bool = True
    functions: bool = True


@dataclass
class Scene:
    """Symbols and choices while one chain is read; ``assumed`` is what the reading took for
    granted, ``doubts`` the choices that came up, ``used`` the definitions that were needed."""

    known: Letters
    spelling: Letters
    usage: Usage
    definitions: Definitions
    declarations: Declarations
    reading: Reading = field(default_factory=Reading)
    ranges: Ranges = field(default_factory=Ranges)
    families: dict[tuple[str, int], Sym] = field(default_factory=dict)
    free: dict[str, Sym] = field(default_factory=dict)
    meanings: dict[str, Term] = field(default_factory=dict)
    pending: list[str] = field(default_factory=list)
    assumed: dict[str, None] = field(default_factory=dict)
    doubts: set[str] = field(default_factory=set)
    used: dict[str, Definition] = field(default_factory=dict)
    measured: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    sets: dict[str, str] = field(default_factory=dict)
    sets_of_index: dict[str, str] = field(default_factory=dict)
    set_places: dict[str, Sym] = field(default_factory=dict)
    broken: dict[str, Definition] = field(default_factory=dict)
    unknown: set[Hypothesis] = field(default_factory=set)
    said_kinds: dict[str, str] = field(default_factory=dict)
    same_form: set[Definition] = field(default_factory=set)
    averaged: list[str] = field(default_factory=list)
    touched: bool = False
    meant_positive: set[Term] = field(default_factory=set)
    sampled: frozenset[str] = frozenset()
    sample_sizes: list[str] = field(default_factory=list)
    samples: dict[str, Sym] = field(default_factory=dict)
    ranges_known: dict[tuple[str, int, int], Term] = field(default_factory=dict)
    base_known: Term | None = None
    places: dict[str, Sym] = field(default_factory=dict)

    def assume(self, remark: str) -> None:
        """Something taken for granted, told with the verdict."""
        self.assumed.setdefault(remark)

    def declared_function(self, name: str) -> bool:
        """The note declares that this letter is applied."""
        found = self.declarations.find(name)
        return found is not None and found.kind == "function"

    # -- indices -------------------------------------------------------------------------------

    def place(self, variable: str) -> Sym:
        """The index set of a random variable's values."""
        if variable not in self.places:
            self.places[variable] = self.ranges.new(variable)
        return self.places[variable]

    def set_place(self, spelling: str) -> Sym:
        """The index set that a set's name stands for."""
        if spelling not in self.set_places:
            self.set_places[spelling] = self.ranges.new()
        return self.set_places[spelling]

    def one_set_twice(self) -> bool:
        """Two sets of different names were found to be one."""
        roots = [self.ranges.root(place) for place in self.set_places.values()]
        return len(set(roots)) < len(roots)

    def declared_range(self, index: Node) -> Term | None:
        """The range that a declaration gives an index, if both ends are plain."""
        found = self.declarations.range_of(index.show())
        if found is None or found.low is None or found.high is None:
            return None
        ends = [_end(node) for node in (found.low, found.high)]
        return None if None in ends else Range(*(e for e in ends if e is not None))

    def free_index(self, name: str) -> Sym:
        """An index that no sum binds: one for each letter of the chain."""
        if name not in self.free:
            declared = self.declared_range(Name(0, 0, name))
            place = self.ranges.new() if declared is None else declared
            self.free[name] = Sym(name, "index", place)
        return self.free[name]

    def run_over(self, index: Term, rng: Term) -> None:
        """The index runs over this range; so all that run over it share one."""
        if isinstance(index, Sym) and index.kind == "index":
            self.ranges.join(index.args[-1], rng)
        elif isinstance(index, Sym) and index.kind == "size":
            self.ranges.suppose(rng, Range(1, index))

    def sample(self, variable: str) -> Sym:
        """x_1, x_2, ...: a value of the variable for each index of the sample."""
        if variable not in self.samples:
            places = self.ranges.new(), self.place(variable)
            if self.sample_sizes:
                self.ranges.suppose(places[0], Range(1, self.size(self.sample_sizes[0])))
                self.assume(f"the sample has {self.sample_sizes[0]} members")
            self.samples[variable] = Sym(variable, "index", *places)
        return self.samples[variable]

    # -- symbols -------------------------------------------------------------------------------

    def size(self, name: str) -> Sym:
        """The size of this name."""
        return size(name)

    def family(self, name: str, samples: int, arity: int, *, law: bool = False) -> Sym:
        """The symbol of this name that takes so many indices."""
        key = (name, samples)
        found = self.families.get(key)
        if found is None:
            places = [self.ranges.new() for _ in range(arity)]
            kind = self.kind(name, samples, arity, law=law)
            label = f"class of {name}" if kind == "one-hot" else None
            found = self.families[key] = Sym(name, kind, *places, label=label)
        if len(found.ranges) != arity:
            raise Unclear(
                f"{name} takes {len(found.ranges)} index(es) here and {arity} there", "clash"
            )
        return found

    def kind(self, name: str, samples: int, arity: int, *, law: bool = False) -> str:
        """What is taken of a letter: what was declared, or the documented default."""
        if samples < 0:  # the value of a variable, as a number
            return "real"
        declared = self.declarations.find(name)
        if declared is not None and declared.kind in KINDS:
            kind = KINDS[declared.kind]
            return "probability" if "distribution" in kind and not arity else kind
        if name in self.said_kinds:
            return self.said_kinds[name]
        measured = bool(arity) and name in self.usage.measured
        alone = self.reading.unfold == 0 and not measured
        if self.definitions.keeps_from_being_a_law(name, symbols=alone):
            return "positive" if name in self.usage.logged else "real"
        if name == "pi" and not arity:
            return "positive"
        bare = name.removesuffix("hat")
        if bare in LABELS and form(bare, samples, arity - samples) in self.spelling.complemented:
            return "probability" if "hat" in name else "real"
        if not arity and any(name == b.show() for b in self.usage.bases):
            self.assume(f"the base {name} of logarithms is above 1")
            return "base"
        stem = name.partition("_")[0].rstrip("'")
        classes = arity - samples > 0 or law
        if law or is_probability(name) or name in self.measured:
            return "positive distribution" if classes else "probability"
        if stem.endswith("hat") and stem[:-3] in LABELS:
            return "positive distribution" if classes else "probability"
        if stem in LABELS and classes:
            return "distribution"
        if name in self.usage.logged or stem == "sigma":
            return "positive"
        return "real"


def _end(node: Node) -> Term | None:
    """A number or a size as the end of a declared range."""
    if isinstance(node, Number):
        return Num(node.value)
    return size(node.text) if isinstance(node, Name) else None


KINDS = {
    "distribution": "distribution", "positive distribution": "positive distribution",
    "label": "one-hot", "binary": "binary", "real": "real", "positive": "positive",
    "probability": "probability", "constant": "real",
}  # fmt: skip


def taken(head: Term) -> list[Term]:
    """The ranges of the indices that a family still takes."""
    if isinstance(head, Named):
        return taken(head.args[0])
    if isinstance(head, Lam):
        return [head.args[0], *taken(head.args[1])]
    if isinstance(head, App):
        return taken(head.args[0])[len(head.args) - 1 :]
    if isinstance(head, Quantity) and head.data == "softmax":
        return taken(head.args[0])[:1]
    if isinstance(head, Tup):
        return [Range(Num(1), Num(len(head.args))), *taken(head.args[0])]
    return list(head.ranges) if isinstance(head, Sym) else []


__all__ = ["KINDS", "Reading", "Scene", "taken"]
