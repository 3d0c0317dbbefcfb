"""Every target computes what the term says; and what makes that possible is a theorem."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from test_numeric import TERMS

from xent_sym.kernel.laws import LAWS
from xent_sym.kernel.verdict import Claim, decide
from xent_sym.library import library
from xent_sym.numeric import STABLE_FORMS, ExportError, Loss, check
from xent_sym.numeric.catalogue import CATALOGUE, WHATS, built, softmax_cross_entropy_loss
from xent_sym.numeric.compiled.loader import CompilerMissing, compiler_and_flags
from xent_sym.numeric.forms.decided import logarithms, refined
from xent_sym.numeric.forms.divergences import divergences
from xent_sym.numeric.functions.export import TARGETS, compile_function, module
from xent_sym.numeric.plan import planned
from xent_sym.terms import (
    binary,
    delta,
    distribution,
    exp,
    index,
    log,
    log_sum_exp,
    real,
    reals,
    sigmoid,
    size,
    softmax,
    softplus,
    summation,
    vector,
)

K = size("K")
z, y, w = reals("z", K), distribution("y", K), reals("w", K)
j, k, c = index("j", K), index("k", K), index("c", K)
CE = "softmax_cross_entropy"


def has_compiler():
    try:
        compiler_and_flags()
    except CompilerMissing:
        return False
    return True


needs_compiler = pytest.mark.skipif(not has_compiler(), reason="there is no C compiler here")
COMPILED = [pytest.param("c", marks=needs_compiler), "numpy"]
LOOPS = ["softmax", "loss", "gradient", "jacobian_transposed", "logistic_gradient",
         "kl_of_two_softmaxes", "entropy_of_softmax", "samples_by_class", "two_layers", "others",
         "written_out", "diagonal", "quadratic", "from_zero", "at_the_class", "likelihood"]


@needs_compiler
@pytest.mark.parametrize("name", LOOPS)
def test_the_c_function_agrees_with_its_term_at_hostile_points_too(name):
    term, how = TERMS[name]
    axes = None if "axes" not in how else {name: how["axes"]}
    plan = planned(name, {name: term}, how.get("arguments"), axes)
    report = check(compile_function(plan, "c"), points=12)
    assert report.ok, str(report)


@needs_compiler
def test_a_false_twin_is_noticed_in_c():
    plan = planned("gradient", {"gradient": softmax(z)[k] - y[k]}, [z, y])
    assert not check(compile_function(plan, "c"), softmax(z)[k] + y[k]).ok


class TestLaws:
    """What a function's docstring cites is proved: by the library, by the kernel, or in place."""

    @pytest.mark.parametrize("name", CATALOGUE)
    def test_every_law_that_is_cited_is_a_theorem(self, name):
        loss = CATALOGUE[name]
        kinds = WHATS if loss.at is None else ("value",)
        forms = {form.name for form in STABLE_FORMS}
        for what, classes in itertools.product(kinds, (False, True)):
            plan = loss.plan(what)
            if classes and not plan.labels:
                continue
            for law in plan.program(classes=classes).laws:
                assert law in library() or law in forms or law in LAWS, law

    def test_a_form_that_needs_a_hypothesis_is_used_only_where_that_is_given(self):
        other = log_sum_exp(z) - summation(w[k] * z[k], k)
        given = log_sum_exp(z) - summation(y[k] * z[k], k)
        assert refined(given, logarithms)[1] == ("excess_over_log_sum_exp",)
        assert refined(other, logarithms)[1] == ()  # the w need not sum to one

    def test_divergence_is_rewritten_only_between_distributions(self):
        p, q = distribution("p", K), distribution("q", K)
        sides = [summation(p[k] * log(p[k] / other[k]), k) for other in (q, w)]
        assert [refined(side, divergences)[1] for side in sides] == [
            ("divergence_by_nonnegative_terms",), ()]

    def test_a_logistic_loss_is_split_only_by_a_weight(self):
        u, t, s = real("u"), binary("t"), real("s")
        assert refined(softplus(u) - t * u, logarithms)[1] == ("softplus_reflection",)
        assert refined(softplus(u) - s * u, logarithms)[1] == ()


    @pytest.mark.parametrize("form", STABLE_FORMS, ids=lambda form: form.name)
    def test_every_form_that_always_holds_is_proved(self, form):
        assert decide(Claim(form.lhs, "=", form.rhs)) is not None
        assert decide(Claim(form.lhs, "=", form.rhs + 1)) is None


class TestWhereALawDoesNotHold:
    """The false twins: what looks like a law's left side and is not, is computed as it stands."""

    n = size("n")
    Z, w = reals("Z", n, n), reals("w", n)
    i, j, c = index("i", n), index("j", n), index("c", n)
    rng = np.random.default_rng(3)
    scores, others = rng.normal(size=(3, 3)), rng.normal(size=3)

    def soft(self, x):
        return np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)

    def row(self, index):
        return vector(self.Z[index, self.j], self.j)

    @pytest.mark.parametrize("target", COMPILED)
    def test_a_softmax_of_another_family_for_each_index_does_not_sum_to_one(self, target):
        i, w, a = self.i, self.w, self.soft(self.scores)
        logs = np.log(self.soft(self.others))
        at_class = summation(softmax(self.row(i))[self.c] * log(softmax(w)[i]), i)
        diagonal = summation(softmax(self.row(i))[i] * log(softmax(w)[i]), i)
        function = Loss("f", at_class, (self.Z, w, self.c)).function("value", target)
        assert function(self.scores, self.others, 1) == pytest.approx(a[:, 1] @ logs)
        function = Loss("f", diagonal, (self.Z, w)).function("value", target)
        assert function(self.scores, self.others) == pytest.approx(np.diag(a) @ logs)

    @pytest.mark.parametrize("target", COMPILED)
    def test_a_log_softmax_of_another_family_for_each_index(self, target):
        term = summation(self.w[self.i] * log(softmax(self.row(self.i))[self.i]), self.i)
        function = Loss("f", term, (self.Z, self.w)).function("value", target)
        logs = np.log(np.diag(self.soft(self.scores)))
        assert function(self.scores, self.others) == pytest.approx(self.others @ logs)

    def test_two_negative_numbers_have_no_logarithms_though_their_quotient_has_one(self):
        x, t = real("x"), real("t")
        function = Loss("f", log(x) - log(t), (x, t)).function()
        assert np.isnan(function(-1.0, -2.0)) and function(2.0, 1.0) == pytest.approx(np.log(2))


class TestTextbookForms:
    """A user's own form goes through the same laws, value and gradient."""

    naive = -log(exp(z[c]) / summation(exp(z[j]), j))

    @pytest.mark.parametrize("target", COMPILED)
    def test_the_naive_loss_is_exact_where_it_overflows(self, target):
        value, slope = Loss("mine", self.naive, (z, c)).function("value_and_gradient", target)(
            [[1e4, 0.0, -1e4], [0.0, 1e4, 0.0]], [0, 0])
        assert value.tolist() == [0.0, 1e4]
        assert slope.tolist() == [[0.0, 0.0, 0.0], [-1.0, 1.0, 0.0]]

    @pytest.mark.parametrize("target", COMPILED)
    def test_the_gradient_at_a_label_that_wins_keeps_its_digits(self, target):
        slope = Loss("mine", self.naive, (z, c)).function("gradient", target)([40.0, 0.0], 0)
        small = np.exp(-40.0)
        np.testing.assert_allclose(slope, [-small, small], rtol=1e-15)

    def test_sympy_brings_its_own(self):
        import sympy as sp

        from xent_sym import from_sympy

        n, i, m = sp.symbols("n i m", integer=True, positive=True)
        x = sp.IndexedBase("x")
        term = from_sympy(-sp.log(sp.exp(x[m]) / sp.Sum(sp.exp(x[i]), (i, 1, n))))
        place = next(s for s in term.symbols() if s.kind == "index")
        scores = next(s for s in term.symbols() if s.kind == "real")
        function = Loss("mine", term, (scores, place)).function("value_and_gradient")
        value, slope = function([1e3, 0.0], 1)
        assert (value, slope.tolist()) == (1e3, [1.0, -1.0])


class TestFromLatex:
    """A loss as it stands on the page."""

    def function(self, formula, arguments, declarations="", what="value_and_gradient"):
        from xent_sym import from_latex

        term = from_latex(formula, declarations)
        named = {s.name: s for s in term.symbols()}
        return Loss("mine", term, tuple(named[a] for a in arguments)).function(what)

    def test_the_naive_softmax_loss(self):
        value, slope = self.function(r"-\log\frac{e^{z_c}}{\sum_{j=1}^K e^{z_j}}", "zc")(
            [1e4, 0.0], 1)
        assert (value, slope.tolist()) == (1e4, [1.0, -1.0])

    def test_the_logistic_loss_of_all_samples(self):
        formula = (r"\frac1n\sum_{i=1}^n\left[-y_i\log\sigma(\theta^T x_i)"
                   r"-(1-y_i)\log(1-\sigma(\theta^T x_i))\right]")
        function = self.function(formula, ["theta", "x", "y"], what="gradient")
        theta, x, t = np.array([1.0, -2.0]), np.array([[800.0, 0.0], [3.0, 1.0]]), [0.0, 1.0]
        small = 1 / (1 + np.e)
        np.testing.assert_allclose(function(theta, x, t), [(800 - 3 * small) / 2, -small / 2],
                                   rtol=1e-15)

    def test_what_cannot_be_read_is_said(self):
        from xent_sym import from_latex

        with pytest.raises(ValueError, match=r"expected a \} that closes it"):
            from_latex(r"\frac{1}{2")


class TestDifferencesThatCancel:
    """What a definition loses, and by which equation it is kept."""

    u = real("u")

    @pytest.mark.parametrize(
        ("term", "at", "true"),
        [
            (exp(u) - 1, 1e-9, 1.0000000005e-9),
            (log(1 + u), 1e-9, 9.999999995e-10),
            (2 * exp(u) - 2, 1e-9, 2.000000001e-9),
            (1 - 1 / (1 + exp(-u)), 40.0, 4.248354255291589e-18),
            (-u - log(1 + exp(-u)), -40.0, -4.248354255291589e-18),
            (1 - 3 * sigmoid(u) + 2 * sigmoid(u) ** 2, 40.0, -4.248354255291589e-18),
        ],
        ids=str,
    )
    def test_the_digits_are_kept(self, term, at, true):
        assert Loss("f", term, (self.u,)).function()(at) == pytest.approx(true, rel=1e-15)

    @pytest.mark.parametrize("name", ["kl_is_excess", "divergence_by_nonnegative_terms"])
    def test_a_divergence_however_it_is_written(self, name):
        from xent_sym.numeric import numeric_side

        function = numeric_side(library()[name].theorem).function
        p, q = [0.5, 0.5], [0.5 + 1e-9, 0.5 - 1e-9]
        assert function(p, q) == pytest.approx(2 * (q[0] - p[0]) ** 2, rel=1e-15)

    def test_from_the_uniform_distribution_too(self):
        from xent_sym.numeric import numeric_side

        function = numeric_side(library()["kl_from_uniform"].theorem).function
        off = 0.5 + 1e-9
        assert function([off, 1 - off]) == pytest.approx(2 * (off - 0.5) ** 2, rel=1e-15)


class TestLimits:
    inf, nan = np.inf, np.nan

    @pytest.mark.parametrize("target", COMPILED)
    def test_logits_may_be_infinite_or_masked(self, target):
        function = built(CE, "value_and_gradient", target)
        value, slope = function(
            [[self.inf, 0.0, 1.0], [self.inf, 0.0, 1.0], [-self.inf, 2.0, 2.0]], [0, 1, 1])
        assert value.tolist() == [0.0, self.inf, pytest.approx(np.log(2))]
        assert slope.tolist() == [[0.0, 0.0, 0.0], [1.0, -1.0, 0.0], [0.0, -0.5, 0.5]]

    @pytest.mark.parametrize("target", COMPILED)
    def test_a_nan_stays_in_its_row(self, target):
        value, slope = built(CE, "value_and_gradient", target)(
            [[self.nan, 0.0], [0.0, 0.0]], [0, 0])
        assert np.isnan(value).tolist() == [True, False]
        assert np.isnan(slope).tolist() == [[True, True], [False, False]]

    @pytest.mark.parametrize("target", COMPILED)
    def test_hard_labels_of_infinite_logits(self, target):
        u, t = [self.inf, -self.inf, self.inf, 800.0], [1.0, 0.0, 0.0, 0.0]
        value, slope = built("binary_cross_entropy_with_logits", "value_and_gradient", target)(u, t)
        assert value.tolist() == [0.0, 0.0, self.inf, 800.0]
        assert slope.tolist() == [0.0, 0.0, 1.0, 1.0]

    @pytest.mark.parametrize("target", COMPILED)
    def test_divergence_of_rows_that_differ_in_the_ninth_digit(self, target):
        p, q = [0.5, 0.5], [0.5 + 1e-9, 0.5 - 1e-9]
        apart = q[0] - p[0]  # as doubles have it
        assert built("kl", "value", target)(p, q) == pytest.approx(2 * apart**2, rel=1e-15)
        assert built("kl", "value", target)(p, p) == 0
        assert built("kl", "value", target)([0.5, 0.5], [0.0, 1.0]) == self.inf


@pytest.mark.parametrize("target", COMPILED)
class TestArrays:
    rng = np.random.default_rng(0)

    def test_singles_stay_singles(self, target):
        logits = self.rng.normal(size=(3, 4)).astype(np.float32)
        value, slope = built(CE, "value_and_gradient", target)(logits, [0, 1, 2])
        assert (value.dtype, slope.dtype) == (np.float32, np.float32)

    def test_results_go_where_they_are_told_to(self, target):
        logits = self.rng.normal(size=(3, 4))
        function = built(CE, "gradient", target)
        out = np.empty((3, 4))
        assert function(logits, [0, 1, 2], out=out) is out
        np.testing.assert_array_equal(out, function(logits, [0, 1, 2]))
        for wrong in (np.empty((4, 3)), np.empty((3, 4), np.float32), np.empty((4, 3)).T):
            with pytest.raises(ValueError, match="out: a contiguous writable array of shape"):
                function(logits, [0, 1, 2], out=wrong)
        with pytest.raises(ValueError, match="shares memory with an argument"):
            function(logits, [0, 1, 2], out=logits)

    @pytest.mark.parametrize(
        "given",
        [np.asfortranarray, lambda a: a[::-1][::-1], lambda a: a.astype(">f8"),
         lambda a: np.broadcast_to(a, a.shape), lambda a: np.repeat(a, 2, axis=1)[:, ::2]],
        ids=["Fortran", "reversed twice", "big-endian", "read-only", "strided"],
    )
    def test_however_the_array_lies_in_memory(self, target, given):
        logits = self.rng.normal(size=(5, 4))
        function = built(CE, "gradient", target)
        np.testing.assert_array_equal(function(given(logits), [0, 1, 2, 3, 0]),
                                      function(logits, [0, 1, 2, 3, 0]))

    def test_no_rows_are_no_error(self, target):
        value, slope = built(CE, "value_and_gradient", target)(np.empty((0, 3)), np.empty(0, int))
        assert (value.shape, slope.shape) == ((0,), (0, 3))

    @pytest.mark.parametrize(
        ("labels", "message"),
        [([3], "label 3 is outside 0..2"), ([-1], "label -1 is outside 0..2"),
         (np.array([2**63], np.uint64), "too large for a class number"),
         ([[0.5, 0.6, 0.0]], r"probabilities sum to 1\.1"),
         ([[0.5, 0.6, -0.1]], r"y\[0, 2\] is -0\.1; expected probabilities"),
         (np.ma.masked_array([1], [True]), "y: a masked array")],
        ids=str,
    )
    def test_one_clear_message_for_a_bad_label(self, target, labels, message):
        with pytest.raises(ValueError, match=message):
            built(CE, "value", target)([[0.0, 1.0, 2.0]], labels)


def test_two_labels_are_given_in_one_form():
    t = distribution("t", K)
    both = -summation((y[k] + t[k]) * log(softmax(z)[k]), k)
    function = Loss("both", both, (z, y, t)).function()
    assert function([1.0, 2.0], 0, 1) == function([1.0, 2.0], [1.0, 0.0], [0.0, 1.0])
    for labels in ((0, [0.0, 1.0]), ([1.0, 0.0], 1)):
        with pytest.raises(ValueError, match="y and t: labels in two forms"):
            function([1.0, 2.0], *labels)


@pytest.mark.parametrize("target", COMPILED)
@pytest.mark.parametrize("name", [
    "b1", "b2", "t3", "p1", "s2", "v1", "out_1", "flat_1", "kept_1", "result_1", "memory", "across",
    "enumerate", "len", "pieces", "first", "row", "base", "x_part", "fault_z", "int", "math", "K1",
    "share", "INFINITY", "NAN", "INLINE", "d_exp", "D_ONE_BITS",
])
def test_no_name_of_an_argument_meets_one_of_ours(name, target):
    x = reals(name, K)
    term = log_sum_exp(x) + summation(x[k] ** 2, k) / K
    function = Loss("f", term, (x,)).function("value_and_gradient", target)
    plain = Loss("f", log_sum_exp(z) + summation(z[k] ** 2, k) / K, (z,)).function(
        "value_and_gradient", target)
    at = [1.0, 2.0, 4.0]
    for got, true in zip(function(at), plain(at), strict=True):
        np.testing.assert_array_equal(got, true)


@pytest.mark.parametrize("name", ["np", "math", "_floats", "lambda", "1st", "θ", "f" * 121])
def test_a_function_must_not_be_named_like_one_of_its_parts(name):
    with pytest.raises(ExportError, match="cannot be the name of a function"):
        Loss(name, exp(real("u")), (real("u"),)).function()


def test_a_number_beyond_all_floats_is_said_and_a_large_one_is_not():
    u = real("u")
    for target in ("numpy", "array-api"):
        function = Loss("f", u * 10**100, (u,)).function("value", target)
        assert function(np.array(2.0)) == 2e100
    with pytest.raises(ExportError, match="a number of 401 digits"):
        Loss("f", u * 10**400, (u,)).function()


def test_an_entropy_of_nothing_has_no_sign():
    assert np.copysign(1, built("entropy")([1.0, 0.0])) == 1


def test_two_results_are_two_arrays():
    both = np.empty(3)
    with pytest.raises(ValueError, match="shares memory with an argument or another result"):
        built("binary_cross_entropy_with_logits", "value_and_gradient")(
            [1.0, 2.0, 3.0], [0.0, 1.0, 0.5], out=(both, both))


def test_a_mask_is_refused_by_the_array_api_too():
    masked = np.ma.masked_array([1.0, 2.0, 50.0], [False, False, True])
    with pytest.raises(ValueError, match="z: a masked array"):
        built(CE, "value", "array-api")(masked, np.array(0))


@pytest.mark.parametrize("out", [np.empty(1), (np.empty(1),), 5], ids=str)
def test_two_results_need_two_arrays(out):
    with pytest.raises(ValueError, match="out: a tuple of 2 arrays is needed"):
        built(CE, "value_and_gradient")([[1.0, 2.0]], [0], out=out)


@needs_compiler
@pytest.mark.parametrize("threads", [0, -1, 1.5, True, 2**31, 2**64 + 1], ids=str)
def test_the_number_of_threads_is_a_whole_number(threads):
    with pytest.raises(ValueError, match=r"threads: .* expected a whole number"):
        built(CE, "value", "c")([[1.0, 2.0]], [0], threads=threads)


@needs_compiler
def test_more_threads_than_a_machine_has_are_no_harm():
    u = np.linspace(-3, 3, 10_000)
    one, many = (built("softplus", "value", "c")(u, threads=n) for n in (1, 100_000))
    np.testing.assert_array_equal(one, many)


@pytest.mark.parametrize("target", COMPILED)
def test_a_size_that_no_array_has_is_refused(target):
    n, s = size("n"), real("s")
    function = Loss("f", summation(exp(-s) / n, index("j", n)), (s, n)).function("value", target)
    assert function(1.0, 4) == pytest.approx(np.exp(-1))
    with pytest.raises(ValueError, match=r"n: .* expected a whole number below 2\^31"):
        function(1.0, 2**64 + 1)


@needs_compiler
def test_threads_share_the_rows_and_change_no_digit():
    logits = np.random.default_rng(1).normal(size=(101, 7))
    labels = np.arange(101) % 7
    one, three = (built(CE, "gradient", "c")(logits, labels, threads=n) for n in (1, 3))
    np.testing.assert_array_equal(one, three)


SWITCHES = [dict(zip(("smoothing", "temperature", "class_weights"), on, strict=True))
            for on in itertools.product((False, True), repeat=3)]


class TestSwitches:
    """Smoothing, temperature, weights, base and reduction, against the loss written out."""

    rng = np.random.default_rng(2)
    logits, labels = rng.normal(size=(5, 4)), rng.integers(0, 4, 5)
    classes, samples = rng.uniform(0.5, 2, 4), rng.uniform(0.5, 2, 5)

    def by_hand(self, on, base, reduction, samples):
        scores = self.logits / (2.0 if on["temperature"] else 1.0)
        logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        target = np.eye(4)[self.labels]
        if on["smoothing"]:
            target = 0.9 * target + 0.1 / 4
        loss = -(target * logs * (self.classes if on["class_weights"] else 1.0)).sum(axis=1)
        loss = loss if base is None else loss / np.log(base)
        if reduction == "none":
            return loss
        total = (loss * self.samples).sum() if samples else loss.sum()
        if reduction == "sum":
            return total
        return total / (self.samples.sum() if samples else 5)

    @pytest.mark.parametrize("on", SWITCHES, ids=lambda on: "+".join(s for s in on if on[s]) or "-")
    @pytest.mark.parametrize(
        ("base", "reduction", "samples"),
        [(None, "none", False), (2, "none", False), (None, "sum", True), (2, "mean", True),
         (None, "mean", False)],
    )
    def test_value_and_gradient(self, on, base, reduction, samples):
        how = {**on, "base": base, "reduction": reduction, "sample_weights": samples}
        loss = softmax_cross_entropy_loss(**how)
        given = [(0.1, on["smoothing"]), (2.0, on["temperature"]),
                 (self.classes, on["class_weights"]), (self.samples, samples)]
        more = [value for value, wanted in given if wanted]
        value, slope = loss.function("value_and_gradient")(self.logits, self.labels, *more)
        np.testing.assert_allclose(value, self.by_hand(on, base, reduction, samples), rtol=1e-13)
        step = np.zeros((5, 4))
        step[1, 2] = 1e-6
        ends = [loss.function()(self.logits + s * step, self.labels, *more).sum() for s in (1, -1)]
        assert slope[1, 2] == pytest.approx((ends[0] - ends[1]) / 2e-6, abs=1e-8)

    def test_a_sample_of_weight_zero_is_ignored(self):
        loss = softmax_cross_entropy_loss(sample_weights=True, reduction="mean").function()
        weights = np.array([1.0, 1, 1, 1, 0])
        plain = softmax_cross_entropy_loss(reduction="mean").function()
        assert loss(self.logits, self.labels, weights) == pytest.approx(
            plain(self.logits[:4], self.labels[:4]), rel=1e-15)

    def test_what_cannot_be_is_said(self):
        with pytest.raises(ExportError, match="'median' is no reduction; there are none, sum"):
            softmax_cross_entropy_loss(reduction="median")
        with pytest.raises(ExportError, match="name a reduction"):
            softmax_cross_entropy_loss(sample_weights=True)


def test_a_target_that_does_not_exist_is_said():
    with pytest.raises(ExportError, match="'fortran' is no target; there are numpy"):
        module(CATALOGUE[CE].plan(), "fortran")


@pytest.mark.parametrize("target", [t for t in TARGETS if t != "pytest"])
def test_renamed_symbols_and_local_names_do_not_meet(target):
    names = ("rows", "out", "t1", "dtype", "by_class", "double", "len", "memory", "z_step")
    for name in names:
        symbol = reals(name, K)
        source = module(planned("f", {"a": softmax(symbol)[k] - delta(k, c)}, [symbol, c]), target)
        assert f"{name}_" in source


def test_numba_that_is_not_there_is_a_clear_message(monkeypatch):
    monkeypatch.setattr("xent_sym.numeric.functions.export.find_spec", lambda name: None)
    with pytest.raises(ExportError, match="needs Numba, which is not installed: pip install numba"):
        compile_function(CATALOGUE["kl"].plan("value"), "numba")
