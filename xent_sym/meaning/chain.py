"""One chain under one reading: each side a term, or the reason why it has none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from xent_sym.kernel.judge import Theorem
from xent_sym.meaning.arguments import sampled_variables
from xent_sym.meaning.conditions import (
    conditions_of,
    nodes_of,
    sets_of,
    settled_constraints,
)
from xent_sym.meaning.declaration_records import Assumed
from xent_sym.meaning.declarations import Declarations
from xent_sym.meaning.definitions import Definition, Definitions, arguments_of
from xent_sym.meaning.elaborate import Elaborator
from xent_sym.meaning.laws import Laws
from xent_sym.meaning.names import Letters, written
from xent_sym.meaning.ranges import Unclear
from xent_sym.meaning.scene import Reading, Scene, taken
from xent_sym.meaning.writing import Usage, letters_of, usage
from xent_sym.reader.tree import Call, Name, Node, Relation, RelationChain
from xent_sym.terms.hypotheses import Hypothesis
from xent_sym.terms.term import App, Range, Sym, Term, TermError, substitute

BELOW_ONE = frozenset({"at most one", "below one"})
SAMPLE_SIZES = ("N", "n", "m", "M")


@dataclass
class NoteContext:
    """What is known of the whole note before a chain is read."""

    letters: Letters
    definitions: Definitions
    declarations: Declarations
    ranges: dict[tuple[str, int], tuple[Term, ...]] = field(default_factory=dict)
    base_known: Term | None = None
    assumptions: list[tuple[Node, int]] = field(default_factory=list)

    def learn(self, read: ReadChain) -> None:
        """Which ranges the families of a chain have, where its sums agree on them."""
        for key, symbol in read.scene.families.items():
            try:
                places = tuple(read.scene.ranges.value(place) for place in symbol.ranges)
            except Unclear:
                continue
            if places and all(isinstance(p, Range) for p in places):
                self.ranges.setdefault(key, places)


@dataclass(frozen=True)
class ReadChain:
    """The sides of a chain as terms, and what they rest on.

    ``said`` are the cases that the note states and that were read in: "i = j".
    """

    scene: Scene
    sides: tuple[Term | Unclear, ...]
    assuming: frozenset[Hypothesis]
    stated: frozenset[Hypothesis] = frozenset()
    meant: frozenset[Hypothesis] = frozenset()
    constraints: tuple[tuple[Term, str, Term], ...] = ()
    said: tuple[str, ...] = ()

    def why_not(self, theorem: Theorem) -> str:
        """Why a proof under this reading is no proof of what is written; empty if it is."""
        blocked = self.scene.reading.natural and self.scene.base_known is not None
        if blocked and not self.scene.usage.plain_log:
            return "it holds in nats only, and the note has taken another base"
        density = bool(self.scene.usage.integrated)
        if density and any(h.kind in BELOW_ONE for h in theorem.given):
            return "it holds for probabilities only, and a density may be above 1"
        return ""

    def pair(self, step: int) -> tuple[Term, Term] | Unclear:
        """Both sides of a step as real numbers; vectors are compared entry by entry."""
        one, two = self.sides[step], self.sides[step + 1]
        if isinstance(one, Unclear) or isinstance(two, Unclear):
            return one if isinstance(one, Unclear) else two  # type: ignore[return-value]
        if not taken(one) and not taken(two):
            return one, two
        return _entries(one, two)


def _entries(one: Term, two: Term) -> tuple[Term, Term] | Unclear:
    """Entry k of both sides, for a letter k that neither uses."""
    over = taken(one) or taken(two)
    if len(over) != 1 or not (taken(one) and taken(two)):
        return Unclear("one side is a vector, the other a number")
    names = {s.name for s in one.symbols() | two.symbols()}
    letter = next(c for c in ("k", "i", "j", "m", "n", *(f"k{n}" for n in range(99)))
                  if c not in names)
    index = Sym(letter, "index", over[0])
    return App.make((one, index)), App.make((two, index))


def read_chain(
    sides: Sequence[Node], conditions: Sequence[Node], context: NoteContext, reading: Reading
) -> ReadChain:
    """The terms that the sides stand for in one scene."""
    trees = [*sides, *conditions]
    known = _letters(trees, context)
    trees += _bodies(trees, context, reading, known)
    known = _letters(trees, context)
    used = usage(trees, known)
    logs = usage([*sides, *conditions], known)
    used.bases, used.plain_log = logs.bases, logs.plain_log
    _vector_arguments(trees, context, used, known)
    laws = Laws(trees, known)
    scene = Scene(known, context.letters, used, context.definitions, context.declarations, reading)
    scene.numbers |= used.numbers
    scene.sampled = sampled_variables(trees, known) if reading.unfold else frozenset()
    scene.base_known = context.base_known
    named = {n.text for tree in trees for n in tree.walk() if isinstance(n, Name)}
    scene.sample_sizes = [n for n in SAMPLE_SIZES if n in named and n in known.sizes]
    elaborator = Elaborator(scene, laws)
    said = nodes_of(context.assumptions, context.definitions.section)
    said += [_declared(a) for a in context.declarations.assumptions]
    scene.said_kinds = sets_of([*said, *conditions])
    own = conditions_of(elaborator, [*said, *conditions])
    values = [_side(elaborator, side) for side in sides]
    if scene.one_set_twice():
        clash = Unclear("two sets with different names would have to be one", "clash")
        values = [clash for _ in values]
    _ranges_from_before(scene, context)
    settled = tuple(_settled(scene, value) for value in values)
    stated = _settled_all(scene, own.hypotheses)
    meant = _settled_all(scene, {Hypothesis("positive", (t,)) for t in scene.meant_positive})
    nonzero = _settled_all(scene, _nonzero(scene) | scene.unknown)
    constraints = settled_constraints(elaborator, own)
    return ReadChain(scene, settled, stated | nonzero, stated, meant, constraints)


def _declared(assumed: Assumed) -> Node:
    """An assumption of a declaration block, as the relation that it is."""
    sign = Relation(0, 0, assumed.relation, "")
    return RelationChain(0, 0, (assumed.left, assumed.right), (sign,))


def _ranges_from_before(scene: Scene, context: NoteContext) -> None:
    """p_i ran over 1..n in an earlier formula, and nothing here says otherwise."""
    for key, symbol in scene.families.items():
        before = context.ranges.get(key, ())
        if len(before) == len(symbol.ranges):
            for place, known in zip(symbol.ranges, before, strict=True):
                scene.ranges.recall(place, known)


def _letters(trees: Iterable[Node], context: NoteContext) -> Letters:
    """The indices that this chain binds; the names and sizes of the whole note."""
    declared = frozenset(r.key for r in context.declarations.ranges if r.low is not None)
    own = letters_of(trees, declared)
    return replace(context.letters, bound=own.bound, indexed=context.letters.indexed | own.indexed)


def _bodies(
    trees: Sequence[Node], context: NoteContext, reading: Reading, known: Letters
) -> list[Node]:
    """The bodies of the definitions that these trees lead to."""
    if not reading.unfold:
        return []
    found: dict[int, Definition] = {}
    waiting = list(trees)
    while waiting:
        spelled = {n for tree in waiting for n in _names(tree, known)}
        more = [d for d in context.definitions.found
                if id(d) not in found and d.name in spelled and (reading.unfold > 1 or not d.data)]
        found.update({id(d): d for d in more})
        waiting = [d.body for d in more]
    return [d.body for d in found.values()]


def _names(tree: Node, known: Letters) -> Iterable[str]:
    for node in tree.walk():
        name = written(node, known)
        if name is not None:
            yield name.name


def _vector_arguments(
    trees: Iterable[Node], context: NoteContext, used: Usage, known: Letters
) -> None:
    """In h(x) = σ(θᵀx) the x is a vector, so in h(x^{(i)}) the x^{(i)} is one as well."""
    for node in (n for tree in trees for n in tree.walk() if isinstance(n, Call)):
        head = written(node.head, known)
        given = arguments_of(node)
        found = None if head is None else context.definitions.called(head.name, len(given))
        if found is None or not isinstance(found.left, Call):
            continue
        for parameter, argument in zip(arguments_of(found.left), given, strict=True):
            name = written(argument, known)
            if name is not None and (parameter.show(), 0) in used.vectors:
                key = (name.name, len(name.samples))
                used.arity[key] = max(used.arity.get(key, 0), len(name.subs) + 1)


def _side(elaborator: Elaborator, node: Node) -> Term | Unclear:
    try:
        return elaborator.value(node)
    except Unclear as problem:
        return problem
    except TermError as problem:
        return Unclear(str(problem), "clash")
    except RecursionError:
        return Unclear("nested too deeply to be given a meaning")


def _settled(scene: Scene, value: Term | Unclear) -> Term | Unclear:
    if isinstance(value, Unclear):
        return value
    try:
        return scene.ranges.settled(value)
    except Unclear as problem:
        return problem
    except TermError as problem:
        return Unclear(str(problem), "clash")


def _settled_all(scene: Scene, found: Iterable[Hypothesis]) -> frozenset[Hypothesis]:
    settled = set()
    for hypothesis in found:
        terms = [_settled(scene, t) for t in hypothesis.terms]
        if all(isinstance(t, Term) for t in terms):
            settled.add(Hypothesis(hypothesis.kind, tuple(t for t in terms if isinstance(t, Term))))
    return frozenset(settled)


# -- what a chain assumes ---------------------------------------------------------------------


def _nonzero(scene: Scene) -> set[Hypothesis]:
    """What stands in a denominator is not zero: so the author must mean it."""
    return {
        Hypothesis("nonzero", (symbol,))
        for (name, _), symbol in scene.families.items()
        if name in scene.usage.divisors and symbol.kind == "real"
    }


def strengthened(term: Term, kinds: dict[str, str]) -> Term:
    """The term with its symbols' kinds replaced: what if p may be 0 somewhere?"""
    values: dict[Term, Term] = {
        s: Sym(s.name, kinds[s.kind], *s.args) for s in term.symbols() if s.kind in kinds
    }
    return substitute(term, values)


__all__ = ["NoteContext", "ReadChain", "read_chain", "strengthened"]
