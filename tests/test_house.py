"""The house stands: imports run one way, and nothing reads text as a program."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "xent_sym"
DERIVATIONS = ROOT / "derivations"

# What each room may import, besides itself.  Notes and numeric read derivations too: the book
# is made of them, and a function is exported from the theorem of one.
BUILDER = {"terms", "kernel", "tactics", "calc"}
READERS = {"terms", "kernel", "calc", "library"}
ROOMS = {
    "files": set(),
    "terms": set(),
    "kernel": {"terms"},
    "refute": {"terms"},
    "reader": {"terms"},
    "meaning": {"terms", "kernel", "reader"},
    "verification": {
        "terms", "kernel", "tactics", "derive", "library", "refute", "reader", "meaning", "calc",
    },
    "tactics": {"terms", "kernel"},
    "calc": {"terms", "kernel", "tactics"},
    "derivations": set(),
    "library": {"calc", "derivations"},
    "derive": BUILDER | {"library"},
    "twins": READERS | {"refute"},
    "numeric": {"terms", "kernel", "derive"},
    "worked": BUILDER | READERS,
    "figures": READERS | {"worked", "numeric"},
    "notes": READERS | {"refute", "twins", "worked", "figures", "numeric", "files"},
    "plain": {"terms", "kernel", "notes"},
    "checking": {"kernel", "calc", "numeric"},
    "api": READERS | {"checking", "files", "notes", "numeric", "plain"},
    "cli": READERS
    | {
        "derivations", "notes", "api", "checking", "plain", "files", "verification", "meaning",
        "numeric",
    },
    "__main__": {"cli"},
}
RUNS_TEXT = {"eval", "exec", "sympify", "parse_expr", "compile", "__import__"}
FOR_AUTHORS = ("xent_sym.derivations", "xent_sym.worked", "fractions")
# The one place that runs text: a module that the printer has just written from a closed language.
WRITES_PROGRAMS = {"numeric/running.py"}


def sources(folder):
    return sorted(folder.rglob("*.py"))


def room(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path):
    """Every module that the file imports, wherever in the file it does so."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            yield node.module
            # ``from xent_sym import terms`` imports a room as well
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rooms_imported(path):
    for name in imported(path):
        first, _, rest = name.partition(".")
        inside = rest.partition(".")[0]
        is_room = (PACKAGE / inside).is_dir() or (PACKAGE / f"{inside}.py").exists()
        if first == "xent_sym" and inside and is_room:
            yield inside


def wrong_way(path):
    """The rooms that this file imports and may not."""
    own = room(path)
    return {r for r in rooms_imported(path) if r != own and r not in ROOMS[own]}


def test_every_room_is_on_the_map():
    found = {room(p) for p in sources(PACKAGE)} - {"__init__"}
    assert found <= set(ROOMS)


def test_the_map_has_no_way_round():
    """terms <- kernel <- tactics <- calc <- ...: no room can be reached from itself."""
    order = list(TopologicalSorter(ROOMS).static_order())
    assert order.index("terms") < order.index("kernel") < order.index("tactics")
    with pytest.raises(CycleError):
        list(TopologicalSorter({**ROOMS, "terms": {"kernel"}}).static_order())


@pytest.mark.parametrize("path", sources(PACKAGE), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_imports_run_one_way(path):
    if room(path) != "__init__":
        assert not wrong_way(path)


# The numeric room is large enough to have rooms of its own: each with what it may import there.
NUMERIC = {
    "ranges": set(),
    "program": set(),
    "elementary": set(),
    "running": set(),
    "runtime": set(),
    "forms": {"ranges"},
    "graph": {"program", "ranges"},
    "layout": {"program", "ranges"},
    "lowering": {"forms", "graph", "program", "ranges"},
    "plan": {"forms", "graph", "layout", "lowering", "program", "ranges"},
    "printers": {
        "elementary", "forms", "graph", "layout", "plan", "program", "ranges", "runtime",
    },
    "compiled": {"plan", "printers", "ranges", "running", "runtime"},
    "functions": {"compiled", "forms", "plan", "printers", "ranges", "running"},
    "catalogue": {"functions", "plan", "ranges"},
    "autodiff": {"functions", "plan", "ranges"},
    "certify": {"ranges"},
}


@pytest.mark.parametrize(
    "path", sources(PACKAGE / "numeric"), ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_imports_run_one_way_inside_the_numeric_room(path):
    own = path.relative_to(PACKAGE / "numeric").parts[0].removesuffix(".py")
    if own == "__init__":
        return
    there = [name.split(".") for name in imported(path) if name.startswith("xent_sym.numeric.")]
    rooms = {parts[2] for parts in there} - {own}
    assert rooms <= NUMERIC[own]


def test_the_map_of_the_numeric_room_has_no_way_round():
    order = list(TopologicalSorter(NUMERIC).static_order())
    assert order.index("program") < order.index("lowering") < order.index("printers")
    with pytest.raises(CycleError):
        list(TopologicalSorter({**NUMERIC, "program": {"printers"}}).static_order())


def test_nothing_imports_the_command_line():
    assert all("cli" not in allowed for name, allowed in ROOMS.items() if name != "__main__")


@pytest.mark.parametrize("path", sources(DERIVATIONS), ids=lambda p: p.name)
def test_derivations_use_the_public_api_only(path):
    for name in imported(path):
        assert name.startswith(FOR_AUTHORS) or public(name), name


def public(name):
    """``xent_sym``, or a name that it offers."""
    import xent_sym

    module, _, offered = name.partition(".")
    return module == "xent_sym" and (not offered or offered in xent_sym.__all__)


def test_a_wrong_import_is_seen(tmp_path):
    """The false twin: a kernel that imports a tactic would not pass."""
    text = "def f():\n    from xent_sym.tactics.tidy import tidy\n"
    (tmp_path / "judge.py").write_text(text)
    assert "tactics" in set(rooms_imported(tmp_path / "judge.py"))
    assert "tactics" not in ROOMS["kernel"]


ALL = [p for f in (PACKAGE, DERIVATIONS, ROOT / "tests", ROOT / "benchmarks", ROOT / "scripts")
       for p in sources(f)]


def calls(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            bare = called.id if isinstance(called, ast.Name) else None
            yield node, bare or (called.attr if isinstance(called, ast.Attribute) else "")


@pytest.mark.parametrize("path", ALL, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_no_text_is_run_and_no_exception_is_lost(path):
    tree = ast.parse(path.read_text("utf-8"))
    if not path.as_posix().endswith(tuple(WRITES_PROGRAMS)) and PACKAGE in path.parents:
        ran = [n.lineno for n, name in calls(tree) if name in RUNS_TEXT and not is_regex(n)]
        assert not ran, f"{path}:{ran} runs text"
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, f"{path}:{node.lineno}: bare except"
        if isinstance(node, ast.ImportFrom):
            assert all(a.name != "*" for a in node.names), f"{path}:{node.lineno}: import *"


def is_regex(call):
    """``re.compile`` compiles a pattern, not a program."""
    on = call.func.value if isinstance(call.func, ast.Attribute) else None
    return isinstance(on, ast.Name) and on.id == "re"
