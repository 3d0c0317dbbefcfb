"""A proof can be written down as data, and replayed by nothing but the judge."""

from __future__ import annotations

import json
from typing import Any

import pytest

from xent_sym.kernel import LAWS, Application, Chain, NotProved, Step, prove, recheck
from xent_sym.kernel.record import record, replay
from xent_sym.library import library
from xent_sym.terms import log, positive


def written_down(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(json.dumps(record(library()[name].theorem)))
    return data


@pytest.mark.parametrize("name", sorted(library()))
def test_every_theorem_is_replayed_from_its_record(name: str) -> None:
    theorem = library()[name].theorem
    theorems = {n: d.theorem for n, d in library().items() if n != name}
    again = replay(written_down(name), theorems)
    assert (again.lhs, again.rhs) == (theorem.lhs, theorem.rhs)
    assert (again.given, again.rests_on) == (theorem.given, theorem.rests_on)


def test_a_strict_inequality_is_replayed_and_not_as_a_weaker_or_turned_one() -> None:
    t = positive("t")
    steps = (Step("<=", t - 1 + 1, (Application(LAWS["log_at_most"], {"a": t}, (0,)),)),
             Step("<", t + 1))
    theorem = prove(Chain("above", log(t) + 1, "<", t + 1, steps))
    data = json.loads(json.dumps(record(theorem)))
    again = replay(data)
    assert (again.relation, again.given) == ("<", theorem.given)
    assert recheck(again).given == theorem.given
    for relation in ("<=", "=", ">"):
        with pytest.raises(NotProved):
            replay({**data, "relation": relation})
    data["steps"][1]["after"] = data["lhs"]
    with pytest.raises(NotProved):
        replay({**data, "rhs": data["lhs"]})


def test_a_record_with_a_changed_line_is_refused() -> None:
    data = written_down("softmax_cross_entropy_gradient")
    data["steps"][3]["after"] = data["steps"][2]["after"]
    with pytest.raises(NotProved):
        replay(data)


def test_a_record_with_a_changed_argument_is_refused() -> None:
    data = written_down("cross_entropy_decomposition")
    use = data["steps"][1]["on_line_before"][0]
    use["bindings"]["a"], use["bindings"]["b"] = use["bindings"]["b"], use["bindings"]["a"]
    with pytest.raises(NotProved):
        replay(data)


def test_a_record_that_cites_an_unknown_law_is_refused() -> None:
    data = written_down("kl_nonneg")
    data["steps"][0]["on_line_before"][0]["law"] = "wishful_thinking"
    with pytest.raises(NotProved, match="wishful_thinking"):
        replay(data)


def test_every_side_condition_of_every_law_stands_in_the_record() -> None:
    for name in library():
        for step in written_down(name)["steps"]:
            for use in (*step["on_line_before"], *step["on_line_after"]):
                assert {"law", "bindings", "path", "instance", "conditions"} <= set(use)
