"""The note's own definitions where they are used: read again, in the scene that uses them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xent_sym.meaning.definitions import Definition, key_of, numbered_key
from xent_sym.meaning.names import Letters, Written
from xent_sym.meaning.ranges import Unclear
from xent_sym.meaning.scene import taken
from xent_sym.meaning.writing import indices_of, usage
from xent_sym.reader.tree import Addition, BigOperator, Bracket, Name, Node, Script
from xent_sym.terms.term import Lam, Named, Num, Sym, Term, abstract

if TYPE_CHECKING:
    from xent_sym.meaning.elaborate import Elaborator


def defined(e: Elaborator, node: Node) -> Term | None:
    """The meaning that the note gives to this very spelling."""
    level = e.scene.reading.unfold
    if level == 0:
        return None
    known, data = e.scene.spelling, level > 1
    key, letters = key_of(node, known)
    definition = e.scene.definitions.of(key, data=data)
    if definition is not None:
        value = meaning(e, definition)
        indices = [e.index(Name(0, 0, letter)) for letter in letters]
        return None if value is None else e.at(value, *_distinct(definition, letters, indices))
    key, numbers = numbered_key(node, known)
    definition = e.scene.definitions.of(key, data=data) if numbers else None
    if definition is None or len(numbers) != len(definition.letters):
        return None
    value = meaning(e, definition)
    return None if value is None else e.at(value, *(Num(n.value) for n in numbers))


def shortened(e: Elaborator, name: Written) -> Term | None:
    """L where the chain speaks of L_cee, the only defined name that begins so."""
    if e.scene.reading.unfold == 0 or name.indices or "_" in name.name:
        return None
    longer = {k for k, _ in e.scene.usage.arity if k.startswith(f"{name.name}_")}
    found = [d for d in e.scene.definitions.in_force(data=False) if d.name in longer]
    if len({d.name for d in found}) != 1 or found[0].letters:
        return None
    e.scene.assume(f"{name.name} is {found[0].name} here")
    return meaning(e, found[0])


def family_definition(e: Elaborator, name: Written) -> Term | None:
    """The meaning of the family whose entry is written, if the note defines its entries."""
    level = e.scene.reading.unfold
    if level == 0:
        return None
    definitions = e.scene.definitions
    found = definitions.family(name.name, len(name.samples), len(name.subs), data=level > 1)
    if name.indices and (found is None or not found.letters):
        found = _summand(e, name) or found
    if found is None:
        return None
    value = meaning(e, found)
    if value is None:
        return None
    if len(name.indices) == len(found.letters):
        e.scene.same_form.add(found)
    return value if len(name.indices) <= len(taken(value)) else None


def _summand(e: Elaborator, name: Written) -> Definition | None:
    """L_j under a sum over j where the note has L = -Σ_j y_j log a_j: the term of that sum."""
    if len(name.indices) != 1 or not name.subs or name.subs[0].show() not in e.scope:
        return None
    whole = e.scene.definitions.family(name.name, 0, 0, data=False)
    told = None if whole is None or whole.letters else _term_of(whole.body)
    if whole is None or told is None:
        return None
    index, term = told
    if any(isinstance(n, BigOperator) and n.kind == "sum" for n in term.walk()):
        return None  # of L = Σ_i Σ_k ... it could be either
    letter = index.text
    e.scene.assume(f"{name.name}_{letter} is the term of the sum that {name.name} is")
    left = Script(whole.left.start, whole.left.end, whole.left, index, None, 0)
    key, letters = key_of(left, Letters(frozenset({letter})))
    return replace(whole, key=key, letters=letters, left=left, body=term)


def _term_of(body: Node) -> tuple[Name, Node] | None:
    """The index and the term of a sum, with the sign that stands before it."""
    match body:
        case Bracket(body=Node() as inside):
            return _term_of(inside)
        case Addition(signs=(sign,), terms=(only,)):
            found = _term_of(only)
            if found is None:
                return None
            return found[0], replace(body, signs=(sign,), terms=(found[1],))
        case BigOperator(kind="sum", body=Node() as term):
            match indices_of(body.sub):
                case (Name() as index,):
                    return index, term
    return None


def meaning(e: Elaborator, definition: Definition) -> Term | None:
    """What the definition stands for, read in this scene: a family of its letters.

    A definition that has no meaning here leaves its name a symbol of its own; then no point can
    refute what is said of it.
    """
    scene = e.scene
    key = f"{definition.key} {definition.line}"
    if key in scene.meanings:
        return scene.meanings[key]
    scene.touched = True
    if key in scene.pending or key in scene.broken:
        scene.broken[key] = definition
        return None
    scene.pending.append(key)
    try:
        return _read(e, definition, key)
    except Unclear:
        scene.broken[key] = definition
        return None
    finally:
        scene.pending.remove(key)


def _read(e: Elaborator, definition: Definition, key: str) -> Term:
    scene = e.scene
    symbols = [Sym(c, "index", scene.ranges.new()) for c in definition.letters]
    with e.within(dict(zip(definition.letters, symbols, strict=True)), fresh=True):
        _take_logs_of(e, definition.body)
        body = _body(e, definition)
    for symbol in reversed(symbols):
        body = Lam(symbol.args[-1], abstract(body, symbol), symbol.name)
    scene.used[key] = definition
    scene.meanings[key] = Named(definition.name, body)
    return scene.meanings[key]


def _body(e: Elaborator, definition: Definition) -> Term:
    """The value; M = (P + Q)/2 of families is the family of its entries."""
    node = definition.body
    try:
        return e.value(node)
    except Unclear:
        if definition.letters:
            raise
        index = Sym("k", "index", e.scene.ranges.new())
        saved, e.pointwise = e.pointwise, index
        try:
            body = e.term(node)
        finally:
            e.pointwise = saved
        if not body.has(index):
            raise
        return Lam(index.args[-1], abstract(body, index), "k")


def _take_logs_of(e: Elaborator, body: Node) -> None:
    """A definition has the logarithm that it was written with, if it was written with one."""
    own = usage([body], e.scene.known)
    if own.bases or own.plain_log:
        e.logs = own


def _distinct(
    definition: Definition, letters: tuple[str, ...], indices: list[Term]
) -> list[Term]:
    """The indices for the distinct letters of a definition, which may use one letter twice."""
    if len(letters) == len(definition.letters):
        return indices
    pattern = _key_letters(definition)
    if len(pattern) != len(letters) or not set(pattern) <= set(definition.letters):
        raise Unclear(f"{definition.name} was defined with other indices", "clash")
    values: dict[str, Term] = {}
    for letter, index in zip(pattern, indices, strict=True):
        if values.setdefault(letter, index) != index:
            raise Unclear(f"{definition.name} is defined only where its indices agree", "clash")
    return [values[letter] for letter in definition.letters]


def _key_letters(definition: Definition) -> tuple[str, ...]:
    """The letters of a definition's left side, each as often as it stands there."""
    return key_of(definition.left, Letters(frozenset(definition.letters)))[1]
