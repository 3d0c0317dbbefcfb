"""The numba target computes what the C and NumPy targets compute, row by row, in vectors."""

from __future__ import annotations

import subprocess
import sys
from functools import cache

import numpy as np
import pytest

from xent_sym.numeric import check
from xent_sym.numeric.catalogue import CATALOGUE, built, plan_of
from xent_sym.numeric.functions.export import compile_function, module
from xent_sym.numeric.plan import planned
from xent_sym.terms import (
    cross_entropy,
    distribution,
    dot,
    index,
    kl,
    product,
    reals,
    size,
    softmax,
    summation,
)

pytest.importorskip("numba", reason="numba is not installed")

K, n = size("K"), size("n")
z, k, i = reals("z", K), index("k", K), index("i", n)
x, W = reals("x", n, K), reals("W", K, K)
y, p, q = (distribution(name, K) for name in "ypq")
TERMS = {
    "loss": (cross_entropy(y, softmax(z)), [z, y]),
    "divergence": (kl(p, q), [p, q]),
    "columns": (summation(softmax(x[i])[k], i), [x]),
    "products": (product(1 + z[k] * z[k], k), [z]),
    "matrix": (dot(W[k], z), [W, z]),
}
FORMATS = {"doubles": np.float64, "singles": np.float32}
# Several bundles of short rows and some left over; long rows of more than one block.
SHAPES = [(1, 3), (37, 10), (5, 1300)]
SCALARS = ["binary_cross_entropy_with_logits", "sigmoid", "softplus"]
FAMILIES = [name for name in CATALOGUE if name not in (*SCALARS, "logistic")]


@cache
def exported(name, what="value"):
    return built(name, what, "numba")


def logits(shape, seed=0):
    """A row of each kind: NaN, masked, tied, far apart, with a common offset."""
    values = 3 * np.random.default_rng(seed).normal(size=shape)
    for row in range(shape[0]):
        kind = (row + seed) % 7
        if kind == 1:
            values[row, -1] = np.nan
        elif kind == 2:
            values[row, 1:] = -np.inf
        elif kind == 3:
            values[row] = 0
        elif kind == 4:
            values[row, ::2], values[row, 1::2] = 1e3, -1e3
        elif kind == 5:
            values[row] += 1e6
    return values


def rows_of_one(shape, seed=0):
    weights = np.random.default_rng(seed).random(shape) + 1e-3
    return weights / weights.sum(axis=-1, keepdims=True)


def arguments(name, shape, dtype):
    entry = CATALOGUE[name]
    return [(logits if s.kind == "real" else rows_of_one)(shape, seed).astype(dtype)
            for seed, s in enumerate(entry.arguments)]


def close(got, expected, dtype, atol=0.0):
    np.testing.assert_allclose(got, expected, rtol=64 * np.finfo(dtype).eps, atol=atol)


def results(value):
    return value if isinstance(value, tuple) else (value,)


@pytest.mark.parametrize("name", TERMS)
def test_a_function_agrees_with_its_term(name):
    term, given = TERMS[name]
    report = check(compile_function(planned(name, {name: term}, given), "numba"), points=6)
    assert report.ok, report


@pytest.mark.parametrize("dtype", FORMATS.values(), ids=FORMATS)
@pytest.mark.parametrize("name", FAMILIES)
def test_it_equals_the_numpy_target(name, dtype):
    for shape in SHAPES:
        given = arguments(name, shape, dtype)
        got, expected = exported(name)(*given), built(name)(*given)
        assert got.dtype == dtype
        close(got, expected, dtype, atol=8 * np.finfo(dtype).eps)


@pytest.mark.parametrize("dtype", FORMATS.values(), ids=FORMATS)
@pytest.mark.parametrize("labels", ["dense", "classes"])
def test_value_and_gradient_with_each_form_of_the_labels(dtype, labels):
    both = exported("softmax_cross_entropy", "value_and_gradient")
    reference = built("softmax_cross_entropy", "value_and_gradient")
    for rows, classes in SHAPES:
        numbers = np.arange(rows) % classes
        y = numbers if labels == "classes" else np.eye(classes, dtype=dtype)[numbers]
        given = logits((rows, classes)).astype(dtype), y
        for got, expected in zip(both(*given), reference(*given), strict=True):
            assert got.dtype == dtype
            close(got, expected, dtype)


@pytest.mark.parametrize("dtype", FORMATS.values(), ids=FORMATS)
@pytest.mark.parametrize("name", SCALARS)
def test_functions_of_one_number(name, dtype):
    u = np.array([np.inf, -np.inf, np.nan, 800, -800, 0, -0.0, 1e-30, 3, -3] * 5, dtype)
    given = (u, (np.arange(u.size) % 2).astype(dtype))[: len(CATALOGUE[name].arguments)]
    got, expected = exported(name)(*given), built(name)(*given)
    close(got, expected, dtype)
    for number, one in zip(range(u.size), got, strict=True):
        close(exported(name)(*(a[number] for a in given)), one, dtype)


def test_a_nan_stays_in_its_row():
    for shape in SHAPES[1:]:
        clean = np.random.default_rng(3).normal(size=shape)
        spoilt = clean.copy()
        spoilt[2, 1] = np.nan
        before, after = (exported("softmax")(given) for given in (clean, spoilt))
        assert np.isnan(after[2]).all()
        assert np.array_equal(np.delete(after, 2, 0), np.delete(before, 2, 0))


@pytest.mark.parametrize("shape", [(8192, 10), (9, 5000)], ids=str)
def test_threads_change_nothing(shape):
    both = exported("softmax_cross_entropy", "value_and_gradient")
    given = logits(shape), np.arange(shape[0]) % shape[1]
    for got, expected in zip(both(*given, threads=3), both(*given), strict=True):
        np.testing.assert_array_equal(got, expected)


@pytest.mark.parametrize("threads", [1, 3])
def test_a_fault_is_found_in_any_row(threads):
    loss = exported("softmax_cross_entropy")
    y = rows_of_one((5000, 10))
    for row in (0, 2500, 4999):
        wrong = y.copy()
        wrong[row, 3] *= -1
        with pytest.raises(ValueError, match=rf"y\[{row}, 3\] is -.*are these logits"):
            loss(np.zeros((5000, 10)), wrong, threads=threads)
    with pytest.raises(ValueError, match="probabilities sum to 2"):
        loss(np.zeros((5000, 10)), 2 * y, threads=threads)


def test_arguments_that_broadcast_read_only_or_strided():
    divergence = exported("kl_of_softmaxes")
    u, v = logits((37, 10)), np.linspace(-1.0, 1.0, 10)
    whole = divergence(u, np.tile(v, (37, 1)))
    v.flags.writeable = False
    np.testing.assert_array_equal(divergence(u, v), whole)
    np.testing.assert_array_equal(divergence(np.asfortranarray(u), v), whole)
    assert divergence(u[:0], v).shape == (0,)


def test_results_go_where_the_caller_says():
    out = np.empty((37, 10))
    assert exported("softmax")(logits((37, 10)), out=out) is out
    np.testing.assert_array_equal(out, exported("softmax")(logits((37, 10))))


@pytest.mark.parametrize("name", ["softmax_cross_entropy", "logistic", "sigmoid"])
def test_the_module_stands_alone_and_is_clean(name, tmp_path):
    path = tmp_path / "exported.py"
    path.write_text(module(plan_of(name, "value_and_gradient"), "numba"), encoding="utf-8")
    rules = ["--isolated", "--select", "E,F,W,I,UP,B", "--ignore", "E501"]
    done = subprocess.run([sys.executable, "-m", "ruff", "check", *rules, str(path)],
                          capture_output=True, text=True, check=False)
    if "No module named ruff" not in done.stderr:
        assert done.returncode == 0, done.stdout
    assert "xent_sym" not in path.read_text("utf-8").replace("written by xent_sym", "")


def test_the_loops_are_vectors():
    """In the machine code of every kernel exponentials are on packed numbers, where there are any.
    """
    function = exported("softmax_cross_entropy", "value_and_gradient").function
    for single in (False, True):
        kernel = function.__globals__["_compiled"](single, True)
        (text,) = kernel.inspect_llvm().values()
        kind = "float" if single else "double"
        packed = [line for line in text.splitlines() if "fadd reassoc <" in line]
        assert any(f"x {kind}>" in line for line in packed)
