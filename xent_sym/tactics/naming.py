"""Abbreviations: where a line has them, and how they come back after a rule wrote one out.

An abbreviation means what it stands for, so putting one in or out changes no value.  Untrusted
all the same: the kernel compares the lines.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from xent_sym.terms.term import Named, Partial, Sym, Term, abstract, instantiate, without_names


def at_their_points(term: Term) -> Term:
    """The term with the bodies of its derivatives at the points where they are taken.

    >>> from xent_sym.terms import partial, real
    >>> x = real("x")
    >>> print(at_their_points(partial(x**2, x)))
    x²
    """
    if isinstance(term, Partial):
        return at_their_points(instantiate(term.args[1], term.args[2]))
    return term.rebuild([at_their_points(a) for a in term.args]) if term.args else term


def names_in(term: Term) -> Iterator[Named]:
    """The abbreviations in a line, each once, also those inside its derivatives."""
    found = (t for t in at_their_points(term).walk() if isinstance(t, Named) and t.closed)
    yield from dict.fromkeys(found)


def with_names(term: Term, names: Collection[Named]) -> Term:
    """The term with each of these abbreviations wherever its meaning is written out."""
    for name in names:
        if term in (name.args[0], without_names(name.args[0])):
            return name
    if not names or isinstance(term, Named) or not term.args:
        return term
    args = [with_names(a, names) for a in term.args]
    if isinstance(term, Partial) and isinstance(term.args[2], Sym):
        body = with_names(instantiate(args[1], term.args[2]), names)
        args[1] = abstract(body, term.args[2])
    return term.rebuild(args)
