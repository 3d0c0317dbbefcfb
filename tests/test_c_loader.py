"""A C text is compiled once, safely, for this machine; what goes wrong is said in words."""

from __future__ import annotations

import ctypes
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from xent_sym.numeric import ExportError
from xent_sym.numeric.compiled.loader import (
    CompileFailed,
    CompilerMissing,
    compiler_and_flags,
    load,
    pointer,
)

TWICE = "double twice(double x) { return 2 * x; }"
ADD = """
void add(const double *a, const double *b, double *c, long n) {
    for (long i = 0; i < n; i++) c[i] = a[i] + b[i];
}
"""

try:
    compiler_and_flags()
    WITHOUT = ""
except ExportError as error:
    WITHOUT = str(error)
compiles = pytest.mark.skipif(bool(WITHOUT), reason=f"no C compiler: {WITHOUT}")
posix = pytest.mark.skipif(os.name != "posix", reason="file permissions are those of POSIX")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """The cache is the test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "xent_sym"


def twice(library):
    library.twice.restype, library.twice.argtypes = ctypes.c_double, [ctypes.c_double]
    return library.twice(21.0)


@compiles
def test_a_text_is_compiled_once(home):
    assert twice(load(TWICE, "twice")) == 42
    (made,) = home.iterdir()
    before = made.stat()
    assert twice(load(TWICE, "twice")) == 42
    assert made.stat().st_mtime_ns == before.st_mtime_ns
    load(TWICE.replace("2", "3"), "twice")
    assert len(list(home.iterdir())) == 2


@compiles
def test_threads_that_compile_the_same_text_leave_one_library(home):
    with ThreadPoolExecutor(4) as pool:
        libraries = list(pool.map(lambda _: load(TWICE, "twice"), range(4)))
    assert [twice(library) for library in libraries] == [42] * 4
    assert len(list(home.iterdir())) == 1


@compiles
def test_arrays_are_passed_by_address():
    add = load(ADD, "add").add
    add.restype, add.argtypes = None, [*[ctypes.c_void_p] * 3, ctypes.c_long]
    a, b, c = np.arange(5.0), np.ones(5), np.empty(5)
    a.setflags(write=False)
    add(pointer(a), pointer(b), pointer(c), 5)
    assert c.tolist() == [1, 2, 3, 4, 5]


def test_the_address_is_that_of_numpy():
    base = np.zeros((3, 4), np.float32)
    for array in (base, base[1:, 2:], base[:0], np.ma.masked_array(base), np.float64(1) + base):
        assert pointer(array).value == array.ctypes.data


@compiles
@pytest.mark.parametrize("openmp", [False, True])
def test_subnormal_numbers_survive_the_loading(openmp, home):
    source = ADD.replace("    for", "    #pragma omp parallel for\n    for")
    program = f"""
import numpy as np
from xent_sym.numeric.compiled.loader import CompileFailed, load
try:
    load({source!r}, "add", openmp={openmp})
except CompileFailed as error:
    raise SystemExit(77)
tiny = np.array([5e-324, 2.0**-1030] * 9)
assert ((tiny * 1.0 == tiny) & (tiny > 0)).all()
assert (tiny.astype(np.float64) / 0.5 == tiny * 2).all()
assert (np.full(9, 2.0**-1000) * 2.0**-70 > 0).all()
small = np.array([2.0**-149] * 33, np.float32)
assert (small * np.float32(1) > 0).all()
"""
    done = subprocess.run([sys.executable, "-c", program], env={**os.environ}, check=False)
    if done.returncode == 77:
        pytest.skip("this compiler has no OpenMP")
    assert done.returncode == 0


@compiles
def test_no_flag_lets_the_compiler_change_the_arithmetic():
    for openmp in (False, True):
        try:
            command, _ = compiler_and_flags(openmp)
        except CompileFailed:
            continue
        assert "-ffp-contract=off" in command
        assert not [flag for flag in command if "fast" in flag or "unsafe" in flag]


def test_a_missing_compiler_is_a_clear_message(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CC", "mycc -m64")
    with pytest.raises(CompilerMissing) as caught:
        load(TWICE, "twice")
    assert isinstance(caught.value, ExportError)
    for words in ("mycc -m64, cc, gcc, clang", "install gcc or clang", 'target="numpy"'):
        assert words in str(caught.value)


def test_an_unsafe_cc_is_refused(monkeypatch):
    monkeypatch.setenv("CC", "gcc -Ofast")
    with pytest.raises(CompileFailed, match="CC holds -Ofast"):
        load(TWICE, "twice")


@posix
def test_a_compiler_that_compiles_nothing_is_named(monkeypatch):
    monkeypatch.setenv("CC", "false")
    with pytest.raises(CompileFailed, match=r"false .* cannot compile an empty file"):
        load(TWICE, "twice")


@compiles
@posix
def test_a_flag_that_a_compiler_rejects_is_left_out(monkeypatch, tmp_path, home):
    real, _ = compiler_and_flags()
    picky = tmp_path / "picky"
    picky.write_text(
        '#!/bin/sh\nfor a in "$@"; do case "$a" in -mprefer*|-march*) exit 1;; esac; done\n'
        f'exec {real[0]} "$@"\n'
    )
    picky.chmod(0o755)
    monkeypatch.setenv("CC", str(picky))
    command, _ = compiler_and_flags()
    assert not [flag for flag in command if flag.startswith(("-mprefer", "-march"))]
    assert twice(load(TWICE, "twice")) == 42


@compiles
def test_the_words_of_the_compiler_are_shown(home):
    with pytest.raises(CompileFailed, match=r"did not compile broken-\w+\.c:\n(.|\n)*error"):
        load("double broken(double x) { return y; }", "broken")
    assert not list(home.iterdir())


@compiles
@posix
def test_a_folder_that_others_may_write_to_is_refused(home):
    load(TWICE, "twice")
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    home.chmod(0o777)
    with pytest.raises(CompileFailed, match="can be written by, somebody else"):
        load(TWICE, "twice")


@compiles
def test_a_cache_that_is_not_a_folder_is_a_clear_message(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(CompileFailed, match="XDG_CACHE_HOME"):
        load(TWICE, "twice")


@compiles
def test_a_broken_library_in_the_cache_is_named(home):
    load(TWICE, "other")
    (good,) = home.iterdir()
    bad = good.with_name(good.name.replace("other", "twice"))
    bad.write_bytes(b"not a library")
    with pytest.raises(CompileFailed, match="Delete that file"):
        load(TWICE, "twice")
