"""Eta: a family whose entry at i is f_i is f itself, where f has that very range."""

from __future__ import annotations

from xent_sym.terms.declare import ranges_of
from xent_sym.terms.term import App, Lam, Space, Sym, Term, instantiate


def entry_of(body: Term, variable: Sym, over: Term) -> Term | None:
    """The f of f_i: the family whose entry at the variable is ``body``, over this very range."""
    if not (isinstance(body, App) and body.args[-1] == variable):
        return None
    family = App.make(body.args[:-1])
    same = ranges_of(family)[:1] == (over,)
    return family if same and not family.has(variable) else None


def eta(family: Term) -> Term:
    """λi. f_i is f; anything else is left alone, f over a longer range too.

    >>> from xent_sym.terms import index, reals, size, vector
    >>> n = size("n"); z, i = reals("z", n), index("i", n)
    >>> eta(vector(z[i], i)) == z
    True
    """
    if not isinstance(family, Lam):
        return family
    domain, body = family.args
    point = isinstance(domain, Space)
    opened = Sym("#eta", "real", *domain.args) if point else Sym("#eta", "index", domain)
    reduced = entry_of(instantiate(eta(body), opened), opened, domain)
    return family if reduced is None else reduced
