"""Exported gradients inside PyTorch's and JAX's derivatives: a training loop learns the same."""

from __future__ import annotations

import importlib

import numpy as np
import pytest

from xent_sym.numeric import ExportError
from xent_sym.numeric.autodiff import jax_function, torch_function
from xent_sym.numeric.catalogue import built
from xent_sym.numeric.compiled.loader import CompilerMissing

TARGETS = ("numpy", "c", "array-api")
STEPS, RATE = 20, 0.5
RNG = np.random.default_rng(0)
X, C = RNG.normal(size=(50, 7)), RNG.integers(0, 4, size=50)
Z, Y = RNG.normal(size=(3, 1, 4)), RNG.dirichlet(np.ones(4), size=5)


def export(target, name="softmax_cross_entropy", what="value_and_gradient"):
    try:
        return built(name, what, target)
    except CompilerMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture
def torch():
    return pytest.importorskip("torch", reason="PyTorch is not installed")


@pytest.fixture
def jax():
    found = pytest.importorskip("jax", reason="JAX is not installed")
    found.config.update("jax_enable_x64", True)
    return found


@pytest.mark.parametrize("target", TARGETS)
class TestTorch:
    def trained(self, torch, loss):
        weights = torch.zeros(7, 4, dtype=torch.float64, requires_grad=True)
        for _ in range(STEPS):
            loss(torch.from_numpy(X) @ weights, torch.from_numpy(C)).mean().backward()
            with torch.no_grad():
                weights -= RATE * weights.grad
            weights.grad = None
        return weights.detach().numpy()

    def test_a_training_loop_ends_where_the_librarys_own_does(self, torch, target):
        own = torch.nn.functional.cross_entropy
        expected = self.trained(torch, lambda z, c: own(z, c, reduction="none"))
        found = self.trained(torch, torch_function(export(target)))
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)

    def test_the_incoming_gradient_scales_and_broadcast_axes_are_summed(self, torch, target):
        loss = torch_function(export(target))
        z = torch.from_numpy(Z).requires_grad_(True)
        assert loss(z, torch.from_numpy(Y)).shape == (3, 5)
        assert torch.autograd.gradcheck(lambda z: loss(z, torch.from_numpy(Y)), z)

    def test_dominated_gradients_keep_their_digits(self, torch, target):
        z = torch.tensor([0.0, -40.0], dtype=torch.float64, requires_grad=True)
        torch_function(export(target))(z, torch.tensor(0)).backward()
        small = np.exp(-40.0)
        np.testing.assert_allclose(z.grad.numpy(), [-small, small], rtol=1e-14)

    def test_singles_and_small_formats(self, torch, target):
        loss = torch_function(export(target))
        for dtype in (torch.float32, torch.bfloat16):
            z = torch.zeros(2, dtype=dtype, requires_grad=True)
            value = loss(z, torch.tensor(1))
            value.backward()
            assert (value.dtype, z.grad.dtype) == (torch.float32, dtype)

    def test_a_second_derivative_is_refused(self, torch, target):
        z = torch.from_numpy(Z).requires_grad_(True)
        total = torch_function(export(target))(z, torch.from_numpy(Y)).sum()
        (slope,) = torch.autograd.grad(total, z, create_graph=True)
        with pytest.raises(RuntimeError, match=r'second derivative was asked for.*"hvp"'):
            slope.sum().backward()

    def test_a_derivative_by_the_labels_is_refused(self, torch, target):
        labels = torch.from_numpy(Y).requires_grad_(True)
        with pytest.raises(ValueError, match=r"derivative by y .* only that by z: detach it"):
            torch_function(export(target))(torch.from_numpy(Z), labels)

    def test_the_logistic_loss_of_all_samples(self, torch, target):
        x, y = RNG.normal(size=(9, 3)), RNG.random(9)
        theta = torch.zeros(3, dtype=torch.float64, requires_grad=True)
        torch_function(export(target, "logistic"))(
            theta, torch.from_numpy(x), torch.from_numpy(y)).backward()
        np.testing.assert_allclose(theta.grad.numpy(), x.T @ (0.5 - y) / 9, atol=1e-15)


@pytest.mark.parametrize("target", TARGETS)
class TestJax:
    def trained(self, jax, loss):
        @jax.jit
        def step(weights):
            return weights - RATE * jax.grad(lambda w: loss(X @ w, C).mean())(weights)

        weights = jax.numpy.zeros((7, 4))
        for _ in range(STEPS):
            weights = step(weights)
        return np.asarray(weights)

    def own(self, jax, z, c):
        logs = jax.nn.log_softmax(z)
        return -jax.numpy.take_along_axis(logs, c[:, None], axis=-1)[:, 0]

    def test_a_training_loop_ends_where_the_librarys_own_does(self, jax, target):
        expected = self.trained(jax, lambda z, c: self.own(jax, z, c))
        found = self.trained(jax, jax_function(export(target)))
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)

    def test_the_incoming_gradient_scales_and_broadcast_axes_are_summed(self, jax, target):
        loss, weights = jax_function(export(target)), RNG.normal(size=(3, 5))
        found = jax.grad(lambda z: (weights * loss(z, Y)).sum())(jax.numpy.asarray(Z))
        own = jax.grad(lambda z: -(weights[..., None] * Y * jax.nn.log_softmax(z)).sum())
        np.testing.assert_allclose(found, own(jax.numpy.asarray(Z)), atol=1e-14)

    def test_vmap_with_batches_of_different_depth(self, jax, target):
        loss = jax_function(export(target))
        z, y = RNG.normal(size=(6, 2, 3, 4)), RNG.dirichlet(np.ones(4), size=(6, 3))
        found = jax.vmap(loss)(jax.numpy.asarray(z), jax.numpy.asarray(y))
        expected = built("softmax_cross_entropy")(z, y[:, None])
        np.testing.assert_allclose(found, expected, rtol=1e-13)
        classes = RNG.integers(0, 4, size=6)
        slopes = jax.jit(jax.vmap(jax.grad(loss)))(z[:, 0, 0], classes)
        expected = built("softmax_cross_entropy", "gradient")(z[:, 0, 0], classes)
        np.testing.assert_allclose(slopes, expected, rtol=1e-13)

    def test_singles(self, jax, target):
        loss, z = jax_function(export(target)), jax.numpy.zeros((2, 3), "float32")
        value, slope = jax.value_and_grad(lambda z: loss(z, np.array([0, 1])).sum())(z)
        assert (value.dtype, slope.dtype) == (np.float32, np.float32)

    def test_a_second_derivative(self, jax, target):
        loss, z = jax_function(export(target)), jax.numpy.asarray(Z[0, 0])

        def second():
            return jax.grad(lambda z: jax.grad(lambda z: loss(z, Y[0]))(z)[0])(z)

        if target == "array-api":
            direction = np.eye(4)[0]
            expected = built("softmax_cross_entropy", "hvp")(Z[0, 0], Y[0], direction)
            np.testing.assert_allclose(second(), expected, rtol=1e-9)
        else:
            with pytest.raises(RuntimeError, match=r'second derivative was asked for.*"hvp"'):
                second()

    def test_a_derivative_by_the_labels_is_refused(self, jax, target):
        loss = jax_function(export(target))
        with pytest.raises(ValueError, match=r"derivative by y .* only that by z: use jax\.lax"):
            jax.grad(lambda y: loss(Z, y).sum())(jax.numpy.asarray(Y))


@pytest.mark.parametrize(("wrapper", "name"), [(torch_function, "torch"), (jax_function, "jax")])
class TestWithoutALibrary:
    def test_a_missing_library_is_named(self, wrapper, name, monkeypatch):
        def missing(wanted):
            raise ModuleNotFoundError(f"No module named {wanted!r}")

        monkeypatch.setattr(importlib, "import_module", missing)
        with pytest.raises(ExportError, match=f"not installed: pip install {name}"):
            wrapper(built("entropy", "value_and_gradient"))

    def test_a_gradient_is_needed(self, wrapper, name):
        pytest.importorskip(name, reason=f"{name} is not installed")
        with pytest.raises(ExportError, match=r'use built.name, "value_and_gradient", target'):
            wrapper(built("entropy", "gradient"))
