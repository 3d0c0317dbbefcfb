"""The front in C answers plain calls as the Python function would, and leaves it all others."""

from __future__ import annotations

import copy
import gc
import inspect
import itertools
import pickle
import pydoc
import re
import sys
import sysconfig
import weakref

import numpy as np
import pytest
from test_targets import needs_compiler

from xent_sym.numeric import Loss
from xent_sym.numeric.catalogue import CATALOGUE, built, softmax_cross_entropy_loss
from xent_sym.numeric.compiled import quick as quick_module
from xent_sym.numeric.functions.export import compile_function
from xent_sym.numeric.plan import planned
from xent_sym.terms import index, log, positive, real, reals, size, softmax, summation
from xent_sym.terms.term import Range

CE = "softmax_cross_entropy"
K, n = size("K"), size("n")
z, w, c, k = reals("z", K), reals("w", Range(1, K - 1)), index("c", K), index("k", K)
r, cs, i = index("r", Range(1, K - 1)), index("cs", n, K), index("i", n)
samples = reals("samples", n, K)
switched = softmax_cross_entropy_loss(
    smoothing=True, temperature=True, class_weights=True, sample_weights=True, reduction="mean")

pytestmark = needs_compiler


@pytest.fixture(scope="module", autouse=True)
def there():
    if type(built(CE, "value", "c").function).__name__ != "Quick":
        pytest.skip("there is no Python.h here")


def of(name, *outputs, arguments):
    return compile_function(planned(name, dict(outputs), arguments), "c")


def numbers(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def distributions(*shape, seed=0):
    weights = np.exp(numbers(*shape, seed=seed))
    return weights / weights.sum(axis=-1, keepdims=True)


# -- calls, plain and others -----------------------------------------------------------------------


class Other(np.ndarray):
    """An array of a class of its own."""


def altered(value):
    """The argument in many forms, of which few are plain, and some no argument at all."""
    yield value
    a = np.asarray(value)
    yield from (a.astype(t) for t in (np.float32, np.float16, np.longdouble, np.int64, ">f8", "O"))
    yield from (a.tolist(), a.view(Other), np.ma.masked_array(a), None, "word", 1, 0.5, True)
    yield from (np.asfortranarray(a), np.repeat(a[..., None], 2, -1)[..., 0], a[None], a[:0])\
        if a.ndim else (a[None], a[None, None], np.float64(0.25))
    unaligned = np.frombuffer(b"." + a.tobytes(), a.dtype.type if a.ndim else a.dtype, offset=1)
    yield unaligned.reshape(a.shape)
    if a.ndim:
        yield from (a[0], a[:1], a[..., :0], a[..., :-1], a[:-1], np.stack([a, a]), -a, a * np.nan)
        yield from (a + 100, np.where(a == a.max(), np.inf, a))


FUNCTIONS = {
    "value": (built(CE, "value", "c"), (numbers(3, 4), np.array([0, 3, 1]))),
    "pass": (built(CE, "value_and_gradient", "c"), (numbers(3, 4), np.array([0, 3, 1]))),
    "dense": (built(CE, "value_and_gradient", "c"), (numbers(3, 4), distributions(3, 4))),
    "one row": (built(CE, "gradient", "c"), (numbers(4), 2)),
    "many axes": (built(CE, "gradient", "c"), (numbers(2, 3, 4), np.array([[0, 3, 1], [2, 2, 2]]))),
    "numbers": (built("sigmoid", "value", "c"), (0.3,)),
    "pairs": (built("binary_cross_entropy_with_logits", "value_and_gradient", "c"),
              (numbers(5), distributions(5))),
    "kl": (built("kl", "value", "c"), (distributions(3, 4), distributions(3, 4, seed=1))),
    "logistic": (built("logistic", "value_and_gradient", "c"),
                 (numbers(2), numbers(5, 2), distributions(5))),
    "classes twice": (built("kl", "hvp", "c"),
                      (np.array([1, 0]), np.array([0, 1]), numbers(2, 3))),
    "dense twice": (built("kl", "hvp", "c"),
                    (distributions(2, 3), distributions(2, 3, seed=1), numbers(2, 3))),
    "switched": (compile_function(switched.plan("value"), "c"),
                 (numbers(3, 2), np.array([0, 1, 0]), 0.1, 2.0, np.ones(2), np.ones(3))),
    "at a class": (of("at", ("f", log(softmax(z)[c])), arguments=(z, c)),
                   (numbers(3), np.array(2))),
    "classes": (of("likelihood", ("f", summation(samples[i, cs[i]], i)), arguments=(samples, cs)),
                (numbers(3, 4), np.array([0, 3, 1]))),
    "part": (of("parted", ("f", z[k] * summation(w[r], r)), arguments=(z, w)),
             (numbers(2, 4), numbers(2, 3))),
    "whole": (of("whole", ("f", real("s") / n), arguments=(real("s"), n)), (numbers(3), 4)),
} if not needs_compiler.args[0] else {}


def calls(plain):
    """Every two arguments that follow each other, in all their forms."""
    if len(plain) == 1:
        yield from ((one,) for one in altered(*plain))
    for n in range(len(plain) - 1):
        for two in itertools.product(altered(plain[n]), altered(plain[n + 1])):
            yield (*plain[:n], *two, *plain[n + 2 :])


def outcome(function, given, **how):
    """What comes of a call: bits and types of the results, or the words of the refusal."""
    try:
        with np.errstate(all="ignore"):
            found = function(*given, **how)
    except (ValueError, TypeError, MemoryError) as error:
        return type(error), str(error)
    several = found if isinstance(found, tuple) else (found,)
    return type(found), [(type(a), a.dtype, a.shape, a.tobytes()) for a in several]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_call_comes_out_as_in_python(name):
    function, plain = FUNCTIONS[name]
    quick, slow = function.function, function.function.__wrapped__
    for given in calls(plain):
        assert outcome(quick, given) == outcome(slow, given), given
        assert outcome(quick, given, threads=2) == outcome(slow, given, threads=2), given


def python_calls(function, *given, **how):
    """How many functions of Python run during a call."""
    seen = []
    sys.setprofile(lambda frame, event, arg: seen.append(event))
    try:
        function(*given, **how)
    finally:
        sys.setprofile(None)
    return seen.count("call")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_nothing_of_python_runs_in_a_plain_call(name):
    function, plain = FUNCTIONS[name]
    assert python_calls(function, *plain) == python_calls(function, *plain, threads=1) == 0
    singles = [np.asarray(a, np.float32) if np.asarray(a).dtype.kind == "f" else a for a in plain]
    assert python_calls(function, *singles) == 0
    named = dict(zip(inspect.signature(function).parameters, plain, strict=False))
    assert python_calls(function, **named) > 0


@pytest.mark.parametrize("name", CATALOGUE)
def test_the_losses_of_the_catalogue_are_called_plainly(name):
    function = built(name, "value", "c")
    made = {"real": numbers, "probability": lambda *shape: np.full(shape, 0.25)}
    given = [made.get(a.kind, distributions)(7, *[10] * len(a.ranges)) for a in function.arguments]
    assert python_calls(function, *given) == 0


def test_words_of_a_refusal_are_those_of_python():
    """Where the kernel complains, Python says of what."""
    value, kl = built(CE, "value", "c"), built("kl", "value", "c")
    with pytest.raises(ValueError, match=r"y: label 4 is outside 0\.\.3"):
        value(numbers(3, 4), np.array([0, 1, 4]))
    with pytest.raises(ValueError, match="p: probabilities sum to 2 along the last axis"):
        kl(np.ones((1, 2)), np.full((1, 2), 0.5))
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'y'"):
        value(numbers(3, 4))


# -- the caller's arrays ---------------------------------------------------------------------------


def test_a_result_is_written_where_the_caller_says():
    function, given = built(CE, "value_and_gradient", "c"), (numbers(3, 4), np.array([0, 3, 1]))
    wanted, out = function(*given), (np.empty(3), np.empty((3, 4)))
    for place in (out, list(out)):
        assert python_calls(function, *given, out=place) == 0
        found = function(*given, out=place)
        assert type(found) is tuple
        assert all(a is b for a, b in zip(found, out, strict=True))
        assert all(map(np.array_equal, found, wanted))
    value, _ = function(*given, out=(None, out[1]))
    assert np.array_equal(value, wanted[0])
    assert value is not out[0]
    scalar = np.empty(())
    assert built("sigmoid", "value", "c")(0.0, out=scalar) is scalar
    assert scalar == 0.5


def test_a_place_that_will_not_do_is_refused_as_in_python():
    function, given = built(CE, "value_and_gradient", "c"), (numbers(3, 4), np.array([0, 3, 1]))
    memory, fixed = np.empty(15), np.empty(3)
    fixed.setflags(write=False)
    good = np.empty(3), np.empty((3, 4))
    for out in (good[0], good[:1], (*good, None), (good[0], given[0]), (given[0][:, 0], None), 5,
                (memory[:3], memory[2:14].reshape(3, 4)), (fixed, good[1]), (good[0], [1.0]),
                (good[0].astype(">f8"), good[1]), (good[0].astype(np.float32), good[1]),
                (np.empty(4), good[1]), (good[0], np.empty((4, 3)).T), (good[0].view(Other), None)):
        quick, slow = function.function, function.function.__wrapped__
        refused = outcome(quick, given, out=out)
        assert refused == outcome(slow, given, out=out)
        assert refused[0] is ValueError
    assert function(*given, out=(memory[:3], memory[3:].reshape(3, 4)))[0].base is memory


# -- the object ------------------------------------------------------------------------------------


def test_the_object_passes_for_the_function():
    exported = built(CE, "value", "c")
    function, python = exported.function, exported.function.__wrapped__
    for name in ("__name__", "__qualname__", "__module__", "__doc__", "__annotations__"):
        assert getattr(function, name) == getattr(python, name)
    assert inspect.signature(function) == inspect.signature(python) == inspect.signature(exported)
    helped = pydoc.plain(pydoc.render_doc(function))
    assert re.search(r"softmax_cross_entropy\(\s*z: ", helped)
    assert repr(function) == repr(python)
    assert copy.copy(function) is copy.deepcopy(function) is function
    assert pickle.loads(pickle.dumps(function)) is weakref.ref(function)() is function
    assert type("Model", (), {"loss": built("sigmoid", "value", "c").function}).loss(0.0) == 0.5


def test_in_a_class_it_is_a_method():
    model = type("Model", (float,), {"halved": FUNCTIONS["whole"][0].function})
    with pytest.raises(ValueError, match=r"s: dtype|n: "):
        model(3).halved("two")
    assert model.halved(3.0, 2) == 1.5


def test_no_reference_is_kept():
    function, out = built(CE, "value_and_gradient", "c"), (np.empty(3), np.empty((3, 4)))
    given = numbers(3, 4), np.array([0, 3, 1])
    def counts():
        return [sys.getrefcount(a) for a in (*given, *out, out, None.__class__)]
    before = counts()
    for _ in range(50):
        function(*given)
        function(*given, out=out)
        outcome(function, given, out=(out[0], given[0]))
        outcome(function, (given[0], given[1] + 5))
    assert counts() == before


def test_a_function_that_nobody_holds_goes_away():
    function = compile_function(planned("passing", {"f": positive("T") * 2}), "c").function
    gone = weakref.ref(function)
    module = sys.modules.pop(function.__module__)
    del function, module
    gc.collect()
    assert gone() is None


# -- where it cannot be had ------------------------------------------------------------------------


@pytest.fixture
def anew():
    quick_module._extension.cache_clear()
    yield
    quick_module._extension.cache_clear()


@pytest.mark.parametrize("lack", ["header", "compiled", "lock"])
def test_without_it_the_python_function_stands_alone(lack, anew, monkeypatch, tmp_path):
    if lack == "header":
        monkeypatch.setattr(sysconfig, "get_path", lambda name: str(tmp_path))
    elif lack == "lock":
        monkeypatch.setattr(sysconfig, "get_config_var", lambda name: 1)
    else:
        monkeypatch.setattr(quick_module, "_text", lambda: "int broken(void) { return nothing; }")
    function = Loss("alone", log(positive("T")), (positive("T"),)).function("value", "c").function
    assert inspect.isfunction(function)
    assert function(np.ones(2)).tolist() == [0, 0]
