"""exp, log, log1p, expm1 and tanh are right to a unit or two in the last place everywhere."""

from __future__ import annotations

import ctypes
import importlib.util
import re
import subprocess
from functools import cache
from pathlib import Path

import mpmath
import numpy as np
import pytest

from xent_sym.numeric import ExportError
from xent_sym.numeric.compiled.loader import compiler_and_flags, load, pointer
from xent_sym.numeric.elementary import FUNCTIONS, c_text, elementary_numba, numba_text
from xent_sym.numeric.elementary.coefficients import POLYNOMIALS, fit_error

ROOT = Path(__file__).parents[1]
KINDS = {"d": np.float64, "f": np.float32}
REALS = {"d": "double", "f": "float"}
BOUNDS = {"exp": 1.0, "log": 1.0, "log1p": 1.0, "expm1": 1.25, "tanh": 1.5}
UNFUSED = {**BOUNDS, "exp": 1.25}  # without fused multiply-add
POINTS = 1200


# -- ways to run ------------------------------------------------------------------------------


def loop(name):
    real = REALS[name[0]]
    return (
        f"void loop_{name}(const {real} *restrict x, {real} *restrict y, long n) "
        f"{{ for (long i = 0; i < n; i++) y[i] = {name}(x[i]); }}\n"
    )


@cache
def library(fused):
    text = c_text(FUNCTIONS) + "".join(map(loop, FUNCTIONS))
    if not fused:
        text = "#undef __FMA__\n#undef __ARM_FEATURE_FMA\n#undef __FP_FAST_FMA\n" + text
    try:
        return load(text, "elementary_test")
    except ExportError as error:
        pytest.skip(f"no C compiler: {error}")


def by_c(name, x, fused=True):
    function = library(fused)[f"loop_{name}"]
    function.argtypes, function.restype = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_long], None
    y = np.empty_like(x)
    function(pointer(x), pointer(y), x.size)
    return y


def by_c_unfused(name, x):
    return by_c(name, x, fused=False)


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """A module of loops that numba compiles."""
    pytest.importorskip("numba", reason="numba is not installed")
    loops = "".join(
        f'\n\n@numba.njit(error_model="numpy")\ndef loop_{name}(x, y):\n'
        f"    for i in range(x.size):\n        y[i] = {name}(x[i])\n"
        for name in FUNCTIONS
    )
    path = tmp_path_factory.mktemp("numba") / "elementary_for_numba.py"
    path.write_text("import numba\nimport numpy as np\n\n\n" + numba_text(FUNCTIONS) + loops)
    return module_at(path)


def module_at(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def by_numba(compiled):
    def run(name, x):
        y = np.empty_like(x)
        getattr(compiled, f"loop_{name}")(x, y)
        return y

    return run


def by_scalars(name, x):
    with np.errstate(all="ignore"):
        return np.array([getattr(elementary_numba, name)(v) for v in x], x.dtype)


# -- points and their values ------------------------------------------------------------------


def points(function, letter, count=POINTS):
    """Arguments where these functions are hard: near zeros, seams of the reduction, both ends."""
    random = np.random.default_rng(7)
    info = np.finfo(KINDS[letter])
    least, most = np.log10(float(info.smallest_subnormal)), np.log10(float(info.max))
    top = float(np.log(float(info.max)))
    m = count // 8

    def powers(low, high):
        return 10.0 ** random.uniform(low, high, m)

    seams = (random.integers(-int(top), int(top), m) + 0.5) * np.log(2)
    near_one = 1 + random.normal(0, 1, m) * powers(-16, -1)
    small = np.concatenate([powers(least, 0), -powers(least, 0), random.uniform(-1, 1, m)])
    pieces = {
        "exp": [small, seams, random.uniform(least * 2.4, top, 2 * m), seams * 1e-2],
        "log": [abs(small), abs(near_one), powers(least, most), random.uniform(0.6, 1.5, 2 * m),
                2.0 ** (random.integers(-100, 100, m) + 0.5)],
        "log1p": [small[small > -1], powers(0, most), powers(-7, 0) - 1,
                  random.uniform(-0.32, 0.45, 2 * m)],
        "expm1": [small, seams, random.uniform(-50, top, m), random.uniform(-0.4, 0.4, 2 * m)],
        "tanh": [small, random.uniform(-0.7, 0.7, 3 * m), random.uniform(-25, 25, m)],
    }[function]  # fmt: skip
    with np.errstate(under="ignore"):
        return np.concatenate(pieces).astype(KINDS[letter])


@cache
def exact(function, letter):
    x = points(function, letter)
    with mpmath.workdps(50):
        return x, [getattr(mpmath, function)(mpmath.mpf(float(v))) for v in x]


def ulps(function, letter, run, every=1):
    """The largest error, in units in the last place of the exact value."""
    x, values = exact(function, letter)
    x, values = x[::every].copy(), values[::every]
    worst = 0.0
    with np.errstate(all="ignore"):
        for got, value, at in zip(run(f"{letter}_{function}", x), values, x, strict=True):
            nearest = KINDS[letter](float(value))
            if np.isinf(nearest):
                assert got == nearest, (at, got)
                continue
            with mpmath.workdps(50):
                error = abs(mpmath.mpf(float(got)) - value) / mpmath.mpf(
                    float(np.spacing(abs(nearest)))
                )
            worst = max(worst, float(error))
    return worst


SPECIAL = (0.0, -0.0, np.inf, -np.inf, np.nan, -1.0, -2.0, 1.0, 1e-45, -1e-45, 5e-324, -5e-324,
           3.4e38, -3.4e38, 1.7e308, -1.7e308, 88.0, -88.0, 709.0, -709.0)  # fmt: skip


def special_values_agree(function, letter, run):
    with np.errstate(all="ignore"):
        x = np.array(SPECIAL).astype(KINDS[letter])
        got, right = run(f"{letter}_{function}", x), getattr(np, function)(x)
        near = np.isfinite(right) & (abs(got - right) <= 2 * np.spacing(abs(right)))
        same = (got == right) | near | (np.isnan(got) & np.isnan(right))
        sign = np.isnan(right) | (np.signbit(got) == np.signbit(right))
    return x[~(same & sign)].tolist() == []


each = pytest.mark.parametrize("letter", "df")
function_of_each = pytest.mark.parametrize("function", BOUNDS)


@each
@function_of_each
def test_c_is_right_everywhere(function, letter):
    assert ulps(function, letter, by_c) <= BOUNDS[function]
    assert special_values_agree(function, letter, by_c)


@each
@function_of_each
def test_c_is_right_without_fused_multiply_add(function, letter):
    assert ulps(function, letter, by_c_unfused) <= UNFUSED[function]
    assert special_values_agree(function, letter, by_c_unfused)


@each
@function_of_each
def test_numba_is_right_everywhere(function, letter, compiled):
    assert ulps(function, letter, by_numba(compiled)) <= UNFUSED[function]
    assert special_values_agree(function, letter, by_numba(compiled))


@each
@function_of_each
def test_the_same_text_is_right_on_scalars(function, letter):
    assert ulps(function, letter, by_scalars, every=10) <= UNFUSED[function]
    assert special_values_agree(function, letter, by_scalars)


@function_of_each
def test_float_is_right_at_every_thousandth_float(function):
    bits = np.arange(0, 2**32, 1009, dtype=np.uint64).astype(np.uint32)
    x = bits.view(np.float32)
    with np.errstate(all="ignore"):
        right = getattr(np, function)(x.astype(np.float64))
        rounded = right.astype(np.float32)
        got = by_c(f"f_{function}", x)
        error = abs(got - right) / np.spacing(abs(rounded)).astype(np.float64)
        same = (got == rounded) | (np.isnan(got) & np.isnan(rounded))
        fine = same | (error <= BOUNDS[function])
    assert x[~fine].tolist() == []


# -- the texts ----------------------------------------------------------------------------------


def test_the_sources_hold_what_the_script_writes():
    script = module_at(ROOT / "scripts" / "write_coefficients.py")
    for path, text in script.written().items():
        assert path.read_text(encoding="utf-8") == text, f"run {script.__doc__}"


def test_a_polynomial_is_closer_than_its_precision_needs():
    for polynomial in POLYNOMIALS:
        unit = float(np.finfo(KINDS[polynomial.name[0]]).eps)
        assert fit_error(polynomial) < unit / 16


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_brings_all_that_it_needs(name):
    other = "f" if name[0] == "d" else "d"
    text = numba_text([name], "")
    found = {}
    exec("import numpy as np\n" + text, found)
    with np.errstate(all="ignore"):
        half = KINDS[name[0]](0.5)
        assert found[name](half) == getattr(elementary_numba, name)(half)
    assert not re.search(rf"\b{other}_(exp|log|tanh)", text + c_text([name]))
    try:
        load(c_text([name]) + loop(name), f"only_{name}")
    except ExportError as error:
        if "no C compiler" not in str(error):
            raise
        pytest.skip(str(error))


def test_a_name_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="no elementary function d_sin"):
        c_text(["d_sin"])


def test_c_calls_only_what_is_one_instruction():
    text = re.sub(r"/\*.*?\*/|static inline __attribute__", "", c_text(FUNCTIONS), flags=re.DOTALL)
    called = {name for name in re.findall(r"\b([a-z]\w*) ?\(", text) if name[1] != "_"}
    assert called == {"fma", "fmaf", "fabs", "fabsf", "copysign", "copysignf", "defined"}


def test_gcc_turns_every_loop_into_vectors(tmp_path):
    try:
        command, macros = compiler_and_flags()
    except ExportError as error:
        pytest.skip(f"no C compiler: {error}")
    if "__clang__" in macros or not ("__AVX2__" in macros or "__ARM_NEON" in macros):
        pytest.skip("the report of gcc, on a processor with vectors, was expected")
    for name in FUNCTIONS:
        source = tmp_path / f"{name}.c"
        source.write_text(c_text([name]) + loop(name))
        line = [*command, "-fopt-info-vec-optimized", "-c", source, "-o", source.with_suffix(".o")]
        done = subprocess.run(line, capture_output=True, text=True, check=True)
        assert "loop vectorized" in done.stderr + done.stdout, name


def test_llvm_turns_every_loop_into_vectors(compiled):
    for name in FUNCTIONS:
        by_numba(compiled)(name, np.zeros(3, KINDS[name[0]]))
        function = getattr(compiled, f"loop_{name}")
        text = function.inspect_llvm(function.signatures[0])
        assert re.search(rf"fm\w+ .*<\d+ x {REALS[name[0]]}>", text), name
