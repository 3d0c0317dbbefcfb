"""The record of a proof: plain data from which another checker can replay it.

Every step with its whole line before and after, the relation, each cited law with its explicit
arguments, the place and direction, and every side condition with what met it.  ``replay`` is
such a checker: it rebuilds the chain from the data alone and hands it to the judge.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from xent_sym.kernel.judge import (
    Application,
    Chain,
    Checked,
    Cited,
    NotProved,
    Step,
    Theorem,
    prove,
)
from xent_sym.kernel.laws import LAWS
from xent_sym.terms import term as language
from xent_sym.terms.hypotheses import Hypothesis
from xent_sym.terms.term import Num, Term

VERSION = 1
NODES = {
    name: node
    for name, node in vars(language).items()
    if isinstance(node, type) and issubclass(node, Term) and node is not Term
}


def record(theorem: Theorem) -> dict[str, Any]:
    """The proof as plain data (JSON has room for all of it).

    >>> from xent_sym.library import derivation
    >>> theorem = derivation("kl_self").theorem
    >>> str(replay(record(theorem))) == str(theorem)
    True
    """
    chain = theorem.chain
    return {
        "version": VERSION,
        "name": chain.name,
        "lhs": _term(chain.lhs),
        "relation": chain.relation,
        "rhs": _term(chain.rhs),
        "assuming": _hypotheses(chain.assuming),
        "given": _hypotheses(theorem.given),
        "rests_on": sorted(theorem.rests_on),
        "steps": [_step(checked) for checked in theorem.checked],
    }


def replay(data: Mapping[str, Any], theorems: Mapping[str, Theorem] | None = None) -> Theorem:
    """The theorem that a record proves, judged anew; ``theorems`` are those that it cites.

    Raises NotProved where the record does not hold together.
    """
    if data.get("version") != VERSION:
        raise NotProved(f"a record of version {data.get('version')}; version {VERSION} is read")
    steps = tuple(_read_step(step, theorems or {}) for step in data["steps"])
    assuming = frozenset(_read_hypothesis(h) for h in data["assuming"])
    lhs, rhs = _read(data["lhs"]), _read(data["rhs"])
    return prove(Chain(data["name"], lhs, data["relation"], rhs, steps, assuming))


# -- terms: [node, data, hint, arguments] ---------------------------------------------------------


def _term(term: Term) -> list[Any]:
    data = [term.data.numerator, term.data.denominator] if isinstance(term, Num) else term.data
    plain = list(data) if isinstance(data, tuple) else data
    return [type(term).__name__, plain, term.hint, [_term(a) for a in term.args]]


def _read(data: list[Any]) -> Term:
    name, payload, hint, args = data
    if name not in NODES:
        raise NotProved(f"no term is called {name}")
    if name == "Num":
        return Num(Fraction(*payload))
    plain = tuple(payload) if isinstance(payload, list) else payload
    return NODES[name].make([_read(a) for a in args], plain, hint)


def _hypotheses(found: frozenset[Hypothesis]) -> list[Any]:
    return [_hypothesis(h) for h in sorted(found, key=lambda h: h.key)]


def _hypothesis(hypothesis: Hypothesis) -> list[Any]:
    return [hypothesis.kind, [_term(t) for t in hypothesis.terms]]


def _read_hypothesis(data: list[Any]) -> Hypothesis:
    return Hypothesis(data[0], tuple(_read(t) for t in data[1]))


# -- steps ---------------------------------------------------------------------------------


def _step(checked: Checked) -> dict[str, Any]:
    step = checked.step
    count = len(step.before)
    return {
        "before": _term(checked.before),
        "relation": step.relation,
        "after": _term(step.line),
        "way": step.way,
        "on_line_before": [_cited(c) for c in checked.cited[:count]],
        "on_line_after": [_cited(c) for c in checked.cited[count:]],
        "arithmetic": sorted(step.groups),
        "given": _hypotheses(checked.given),
        "rests_on": sorted(checked.rests_on),
    }


def _cited(cited: Cited) -> dict[str, Any]:
    application, instance = cited.application, cited.instance
    return {
        "law": application.law.name,
        "bindings": {name: _term(value) for name, value in application.bindings.items()},
        "path": list(application.path),
        "backwards": application.backwards,
        "instance": [_term(instance.lhs), instance.relation, _term(instance.rhs)],
        "conditions": [
            {"condition": _hypothesis(c.condition), "by": _hypotheses(c.by)}
            for c in cited.conditions
        ],
    }


def _read_step(data: Mapping[str, Any], theorems: Mapping[str, Theorem]) -> Step:
    return Step(
        data["relation"],
        _read(data["after"]),
        tuple(_read_use(u, theorems) for u in data["on_line_before"]),
        tuple(_read_use(u, theorems) for u in data["on_line_after"]),
        frozenset(data["arithmetic"]),
        data["way"],
    )


def _read_use(data: Mapping[str, Any], theorems: Mapping[str, Theorem]) -> Application:
    law = theorems.get(data["law"]) or LAWS.get(data["law"])
    if law is None:
        raise NotProved(f"{data['law']} is neither a law nor among the theorems given")
    bindings = {name: _read(value) for name, value in data["bindings"].items()}
    return Application(law, bindings, tuple(data["path"]), data["backwards"])
