"""The routines that functions for any array library carry with them.

Their source is copied into the export, so nothing here may refer to the rest of the package.
Only shapes and types decide what is done, never entries: these may not be known yet.
"""

from __future__ import annotations

import sys
from typing import Any


def _namespace(**arrays: Any) -> Any:
    """The library that the arguments come from."""
    libraries = [_library(array) for array in arrays.values()]
    found = {library.__name__: library for library in libraries if library is not None}
    if len(found) > 1:
        # JAX and Dask turn NumPy's arrays into arrays of their own.
        found.pop("numpy", None)
    if len(found) != 1:
        seen = ", ".join(f"{name} is a {type(a).__module__}.{type(a).__name__}"
                         for name, a in arrays.items())
        raise ValueError(f"{seen}; expected arrays of one library that has the array API standard")
    return next(iter(found.values()))


def _library(array: Any) -> Any:
    """The library of an array, by the array API standard or by its name; None for no array."""
    if hasattr(array, "__array_namespace__"):
        return array.__array_namespace__()
    package = type(array).__module__.split(".")[0]
    if package in ("torch", "dask", "numpy"):
        return sys.modules["dask.array" if package == "dask" else package]
    return None


def _array(xp: Any, name: str, value: Any, like: Any) -> Any:
    """The argument as an array of this library; ``like`` is one that tells where it lies."""
    if isinstance(value, float):
        floating = _is(xp, like.dtype, "real floating")
        return _number(xp, value, like.dtype if floating else xp.float64, like)
    if isinstance(value, int):
        return xp.asarray(value, **_device(xp, like))
    library = _library(value)
    if library is None:
        raise ValueError(f"{name}: a {type(value).__name__}; an array is needed: convert it")
    if library.__name__ == xp.__name__:
        return value
    if xp.__name__ not in ("jax.numpy", "dask.array"):
        raise ValueError(
            f"{name}: an array of {library.__name__} among arrays of {xp.__name__}: convert it"
        )
    return xp.asarray(value)


def _first(**arrays: Any) -> Any:
    """The first argument that is an array."""
    return next(array for array in arrays.values() if hasattr(array, "shape"))


def _device(xp: Any, like: Any) -> dict[str, Any]:
    """Where new arrays have to lie, for the libraries that must be told."""
    return {"device": like.device} if xp.__name__ in ("torch", "array_api_strict") else {}


def _is(xp: Any, dtype: Any, kind: str) -> bool:
    """The type is among the 'real floating', the 'integral' or the 'bool' ones."""
    if xp.__name__ != "numpy" and hasattr(xp, "isdtype"):
        return bool(xp.isdtype(dtype, kind))
    if xp.__name__ == "torch":
        floating, truth = dtype.is_floating_point, dtype == xp.bool
        whole = not (floating or truth or dtype.is_complex)
        return bool({"real floating": floating, "bool": truth, "integral": whole}[kind])
    return str(dtype.kind) in {"real floating": "f", "integral": "iu", "bool": "b"}[kind]


def _floats(name: str, array: Any, axes: int) -> Any:
    """The argument, if it has real numbers, at least this many axes, and none of them empty."""
    if hasattr(array, "mask"):
        raise ValueError(
            f"{name}: a masked array; its mask has no meaning here: fill it, for logits with -inf"
        )
    xp = _library(array)
    kinds = ("real floating", "integral", "bool")
    if not any(_is(xp, array.dtype, kind) for kind in kinds):
        raise ValueError(f"{name}: dtype {array.dtype}; real numbers are needed: convert it")
    shape = tuple(array.shape)
    if len(shape) < axes:
        raise ValueError(
            f"{name}: shape {shape}; at least {axes} axes are needed, its own ones last"
        )
    for length in shape[len(shape) - axes :]:
        if length is None or not length >= 0:
            raise ValueError(
                f"{name}: shape {shape} has an axis of unknown length: have it computed first"
            )
        if length == 0:
            raise ValueError(f"{name}: shape {shape} has an axis of size 0; give 1 or more")
    return array


def _integers(name: str, array: Any, axes: int) -> Any:
    """The argument as class numbers; whether there are such classes nobody looks."""
    xp = _library(array)
    if not _is(xp, array.dtype, "integral"):
        raise ValueError(
            f"{name}: dtype {array.dtype}; class numbers must be integers: convert it"
        )
    if array.ndim < axes:
        raise ValueError(f"{name}: shape {tuple(array.shape)}; at least {axes} axes are needed")
    if array.dtype == xp.int64 or (array.dtype == xp.int32 and xp.__name__ != "torch"):
        return array
    return _cast(xp, array, xp.asarray(0, **_device(xp, array)).dtype)


def _labels(name: str, array: Any, count: int, axes: int, batch: int) -> tuple[Any, bool]:
    """Labels, and whether they are class numbers: integers with an axis fewer than dense ones."""
    if _is(_library(array), array.dtype, "integral") and array.ndim < axes + batch:
        return _integers(name, array, axes - 1), True
    if array.ndim < axes or array.shape[-1] != count:
        raise ValueError(
            f"{name}: shape {tuple(array.shape)}, dtype {array.dtype}; its last axis should have "
            f"one entry for each of {count} classes; class numbers must be integers, with one "
            "axis fewer"
        )
    return _floats(name, array, axes), False


def _size(name: str, **seen: int) -> int:
    """The one size that all these axes have."""
    one, *others = seen.values()
    if any(other != one for other in others):
        listed = ", ".join(f"{axis} has {size}" for axis, size in seen.items())
        raise ValueError(f"size {name}: {listed}; give them one length")
    return one


def _whole(name: str, value: Any) -> int:
    """The argument as a size: a whole number, 1 or more."""
    if isinstance(value, bool) or not hasattr(value, "__index__") or value < 1:
        raise ValueError(f"{name}: {value!r}; expected a whole number, 1 or more")
    return value.__index__()  # type: ignore[no-any-return]


def _batch(**seen: tuple[int, ...]) -> tuple[int, ...]:
    """The batch axes that all arguments broadcast to."""
    lengths = []
    for n in range(max(len(shape) for shape in seen.values())):
        length = 1
        for shape in seen.values():
            here = shape[len(shape) - 1 - n] if n < len(shape) else 1
            if here != 1 and length not in (1, here):
                listed = ", ".join(f"{name} has {tuple(s)}" for name, s in seen.items())
                raise ValueError(
                    f"leading (batch) axes do not fit together: {listed}; make them equal or 1"
                )
            length = length if here == 1 else here
        lengths.append(length)
    return tuple(reversed(lengths))


def _format(xp: Any, *arrays: Any) -> Any:
    """Double if an argument is, else single; double if all are integers."""
    floating = [a.dtype for a in arrays if _is(xp, a.dtype, "real floating")]
    if floating:
        double = any(dtype == xp.float64 for dtype in floating)
        return xp.float64 if double else xp.float32
    return xp.asarray(0.0).dtype if xp.__name__ == "jax.numpy" else xp.float64


def _cast(xp: Any, array: Any, dtype: Any) -> Any:
    """The array in another format."""
    if array.dtype == dtype:
        return array
    if hasattr(xp, "astype"):
        return xp.astype(array, dtype)
    return array.to(dtype) if xp.__name__ == "torch" else array.astype(dtype)


def _level(array: Any, axes: int) -> Any:
    """The array with this many axes, new ones of length one first."""
    return array[(None,) * (axes - array.ndim) + (...,)] if array.ndim < axes else array


def _number(xp: Any, value: Any, dtype: Any, like: Any) -> Any:
    """A number as an array without axes."""
    return xp.asarray(value, dtype=dtype, **_device(xp, like))


def _places(xp: Any, count: int, like: Any) -> Any:
    """0, 1, ..., count − 1"""
    return xp.arange(count, **_device(xp, like))


def _result(xp: Any, x: Any, shape: tuple[int, ...]) -> Any:
    """The array with its whole shape."""
    return x if tuple(x.shape) == shape else xp.broadcast_to(x, shape)
