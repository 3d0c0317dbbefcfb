"""Exported functions compute what the term says, at any size, on any machine with NumPy."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from xent_sym.numeric import (
    STABLE_FORMS,
    ExportError,
    check,
    compile_numpy,
    stabilise,
)
from xent_sym.refute import refute
from xent_sym.terms import (
    Tup,
    binary,
    binary_cross_entropy,
    binary_entropy,
    cross_entropy,
    delta,
    distribution,
    dot,
    entropy,
    exp,
    index,
    kl,
    log,
    log_sum_exp,
    one_hot,
    partial,
    positive,
    probability,
    product,
    real,
    reals,
    sigmoid,
    size,
    softmax,
    softplus,
    substitute,
    summation,
    tanh,
    vector,
)
from xent_sym.terms.term import Range

K, n, d = size("K"), size("n"), size("d")
z, y = reals("z", K), distribution("y", K)
p, q = distribution("p", K), distribution("q", K)
i, j, k = index("i", K), index("j", K), index("k", K)
theta, x, t = reals("theta", d), reals("x", n, d), binary("y", n)
s, f = index("s", n), index("f", d)
W, V = reals("W", K, d), reals("V", d, d)
zs, ys, cs = reals("Z", n, K), one_hot("Y", n, K), index("c", n, K)
h, u, T = probability("h"), real("u"), positive("T")
b, c = binary("b"), index("c", K)
hidden = vector(summation(V[f, index("g", d)] * theta[index("g", d)], index("g", d)), f)
scores = vector(summation(W[k, f] * tanh(hidden[f]), f), k)
margin = dot(theta, x[s])

LOSS = compile_numpy("loss", cross_entropy(y, softmax(z)), [z, y])
GRADIENT = compile_numpy("gradient", softmax(z)[k] - y[k], [z, y])

TERMS = {
    "softmax": (softmax(z)[k], {}),
    "log_softmax": (log(softmax(z)[k]), {}),
    "lse": (log_sum_exp(z), {}),
    "loss": (cross_entropy(y, softmax(z)), {}),
    "gradient": (softmax(z)[k] - y[k], {}),
    "jacobian": (softmax(z)[i] * (delta(i, k) - softmax(z)[k]), {}),
    "jacobian_transposed": (softmax(z)[i] * (delta(i, k) - softmax(z)[k]), {"axes": [k, i]}),
    "logistic_loss": (summation(softplus(margin) - t[s] * margin, s) / n, {}),
    "logistic_gradient": (summation((sigmoid(margin) - t[s]) * x[s, f], s) / n, {}),
    "logistic_as_defined": (
        summation(binary_cross_entropy(t[s], sigmoid(margin)), s) / n, {}),
    "cross_entropy": (cross_entropy(p, q), {}),
    "kl": (kl(p, q), {}),
    "kl_of_softmax": (kl(y, softmax(z)), {}),
    "kl_of_two_softmaxes": (kl(softmax(zs[1]), softmax(z)), {"arguments": [zs, z]}),
    "entropy_in_bits": (entropy(p, base=2), {}),
    "entropy_of_softmax": (entropy(softmax(z)), {}),
    "binary_entropy": (binary_entropy(h), {}),
    "bce_of_logit": (binary_cross_entropy(b, sigmoid(u)), {}),
    "temperature": (cross_entropy(y, softmax(vector(z[k] / T, k))), {}),
    "label_smoothing": (cross_entropy(vector((y[k] + 1 / K) / 2, k), softmax(z)), {}),
    "samples": (summation(cross_entropy(ys[s], softmax(zs[s])), s) / n, {}),
    "samples_by_class": (-summation(log(softmax(zs[s])[cs[s]]), s) / n, {"arguments": [zs, cs]}),
    "two_layers": (cross_entropy(y, softmax(scores)), {}),
    "linear_gradient": ((softmax(vector(dot(W[k], theta), k))[k] - y[k]) * theta[f], {}),
    "others": (summation(z[j], j, ne=k), {}),
    "others_of_class": (summation(exp(z[j] / 9000), j, ne=c), {"arguments": [z, c]}),
    "poisson": (exp(u / 9000) - b * u, {}),
    "likelihood": (product(q[k] ** p[k], k), {}),
    "slope_of_cross_entropy": (-p[k] / q[k], {}),
    "at_the_class": (-log(q[c]), {"arguments": [q, c]}),
    "written_out": (z[1] + z[k] * Tup(1, 2, 3)[index("m", 3)], {}),
    "diagonal": (summation(V[f, f], f), {}),
    "quadratic": (summation(theta[f] * V[f, index("g", d)] * theta[index("g", d)], f), {}),
    "size_alone": (log(n) - entropy(p), {}),
    "from_zero": (summation(reals("w", Range(0, n - 1))[index("r", Range(0, n - 1))] ** 2,
                            index("r", Range(0, n - 1))), {}),
    "constant_along_an_axis": (log_sum_exp(z), {"axes": [k]}),
}


class TestAgainstTheDefinition:
    @pytest.mark.parametrize("name", TERMS)
    def test_the_function_agrees_with_its_term_at_hostile_points_too(self, name, recwarn):
        term, how = TERMS[name]
        report = check(compile_numpy(name, term, **how), points=12)
        assert report.ok, str(report)
        assert not recwarn.list

    @pytest.mark.parametrize(
        "false_twin",
        [y[k] - softmax(z)[k], softmax(z)[k] + y[k], softmax(z)[k], softmax(z)[k] - 2 * y[k]],
        ids=str,
    )
    def test_a_false_twin_is_noticed(self, false_twin):
        assert check(GRADIENT).ok
        assert not check(GRADIENT, false_twin).ok


class TestStableForms:
    @pytest.mark.parametrize("form", STABLE_FORMS, ids=lambda form: form.name)
    def test_each_form_is_an_equation_and_its_negative_is_not(self, form):
        assert refute(form.lhs, "=", form.rhs) is None
        assert refute(form.lhs, "=", -form.rhs) is not None

    @pytest.mark.parametrize("name", TERMS)
    def test_stable_terms_have_the_same_value(self, name):
        term, _ = TERMS[name]
        assert refute(term, "=", stabilise(term), tries=15) is None

    def test_written_out_forms_are_recognised(self):
        tempered = exp(z[k] / T) / summation(exp(z[j] / T), j)
        assert stabilise(tempered) == stabilise(softmax(vector(z[k] / T, k))[k])
        assert stabilise(1 / (1 + exp(-u))) == sigmoid(u)
        assert stabilise(log(1 - sigmoid(u))) == -softplus(u)
        assert stabilise(log(summation(exp(z[j]), j))) == log_sum_exp(z)

    def test_what_only_looks_like_a_form_is_left(self):
        other = reals("w", K)
        crossed = exp(z[k]) / summation(exp(other[j]), j)
        assert stabilise(crossed) == crossed
        assert stabilise(log(2 - sigmoid(u))) == log(2 - sigmoid(u))


class TestArrays:
    rng = np.random.default_rng(0)

    def test_batches_broadcast_and_equal_the_loop(self):
        logits = self.rng.normal(size=(4, 1, 5))
        labels = self.rng.dirichlet(np.ones(5), size=3)
        batch = LOSS(logits, labels)
        assert batch.shape == (4, 3)
        loop = [[LOSS(logits[r, 0], labels[m]) for m in range(3)] for r in range(4)]
        np.testing.assert_allclose(batch, loop, rtol=1e-14)
        assert GRADIENT(logits, labels).shape == (4, 3, 5)

    def test_class_numbers_and_one_hot_rows_are_the_same_labels(self):
        logits, classes = self.rng.normal(size=(6, 4)), np.array([0, 3, 1, 2, 2, 0])
        np.testing.assert_array_equal(LOSS(logits, classes), LOSS(logits, np.eye(4)[classes]))
        np.testing.assert_array_equal(
            LOSS(logits, classes), LOSS(logits, np.eye(4, dtype=int)[classes])
        )

    def test_huge_logits(self):
        assert LOSS([1e4, -1e4], [1.0, 0.0]) == 0
        assert LOSS([1e4, -1e4], 1) == 2e4
        np.testing.assert_array_equal(GRADIENT([1e4, -1e4], 1), [1.0, -1.0])

    def test_zero_probabilities(self):
        divergence = compile_numpy("divergence", kl(p, q), [p, q])
        assert divergence([0.0, 1.0], [0.0, 1.0]) == 0
        assert divergence([0.5, 0.5], [0.0, 1.0]) == np.inf
        assert compile_numpy("H", entropy(p))([1.0, 0.0, 0.0]) == 0

    def test_axes_come_in_the_order_asked_for(self):
        pair = z[i] - 2 * z[k]
        one, other = (compile_numpy("g", pair, axes=a)([1.0, 2.0]) for a in ([i, k], [k, i]))
        np.testing.assert_array_equal(one, other.T)
        assert one[0, 1] == -3


BAD = [
    ((np.ma.masked_array([1.0, 2.0], [True, False]), [1.0, 0.0]), r"z: a masked array; .* -inf"),
    (([1.0, 2.0], 2), r"y: label 2 is outside 0\.\.1; classes are counted from 0"),
    (([1.0, 2.0], -1), r"y: label -1 is outside"),
    (([1.0, 2.0], [0.2, 0.3, 0.5]), r"y: shape \(3,\), .*; its last axis .* 2 classes"),
    (([1.0, 2.0], [0.5, 0.6]), r"y: probabilities sum to 1\.1"),
    (([1.0, 2.0], [1.5, -0.5]), r"y\[1\] is -0\.5; expected probabilities"),
    ((np.zeros((2, 0)), [1.0, 0.0]), r"z: shape \(2, 0\) has an axis of size 0"),
    ((1.0, [1.0, 0.0]), r"z: shape \(\); at least 1 axes"),
    ((["a", "b"], [1.0, 0.0]), r"z: dtype .*; real numbers are needed"),
    ((np.zeros((2, 3)), [0, 1, 2]), r"batch.*y has \(3,\), z has \(2,\)|z has \(2,\), y has"),
]


class TestBadInput:
    @pytest.mark.parametrize(("arguments", "message"), BAD)
    def test_one_clear_message(self, arguments, message):
        with pytest.raises(ValueError, match=message):
            LOSS(*arguments)

    def test_sizes_that_differ_are_named(self):
        divergence = compile_numpy("divergence", kl(p, q), [p, q])
        with pytest.raises(ValueError, match="size K: p has 2, q has 3; give them one length"):
            divergence([0.5, 0.5], [0.2, 0.3, 0.5])

    def test_binary_labels(self):
        function = compile_numpy("bce", binary_cross_entropy(b, sigmoid(u)), [b, u])
        with pytest.raises(ValueError, match=r"b is 0\.3; expected a label, 0 or 1"):
            function(0.3, 1.0)

    def test_terms_without_a_form(self):
        with pytest.raises(ExportError, match="work derivatives out first"):
            compile_numpy("f", partial(u**2, u))
        with pytest.raises(ExportError, match=r"y \(distribution\) is not among the arguments"):
            compile_numpy("f", y[k] * z[k], [z])
        with pytest.raises(ExportError, match="cannot be the name of a function"):
            compile_numpy("not a name", u)


class TestModule:
    @pytest.mark.parametrize("name", TERMS)
    def test_the_module_is_clean(self, name, tmp_path):
        term, how = TERMS[name]
        path = tmp_path / "module.py"
        path.write_text(compile_numpy(name, term, **how).source, encoding="utf-8")
        rules = ["--isolated", "--select", "E,F,W,I,UP,B", "--line-length", "100"]
        done = subprocess.run(
            [sys.executable, "-m", "ruff", "check", *rules, str(path)],
            capture_output=True, text=True, check=False,
        )
        assert done.returncode == 0, done.stdout

    def test_it_needs_only_numpy_and_holds_only_what_it_uses(self, tmp_path):
        source = compile_numpy("loss", cross_entropy(y, softmax(z)), [z, y],
                               theorem="softmax_cross_entropy", units="nats").source
        assert "xent_sym" not in source.replace("written by xent_sym", "")
        assert "np.log1p" in source and "_dimensions" not in source
        assert "theorem softmax_cross_entropy" in source and "nats" in source
        (tmp_path / "loss.py").write_text(source, encoding="utf-8")
        code = "import loss; print(loss.loss([0.0, 0.0], [1.0, 0.0]))"
        done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True,
                              text=True, check=True)
        assert float(done.stdout) == pytest.approx(np.log(2))

    def test_renamed_symbols_give_the_same_function(self):
        renamed = substitute(softmax(z)[k], {z: reals("logits", K)})
        one, other = compile_numpy("f", renamed), compile_numpy("f", softmax(z)[k])
        np.testing.assert_array_equal(one([1.0, 2.0]), other([1, 2]))


# -- sums over a part of a family ---------------------------------------------------------------


class TestPartsOfARange:
    n = size("n")
    z, w = reals("z", n), reals("w", n)
    j = index("j", n)
    first, later = Range(1, n - 1), Range(2, n)

    def at(self, term):
        return compile_numpy("f", term)(*[[1.0, 2.0, 4.0]] * (1 + term.has(self.w)))

    def test_the_sum_stops_where_it_says(self):
        z, w, j = self.z, self.w, self.j
        assert self.at(summation(z[j], j, self.first)) == 3
        assert self.at(summation(z[j], j, self.later)) == 6
        assert self.at(summation(z[j] * w[j], j, self.first)) == 5
        assert self.at(summation(z[j], j)) == 7

    def test_a_stable_form_sums_over_the_same_part(self):
        inside = summation(exp(self.z[self.j]), self.j, self.first)
        assert self.at(log(inside)) == pytest.approx(np.log(np.e + np.e**2))
        soft = summation(softmax(self.z)[self.j], self.j, self.first)
        assert self.at(soft) == pytest.approx(1 - 1 / (1 + np.exp(-2) + np.exp(-3)))

    def test_an_index_that_may_leave_the_family_is_refused(self):
        for over in (Range(0, self.n), Range(1, self.n + 1), size("m"), 2):
            with pytest.raises(ExportError, match=r"is not known to stay within 1\.\.n"):
                compile_numpy("f", summation(self.z[self.j], self.j, over))


def test_a_sum_times_a_sum_inside_a_sum():
    n, x = size("n"), real("x")
    z, i, j = reals("z", n), index("i", n), index("j", n)
    nested = summation(z[i] * summation(z[j] * x, j), i)
    assert compile_numpy("f", nested)(5.0, [2.0, 3.0]) == 125


# -- what the docstring says, and what labels may be ---------------------------------------------


def side(name):
    from xent_sym.library import derivation
    from xent_sym.numeric import numeric_side

    return numeric_side(derivation(name).theorem)


@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("entropy", "Result: (...), in nats; singles"),
        ("binary_cross_entropy_is_cross_entropy", "Result: (...), in nats; singles"),
        ("entropy_change_of_base", "Result: (...), in units of base b; singles"),
        ("self_information_change_of_base", "Result: (...), in units of base b; singles"),
        ("softmax", "Result: (..., K); singles for singles, else doubles."),
    ],
)
def test_the_unit_is_that_of_the_left_side(name, result):
    assert result in side(name).source


def test_base_two_is_bits_and_its_false_twin_nats():
    from xent_sym import claim, decide, numeric_side

    in_bits = decide(claim(entropy(p, base=2), "=", entropy(p) / log(2)))
    assert "in bits; singles" in numeric_side(in_bits).source
    in_nats = decide(claim(entropy(p), "=", entropy(p, base=2) * log(2)))
    assert "in nats; singles" in numeric_side(in_nats).source


def test_the_docstring_says_when_integers_are_class_numbers():
    said = " ".join(LOSS.source.split())
    assert (
        "integers with one axis fewer than dense labels of the same batch are class numbers; "
        "otherwise they are read as dense" in said
    )
    assert "class numbers" not in compile_numpy("divergence", kl(p, q), [p, q]).source.split(
        "Arguments")[1]


class TestClassNumbersBesideProbabilities:
    """Labels of a likelihood: their partner is a family of probabilities, not of scores."""

    q = np.array([[0.2, 0.8], [0.5, 0.5]])

    @pytest.mark.parametrize("name", ["negative_log_likelihood", "mean_negative_log_likelihood"])
    def test_they_mean_the_one_hot_rows(self, name):
        function = side(name).function
        assert function([0, 1], self.q) == function(np.eye(2), self.q)
        assert function([0, 1], self.q) != function([1, 1], self.q)

    @pytest.mark.parametrize("labels", [[0.0, 1.0], [False, True], 1.0, True], ids=str)
    def test_they_must_be_integers(self, labels):
        with pytest.raises(ValueError, match="class numbers must be integers"):
            side("negative_log_likelihood").function(labels, self.q)

    @pytest.mark.parametrize("label", [1.0, True], ids=str)
    def test_beside_scores_too(self, label):
        assert LOSS([0.0, 0.0], 1) == pytest.approx(np.log(2))
        with pytest.raises(ValueError, match="class numbers must be integers"):
            LOSS([0.0, 0.0], label)
