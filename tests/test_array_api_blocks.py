"""The array API export in eager libraries: by blocks, with the numbers and slopes of the whole."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from test_array_api import back, library, there

from xent_sym.numeric.catalogue import built

EAGER = ("numpy", "torch")
RNG = np.random.default_rng(0)
INF = np.inf


def labels(shape):
    return RNG.integers(0, shape[-1], shape[:-1])


@pytest.mark.parametrize("lib", EAGER)
class TestBlocks:
    both = built("softmax_cross_entropy", "value_and_gradient", "array-api")

    @pytest.mark.parametrize("shape", [(5000, 10), (7, 30000), (1, 300, 400), (3, 200, 200),
                                       (200, 3, 200), (70000, 1), (1, 200000)])
    def test_the_rows_are_what_they_are_alone(self, lib, shape):
        z, c = 3 * RNG.normal(size=shape), labels(shape)
        value, gradient = (back(x) for x in self.both(there(lib, z), there(lib, c)))
        assert (value.shape, gradient.shape) == (shape[:-1], shape)
        for row in [(0,) * c.ndim, tuple(n - 1 for n in c.shape), tuple(n // 2 for n in c.shape)]:
            alone = self.both(there(lib, z[row][None]), there(lib, c[row][None]))
            np.testing.assert_allclose(value[row], back(alone[0])[0], rtol=1e-14)
            np.testing.assert_allclose(gradient[row], back(alone[1])[0], rtol=1e-13, atol=1e-16)

    def test_an_argument_with_one_row_stands_for_all(self, lib):
        z, y = RNG.normal(size=(6000, 12)), RNG.dirichlet(np.ones(12), size=1)
        found = self.both(there(lib, z), there(lib, y))
        expected = self.both(there(lib, z), there(lib, np.repeat(y, 6000, axis=0)))
        for one, other in zip(found, expected, strict=True):
            np.testing.assert_allclose(back(one), back(other), rtol=1e-15)

    def test_functions_of_single_numbers_too(self, lib):
        u = RNG.normal(size=(90, 3000))
        found = built("sigmoid", "value", "array-api")(there(lib, u))
        np.testing.assert_allclose(back(found), 1 / (1 + np.exp(-u)), rtol=1e-14)


def test_numpy_needs_little_memory_besides_its_results():
    z = RNG.normal(size=(1000, 1000))
    function = built("softmax_cross_entropy", "gradient", "array-api")
    function(z, labels(z.shape))
    tracemalloc.start()
    held = function(z, labels(z.shape))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 1.6 * held.nbytes


def test_torch_differentiates_through_the_blocks():
    torch = library("torch")
    z, y = RNG.normal(size=(9000, 10)), RNG.dirichlet(np.ones(10), size=9000)
    leaf = torch.from_numpy(z).requires_grad_(True)
    built("softmax_cross_entropy", "value", "array-api")(leaf, torch.from_numpy(y)).sum().backward()
    expected = built("softmax_cross_entropy", "gradient")(z, y)
    np.testing.assert_allclose(leaf.grad.numpy(), expected, rtol=1e-9, atol=1e-12)


def test_torch_vmap():
    torch = library("torch")
    z, c = RNG.normal(size=(100, 700)), labels((100, 700))
    function = built("softmax_cross_entropy", "value_and_gradient", "array-api").function
    found = torch.vmap(function)(torch.from_numpy(z), torch.from_numpy(c))
    for one, other in zip(found, function(z, c), strict=True):
        np.testing.assert_allclose(back(one), other, rtol=1e-13, atol=1e-16)


@pytest.mark.parametrize("lib", ["torch", "jax"])
def test_the_jacobian_of_softmax_where_scores_tie(lib):
    z = np.array([1.0, 1.0, 0.5, -3.0])
    a = np.exp(z) / np.exp(z).sum()
    function = built("softmax", "value", "array-api").function
    jacobian = library("jax").jacobian if lib == "jax" else library("torch").func.jacrev
    found = back(jacobian(function)(there(lib, z)))
    np.testing.assert_allclose(found, np.diag(a) - np.outer(a, a), rtol=1e-14)


HOSTILE = np.array([
    [INF, 0.0, 1.0], [INF, INF, 0.0], [INF, -INF, 0.0], [-INF, -INF, 0.0], [-INF, -INF, -INF],
    [np.nan, 0.0, 1.0], [1.7e308, -1.7e308, 0.0], [1.7e308, 1.7e308, -INF], [800.0, 0.5, -0.25],
    [-1e300, -1e300, -2e300], [5e-324, 0.0, -5e-324], [1e-17, 0.0, -745.0], [INF, 1e308, 1e306],
])


@pytest.mark.filterwarnings("ignore:.* encountered in subtract:RuntimeWarning")
@pytest.mark.parametrize("lib", ["numpy", "torch", "jax", "array_api_strict", "dask"])
@pytest.mark.parametrize("c", [0, 1, 2])
def test_infinite_and_extreme_logits_have_the_limits_of_the_numpy_target(lib, c):
    classes = np.full(len(HOSTILE), c)
    what = ("softmax_cross_entropy", "value_and_gradient")
    found = built(*what, "array-api")(there(lib, HOSTILE), there(lib, classes))
    for one, other in zip(found, built(*what)(HOSTILE, classes), strict=True):
        np.testing.assert_allclose(back(one), other, rtol=1e-14)


@pytest.mark.parametrize("lib", ["numpy", "torch", "jax"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_in_every_format_a_small_probability_keeps_its_digits(lib, dtype):
    """The false twin is e^{z − m} alone: it has lost some of them."""
    z = np.array([[60.3, 0.1, 0.7]], dtype)
    exact = [float(np.exp(np.longdouble(x) - np.longdouble(z[0, 0]))) for x in z[0]]
    found = back(built("softmax", "value", "array-api")(there(lib, z)))[0]
    eps = np.finfo(dtype).eps
    np.testing.assert_allclose(found[1:], exact[1:], rtol=4 * eps)
    assert np.abs(np.exp(z - z.max())[0, 1] / exact[1] - 1) > 4 * eps
