"""One C99 text becomes a loaded library: compiled once, kept in the user's cache.

The library is built for the machine it runs on, so its name in the cache holds a hash of the
text, the flags and what the compiler says about itself and the processor.  Never -ffast-math:
a library linked with it flushes subnormal numbers to zero in the whole process.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from xent_sym.numeric.ranges import ExportError

COMPILERS = ("cc", "gcc", "clang")
REQUIRED = ("-std=c99", "-O3", "-fPIC", "-fno-math-errno", "-fno-trapping-math",
            "-ffp-contract=off")  # fmt: skip
# Each alternative in turn, or none: compilers and processors differ in what they know.
# gcc would take the selects in a loop apart, one path for each outcome.
OPTIONAL = (("-march=native", "-mcpu=native"), ("-mprefer-vector-width=512",),
            ("-fno-thread-jumps",))  # fmt: skip
SIMD, THREADS = "-fopenmp-simd", "-fopenmp"
UNSAFE = re.compile(r"-(ffast-math|Ofast|funsafe-math-optimizations|ffinite-math-only|"
                    r"fassociative-math|fp-model=fast)")  # fmt: skip


# In CPython an array begins with an object's head, and the address of its data comes next
# (NumPy's binary interface): read from there it costs a tenth of ``array.ctypes.data``.
_HEAD = object.__basicsize__
_PROBE = np.zeros(1)
_DIRECT = (
    sys.implementation.name == "cpython"
    and ctypes.c_void_p.from_address(id(_PROBE) + _HEAD).value == _PROBE.ctypes.data
)
_AT = ctypes.c_void_p.from_address


class CompilerMissing(ExportError):
    """There is no C compiler here; the message says what was tried and what to do."""


class CompileFailed(ExportError):
    """The compiler, or the cache that keeps its result, said no; the message has its words."""


def load(source: str, name: str, *, openmp: bool = False) -> ctypes.CDLL:
    """The library of one C99 text: compiled at the first call, then taken from the cache.

    ``source``: C99 without dependencies beyond the C library.  ``name``: a word for the file in
    the cache (``$XDG_CACHE_HOME`` or ``~/.cache``, folder ``xent_sym``).  ``openmp``: link with
    OpenMP's threads; without it ``#pragma omp simd`` still counts.  The compiler is the first of
    ``$CC``, cc, gcc and clang.  Give each function ``argtypes`` (``c_void_p`` for arrays, see
    ``pointer``): ctypes passes a bare Python integer as a C ``int``, which cuts an address.

    Raises ``CompilerMissing`` or ``CompileFailed``, both an ``ExportError``.

    >>> library = load("double twice(double x) { return 2 * x; }", "twice")  # doctest: +SKIP
    >>> load("double twice(double x) { return 2 * x; }", "two words")
    Traceback (most recent call last):
    ValueError: the name 'two words' is not a word of at most 80 letters, digits and _
    """
    if not re.fullmatch(r"\w{1,80}", name, re.ASCII):
        raise ValueError(f"the name {name!r} is not a word of at most 80 letters, digits and _")
    path = compiled(source, name, compiler_and_flags(openmp))
    try:
        return ctypes.CDLL(str(path))
    except OSError as error:
        raise CompileFailed(
            f"the compiled library {path} does not load: {error}. Delete that file and try again; "
            "if the folder forbids programs, let XDG_CACHE_HOME name another one"
        ) from error


def compiled(source: str, name: str, build: tuple[tuple[str, ...], str]) -> Path:
    """The library's file in the cache; compiled, by this command, if it is not there yet."""
    path = _cache_folder() / f"{name}-{_key(source, build)}.so"
    if not path.exists():
        _compile(source, path, build)
    return path


def pointer(array: npt.NDArray[Any]) -> ctypes.c_void_p:
    """The address of an array's data, to be passed where ``argtypes`` says ``c_void_p``.

    Only a NumPy array will do, and it must outlive the call that gets the address.

    >>> import numpy as np
    >>> a = np.zeros(3)
    >>> pointer(a).value == a.ctypes.data
    True
    """
    return _AT(id(array) + _HEAD) if _DIRECT else ctypes.c_void_p(array.ctypes.data)


def compiler_and_flags(openmp: bool = False) -> tuple[tuple[str, ...], str]:
    """The command that compiles here, and the fingerprint of its compiler and processor."""
    return _understood(_compiler(os.environ.get("CC", ""), os.environ.get("PATH", "")), openmp)


@cache
def _compiler(wanted: str, _path: str) -> tuple[str, ...]:
    """The words that call the compiler: ``$CC`` may be several, as in ``ccache gcc``."""
    candidates = [shlex.split(wanted)] if wanted.strip() else []
    candidates += [[name] for name in COMPILERS]
    for words in candidates:
        if unsafe := [word for word in words if UNSAFE.match(word)]:
            raise CompileFailed(
                f"CC holds {' '.join(unsafe)}, which changes how this whole process rounds; "
                "take it out of CC"
            )
        if found := shutil.which(words[0]):
            return found, *words[1:]
    tried = ", ".join(" ".join(words) for words in candidates)
    raise CompilerMissing(
        f"no C compiler was found (tried {tried}): install gcc or clang, or name yours in the "
        'environment variable CC; target="numpy" needs no compiler'
    )


@cache
def _understood(compiler: tuple[str, ...], openmp: bool) -> tuple[tuple[str, ...], str]:
    """The command with every flag the compiler knows, and all its predefined macros.

    The macros name the compiler, its version and, because of -march=native, each instruction
    set of the processor: a cache that is shared between machines stays right.
    """
    last = (THREADS if openmp else SIMD,)
    command = (*compiler, *REQUIRED)
    best = (*command, *(first for first, *_ in (*OPTIONAL, last)))
    if (macros := _macros(best)) is not None:
        return best, macros
    if (macros := _macros(command)) is None:
        raise CompileFailed(
            f"{shlex.join(command)} cannot compile an empty file: gcc or clang was expected; "
            "name one in the environment variable CC"
        )
    for alternatives in (*OPTIONAL, last):
        for flag in alternatives:
            if (said := _macros((*command, flag))) is not None:
                command, macros = (*command, flag), said
                break
    if openmp and THREADS not in command:
        raise CompileFailed(f"{compiler[0]} does not know {THREADS}: ask for openmp=False")
    return command, macros


def _macros(command: tuple[str, ...]) -> str | None:
    """The macros that the compiler predefines under these flags; None if it rejects a flag."""
    line = [*command, "-Werror", "-dM", "-E", "-x", "c", os.devnull]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else None


def _key(source: str, build: tuple[tuple[str, ...], str]) -> str:
    command, macros = build
    return hashlib.sha256("\0".join([source, *command, macros]).encode()).hexdigest()[:32]


def _cache_folder() -> Path:
    """The user's own folder for compiled libraries: nobody else may write there."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    folder = (Path(base) if os.path.isabs(base) else Path.home() / ".cache") / "xent_sym"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.stat()
    except OSError as error:
        raise CompileFailed(
            f"no folder for compiled libraries: {error}. Let XDG_CACHE_HOME name one that "
            "you may write to"
        ) from error
    if os.name == "posix" and (
        status.st_uid != os.geteuid() or status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    ):
        raise CompileFailed(
            f"{folder} belongs to, or can be written by, somebody else, who could put a program "
            f"there for you to run: chmod 700 it, or let XDG_CACHE_HOME name another folder"
        )
    return folder


def _compile(source: str, path: Path, build: tuple[tuple[str, ...], str]) -> None:
    """Compile beside the final place and rename: another process sees all of it or nothing."""
    command, _ = build
    try:
        with tempfile.TemporaryDirectory(dir=path.parent) as work:
            text, made = Path(work) / f"{path.stem}.c", Path(work) / path.name
            text.write_text(source, encoding="utf-8")
            line = [*command, "-shared", "-o", str(made), str(text), "-lm"]
            done = subprocess.run(line, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                words = (done.stderr or done.stdout).strip().replace(work + os.sep, "")
                raise CompileFailed(
                    f"{shlex.join(command)} did not compile {path.stem}.c:\n{words[:2000]}\n"
                    'target="numpy" needs no compiler'
                )
            made.replace(path)
    except OSError as error:
        raise CompileFailed(
            f"the compiled library cannot be kept: {error}. Let XDG_CACHE_HOME name a folder "
            "that you may write to"
        ) from error
