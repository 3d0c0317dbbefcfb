"""How a report is to look: with colours or without, with the proved steps or without."""

from __future__ import annotations

from dataclasses import dataclass

_RED, _GREEN, _YELLOW, _BLUE, _MAGENTA = "1;31", "1;32", "1;33", "1;34", "1;35"
PAINTS = {
    "error": _RED,
    "refuted": _RED,
    "unknown": _YELLOW,
    "unreadable": _MAGENTA,
    "warning": _YELLOW,
    "proved": _GREEN,
    "definition": _BLUE,
    "not-a-claim": _BLUE,
    "gutter": _BLUE,
    "help": "1;36",
    "strong": "1",
}


@dataclass(frozen=True)
class Style:
    """``verbose`` also shows what needs no attention, ``letters`` how each symbol was taken.

    ``ascii`` escapes every other sign, where the output cannot hold it (JSON only: elsewhere
    the stream itself does so).
    """

    colour: bool = False
    verbose: bool = False
    letters: bool = False
    ascii: bool = False

    def paint(self, text: str, name: str) -> str:
        r"""The text in the colour of that name, where colours are wanted.

        >>> Style(colour=True).paint("proved", "proved")
        '\x1b[1;32mproved\x1b[0m'
        >>> Style().paint("proved", "proved")
        'proved'
        """
        return f"\x1b[{PAINTS[name]}m{text}\x1b[0m" if self.colour and text else text
