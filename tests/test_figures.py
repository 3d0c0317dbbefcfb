"""The figures: the curves are the theorems', the files are reproducible, matplotlib is an extra."""

import math
import sys
from fractions import Fraction

import pytest

pytest.importorskip("matplotlib")

from xent_sym.notes.figures import (
    FIGURES,
    MissingExtra,
    coin_entropy,
    decomposed,
    figures,
    gradient_curve,
    spaced,
)
from xent_sym.terms import Tup

Z = spaced(-6, 6, 24)


def sigma(z):
    return 1 / (1 + math.exp(-z))


def test_gradient_curves_are_those_of_the_theorems():
    cross = gradient_curve("binary_cross_entropy_gradient", Z)
    square = gradient_curve("squared_error_gradient", Z)
    assert cross == pytest.approx([sigma(float(z)) - 1 for z in Z])
    assert square == pytest.approx(
        [(sigma(float(z)) - 1) * sigma(float(z)) * (1 - sigma(float(z))) for z in Z]
    )


def test_one_gradient_vanishes_and_the_other_does_not():
    far = [Fraction(-20)]
    assert abs(gradient_curve("squared_error_gradient", far)[0]) < 1e-8
    assert gradient_curve("binary_cross_entropy_gradient", far)[0] == pytest.approx(-1)


def test_coin_entropy_is_in_bits_and_zero_at_certainty():
    ends = [Fraction(0), Fraction(1, 2), Fraction(1)]
    assert coin_entropy(ends) == pytest.approx([0, 1, 0])
    assert coin_entropy([Fraction(1, 4)]) == pytest.approx([2 - 0.75 * math.log2(3)])


def test_parts_add_up_to_the_cross_entropy():
    p, q = Tup(Fraction(4, 5), Fraction(1, 5)), Tup(Fraction(1, 2), Fraction(1, 2))
    own, excess = decomposed(p, q)
    assert own + excess == pytest.approx(1)
    assert excess == pytest.approx(0.8 * math.log2(1.6) + 0.2 * math.log2(0.4))
    assert decomposed(p, p)[1] == 0
    assert decomposed(q, p)[1] != pytest.approx(excess)


def test_files_are_the_same_bytes_on_every_run(tmp_path):
    first, second = figures(tmp_path / "a"), figures(tmp_path / "b")
    assert [f.name for f in first] == [f"{name}.svg" for name in FIGURES]
    for a, b in zip(first, second, strict=True):
        assert a.read_bytes() == b.read_bytes()
        assert b"dc:date" not in a.read_bytes()
        assert b"<text" in a.read_bytes(), "text stays text"
    assert sorted(f.name for f in (tmp_path / "a").iterdir()) == sorted(f.name for f in first)


def test_without_matplotlib_the_message_names_the_extra(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtra, match=r"pip install 'xent-sym\[figures\]'"):
        figures(tmp_path / "none")
    assert not (tmp_path / "none").exists()
