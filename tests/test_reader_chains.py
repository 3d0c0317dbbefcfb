"""Rows and blocks to chains: what follows from what, and what is no chain at all."""

from xent_sym.reader.chains import Chain, Unread, chains
from xent_sym.reader.source import read_document


def read(note: str) -> list[Chain | Unread]:
    return chains(read_document(note))


def steps(note: str) -> list[str]:
    found = [chain for chain in read(note) if isinstance(chain, Chain)]
    return [
        f"{step.left.written} {step.relation} {step.right.written}"
        for chain in found
        for step in chain.steps
    ]


def display(*rows: str) -> str:
    return "$$\n\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}\n$$\n"


def test_a_chain_runs_over_rows():
    assert steps(display("L &= a", "&= b", r"&\le c")) == ["L = a", "a = b", r"b <= c"]


def test_a_chain_runs_over_blocks_that_begin_with_a_relation():
    assert steps("$$\na = b\n$$\nso\n$$\n= c\n$$\n") == ["a = b", "b = c"]


def test_a_heading_ends_a_chain():
    assert steps("$$\na = b\n$$\n\n# Next\n\n$$\n= c\n$$\n") == ["a = b"]


def test_inline_formulas_leave_the_displays_alone():
    assert steps("$$\na = b\n$$\nwhere $x = y$,\n$$\n= c\n$$\n") == ["a = b", "b = c", "x = y"]


def test_a_chain_in_one_line():
    assert steps("so $a = b = c$.") == ["a = b", "b = c"]


def test_a_relation_at_both_ends_counts_once():
    assert steps(display("a =", "= b", "= c")) == ["a = b", "b = c"]
    assert steps(display("a =", "b", "= c")) == ["a = b", "b = c"]


def test_a_broken_row_is_read_as_one():
    assert [step.split() for step in steps(display("a &= b +", "c", "&= d"))] == [
        ["a", "=", "b", "+", "\\\\", "c"],
        ["b", "+", "\\\\", "c", "=", "d"],
    ]
    assert len(steps(display("a &= b", "+ c", "&= d"))) == 2
    assert len(steps(display("a &= b", "- c", "&= d"))) == 2
    assert len(steps(display("a &= ( b", "+ c )", "&= d"))) == 2


def test_two_equations_in_rows_are_two_chains():
    found = read(display("a &= b", "c &= d"))
    assert len(found) == 2
    assert steps(display("a &= b", "-c &= d")) == ["a = b", "-c = d"]


def test_statements_side_by_side_are_two_chains():
    assert steps("$$\nL = a, \\quad M = f(b)\n$$\n") == ["L = a", "M = f(b)"]
    assert steps("$p_i = P(x_i); H(X) = a$") == ["p_i = P(x_i)", "H(X) = a"]


def test_lists_and_ranges_state_no_equation():
    assert steps(r"for $i = 1, \dots, K$ and $x_1, x_2, \cdots, x_n$") == []
    assert steps(r"for $i = 1$") == ["i = 1"]


def test_a_condition_stands_beside_the_chain():
    [chain] = read("$$\na = b \\quad i \\neq j\n$$\n")
    assert isinstance(chain, Chain)
    assert [side.node.show() for side in chain.conditions] == ["(rel i != j)"]
    [chain] = read("$$\na = b, \\quad \\text{if } i = j\n$$\n")
    assert isinstance(chain, Chain)
    assert [side.node.show() for side in chain.conditions] == ['(clause "if" (rel i = j))']


def test_two_of_a_kind_are_two_claims():
    assert steps("with $p = 1, q = 0$") == ["p = 1", "q = 0"]


def test_a_case_governs_the_rows_below_it():
    found = read(display("j = i:", "a &= b", r"j \neq i:", "a &= c"))
    assert [chain.conditions[0].written for chain in found if isinstance(chain, Chain)] == [
        "j = i",
        r"j \neq i",
    ]


def test_an_implication_makes_two_claims():
    found = read("$$\na \\le 0 \\quad\\Rightarrow\\quad b \\ge 0\n$$\n")
    assert [chain.link for chain in found if isinstance(chain, Chain)] == ["", "implies"]
    assert steps("$$\na \\le 0 \\Rightarrow b \\ge 0\n$$\n") == ["a <= 0", "b >= 0"]


def test_a_row_that_cannot_be_read_spoils_only_itself():
    found = read(display("a &= b", "&= (c", "&= d", "&= e"))
    assert [type(entry) for entry in found] == [Chain, Unread, Chain]
    unread = found[1]
    assert isinstance(unread, Unread)
    assert (unread.place[0].line, unread.place[0].column) == (4, 4)
    assert steps(display("a &= b", "&= (c", "&= d", "&= e")) == ["a = b", "d = e"]


def test_places_point_into_the_document():
    [chain] = read("text\n\n$$\na = \\log b\n$$\n")
    assert isinstance(chain, Chain)
    [step] = chain.steps
    first, behind = step.right.place
    assert (first.line, first.column, behind.column) == (4, 5, 11)
