"""The array API export: one text, the same numbers in every library, traced or not."""

from __future__ import annotations

import importlib

import numpy as np
import pytest
from test_numeric import TERMS

from xent_sym.numeric import ExportError, check
from xent_sym.numeric.catalogue import CATALOGUE, built, plan_of
from xent_sym.numeric.functions.export import compile_function, module
from xent_sym.numeric.plan import planned
from xent_sym.numeric.ranges import count_of
from xent_sym.terms import log, size

LIBRARIES = ("numpy", "torch", "jax", "array_api_strict", "dask")
LOSSES = [name for name, entry in CATALOGUE.items() if entry.at is None]
RNG = np.random.default_rng(0)
BATCH, K, P = 6, 5, 3


def library(name):
    """The library, set up; the test is skipped where it is missing."""
    found = pytest.importorskip(name, reason=f"{name} is not installed")
    if name == "jax":
        found.config.update("jax_enable_x64", True)
    return found


def there(name, array):
    """The array in a library; Dask's in chunks of samples and of classes."""
    library(name)
    if name == "dask":
        chunks = tuple(max(1, length // 2) for length in array.shape)
        return importlib.import_module("dask.array").from_array(array, chunks=chunks)
    home = {"jax": "jax.numpy"}.get(name, name)
    return importlib.import_module(home).asarray(array)


def back(array):
    return np.asarray(array)


def arguments(name):
    """Ordinary arguments of a function of the catalogue."""
    drawn = {
        "real": lambda shape: 2 * RNG.normal(size=shape),
        "probability": RNG.random,
        "distribution": lambda shape: RNG.dirichlet(np.ones(shape[-1]), size=shape[:-1]),
    }
    lengths = {"K": K, "P": P, "n": 4}
    return [drawn[s.kind.removeprefix("positive ")](
                (BATCH, *(lengths[count_of(over)[0].name] for over in s.ranges)))
            for s in CATALOGUE[name].arguments]


def results(found):
    return found if isinstance(found, tuple) else (found,)


@pytest.mark.parametrize("name", TERMS)
def test_the_function_agrees_with_its_term_at_hostile_points_too(name):
    term, how = TERMS[name]
    axes = None if how.get("axes") is None else {name: how["axes"]}
    function = compile_function(planned(name, {name: term}, how.get("arguments"), axes),
                                "array-api")
    report = check(function, points=12)
    assert report.ok, str(report)


@pytest.mark.parametrize("lib", LIBRARIES)
@pytest.mark.parametrize("name", CATALOGUE)
def test_every_library_has_the_numbers_of_the_numpy_target(name, lib):
    what = "value" if CATALOGUE[name].at is not None else "value_and_gradient"
    for dtype, near in ((np.float64, 1e-13), (np.float32, 1e-5)):
        given = [a.astype(dtype) for a in arguments(name)]
        expected = results(built(name, what)(*given))
        found = results(built(name, what, "array-api")(*(there(lib, a) for a in given)))
        for one, other in zip(found, expected, strict=True):
            assert back(one).dtype == dtype
            np.testing.assert_allclose(back(one), other, rtol=near, atol=near)


@pytest.mark.parametrize("lib", LIBRARIES)
class TestSoftmaxCrossEntropy:
    both = built("softmax_cross_entropy", "value_and_gradient", "array-api")
    z = 3 * RNG.normal(size=(BATCH, K))
    c = RNG.integers(0, K, size=BATCH)

    def test_class_numbers_mean_one_hot_rows(self, lib):
        z, c = there(lib, self.z), there(lib, self.c)
        by_class, dense = self.both(z, c), self.both(z, there(lib, np.eye(K)[self.c]))
        for one, other in zip(by_class, dense, strict=True):
            np.testing.assert_allclose(back(one), back(other), rtol=1e-13, atol=1e-15)

    @pytest.mark.parametrize("dtype", [np.int32, np.int64, np.uint8])
    def test_of_every_whole_type(self, lib, dtype):
        found = self.both(there(lib, self.z), there(lib, self.c.astype(dtype)))[0]
        np.testing.assert_allclose(back(found), self.both(self.z, self.c)[0], rtol=1e-13)

    def test_what_is_no_class_gives_nan_in_its_row_only(self, lib):
        classes = np.array([0, -1, K, 1, 2, 3])
        value, gradient = self.both(there(lib, self.z), there(lib, classes))
        wrong = [False, True, True, False, False, False]
        np.testing.assert_array_equal(np.isnan(back(value)), wrong)
        np.testing.assert_array_equal(np.isnan(back(gradient)).any(axis=-1), wrong)

    @pytest.mark.filterwarnings("ignore:.* encountered in subtract:RuntimeWarning")
    def test_hostile_logits(self, lib):
        z = np.array([[0.0, -40.0, -41.0], [1e4, -1e4, 0.0], [1e6, 1e6 - 37, 1e6 - 36.1],
                      [0.0, -np.inf, 1.0], [np.inf, 0.0, 1.0]])
        c = np.array([0, 1, 0, 2, 0])
        expected = built("softmax_cross_entropy", "value_and_gradient")(z, c)
        for one, other in zip(self.both(there(lib, z), there(lib, c)), expected, strict=True):
            np.testing.assert_allclose(back(one), other, rtol=1e-14)

    def test_leading_axes_broadcast(self, lib):
        z, y = RNG.normal(size=(4, 1, K)), RNG.dirichlet(np.ones(K), size=3)
        value, gradient = self.both(there(lib, z), there(lib, y))
        assert (tuple(value.shape), tuple(gradient.shape)) == ((4, 3), (4, 3, K))
        np.testing.assert_allclose(back(value), built("softmax_cross_entropy")(z, y), rtol=1e-13)

    def test_bad_shapes(self, lib):
        z = there(lib, self.z)
        for y, message in [
            (np.ones((BATCH, K + 1)), r"y: shape \(6, 6\), .* 5 classes"),
            (np.ones((4, K)), r"batch.*z has \(6,\), y has \(4,\)"),
            (np.ones(BATCH), "class numbers must be integers"),
        ]:
            with pytest.raises(ValueError, match=message):
                self.both(z, there(lib, y))
        with pytest.raises(ValueError, match=r"z: shape \(2, 0\) has an axis of size 0"):
            self.both(there(lib, np.ones((2, 0))), there(lib, np.ones((2, 0))))


class TestLibraries:
    value = built("softmax_cross_entropy", "value", "array-api")

    def test_lists_are_no_arrays(self):
        with pytest.raises(ValueError, match=r"z is a builtins\.list.*one library"):
            self.value([0.0, 1.0], [0.5, 0.5])

    def test_numbers_go_with_arrays(self):
        assert self.value(np.zeros(2), 1) == pytest.approx(np.log(2))

    def test_two_libraries_are_told_apart(self):
        z = there("torch", np.zeros(2))
        with pytest.raises(ValueError, match="y: an array of numpy among arrays of torch"):
            self.value(z, np.ones(2) / 2)

    def test_without_arrays_there_is_no_library(self):
        with pytest.raises(ExportError, match="no argument is an array"):
            module(planned("f", {"f": log(size("n"))}), "array-api")

    def test_the_module_needs_no_library(self):
        source = module(plan_of("logistic", "value_and_gradient"), "array-api")
        lines = [line for line in source.splitlines() if line.startswith(("import", "from"))]
        assert lines == ["from __future__ import annotations", "import math", "import sys",
                         "from typing import Any"]

    def test_small_formats_are_computed_as_singles(self):
        torch = library("torch")
        z = torch.zeros(3, dtype=torch.bfloat16)
        assert self.value(z, torch.tensor(1)).dtype == torch.float32

    def test_dask_keeps_its_chunks(self):
        z = there("dask", RNG.normal(size=(8, 6)))
        y = there("dask", np.zeros(8, dtype=int))
        gradient = built("softmax_cross_entropy", "gradient", "array-api")(z, y)
        assert gradient.chunks == z.chunks == ((4, 4), (3, 3))


def autograd(function, given):
    torch = library("torch")
    first, *others = (torch.from_numpy(a) for a in given)
    first.requires_grad_(True)
    (found,) = torch.autograd.grad(function(first, *others).sum(), first)
    return found.numpy()


def jax_grad(function, given):
    jax = library("jax")
    return jax.jit(jax.grad(lambda *a: function(*a).sum()))(*map(jax.numpy.asarray, given))


@pytest.mark.parametrize("differentiated", [autograd, jax_grad])
class TestDerivativesOfTheLibraries:
    @pytest.mark.parametrize("name", LOSSES)
    def test_they_are_the_exported_gradient(self, name, differentiated):
        given = arguments(name)
        expected = built(name, "gradient")(*given)
        found = back(differentiated(built(name, "value", "array-api").function, given))
        if name == "kl":
            # Its value adds Σ(q − p), 0 on the simplex: the two differ by the same everywhere.
            np.testing.assert_allclose(expected - found, 1, rtol=1e-12)
            found = found + 1
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)

    @pytest.mark.parametrize("name", ["softplus", "sigmoid", "binary_cross_entropy_with_logits"])
    def test_also_where_the_stable_form_has_a_corner(self, name, differentiated):
        given = [np.zeros(2), np.array([0.25, 1.0])][: len(CATALOGUE[name].arguments)]
        expected = built(name, "gradient")(*given)
        found = differentiated(built(name, "value", "array-api").function, given)
        np.testing.assert_allclose(back(found), expected, rtol=1e-15)

    def test_a_masked_class_and_a_tie(self, differentiated):
        given = [np.array([[0.0, -np.inf, 1.0], [2.0, 2.0, 1.0]]),
                 np.array([[0.5, 0.0, 0.5], [0.25, 0.25, 0.5]])]
        expected = built("softmax_cross_entropy", "gradient")(*given)
        value = built("softmax_cross_entropy", "value", "array-api").function
        np.testing.assert_allclose(back(differentiated(value, given)), expected, atol=1e-15)


class TestTransformations:
    function = staticmethod(
        built("softmax_cross_entropy", "value_and_gradient", "array-api").function)
    hard = (np.array([[0.0, -40.0, -41.0], [1e4, -1e4, 0.0], [1e6, 1e6 - 37, 1e6 - 36.1]]),
            np.array([0, 1, 0]))

    def compared(self, found):
        for one, other in zip(found, self.function(*self.hard), strict=True):
            np.testing.assert_allclose(back(one), other, rtol=1e-14)

    def test_jit_keeps_the_digits(self):
        self.compared(library("jax").jit(self.function)(*self.hard))

    def test_vmap(self):
        jax = library("jax")
        self.compared(jax.vmap(self.function)(*map(jax.numpy.asarray, self.hard)))

    def test_torch_traces_it_as_one_graph(self):
        torch = library("torch")
        found = torch.compile(self.function, fullgraph=True, backend="eager")
        self.compared(found(*map(torch.from_numpy, self.hard)))

    def test_dask_is_lazy(self):
        value, gradient = self.function(*(there("dask", a) for a in self.hard))
        assert hasattr(value, "dask") and hasattr(gradient, "dask")
        self.compared((value, gradient))
