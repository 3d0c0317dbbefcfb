"""What the commands do, from Python; and how theorems show themselves in a terminal."""

import subprocess
import sys

import pytest

import xent_sym as xs
from xent_sym.calc import Derivation
from xent_sym.cli import main

GRADIENT = "softmax_cross_entropy_gradient"
n = xs.size("n")
p = xs.distribution("p", n, full_support=True)
q = xs.distribution("q", n, full_support=True)


# -- the same as the command line ----------------------------------------------------------------


def printed(capsys, *words):
    assert main([*words]) == 0
    return capsys.readouterr().out


def test_show_is_what_the_command_prints(capsys):
    assert xs.show(GRADIENT) + "\n" == printed(capsys, "show", GRADIENT)
    assert xs.show(GRADIENT, latex=True) + "\n" == printed(capsys, "show", GRADIENT, "--latex")


def test_show_takes_a_name_a_derivation_or_a_theorem():
    one = xs.library()[GRADIENT]
    assert xs.show(one) == xs.show(GRADIENT)
    without_words = xs.show(GRADIENT).replace(one.words["en"] + "\n", "")
    assert xs.show(one.theorem) == without_words
    derived = xs.show(xs.derive(xs.partial(xs.log_sum_exp(xs.reals("z", n)),
                                           xs.reals("z", n)[xs.index("k", n)])))
    assert "  1. = " in derived and "rests on" in derived


def test_export_is_what_the_command_prints(capsys, tmp_path):
    source = xs.export(GRADIENT, tmp_path / "gradient.py")
    assert source == printed(capsys, "export", GRADIENT)
    assert (tmp_path / "gradient.py").read_text("utf-8") == source
    with pytest.raises(xs.ExportError, match=r"kl_nonneg: .* name an equation"):
        xs.export("kl_nonneg", tmp_path / "none.py")
    assert not (tmp_path / "none.py").exists()


def test_check_is_what_the_command_prints(capsys):
    report = xs.check("kl", "kl_nonneg")
    assert report.ok and f"{report}\n" == printed(capsys, "check", "kl", "kl_nonneg")
    assert xs.check(xs.decide(xs.claim(xs.kl(p, p), "=", 0))).ok


def test_check_finds_a_false_twin():
    def mine():
        yield xs.claim(xs.kl(p, q), "=", xs.kl(q, p))
        yield xs.unfold(xs.kl)

    report = xs.check(Derivation("mine", mine, "", {"en": "mine"}, file=__file__), "kl")
    assert not report.ok and "FAILED mine" in str(report) and "1 of 2 proofs" in report.summary


def test_build_writes_the_book(tmp_path):
    report = xs.build(tmp_path / "book", formats=["latex"], languages=["en"])
    assert tmp_path / "book/en/kl.tex" in report.files


@pytest.mark.parametrize("function", [xs.show, xs.export, xs.check])
def test_what_is_no_theorem_is_refused_with_a_remedy(function):
    with pytest.raises(KeyError, match="did you mean kl"):
        function("kll")
    with pytest.raises(TypeError, match=r"a Quantity was given; .* xs\.derive"):
        function(xs.kl(p, q))


def test_the_pieces_are_public():
    point = xs.Point({n: 2, p: (1, 0)})
    assert xs.evaluate_to(xs.entropy(p), point) == 0
    assert xs.compile_numpy("H", xs.entropy(p))([1.0, 0.0]) == 0
    assert xs.numeric_side(xs.library()[GRADIENT].theorem).check().ok
    assert {"show", "export", "build", "check", "StepFailed"} <= set(xs.__all__)


def test_importing_the_package_loads_none_of_it():
    program = "import sys, xent_sym; print([m for m in sys.modules if m.startswith('xent_sym.')])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True,
                          check=True, cwd=xs.__path__[0] + "/..")
    assert done.stdout == "[]\n"


# -- in a terminal and in a notebook ---------------------------------------------------------------


STATEMENT = "H(p, q) = H(p) + D_KL(p ‖ q)"
CLAIM = xs.claim(xs.cross_entropy(p, q), "=", xs.entropy(p) + xs.kl(p, q))


def test_a_claim_and_a_theorem_show_their_statement():
    theorem = xs.decide(CLAIM)
    assert repr(CLAIM) == str(CLAIM) == repr(theorem) == str(theorem) == STATEMENT
    assert CLAIM._repr_latex_() == theorem._repr_latex_()
    assert CLAIM._repr_latex_().startswith("$H(p, q) = ")


def test_a_derivation_shows_its_name_and_statement():
    one = xs.library()["kl_nonneg"]
    assert repr(one) == "kl_nonneg: D_KL(p ‖ q) ≥ 0" == str(one)
    assert one._repr_latex_() == one.theorem._repr_latex_()


def test_a_chain_shows_its_numbered_lines():
    chain = xs.library()["softmax_jacobian"].theorem.chain
    first, *rest = str(chain).splitlines()
    assert first.strip() == "∂/∂z_k a_i" and len(rest) == len(chain.steps)
    for number, (line, step) in enumerate(zip(rest, chain.steps, strict=True), 1):
        assert line.startswith(f"{number:3}. = {xs.text(step.line)}") and line.endswith(step.way)
    assert repr(chain) == str(chain)


def test_a_refutation_shows_the_point_and_both_sides():
    found = xs.refute(xs.kl(p, q), "=", xs.kl(q, p))
    assert repr(found) == str(found) and str(found).startswith("n = 2, p = (")
    shown = found._repr_latex_()
    assert shown.startswith(r"$n = 2,\ p = (") and r"\text{right }" in shown


# -- a step that does not come out -----------------------------------------------------------------


def test_a_failed_step_names_the_line_of_its_way_and_holds_the_lines_before():
    def mine():
        yield xs.claim(xs.kl(p, q), "=", xs.kl(q, p))
        yield xs.unfold(xs.kl)
        yield xs.log_of_quotient
        yield xs.arithmetic()

    last = mine.__code__.co_firstlineno + 4
    failing = Derivation("mine", mine, "", file=__file__, line=last - 4)
    with pytest.raises(xs.StepFailed, match=rf":{last}: mine: step 3 \(.*; mend the") as caught:
        _ = failing.theorem
    assert [step.way for step in caught.value.found] == ["definition:kl", "log_of_quotient"]


def test_a_line_that_cannot_be_read_is_named():
    def mine():
        yield xs.claim(xs.kl(p, xs.distribution("r", xs.size("m"))), "=", 0)

    line = mine.__code__.co_firstlineno + 1
    broken = Derivation("mine", mine, "", file=__file__, line=line - 1)
    with pytest.raises(xs.DerivationError, match=rf":{line}: mine: .*; mend this line"):
        _ = broken.theorem
    assert f":{line}: mine: " in repr(broken)
