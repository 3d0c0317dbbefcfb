"""The diagnostic codes, and a page on each: what it means, a note that gives it, what to do."""

from __future__ import annotations

import textwrap
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

WIDTH = 80


@dataclass(frozen=True)
class Page:
    """What one code means.  ``verdict`` is the verdict it comes with, or ``warning``.

    ``example`` is a Markdown note that gives the code.
    """

    code: str
    verdict: str
    title: str
    means: str
    example: str
    remedy: str

    @property
    def text(self) -> str:
        """The page as it is printed."""
        return (
            f"{self.code} ({self.verdict}): {self.title}\n\n{_paragraph(self.means)}\n\n"
            f"A note that gives it:\n\n{textwrap.indent(self.example.strip(), '    ')}\n\n"
            f"What to do: {_paragraph(self.remedy, len('What to do: '))}\n"
        )


@cache
def pages() -> dict[str, Page]:
    """Every code with its page, those of one verdict together.

    >>> pages()["refuted"].verdict
    'refuted'
    """
    found = tomllib.loads(files(__package__).joinpath("codes.toml").read_text("utf-8"))
    return {code: Page(code, **page) for code, page in found.items()}


def _paragraph(text: str, begins_at: int = 0) -> str:
    """The text in lines of ``WIDTH``, of which the first begins further right."""
    return textwrap.fill(" " * begins_at + " ".join(text.split()), WIDTH).lstrip()


__all__ = ["Page", "pages"]
