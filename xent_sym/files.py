"""Writing files whole or not at all: under another name beside the place, then renamed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path


def write_whole(texts: Mapping[Path, str]) -> None:
    """Write all these files, or leave every one as it was.

    A link stays a link: what it points to is written.  A pipe or a device is written to as it
    stands, for nothing can take its place.  OSError names the path that cannot be written.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_whole({Path(folder, "a.txt"): "text"})
    ...     print(Path(folder, "a.txt").read_text("utf-8"))
    text
    """
    pending: list[tuple[Path, Path]] = []
    try:
        for path, text in texts.items():
            if path.exists() and not path.is_file() and not path.is_dir():
                path.write_text(text, "utf-8", newline="\n")
                continue
            place = path.resolve()
            pending.append((_beside(place), place))
            pending[-1][0].write_text(text, "utf-8", newline="\n")
        for temporary, path in pending:
            temporary.replace(path)
    except OSError as problem:
        raise OSError(problem.errno, problem.strerror, str(path)) from problem
    finally:
        for temporary, _ in pending:
            temporary.unlink(missing_ok=True)


def _beside(path: Path) -> Path:
    """A new, empty file in the folder of the path."""
    if path.is_dir():
        raise IsADirectoryError(21, "is a folder, not a file", str(path))
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    # mkstemp makes files for their owner's eyes only; these are for every reader
    umask = os.umask(0)
    os.umask(umask)
    temporary = Path(name)
    temporary.chmod(0o666 & ~umask)
    return temporary
