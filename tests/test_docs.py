"""The documentation says what is the case."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

import xent_sym
from xent_sym.cli import main
from xent_sym.kernel import LAWS

ROOT = Path(__file__).resolve().parents[1]


def read(name):
    return (ROOT / name).read_text("utf-8")


def blocks(name, language):
    """The fenced blocks of a page in one language."""
    found = [block.partition("\n") for block in read(name).split("```")[1::2]]
    return [text for tag, _, text in found if tag == language]


def script(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_readme_shows_what_is_printed(capsys):
    transcripts = [b for b in blocks("README.md", "console") if b.startswith("$ xent-sym ")]
    assert transcripts
    for transcript in transcripts:
        command, _, printed = transcript.partition("\n")
        assert main(command.split()[2:]) == (1 if " verify " in command else 0)  # 1: it found slips
        assert capsys.readouterr().out == printed


def test_the_readme_quotes_the_derivation_as_it_stands():
    [quoted] = [b for b in blocks("README.md", "python") if b.startswith("@theorem")]
    assert quoted in read("derivations/softmax_cross_entropy.py")


def test_the_readme_names_two_commands_and_ci_runs_the_second():
    commands = [line.split()[0] for line in "".join(blocks("README.md", "console")).splitlines()
                if line.startswith("./")]
    assert commands == ["./demo", "./check"]
    assert read(".ci/run").splitlines()[-1] == "exec ./check"


def test_the_derivation_of_the_guide_is_short_and_holds(tmp_path, capsys):
    [guide] = blocks("docs/adding-a-derivation.md", "python")
    assert len(guide.splitlines()) < 30
    (tmp_path / "independent_pair.py").write_text(guide, "utf-8")
    command = [sys.executable, "-m", "xent_sym", "check", "entropy_of_independent_pair",
               "--derivations", str(tmp_path)]
    done = subprocess.run(
        command, capture_output=True, encoding="utf-8", check=False, cwd=ROOT,
        env={"PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done
    assert "1 of 1 proofs replayed; 1 of 1 functions agree" in done.stdout


def test_the_page_of_ways_and_laws_is_up_to_date():
    assert read("docs/ways.md") == script("write_ways").page(), "run scripts/write_ways.py"


def test_every_way_is_on_the_page():
    named = {call.partition("(")[0] for call in script("write_ways").WAYS}
    assert named == set(xent_sym._ROOMS["xent_sym.tactics.ways"].split()) - {"Way"}


def test_every_law_is_on_the_page():
    page = read("docs/ways.md")
    assert all(f"| `{name.partition('/')[0]}` |" in page for name in LAWS)


def test_nothing_that_searches_is_trusted():
    files = {p.relative_to(ROOT / "xent_sym").as_posix() for p in script("trusted").trusted()}
    assert "kernel/judge.py" in files and "terms/normal.py" in files
    assert all(f.startswith(("kernel/", "terms/")) for f in files)


@pytest.mark.parametrize("page", ["README.md", "docs/architecture.md",
                                  "docs/adding-a-derivation.md", "docs/ways.md"])
def test_links_lead_somewhere(page):
    for part in read(page).split("](")[1:]:
        target = part.partition(")")[0]
        if not target.startswith("http"):
            assert (ROOT / page).parent.joinpath(target).exists(), target


def test_a_room_does_not_hide_the_function_of_its_name():
    import xent_sym.refute
    from xent_sym.library import library

    assert callable(xent_sym.refute) and callable(xent_sym.derive)
    assert xent_sym.library is library
