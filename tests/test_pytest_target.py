"""The pytest target: the tests that it writes pass for what is right and fail for false twins."""

import subprocess
import sys
from fractions import Fraction

import mpmath
import numpy as np
import pytest

import xent_sym as xs
from xent_sym import api
from xent_sym.cli import main
from xent_sym.library import derivation
from xent_sym.numeric import ExportError, numeric_side
from xent_sym.numeric.catalogue import plan_of
from xent_sym.numeric.functions.export import compile_function, module
from xent_sym.numeric.plan import planned
from xent_sym.numeric.runtime import of_pytest
from xent_sym.terms.evaluate import Point, evaluate_to

PLACEHOLDER = "function: Any = None"
LOSSES = [
    ("softmax_cross_entropy", "value_and_gradient"),
    ("binary_cross_entropy_with_logits", "value_and_gradient"),
    ("kl", "value"),
    ("logistic", "gradient"),
    ("softmax_cross_entropy", "hvp"),
]
THEOREMS = ["softmax_jacobian", "negative_log_likelihood", "cross_entropy_one_hot", "sigmoid"]


def ran(folder, *words):
    """The exit status of pytest in the folder, and what it said."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=short"]
    done = subprocess.run([*command, *words], cwd=folder, capture_output=True, text=True,
                          encoding="utf-8", env={"PYTHONIOENCODING": "utf-8"}, check=False)
    return done.returncode, done.stdout


def dropped(folder, name, tests, source):
    """A module of tests beside the module that it is to test, with its one line edited."""
    assert tests.count(PLACEHOLDER) == 2  # the line, and the message that says to edit it
    edited = tests.replace(PLACEHOLDER, f"from mine_{name} import mine as function", 1)
    (folder / f"test_{name}.py").write_text(edited, "utf-8")
    (folder / f"mine_{name}.py").write_text(source, "utf-8")


def test_what_we_export_passes(tmp_path):
    plans = {f"{loss}_{what}": plan_of(loss, what) for loss, what in LOSSES}
    plans |= {name: numeric_side(derivation(name).theorem).function.plan for name in THEOREMS}
    for name, plan in plans.items():
        own = f"{module(plan, 'numpy')}\n\nmine = {plan.name}\n"
        dropped(tmp_path, name, module(plan, "pytest"), own)
    status, said = ran(tmp_path)
    assert status == 0, said


NAIVE = """\
import numpy as np


def weights(z):
    e = np.exp(z)
    return e / e.sum(-1, keepdims=True)


def mine(z, y):
    z, y = np.asarray(z), np.asarray(y)
    y = np.eye(z.shape[-1], dtype=z.dtype)[y] if y.ndim < z.ndim else y
    {body}
"""
TWINS = {
    "naive": "return -(y * np.log(weights(z))).sum(-1)",
    "sign": "d = z - z.max(-1, keepdims=True)\n"
            "    return (y * (d - np.log(np.exp(d).sum(-1, keepdims=True)))).sum(-1)",
    "batch": "d = z - z.max()\n    s = np.exp(d).sum(-1, keepdims=True)\n"
             "    return -(y * (d - np.log(s))).sum(-1)",
}


@pytest.fixture(scope="module")
def twins(tmp_path_factory):
    """What pytest says of false twins of the softmax cross-entropy, and of swapped arguments."""
    folder = tmp_path_factory.mktemp("twins")
    tests = api.export("softmax_cross_entropy", target="pytest", quantity="value")
    for name, body in TWINS.items():
        dropped(folder, name, tests, NAIVE.format(body=body))
    swapped = "import numpy as np\n\n\ndef mine(p, q):\n    return (q * np.log(q / p)).sum(-1)\n"
    dropped(folder, "swapped", api.export("kl", target="pytest"), swapped)
    status, said = ran(folder, "-rA", "--color=no")
    assert status == 1
    return said


def outcomes(said, name):
    lines = [line for line in said.splitlines() if f"test_{name}.py::" in line]
    return {line.split("::")[1].split(" - ")[0]: line.split()[0] for line in lines}


def test_naive_forms_fail_where_it_is_hostile_only(twins):
    found = outcomes(twins, "naive")
    stated = {key: value for key, value in found.items() if "stated" in key}
    assert all(v == "PASSED" for k, v in stated.items() if "[ordinary" in k)
    for regime in ("logits within", "common offset", "one class wins"):
        assert all(v == "FAILED" for k, v in stated.items() if f"[{regime}" in k), regime


@pytest.mark.parametrize("name", ["sign", "swapped"])
def test_false_twins_fail_at_ordinary_points(twins, name):
    ordinary = {k: v for k, v in outcomes(twins, name).items() if "stated[ordinary" in k}
    assert ordinary
    assert set(ordinary.values()) == {"FAILED"}


def test_rows_that_know_of_each_other_are_found(twins):
    batches = {k: v for k, v in outcomes(twins, "batch").items() if "batch" in k}
    assert "FAILED" in batches.values()


def test_a_failure_shows_the_point_and_both_numbers(twins):
    start = twins.index("one class wins by 30, float64: ")
    message = twins[start : start + 800]
    for part in ("entries wrong; the worst, at", "    z = array([", "    y = ", "value: got ",
                 ", true ", ", wrong by ", " ulp; 64 allowed"):
        assert part in message, part


def test_unedited_tests_say_what_to_edit(tmp_path):
    assert main(["export", "entropy", "--target", "pytest", "-o", f"{tmp_path}/test_it.py"]) == 0
    status, said = ran(tmp_path, "-k", "ordinary")
    assert status == 1
    assert f"edit the line `{PLACEHOLDER}`" in said


def test_there_is_nothing_to_call():
    with pytest.raises(ExportError, match=r"tests of a function.* -o test_mine\.py"):
        compile_function(plan_of("entropy"), "pytest")


def test_a_name_with_another_meaning_is_refused():
    with pytest.raises(ExportError, match="exp has a meaning of its own in tests; rename it"):
        module(planned("f", {"f": xs.sigmoid(xs.real("exp"))}), "pytest")


@pytest.mark.parametrize("target", ["softmax_cross_entropy", "kl_of_softmaxes", "logistic"])
def test_the_module_is_clean(tmp_path, target):
    ruff = pytest.importorskip("ruff")
    path = tmp_path / "test_it.py"
    api.export(target, path, target="pytest", quantity="value_and_gradient")
    rules = ["--isolated", "--line-length", "100", "--select", "E,F,W,I,UP,B"]
    done = subprocess.run([sys.executable, "-m", ruff.__name__, "check", *rules, str(path)],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


# -- the truth of the tests is the truth ----------------------------------------------------------


def stated(z, y):
    """What the export has for the loss, by the routines that the export carries."""
    times, exp, log = of_pytest.times, of_pytest.exp, of_pytest.log
    total = sum(exp(x) for x in z)
    return -sum(times(b, log(exp(a) / total)) for a, b in zip(z, y, strict=True))


@pytest.mark.parametrize("z", [(0.0, 1.0), (0.0, 700.0), (-1000.0, 1000.0), (1e6, 1e6 - 3)])
@pytest.mark.parametrize("y", [(1.0, 0.0), (0.0, 1.0), (0.25, 0.75)])
def test_the_truth_is_that_of_ball_arithmetic(z, y):
    plan = plan_of("softmax_cross_entropy")
    size = plan.arguments[0].args[0].args[1]
    values = [tuple(map(Fraction, a)) for a in (z, y)]
    point = Point({size: 2, **dict(zip(plan.arguments, values, strict=True))})
    expected = evaluate_to(plan.outputs["value"], point)
    found = of_pytest.truth(stated, [np.array(z), np.array(y)])[()]
    with mpmath.mp.workdps(60):
        exact = mpmath.mpf(expected.numerator) / expected.denominator
        # to 30 digits, or in 360 decimal places
        bound = max(mpmath.mpf(10) ** -28 * abs(exact), mpmath.mpf(10) ** -360)
        assert abs(found - exact) <= bound


@pytest.mark.parametrize(("got", "true", "error"), [
    (1.0, "1", 0), (1 + 2**-52, "1", 1), (0.0, "5e-324", 1), (5e-324, "0", 1),
    (0.0, "0x1p-1022", 2**52),
    (np.inf, "inf", 0), (np.inf, "1", np.inf), (np.nan, "1", np.inf), (1e308, "inf", np.inf),
])
def test_errors_in_units_of_the_last_place(got, true, error):
    expected = float.fromhex(true) if true.startswith("0x") else float(true)
    assert of_pytest.ulps(got, mpmath.mpf(expected), "float64") == error
