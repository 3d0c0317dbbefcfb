"""The book: one document per derivation file and an index, for each format and language.

    TARGET/README.md            where the books in each language are   (markdown)
    TARGET/figures/             the figures as SVG, if there is matplotlib
    TARGET/LANGUAGE/README.md   the index
    TARGET/LANGUAGE/kl.md       one document per derivation file
    TARGET/LANGUAGE/kl.tex, book.tex                                   (latex)
    TARGET/LANGUAGE/book.html   everything on one page                 (html)
    TARGET/LANGUAGE/book.pdf    if there is a TeX                      (pdf)

Everything is made in memory first; then every file is written under another name and renamed.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from xent_sym.files import write_whole
from xent_sym.notes import pdf
from xent_sym.notes.document import documents
from xent_sym.notes.figures import PLACES, MissingExtra, drawn
from xent_sym.notes.formats import FORMATS as STYLES
from xent_sym.notes.formats import Format, Html
from xent_sym.notes.words import LANGUAGES, TEMPLATES, Words, words

FORMATS = (*STYLES, "pdf")
DEFAULT_FORMATS = tuple(STYLES)


class BuildError(Exception):
    """The book cannot be written; the message names the place and the remedy."""


@dataclass(frozen=True)
class BuildReport:
    """What was written, and what there is to say about what was not."""

    target: Path
    files: tuple[Path, ...]
    messages: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n".join([f"{len(self.files)} files written to {self.target}", *self.messages])


def build(
    target: Path, *, formats: Sequence[str] = DEFAULT_FORMATS,
    languages: Sequence[str] = LANGUAGES,
) -> BuildReport:
    """Write the book to a folder, which is made if need be.

    The same library gives the same bytes.  Raises ``BuildError`` for a format or language that
    does not exist and for a place that cannot be written; then nothing is half-written.
    """
    _known("format", formats, FORMATS)
    _known("language", languages, LANGUAGES)
    messages: list[str] = []
    pictures = _pictures(messages) if {"markdown", "html"} & set(formats) else {}
    texts = dict(rendered(formats, languages, pictures))
    write_all(target, texts)
    if "pdf" in formats:
        for language in languages:
            messages += pdf.compile_book(target / language, words(language))
    made = [p for n in languages if (p := target / n / "book.pdf").exists() and "pdf" in formats]
    return BuildReport(target, (*(target / name for name in texts), *made), tuple(messages))


def _pictures(messages: list[str]) -> dict[str, str]:
    """The figures; without matplotlib none, and a word about it."""
    try:
        return drawn()
    except MissingExtra as missing:
        messages.append(f"no figures: {missing}")
        return {}


def _known(what: str, asked: Sequence[str], known: Sequence[str]) -> None:
    for name in asked:
        if name not in known:
            raise BuildError(f"no {what} is called {name!r}: choose from {', '.join(known)}")


# -- the texts -----------------------------------------------------------------------------------


def rendered(
    kinds: Sequence[str], languages: Sequence[str], pictures: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Each file's path within the book, and its text; ``pictures`` are SVG texts by name."""
    book = documents()
    home = {s.name: d.name for d in book for s in d.sections}
    wanted = {"latex" if kind == "pdf" else kind for kind in kinds}
    for kind, style in STYLES.items():
        if kind not in wanted:
            continue
        written = style(home)
        environment = _environment(written, style is Html)
        environment.globals.update(
            book=book, theorems=frozenset(home), pictures=_by_document(pictures)
        )
        for language in languages:
            said = words(language)
            others = [words(n) for n in languages if n != language]
            for path, text in _files(environment, style.suffix, said, others):
                yield f"{language}/{path}", written.finished(text)
        if kind == "markdown":
            top = environment.get_template("top.md.j2")
            yield "README.md", top.render(languages=[words(n) for n in languages], book=book)
            for name, svg in pictures.items():
                yield f"figures/{name}.svg", svg


def _files(
    environment: Environment, suffix: str, said: Words, others: Sequence[Words]
) -> Iterator[tuple[str, str]]:
    common = {"w": said, "others": others}
    index = {"md": "README.md"}.get(suffix, f"book.{suffix}")
    yield index, environment.get_template(f"book.{suffix}.j2").render(common)
    if suffix != "html":
        template = environment.get_template(f"document.{suffix}.j2")
        for document in documents():
            yield f"{document.name}.{suffix}", template.render(common, document=document)


def _by_document(pictures: Mapping[str, str]) -> dict[str, list[tuple[str, str]]]:
    """For each document its pictures: the name, and the picture as an address."""
    shown: dict[str, list[tuple[str, str]]] = {}
    for name, svg in pictures.items():
        shown.setdefault(PLACES[name], []).append((name, _inline(svg)))
    return shown


def _inline(svg: str) -> str:
    """A picture as an address of its own: nothing to fetch, and its ids stay apart."""
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()


def _environment(style: Format, escape: bool) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, autoescape=escape,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
        # LaTeX is full of braces; one pair of marks serves every format
        block_start_string="<%", block_end_string="%>", variable_start_string="<<",
        variable_end_string=">>", comment_start_string="<#", comment_end_string="#>",
    )  # fmt: skip
    environment.filters.update(style.filters)
    return environment


# -- the files -----------------------------------------------------------------------------------


def write_all(target: Path, texts: dict[str, str]) -> None:
    """Write every file of the book, or none."""
    try:
        for name in texts:
            (target / name).parent.mkdir(parents=True, exist_ok=True)
        write_whole({target / name: text for name, text in texts.items()})
    except OSError as problem:
        place = problem.filename or target
        raise BuildError(
            f"cannot write the book to {target}: {place}: {problem.strerror}; "
            "name a folder that you may write to"
        ) from problem
