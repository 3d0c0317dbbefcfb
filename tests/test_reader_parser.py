"""What is written is what is read: formulas and their trees, slips and their places."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xent_sym.reader.parser import parse
from xent_sym.reader.readings import as_product, narrow, widen
from xent_sym.reader.tokens import ReadError, tokenize
from xent_sym.reader.tree import Addition, Group, Number

TREES = [
    # scripts take one token
    (r"\log_23", "(log_2 3)"),
    (r"\log_{23}x", "(log_23 x)"),
    (r"\frac12", "(frac 1 2)"),
    (r"\hat yx", "(mul (hat y) x)"),
    (r"x_i^2", "(script x _i ^2)"),
    (r"{x_i}^2", "(script x _i ^2)"),
    (r"x^2_i", "(script x _i ^2)"),
    (r"y^{(i)}", "(script y ^(i))"),
    (r"a^{[l-1]}_k", "(script a _k ^[(add +l -1)])"),
    (r"\theta^T x^{(i)}", "(mul (script theta ^T) (script x ^(i)))"),
    (r"\hat\theta_\text{MLE}", "(script (hat theta) _'MLE')"),
    (r"x_{<t}", "(script x _(rel _ < t))"),
    (r"r_+ - r_-", "(add +(script r _+) -(script r _-))"),
    (r"\theta^*", "(script theta ^*)"),
    # words without a backslash
    ("-logP(x)", "(add -(log (call P (x))))"),
    ("ylog a_i", "(mul y (log (script a _i)))"),
    ("log_2p_i", "(log_2 (script p _i))"),
    ("p_ilog_2q_i", "(mul (script p _i) (log_2 (script q _i)))"),
    ("softmax(z_i)", "(call 'softmax' ((script z _i)))"),
    ("x_ie^{z}", "(mul (script x _i) (script e ^z))"),
    ("xy", "xy"),
    ("const", "const"),
    # arithmetic
    ("1/4*(-2)", "(mul (/ 1 4) * ((add -2)))"),
    ("1/4 log_2(1/4)", "(mul (/ 1 4) (log_2 ((/ 1 4))))"),
    ("a - b - c", "(add +a -b -c)"),
    ("-a^2", "(add -(script a ^2))"),
    (r"a \cdot b \times c", "(mul a cdot b times c)"),
    (r"y_k.p_i", "(mul (script y _k) . (script p _i))"),
    (r"{a \over b+c}", "(frac a (add +b +c))"),
    (r"{n \choose x} p^x", "(mul (choose n x) (script p ^x))"),
    (r"\sqrt[3]{x}", "(root x 3)"),
    (r"a−b", "(add +a -b)"),
    # functions
    (r"\log p(x)p(y|x)", "(log (mul (call p (x)) (call p ((| y x)))))"),
    (r"\log(a)b", "(mul (log (a)) b)"),
    (r"\log\frac{a}{b}(c)", "(mul (log (frac a b)) (c))"),
    (r"\log a \cdot b", "(mul (log a) cdot b)"),
    (r"\log a \log b", "(mul (log a) (log b))"),
    (r"y\log a+b", "(add +(mul y (log a)) +b)"),
    (r"\ln|x|", "(ln |x|)"),
    (r"\exp(x)^2", "(script (exp (x)) ^2)"),
    (r"\log (1-p)^{n-x}", "(log (script ((add +1 -p)) ^(add +n -x)))"),
    (r"\log\sum_j e^{z_j}", "(log (sum _j (script e ^(script z _j))))"),
    # sums and their ranges
    (r"-\sum_x p(x)\log q(x)", "(add -(sum _x (mul (call p (x)) (log (call q (x))))))"),
    (r"\sum a_i", "(sum (script a _i))"),
    (r"\sum_i^N a_i", "(sum _i ^N (script a _i))"),
    (r"\sum\limits_{i=1}^{N}a_i", "(sum _(rel i = 1) ^N (script a _i))"),
    (r"\sum_{j \neq i} a_j", "(sum _(rel j != i) (script a _j))"),
    (r"\sum_{x,y} p(x,y)", "(sum _(, x y) (call p ((, x y))))"),
    (r"\sum_{x\in\mathcal{X}} p(x)", "(sum _(rel x in (mathcal X)) (call p (x)))"),
    (r"\sum_{x: p(x)>0} q(x)", "(sum _(: x (rel (call p (x)) > 0)) (call q (x)))"),
    (r"\sum_{i=1}^{n}-y_i", "(sum _(rel i = 1) ^n (add -(script y _i)))"),
    (r"\sum_i a_i + b", "(add +(sum _i (script a _i)) +b)"),
    (r"\sum_x p(x) \sum_y q(y)", "(sum _x (mul (call p (x)) (sum _y (call q (y)))))"),
    (r"\underset{x}{\mathbb{E}}[f]", "(call (script (mathbb E) _x) [f])"),
    (r"\int f\,{\rm d}x", "(int f dx)"),
    (r"\arg\max_\theta L", "(argmax _theta L)"),
    (r"\underset{j}{argmax} z_j", "(argmax _j (script z _j))"),
    (r"\max(0, 1-x)", "(max ((, 0 (add +1 -x))))"),
    (r"\lim_{x \to 0} x\log x", "(lim _(rel x to 0) (mul x (log x)))"),
    (r"\int_0^1 x + 1 dx", "(int _0 ^1 (add +x +1) dx)"),
    (r"\int xdx", "(int x dx)"),
    (r"\int p(x)logq(x)dx", "(int (mul (call p (x)) (log (call q (x)))) dx)"),
    (r"\displaystyle{\int} p\,\mathrm{d}x", "(int p dx)"),
    # information
    (r"H(p,q)", "(call H ((, p q)))"),
    (r"H(X|Y)", "(call H ((| X Y)))"),
    (r"I(X;Y|Z)", "(call I ((| (; X Y) Z)))"),
    (r"D(p \| q)", "(call D ((|| p q)))"),
    (r"D_{KL}(P||Q)", "(call (script D _KL) ((|| P Q)))"),
    (r"\mathrm{KL}[P\,||\,Q]", "(call 'KL' [(|| P Q)])"),
    (r"D_{KL}(P \vert\vert Q)", "(call (script D _KL) ((|| P Q)))"),
    (r"D_KL(A||B)", "(call (script D _(repaired KL)) ((|| A B)))"),
    (r"\mathbb{E}_{x\sim p}[a]", "(call (script (mathbb E) _(rel x sim p)) [a])"),
    (r"E_p[-\log q]", "(call (script E _p) [(add -(log q))])"),
    (r"P(y=1|x;\theta)", "(call P ((| (rel y = 1) (; x theta))))"),
    (r"p(\cdot|X)", "(call p ((| cdot X)))"),
    (r"I\{y=1\}\log P", "(mul (call I {(rel y = 1)}) (log P))"),
    (r"\mathbb{1}_{y=k}", "(script (mathbb 1) _(rel y = k))"),
    (r"\left\langle x \right\rangle_{p(x)}", "(script ⟨x⟩ _(call p (x)))"),
    (r"(1,0,0)^T", "(script ((, 1 0 0)) ^T)"),
    (r"\|w\|^2 + |b|", "(add +(script ||w|| ^2) +|b|)"),
    (r"\frac12 ||y - a||^2", "(mul (frac 1 2) (script ||(add +y -a)|| ^2))"),
    (r"H（p，q）＝1", "(rel (call H ((, p q))) = 1)"),
    (r"P(东) = 1\ \ P(西) =0", '(quad (rel (call P ("东")) = 1) (rel (call P ("西")) = 0))'),
    # derivatives
    (r"\frac{\partial L}{\partial z_i}", "(D partial L (script z _i))"),
    (r"\frac{\partial}{\partial w_j}J(w)", "(D partial (call J (w)) (script w _j))"),
    (r"\frac{d}{dx}f", "(D d f x)"),
    (r"\frac{\mathrm{d}L}{\mathrm{d}z}", "(D d L z)"),
    (r"\frac{\partial^2 L}{\partial a \partial b}", "(D partial^2 L a b)"),
    (r"\partial L/\partial z_i", "(D partial L (script z _i))"),
    (r"dL/dz", "(D d L z)"),
    (r"\frac{d_i}{d_j}", "(frac (script d _i) (script d _j))"),
    (r"\nabla_\theta J(\theta)", "(nabla_theta (call J (theta)))"),
    (r"\sigma'(z)", "(call (script sigma ') (z))"),
    (r"\sigma^{\prime}(z)", "(call (script sigma ') (z))"),
    # relations and statements
    (r"a = b \le c", "(rel a = b <= c)"),
    (r"= a", "(rel _ = a)"),
    (r"a =", "(rel a = _)"),
    (r"a \overset{(1)}{=} b \stackrel{def}{=} c", "(rel a =[(1)] b =[def] c)"),
    (r"a \triangleq b := c", "(rel a := b := c)"),
    (r"a \not= b", "(rel a != b)"),
    (r"a \xrightarrow{a.s.} b", "(rel a to[a.s.] b)"),
    (r"a \le 0 \quad \Rightarrow \quad b \ge 0", "(rel (rel a <= 0) implies (rel b >= 0))"),
    (r"a=b, \quad c=d", "(quad (rel a = b) (rel c = d))"),
    (r"i = 1, \dots, K", "(, (rel i = 1) ... K)"),
    (r"y_1 + \cdots + y_m", "(add +(script y _1) +... +(script y _m))"),
    (r"a = 0 \quad \text{if } i \neq j.", '(quad (rel a = 0) (clause "if" (rel i != j)))'),
    (r"a = b. \quad \blacksquare", "(rel a = b)"),
    (r"\theta_j: =\theta_j - 1", "(rel (script theta _j) := (add +(script theta _j) -1))"),
    (
        r"\begin{cases} 1, & i=j \\ 0 & \text{otherwise}\end{cases}",
        '(cases [1 (rel i = j)] [0 (clause "otherwise" _)])',
    ),
    (r"\begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}", "(pmatrix [1 0] [0 1])"),
    (r"\underbrace{a+b}_{=c} + d", "(add +(underbrace (add +a +b) [= c]) +d)"),
]


@pytest.mark.parametrize(("text", "tree"), TREES, ids=[text for text, _ in TREES])
def test_is_read_as(text: str, tree: str):
    assert parse(text).show() == tree


TWINS = [
    (r"\log_23", r"\log_{23}"),
    ("D_{KL}(P||Q)", "D_{KL}(Q||P)"),
    (r"\sum_i a_i + b", r"\sum_i (a_i + b)"),
    (r"\log(a)b", r"\log(ab)"),
    (r"a^{bc}", r"a^bc"),
    (r"y^{(i)}", r"y^{i}"),
    (r"\frac{1}{2}x", r"\frac{1}{2x}"),
    (r"\sum_{j \neq i} a_j", r"\sum_{j = i} a_j"),
    (r"-a+b", r"-(a+b)"),
    (r"\frac{\partial L}{\partial z_i}", r"\frac{\partial L}{\partial z_j}"),
    (r"p(x|y)", r"p(x,y)"),
    (r"\prod_i a_i", r"\sum_i a_i"),
    (r"x^T y", r"x y^T"),
]


@pytest.mark.parametrize(("one", "other"), TWINS)
def test_a_small_difference_is_a_difference(one: str, other: str):
    def read(text: str) -> str:
        try:
            return parse(text).show()
        except ReadError as error:
            return str(error)

    assert read(one) != read(other)


SLIPS = [
    (r"a \nabbla b", 2, "\\nabla?"),
    (r"(a + b", 0, "closes"),
    (r"a + b)", 5, "no bracket is open"),
    (r"\left( a \right]", 9, "partner of ("),
    (r"\frac{a}{b", 8, "closes"),
    (r"a +", 3, "a term"),
    (r"a + * b", 4, "a term"),
    (r"2 3", 2, "a sign before this number"),
    (r"a_12", 3, "braces around the script"),
    (r"2\frac{1}{2}", 1, "a sign between"),
    (r"1/2x", 3, "\\frac or brackets"),
    (r"e^{-x^2/2\sigma^2}", 9, "\\frac or brackets"),
    (r"a{b+c}", 1, "braces do not print"),
    (r"a - {b+c}", 4, "braces do not print"),
    (r"{a+b}^2", 0, "braces do not print"),
    (r"{2b}^2", 0, "braces do not print"),
    (r"{\log x}^2", 0, "braces do not print"),
    (r"\log{1-p}", 4, "braces do not print"),
    (r"\sum_i {a+b}", 7, "braces do not print"),
    (r"\log(x)^2", 7, "both"),
    (r"x_1_2", 3, "one subscript"),
    (r"1e-8", 0, "power of ten"),
    (r"a = b \sum_i", 12, "what the sum is taken of"),
    (r"\frac{\partial L}{\partial z \cdot w}", 29, "a variable"),
    (r"[0, 1, 2)", 8, "partner of ["),
    (r"x \begin{tikz} y", 2, "an environment"),
    ("a \x00 b", 2, "a sign of mathematics"),
    ("", 0, "something to read"),
]


@pytest.mark.parametrize(("text", "place", "expected"), SLIPS)
def test_a_slip_is_an_error_at_its_place(text: str, place: int, expected: str):
    with pytest.raises(ReadError) as caught:
        parse(text)
    assert caught.value.start == place
    assert expected in caught.value.expected


def test_braces_may_hold_a_whole_side():
    assert parse("x = {a+b}").show() == parse("x = a+b").show()
    assert parse("x + {a-b}").show() == "(add +x +(add +a -b))"
    assert not any(isinstance(node, Group) for node in parse("x = {a+b}").walk())


def test_a_letter_before_a_bracket_keeps_both_readings():
    assert parse("p_i(1-p_j)").show() == "(call (script p _i) ((add +1 -(script p _j))))"
    product = as_product(parse("p_i(1-p_j)"))
    assert product.show() == "(mul (script p _i) ((add +1 -(script p _j))))"
    assert as_product(parse("ab_i(x)")).show() == "(mul a (script b _i) (x))"
    assert as_product(parse("x")).show() == "x"


def test_a_wider_sum_takes_all_that_follows():
    tree = parse(r"a - \frac{1}{n}\sum_i b_i + c_i - d_i")
    assert isinstance(tree, Addition)
    assert widen(tree, 1).show() == (
        "(add +a -(mul (frac 1 n) (sum _i (add +(script b _i) +(script c _i) -(script d _i)))))"
    )
    assert widen(tree, 0) is tree


def test_a_narrower_logarithm_takes_one_factor():
    assert narrow(parse(r"\log p q")).show() == "(mul (log p) q)"
    assert narrow(parse(r"\log(pq)")).show() == "(log (pq))"
    assert narrow(parse(r"\frac{d}{dx} x y")).show() == "(mul (D d x x) y)"


def test_numerals_are_exact():
    numeral = parse("0.10")
    assert isinstance(numeral, Number)
    assert str(numeral.value) == "1/10"


def test_places_survive():
    text = r"a = \log \hat{y}_i + 1"
    for node in parse(text).walk():
        assert text[node.start : node.end].strip() == text[node.start : node.end]
    script = next(node for node in parse(text).walk() if node.show() == "(script (hat y) _i)")
    assert text[script.start : script.end] == r"\hat{y}_i"


HOSTILE = {
    "braces": "{" * 10_000 + "}" * 10_000,
    "open braces": "{" * 10_000,
    "parentheses": "(" * 5_000 + "a" + ")" * 5_000,
    "logs": r"\log " * 5_000 + "x",
    "roots": r"\sqrt " * 5_000 + "x",
    "hats": r"\hat " * 5_000 + "x",
    "sums": r"\sum " * 5_000 + "x",
    "slashes": "1/" * 5_000 + "1",
    "primes": "x" + "'" * 5_000,
    "marks": "x" + "!" * 5_000,
    "bars": "|" * 5_001 + "x",
    "oversets": r"\overset{a}" * 5_000,
    "scripts": "x" + "^{x" * 5_000 + "}" * 5_000,
    "digits": "9" * 1_000,
    "letters": "x" * 1_000_000,
    "tokens": "x+" * 40_000 + "x",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_refused_in_good_time(name: str):
    started = time.process_time()
    with pytest.raises(ReadError):
        parse(HOSTILE[name])
    assert time.process_time() - started < 1


def test_many_addends_are_read():
    tree = parse("+".join(["p_i"] * 3_000))
    assert isinstance(tree, Addition)
    assert len(tree.terms) == 3_000


_WORDS = (
    r"a p x y _ ^ { } ( ) [ ] | || , ; = + - / . ' \frac \log log \sum \int \left( \right) \quad "
    r"\text{if} \cdot \partial d dx \max \hat \mathbf \\ & 1 2 \begin{cases} \end{cases} \in \|"
).split()


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=40) | st.lists(st.sampled_from(_WORDS), max_size=25).map(" ".join))
def test_any_text_is_a_tree_or_an_error_at_a_place(text: str):
    try:
        tree = parse(text)
    except ReadError as error:
        assert 0 <= error.start <= error.end <= len(text)
        return
    tree.show()
    for node in tree.walk():
        assert not isinstance(node, Group)
        assert 0 <= node.start <= node.end <= len(text)
        assert all(node.start <= inner.start <= inner.end <= node.end for inner in node.children())


def test_tokens_know_their_text():
    text = r"\frac{a}{b} + \log_2 x"
    assert all(text[t.start : t.end].strip() for t in tokenize(text)[:-1])
