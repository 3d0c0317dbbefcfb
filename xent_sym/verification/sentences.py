"""The words around a formula: what they make of it, up to the ends of its sentence.

A sentence is a text with a mark for each formula in it.  A display stands in the sentence that
leads to it, so the empty lines around it end nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from xent_sym.reader.document import Document

MARK = "□"
NEAR = 40  # so many characters may stand between a claim and the condition behind it
_END = re.compile(
    r"(?<!\bi\.e)(?<!\be\.g)(?<!\bcf)(?<!\bvs)(?<!\bresp)[.!?](?=\s|$)(?!\s+(?:then|in th(?:is|at) "
    r"case)\b)|[。！？]|\n\s*\n|\n\s*(?:[-*#|]|\d+[.)])\s",
    re.IGNORECASE,
)
_BEHIND = r"[\s:：,，(（*_]*$"
_TO_FORMULA = rf"(?:\s+that)?{_BEHIND}"
_CONDITION = re.compile(
    rf"(?:\b(?:if|when|whenever|unless|iff|provided|suppose|assume|assuming)|若|当|如果|假如|假设"
    rf"|只要|除非|만약){_TO_FORMULA}",
    re.IGNORECASE,
)
_FOR = re.compile(
    rf"(?:\b(?:for|in case|case(?:\s+(?:\d+|[ivx]+|one|two|three))?)|对于?|情[况形][一二三四\d]*)"
    rf"{_BEHIND}",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"(?:\b(?:if|when|whenever)\s|若|当|如果|假如)[^□,，.;。]{0,40}(?:\b(?:is|are|equals|has|have)|为|是)"
    rf"{_BEHIND}",
    re.IGNORECASE,
)
_ASSUMING = re.compile(
    r"(?:\b(?:suppos|assum)(?:e|ing)(?:\s+(?:now|that|further|also|again|moreover|for simplicity))*"
    rf"|假设|假定|가정){_BEHIND}",
    re.IGNORECASE,
)
_EXCEPT = re.compile(
    r"\b(?:unlike|not|different|except|unless|only|iff|if and only if)\b|n't\b|除非|除了|不",
    re.IGNORECASE,
)
_IFF = re.compile(r"\bif and only if\b|\biff\b", re.IGNORECASE)
_TOO = re.compile(r"^[\s,，、]*(?:and|with|且|并且|和|及|、)[\s,，、]*$", re.IGNORECASE)
_THEN = re.compile(r"^[\s$)）]*(?:时|的时候|的情况|이면|일 때|のとき)")
_OPENS = re.compile(
    r"^(?:\W|\b(?:then|we|have|get|obtain|so|that|it|is|this|gives|follows|the|derivative|gradient|"
    r"case)\b|则|有|时|可得|得到|得|我们|那么|所以)*$",
    re.IGNORECASE,
)
_WORDS = re.compile(
    r"\b(?:if|suppose|assume|assuming|provided|unless|otherwise|independent|deterministic|symmetric)"
    r"\b|\bset(?:ting)?\b[^.]*\bto (?:zero|0)\b|若|如果|假设|假如|否则|独立|만약|독립",
    re.IGNORECASE,
)
_IF = re.compile(r"\b(?:if|unless|otherwise)\b|若|如果|假如|否则|만약", re.IGNORECASE)
_DIRECTLY = re.compile(rf"[^{MARK},，.;；]{{0,40}}{MARK}")
_DENIED = re.compile(
    r"\b(?:wrong|false|incorrect|untrue|mistaken|not (?:\w+ )?(?:true|correct|the case))"
    r"(?:\s+that|\s+to (?:say|write|think|assume|conclude)(?:\s+that)?|[:：])\s*$"
    r"|\b(?:mistake|misconception) (?:is|to)\b[^□]*$"
    r"|\b(?:do|does) ?n[o']t (?:\w+ )?(?:hold|mean|imply|follow)(?:\s+that)?[\s:：]*$"
    r"|(?:并非|并不是|不是说|不能说|误以为|错误地认为)[\s:：]*$",
    re.IGNORECASE,
)
_DENIED_AFTER = re.compile(
    r"^[\s,，)）]*(?:(?:is|are|was|would be)\s+(?:\w+\s+)?(?:wrong|false|incorrect|untrue|not "
    r"(?:\w+\s+)?(?:true|correct|the case))\b|(?:does not|doesn't|do not|don't|need not|cannot) "
    r"(?:\w+ )?hold\b|fails?\b|(?:通常|一般)?(?:并?不成立|不对|是错)"
    r"|(?:일반적으로 )?(?:거짓|성립하지 않))",
    re.IGNORECASE,
)
_TASK = re.compile(
    r"\bsolv(?:e|es|ing)\b(?:\s+(?:the\s+)?(?:equations?|system)|\s+for\s+\w+)*[\s:：]*$"
    r"|(?:\b(?:find|determine)\b[^.]{0,60}\b(?:such that|so that|for which|satisfying)"
    r"|求解|解方程|求[^。]{0,30}使得?)[\s:：]*$",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"(?:^|[.:;!?*#\d)]\s|\n)\W*(?:find|compute|calculate|determine|evaluate)[\s:：]*$|计算[\s:：]*$",
    re.IGNORECASE,
)
_WHY = re.compile(r"\b(?:why|how (?:do|does|can|did))\b|为什么|为何|怎么|왜|어떻게", re.IGNORECASE)


@dataclass(frozen=True)
class Words:
    """The part of a sentence before or behind a formula; ``formulas`` are the marks' numbers.

    ``end`` is the sign that ends it, where it ends behind the formula.
    """

    text: str
    formulas: tuple[int, ...]
    end: str = ""

    def marked(self) -> Iterator[tuple[str, int, str]]:
        """Each formula with the words before it and those behind it."""
        at = -1
        for number in self.formulas:
            at = self.text.index(MARK, at + 1)
            yield self.text[:at], number, self.text[at + 1 :]


def before(document: Document, number: int) -> Words:
    """The sentence up to this formula."""
    text, found, at = "", list[int](), number
    while True:
        words = _between(document, at)
        ends = [m.end() for m in _END.finditer(words)]
        text = words[ends[-1] if ends else 0 :] + text
        if ends or at == 0 or _closes(document, at - 1):
            return Words(text, tuple(found))
        at -= 1
        found.insert(0, at)
        text = MARK + text


def behind(document: Document, number: int) -> Words:
    """The rest of the sentence behind this formula."""
    text, found, at = "", list[int](), number
    while True:
        words = _between(document, at + 1)
        end = _END.search(words)
        if end is not None or at + 1 >= len(document.formulas) or _displayed(document, at + 1):
            stop = len(words) if end is None else end.start()
            return Words(text + words[:stop], tuple(found), "" if end is None else end[0].strip())
        text += words + MARK
        at += 1
        found.append(at)


def _between(document: Document, number: int) -> str:
    """The words before a formula, without the empty lines that set a display off."""
    words = document.prose[number]
    if number < len(document.formulas) and _displayed(document, number):
        words = words.rstrip()
    return words.lstrip() if number and _displayed(document, number - 1) else words


def _displayed(document: Document, number: int) -> bool:
    return document.formulas[number].kind != "inline"


def _closes(document: Document, number: int) -> bool:
    """A display that ends with a full stop ends its sentence."""
    return _displayed(document, number) and document.formulas[number].text.rstrip().endswith(".")


# -- what the words make of a formula ------------------------------------------------------------


def is_conditional(document: Document, number: int) -> bool:
    """The words make a formula a condition: "if $q = 0$", "当 $y = 1$ 时"."""
    return bool(
        _CONDITION.search(before(document, number).text)
        or _THEN.match(behind(document, number).text)
    )


def is_assumed(document: Document, number: int) -> bool:
    """"Assume", "suppose", "假设" stand right before the formula."""
    return bool(_ASSUMING.search(before(document, number).text))


def conditions_before(document: Document, number: int) -> Iterator[tuple[int, bool]]:
    """The formulas of the sentence that say when this one holds.

    With each: whether nothing but "then", "we have" and the like stands between, so that a case
    (i = j) opens just this formula.
    """
    found: set[int] = set()
    for words, formula, rest in before(document, number).marked():
        too = formula - 1 in found and _TOO.match(words.rpartition(MARK)[2])
        said = any(way.search(words) for way in (_CONDITION, _FOR, _SAID)) or _THEN.match(rest)
        clause = re.split(r"[,，;；□]", words)[-1]
        if (said or too) and not _EXCEPT.search(clause) and not _ASSUMING.search(words):
            found.add(formula)
            yield formula, bool(_OPENS.match(rest))


def conditions_behind(document: Document, number: int) -> Iterator[int]:
    """The formula behind this one that says when it holds: "$H(X|Y) = 0$ if $X = f(Y)$"."""
    for words, formula, _ in behind(document, number).marked():
        said = _IFF.sub("if", words)
        goes_on = words.lstrip()[:1]  # a capital begins a sentence of its own
        near = len(words) < NEAR and (goes_on in ",，;；" or goes_on.islower())
        if near and _CONDITION.search(said) and not _EXCEPT.search(said):
            yield formula
        return


def words_of_condition(document: Document, number: int, read: Collection[int] = ()) -> str:
    """The words of a condition in the sentence of a formula.

    Before an earlier formula of the sentence only "if" and the like count; what they say of a
    formula in ``read`` is read there.
    """
    words = before(document, number)
    earlier, _, text = words.text.rpartition(MARK)
    found = _WORDS.search(text)
    if found is not None:
        return _tidy(text[found.start() :])
    said = "" if _displayed(document, number) else _open_if(behind(document, number), read)
    if not said and words.formulas:
        said = _open_if(Words(earlier + MARK, words.formulas), read)
    return said


def _open_if(words: Words, read: Collection[int]) -> str:
    """An "if" that does not lead to a formula that is read as a condition."""
    for found in _IF.finditer(words.text):
        rest = words.text[found.end() :]
        place = words.text[: found.start()].count(MARK)
        if not (_DIRECTLY.match(rest) and words.formulas[place] in read):
            return _tidy(words.text[found.start() :])
    return ""


def opens_with_if(words: str) -> bool:
    """The words are "if ..." and the like, not only "assume" or "independent"."""
    return _IF.match(words) is not None


def _tidy(words: str) -> str:
    """One clause on one line, with dots for its formulas."""
    clause = re.split(r"[,，;；:：]", words)[0]
    return " ".join(clause.replace(MARK, " … ").split())


def is_denied(document: Document, number: int) -> bool:
    """"It is wrong that ...", "... does not hold"."""
    return bool(
        _DENIED.search(before(document, number).text)
        or _DENIED_AFTER.search(behind(document, number).text)
    )


def is_asked(document: Document, number: int) -> bool:
    """The sentence asks whether; "why" and "how" take for granted that it holds."""
    rest = behind(document, number)
    inside = document.formulas[number].text.rstrip().endswith(("?", "？"))
    if not inside and rest.end not in ("?", "？"):
        return False
    return not _WHY.search(before(document, number).text + rest.text)


def is_task(document: Document, number: int) -> bool:
    """"Solve", "find x such that": the equation is to be made true."""
    return bool(_TASK.search(before(document, number).text))


def is_to_be_computed(document: Document, number: int) -> bool:
    """"Compute" and the like stand right before the formula."""
    return bool(_ASKED.search(before(document, number).text))


__all__ = [
    "Words",
    "before",
    "behind",
    "conditions_before",
    "conditions_behind",
    "is_asked",
    "is_assumed",
    "is_conditional",
    "is_denied",
    "is_task",
    "is_to_be_computed",
    "opens_with_if",
    "words_of_condition",
]
