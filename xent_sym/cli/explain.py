"""``explain``: what a diagnostic code means, with an example, and what to do."""

from __future__ import annotations

from argparse import Namespace
from difflib import get_close_matches

from xent_sym.cli.problems import OK, BadInput
from xent_sym.verification.codes import Page, pages


def explain(options: Namespace) -> int:
    """``explain [CODE]``: the page of a code, or all codes with their titles."""
    known = pages()
    if options.code is None:
        width = max(map(len, known))
        for page in known.values():
            print(f"{page.code:<{width}}  {page.verdict:<11}  {page.title}")
    else:
        print(_page(known, options.code).text, end="")
    return OK


def _page(known: dict[str, Page], code: str) -> Page:
    if code not in known:
        close = get_close_matches(code, known, n=1)
        hint = f"did you mean {close[0]}?" if close else "xent-sym explain lists them all"
        raise BadInput(f"{code!r} is not a code; {hint}")
    return known[code]
