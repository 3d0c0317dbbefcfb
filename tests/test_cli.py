"""The command line: what it prints, how it ends, and what it says when it cannot go on."""

import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from xent_sym.cli import HELP
from xent_sym.cli.parser import parser
from xent_sym.cli.run import COMMANDS

ROOT = Path(__file__).resolve().parents[1]
GRADIENT = "softmax_cross_entropy_gradient"
UTF8 = {**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(ROOT)}


def xent(*words, env=UTF8, cwd=None):
    command = [sys.executable, "-m", "xent_sym", *map(str, words)]
    return subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", env=env, cwd=cwd, check=False
    )


def ok(*words, **where):
    done = xent(*words, **where)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


# -- what is printed -----------------------------------------------------------------------------


def test_list_names_every_derivation_under_its_file():
    from xent_sym.library import library

    lines = ok("list").splitlines()
    assert lines[0] == "binary_cross_entropy"
    shown = [line.split()[0] for line in lines if line.startswith("  ")]
    assert shown == list(library())


def test_show_gives_statement_hypotheses_lines_and_laws():
    shown = ok("show", GRADIENT)
    assert "∂/∂z_k H(y, softmax(z)) = a_k - y_k" in shown
    assert "Σ_i y_i = 1" in shown and "a = softmax(z)" in shown
    assert "  1. = " in shown and "y sums to one" in shown
    assert "log_of_quotient" in shown.partition("rests on")[2]


def test_show_says_what_is_assumed_beyond_the_declarations():
    assert "if      i ≠ k" in ok("show", "softmax_jacobian_other")
    assert "if  " not in ok("show", "softmax_jacobian")


def test_show_latex_has_one_row_for_each_line():
    from xent_sym.library import derivation

    shown = ok("show", GRADIENT, "--latex")
    steps = derivation(GRADIENT).theorem.chain.steps
    assert shown.startswith(r"\begin{align*}") and shown.count(r"\\") == len(steps)


def test_derive_finds_the_chain_that_show_shows():
    shown, derived = ok("show", GRADIENT), ok("derive", GRADIENT)
    assert numbered(shown) == numbered(derived)
    assert f"replayed its {len(numbered(shown))} steps" in derived


def numbered(text):
    return [" ".join(line.split()) for line in text.splitlines() if line[:3].strip().isdigit()]


def test_output_is_the_same_every_time():
    for words in (["list"], ["show", GRADIENT, "--format", "json"], ["export", GRADIENT]):
        assert ok(*words) == ok(*words)


def test_json_is_versioned_and_says_what_the_text_says():
    listed = json.loads(ok("list", "--format", "json"))
    assert listed["version"] == 1
    assert GRADIENT in [d["name"] for d in listed["derivations"]]
    shown = json.loads(ok("show", GRADIENT, "--format", "json"))["derivation"]
    assert shown["statement"]["relation"] == "=" and shown["words"]["zh"]
    assert shown["steps"][-1]["line"] == shown["statement"]["rhs"]
    union = {law for step in shown["steps"] for law in step["rests_on"]}
    assert union == set(shown["rests_on"])


def test_check_replays_and_compares():
    checked = json.loads(ok("check", GRADIENT, "kl_nonneg", "--format", "json"))
    assert checked["ok"]
    gradient, inequality = checked["checks"]
    assert gradient["proved"] and gradient["numeric"]["agrees"]
    assert inequality["proved"] and inequality["numeric"] is None


def test_derive_as_json_is_the_derivation_and_its_replay():
    derived = json.loads(ok("derive", GRADIENT, "--format", "json"))
    shown = json.loads(ok("show", GRADIENT, "--format", "json"))
    assert derived["derivation"] == shown["derivation"]
    assert derived["replayed"] == len(shown["derivation"]["steps"])


@pytest.mark.parametrize("words", [
    ["show", "kll", "--format", "json"],
    ["derive", "kll", "--format=json"],
    ["list", "--latx", "--format", "json"],
], ids=" ".join)
def test_where_json_is_asked_for_errors_are_json_too(words):
    done = xent(*words)
    assert (done.returncode, done.stdout) == (2, "")
    told = json.loads(done.stderr)
    assert (told["version"], told["exit_code"]) == (1, 2)
    assert "kll" in told["error"] or "--latx" in told["error"]


def test_progress_goes_nowhere_but_to_a_terminal():
    assert xent("check", "kl").stderr == ""


def test_exported_module_stands_alone(tmp_path):
    ok("export", GRADIENT, "-o", tmp_path / "gradient.py")
    program = f"import gradient; print(gradient.{GRADIENT}([0, 1], [[0.0, 0.0], [1e4, -1e4]]))"
    isolated = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=tmp_path, env=isolated, check=True
    )
    numbers = done.stdout.replace("[", " ").replace("]", " ").split()
    assert np.allclose([float(x) for x in numbers], [-0.5, 0.5, 1, -1])
    source = (tmp_path / "gradient.py").read_text("utf-8")
    assert "xent_sym" not in source.partition("import")[2].partition("def")[0]
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["gradient.py"]


def test_signs_that_the_terminal_lacks_are_escaped():
    plain = {**UTF8, "PYTHONIOENCODING": "ascii"}
    assert r"\u2202/\u2202z_k" in ok("show", GRADIENT, env=plain)
    shown = json.loads(ok("show", GRADIENT, "--format", "json", env=plain))
    assert shown["derivation"]["statement"]["lhs"]["text"].startswith("∂")


# -- help ------------------------------------------------------------------------------------------


def test_help_imports_nothing_to_speak_of():
    program = textwrap.dedent("""
        import sys
        before = set(sys.modules)
        from xent_sym.cli import main
        main(["--help"])
        print(sorted(set(sys.modules) - before))
    """)
    command = [sys.executable, "-S", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, env=UTF8, check=True)
    assert done.stdout == f"{HELP}['types', 'xent_sym', 'xent_sym.cli']\n"


def test_help_names_every_command_and_no_other():
    listed = HELP.partition("commands:\n")[2].partition("\n\n")[0]
    assert [line.split()[0] for line in listed.splitlines()] == list(COMMANDS)
    [choices] = [a.choices for a in parser()._actions if isinstance(a.choices, dict)]
    assert list(choices) == list(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_of_its_own(command):
    assert ok(command, "--help").startswith(f"usage: xent-sym {command}")


# -- bad input: one message that names the place and the remedy, exit code 2 ----------------------


def refused(*words, **where):
    done = xent(*words, **where)
    assert done.returncode == 2, done
    assert done.stdout == "" and "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


@pytest.mark.parametrize(
    ("words", "place", "remedy"),
    [
        (["show", "kll"], "'kll'", "did you mean kl"),
        (["check", "kl", "nonesuch"], "'nonesuch'", "xent-sym list"),
        (["derive", "softmax_jacobain"], "'softmax_jacobain'", "softmax_jacobian"),
        (["export", "kl_nonneg"], "kl_nonneg", "name an equation"),
        (["lsit"], "'lsit'", "choose from"),
        (["show"], "NAME", "--help"),
        (["show", "kl", "--latx"], "--latx", "--help"),
        (["build", "--format", "docx"], "'docx'", "choose from"),
        (["list", "--derivations", "no/such/folder"], "no/such/folder", "name one"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else "",
)
def test_bad_input_gets_one_clear_message(words, place, remedy):
    message = refused(*words)
    assert place in message and remedy in message


def test_no_command_at_all_gets_the_help():
    done = xent()
    assert (done.returncode, done.stdout, done.stderr) == (2, "", HELP)


def test_an_output_that_cannot_be_written_is_left_as_it_was(tmp_path):
    (tmp_path / "file").write_text("mine")
    message = refused("export", "kl", "-o", tmp_path / "file" / "kl.py")
    assert str(tmp_path / "file") in message and "name a place" in message
    assert str(tmp_path) in refused("export", "kl", "-o", tmp_path)
    assert str(tmp_path) in refused("build", tmp_path / "file")
    assert [p.name for p in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text() == "mine"


OPENING = '''\
from xent_sym import arithmetic, claim, cross_entropy, distribution, entropy, kl, log, size
from xent_sym import theorem, unfold, Tup

K, n = size("K"), size("n")
p, q = distribution("p", K), distribution("q", n)


@theorem()
def mine():
    """Mine."""
    '''


@pytest.fixture
def derivations(tmp_path):
    """A folder with one derivation in it, and what ``show mine`` says of it."""
    def write(*lines):
        (tmp_path / "of_mine.py").write_text(OPENING + "\n    ".join(lines) + "\n")
        return "show", "mine", "--derivations", tmp_path

    return write


def test_a_derivation_of_ones_own_is_shown(derivations):
    words = derivations('yield claim(entropy(p), "=", cross_entropy(p, p))', "yield arithmetic()")
    message = refused(*words)
    assert "of_mine.py:12: mine: step 1 (arithmetic): " in message and "mend the claim" in message
    words = derivations('yield claim(entropy(p), "=", cross_entropy(p, p))',
                        'yield arithmetic("definitions")')
    assert "H(p) = H(p, p)" in ok(*words)


BROKEN = {
    "a size of 0": (
        ['r = distribution("r", 0)', 'yield claim(entropy(r), "=", 0)'], 11, "a size of 1 or more"
    ),
    "a label out of range": (
        ["r = Tup(1, 0)", 'yield claim(-log(r[3]), "=", 0)'], 12, "its range is 1..2"
    ),
    "nan": (['yield claim(entropy(p) + float("nan"), "=", 0)'], 11, "nan is a float"),
    "mismatched shapes": (
        ['yield claim(cross_entropy(p, q), "=", 0)'], 11, "1..K and 1..n were given"
    ),
    "a syntax error": (['yield claim(entropy(p, "=", 0)'], 11, "never closed"),
    "an unknown word": (['yield clam(entropy(p), "=", 0)'], 11, "'clam'"),
    "no yield": (["return 0"], 8, "yield claim(...) first"),
    "a false claim": (
        ['yield claim(kl(p, p), "=", 1)', "yield unfold(kl)", "yield arithmetic()"], 13,
        "mine: step 2 (arithmetic): after the cited laws one side is",
    ),
    "a way with nothing to do": (
        ['yield claim(kl(p, p), "=", 0)', "yield unfold(kl)", "yield unfold(entropy)"], 13,
        "mine: step 2: ",
    ),
    "lines that stop short": (
        ['yield claim(kl(p, p), "=", 1)', "yield unfold(kl)"], 12, "mend the claim",
    ),
    "something else is yielded": (
        ['yield claim(kl(p, p), "=", 0)', "yield kl(p, p)"], 12, "a way is needed",
    ),
    "a way without its brackets": (
        ['yield claim(kl(p, p), "=", 0)', "yield arithmetic"], 12, "yield arithmetic(...)",
    ),
    "an end to the program": (["import sys", "sys.exit(0)", "yield 0"], 12, "SystemExit"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_derivation_file_with_an_error_is_named_with_its_line(derivations, fault):
    lines, number, remedy = BROKEN[fault]
    words = derivations(*lines)
    message = refused(*words)
    assert f"of_mine.py:{number}: " in message and remedy in message
    assert message.count("of_mine.py") == 1


def test_derive_tells_the_lines_before_the_step_that_fails_on_standard_error(derivations):
    ways = "yield unfold(kl)", "yield arithmetic()"
    _, *rest = derivations('yield claim(kl(p, p), "=", 1)', *ways)
    done = xent("derive", *rest)
    assert (done.returncode, done.stdout) == (2, "")
    [line] = numbered(done.stderr)
    assert line.startswith("1. = Σ_i p_i·log(p_i/p_i) by definition of ")
    assert "of_mine.py:13: mine: step 2 (arithmetic)" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("command", ["show", "derive", "export", "check"])
def test_a_file_that_is_broken_is_bad_input_to_every_command(derivations, command):
    _, *rest = derivations('yield claim(entropy(p) + "1", "=", 0)')
    assert "of_mine.py:11: " in refused(command, *rest)


def test_a_file_that_ends_the_program_is_named(tmp_path):
    (tmp_path / "of_mine.py").write_text("import sys\nsys.exit(0)\n")
    message = refused("list", "--derivations", tmp_path)
    assert "of_mine.py:2: SystemExit: 0; mend this line" in message


def test_a_file_without_a_derivation_is_named(tmp_path):
    assert "no .py file in it" in refused("list", "--derivations", tmp_path)
    (tmp_path / "of_mine.py").write_text("def mine():\n    yield 0\n")
    done = xent("list", "--derivations", tmp_path)
    assert done.returncode == 0 and "entropy" in done.stdout
    assert f"{tmp_path / 'of_mine.py'}: no derivation in it; put @theorem() above" in done.stderr


def test_two_derivations_of_one_name_are_named_with_their_places(derivations):
    words = derivations('yield claim(kl(p, p), "=", 0)', "yield unfold(kl)")
    folder = words[-1]
    text = (folder / "of_mine.py").read_text().replace("def mine", "def kl_self")
    (folder / "of_mine.py").write_text(text)
    message = refused(*words)
    assert "of_mine.py:8: kl_self: a derivation of this name stands at " in message
    assert "derivations/kl.py:" in message and "rename one of them" in message


def test_the_folder_may_be_named_before_the_command_too(derivations):
    *_, folder = derivations('yield claim(kl(p, p), "=", 0)', "yield unfold(kl)")
    before, after = ok("--derivations", folder, "list"), ok("list", "--derivations", folder)
    assert before == after and "  mine " in before


def test_a_file_named_like_one_of_the_librarys_is_refused(tmp_path):
    (tmp_path / "kl.py").write_text("")
    assert "kl.py: the library has a file of this name" in refused(
        "list", "--derivations", tmp_path
    )


def test_a_false_claim_is_a_finding_of_check(derivations):
    _, _, *folder = derivations('yield claim(kl(p, p), "=", 1)', "yield unfold(kl)")
    done = xent("check", "mine", "kl", *folder)
    assert (done.returncode, done.stderr) == (1, "")
    assert "FAILED mine" in done.stdout and "ok     kl" in done.stdout
    assert "1 of 2 proofs replayed" in done.stdout


@pytest.mark.parametrize(
    ("labels", "logits", "said"),
    [
        ([2], [[0.0, 0.0]], "y: label 2 is outside 0..1"),
        ([0], [[]], "z: shape (1, 0) has an axis of size 0"),
        ([[0.5, 0.25, 0.25]], [[0.0, 0.0]], "y: shape (1, 3)"),
    ],
)
def test_the_exported_function_refuses_what_it_cannot_mean(labels, logits, said):
    from xent_sym.library import derivation
    from xent_sym.numeric import numeric_side

    gradient = numeric_side(derivation(GRADIENT).theorem).function
    assert gradient([1], [[0.0, 0.0]]).tolist() == [[0.5, -0.5]]
    with pytest.raises(ValueError, match=r"[yz]") as caught:
        gradient(labels, logits)
    assert said in str(caught.value)


# -- exports -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "told"),
    [("numpy", "It needs only NumPy"), ("array-api", "__array_namespace__"),
     ("numba", "@numba.njit"), ("c", "int softplus_gradient_d("), ("pytest", "import pytest")],
)
def test_a_loss_is_exported_for_each_target(target, told):
    assert told in ok("export", "softplus", "--what", "gradient", "--target", target)


def test_certify_says_for_each_regime_whether_its_goal_is_met():
    shown = ok("certify", "softplus", "--what", "value")
    assert "±1e4" in shown and shown.endswith("every goal is met\n")


def test_what_is_not_in_the_catalogue_is_said():
    done = xent("certify", "hinge")
    assert done.returncode == 2 and "'hinge' is not in the catalogue; there are" in done.stderr


def test_labels_that_a_loss_does_not_take_are_bad_input():
    done = xent("certify", "softplus", "--what", "value", "--labels", "classes")
    assert (done.returncode, done.stderr) == (
        2, "xent-sym: softplus takes no class numbers: leave labels at 'dense'\n")


# -- endings ---------------------------------------------------------------------------------------


def test_a_reader_that_stops_early_is_no_error():
    command = [sys.executable, "-m", "xent_sym", "list", "--format", "json"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=UTF8
    ) as running:
        running.stdout.close()  # before it has begun to write
        assert running.stderr.read() == b""
        assert running.wait() == 141


@pytest.mark.skipif(os.name == "nt", reason="signals are sent differently there")
def test_interrupting_ends_quietly():
    program = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from xent_sym.cli import main; sys.exit(main(['check']))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=UTF8
    ) as running:
        assert running.stdout.readline()  # it is under way
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=20)
    assert (running.returncode, said) == (130, b"")


def test_a_link_stays_a_link_and_a_pipe_a_pipe(tmp_path):
    real, link = tmp_path / "real.py", tmp_path / "link.py"
    real.write_text("old", "utf-8")
    link.symlink_to(real)
    ok("export", "kl", "-o", str(link))
    assert link.is_symlink() and "def kl" in real.read_text("utf-8")
