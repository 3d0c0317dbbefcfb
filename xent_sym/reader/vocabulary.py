"""The words of mathematical LaTeX: what kind of token each command, sign and letter is.

Nothing here has a meaning yet; ``\\sum`` is a big operator and ``\\le`` a relation, and what a
sum *is* gets decided by whoever reads the tree.
"""

from __future__ import annotations

import re
from enum import Enum, auto


class Kind(Enum):
    """What a token may do in a formula."""

    NUMBER = auto()
    LETTERS = auto()  # one letter, or several that touch
    NAME = auto()  # a letter written as a command: \theta
    WORD = auto()  # an upright word: \mathrm{KL}, \operatorname{softmax}
    TEXT = auto()  # prose: \text{for all}, 东
    CONNECTIVE = auto()  # prose that separates statements: if, where, and
    FUNCTION = auto()  # log, exp, sin: takes what follows
    BIG = auto()  # sum, prod, max, lim
    INTEGRAL = auto()
    RELATION = auto()
    IMPLICATION = auto()
    SIGN = auto()  # + - and what binds alike
    TIMES = auto()
    SLASH = auto()
    OPEN = auto()
    CLOSE = auto()
    BAR = auto()
    DOUBLE_BAR = auto()
    COMMA = auto()
    SEMICOLON = auto()
    COLON = auto()
    DOT = auto()
    GROUP_OPEN = auto()
    GROUP_CLOSE = auto()
    SUB = auto()
    SUP = auto()
    PRIME = auto()
    PARTIAL = auto()  # \partial, and an upright d
    NABLA = auto()
    QUANTIFIER = auto()
    ELLIPSIS = auto()
    POSTFIX = auto()  # ! and %
    COMMAND = auto()  # takes arguments: \frac, \hat
    OVER = auto()  # \over, \choose: stands between its arguments
    SWITCH = auto()  # \bf: acts on the rest of its group
    LIMITS = auto()
    BEGIN = auto()
    END_ENVIRONMENT = auto()
    ROW = auto()
    CELL = auto()
    END = auto()


_LETTERS = (
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa varkappa lambda "
    "mu nu xi pi varpi rho varrho sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta "
    "Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ell hbar imath jmath infty emptyset varnothing "
    "aleph Re Im top bot intercal dagger ddagger"
)
_RELATIONS = {
    "=": "eq",
    "!=": "ne neq",
    "<": "lt",
    ">": "gt",
    "<=": "le leq leqslant leqq",
    ">=": "ge geq geqslant geqq",
    "approx": "approx approxeq thickapprox",
    "equiv": "equiv",
    "cong": "cong",
    "sim": "sim thicksim",
    "simeq": "simeq",
    "propto": "propto varpropto",
    ":=": "triangleq coloneqq coloneq doteq defeq",
    "=:": "eqqcolon",
    "in": "in",
    "notin": "notin",
    "ni": "ni",
    "subset": "subset",
    "subseteq": "subseteq",
    "supset": "supset supseteq",
    "to": "to rightarrow longrightarrow downarrow uparrow searrow nearrow",
    "from": "leftarrow gets longleftarrow",
    "mapsto": "mapsto longmapsto",
    "perp": "perp",
    "indep": "Perp indep",
    "<<": "ll",
    ">>": "gg",
    "prec": "prec preceq",
    "succ": "succ succeq",
    "lesssim": "lesssim",
    "gtrsim": "gtrsim",
}
_IMPLICATIONS = {
    "implies": "Rightarrow implies Longrightarrow",
    "implied by": "Leftarrow impliedby Longleftarrow",
    "iff": "iff Leftrightarrow Longleftrightarrow",
    "therefore": "therefore",
    "because": "because",
}
_FUNCTIONS = (
    "log ln lg exp sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh coth"
)
_BIG = (
    "sum prod coprod bigcup bigcap bigoplus bigotimes bigwedge bigvee max min sup inf lim limsup "
    "liminf arg argmax argmin"
)
_WORDS = "Pr det dim ker deg gcd tr rank Var Cov KL softmax sigmoid"
_ACCENTS = (
    "hat widehat bar overline tilde widetilde vec dot ddot underline check breve acute grave "
    "mathring overrightarrow overleftarrow"
)
_FONTS = (
    "mathbf mathbb mathcal mathrm mathsf mathit mathtt mathfrak mathscr boldsymbol bm mathbbm "
    "mathds symbf symbb symcal pmb"
)
_TRANSPARENT = "mathop mathrel mathbin mathord mathopen mathclose mathstrut ensuremath substack"

KINDS: dict[str, tuple[Kind, str]] = {}
ARITY: dict[str, int] = {}


def _enter(kind: Kind, names: str, text: str | None = None, arity: int = 0) -> None:
    for name in names.split():
        KINDS[name] = (kind, name if text is None else text)
        if arity:
            ARITY[name] = arity


_enter(Kind.NAME, _LETTERS)
for _text, _names in _RELATIONS.items():
    _enter(Kind.RELATION, _names, _text)
for _text, _names in _IMPLICATIONS.items():
    _enter(Kind.IMPLICATION, _names, _text)
_enter(Kind.FUNCTION, _FUNCTIONS)
_enter(Kind.BIG, _BIG)
_enter(Kind.WORD, _WORDS)
_enter(Kind.INTEGRAL, "int iint iiint oint")
_enter(Kind.SIGN, "pm mp cup cap setminus oplus wedge vee land lor neg lnot")
_enter(Kind.TIMES, "cdot times ast star odot otimes circ bullet")
_enter(Kind.TIMES, "centerdot cdotp", "cdot")
_enter(Kind.SLASH, "div slash", "/")
_enter(Kind.BAR, "vert", "|")
_enter(Kind.BAR, "mid")
_enter(Kind.DOUBLE_BAR, "Vert Arrowvert |", "||")
_enter(Kind.DOUBLE_BAR, "parallel")
_enter(Kind.COLON, "colon", ":")
_enter(Kind.PARTIAL, "partial")
_enter(Kind.NABLA, "nabla")
_enter(Kind.QUANTIFIER, "forall exists nexists")
_enter(Kind.ELLIPSIS, "cdots ldots dots dotsc dotsb dotsm vdots ddots")
_enter(Kind.POSTFIX, "%")
_enter(Kind.PRIME, "prime", "'")
_enter(Kind.LIMITS, "limits nolimits displaylimits")
_enter(Kind.OVER, "over choose atop")
_enter(Kind.SWITCH, "bf rm it cal sf tt bfseries")
_enter(Kind.OPEN, "{ lbrace", "{")
_enter(Kind.CLOSE, "} rbrace", "}")
_enter(Kind.OPEN, "langle", "⟨")
_enter(Kind.CLOSE, "rangle", "⟩")
_enter(Kind.OPEN, "lfloor", "⌊")
_enter(Kind.CLOSE, "rfloor", "⌋")
_enter(Kind.OPEN, "lceil", "⌈")
_enter(Kind.CLOSE, "rceil", "⌉")
_enter(Kind.OPEN, "lvert", "|")
_enter(Kind.CLOSE, "rvert", "|")
_enter(Kind.OPEN, "lVert", "||")
_enter(Kind.CLOSE, "rVert", "||")
_enter(Kind.OPEN, "lbrack", "[")
_enter(Kind.CLOSE, "rbrack", "]")
_enter(Kind.OPEN, "lparen", "(")
_enter(Kind.CLOSE, "rparen", ")")
_enter(Kind.COMMAND, "frac dfrac tfrac cfrac binom dbinom tbinom", arity=2)
_enter(Kind.COMMAND, "overset underset stackrel", arity=2)
_enter(Kind.COMMAND, "sqrt cancel bcancel xcancel boxed underbrace overbrace", arity=1)
_enter(Kind.COMMAND, _ACCENTS, arity=1)
_enter(Kind.COMMAND, _FONTS, arity=1)
_enter(Kind.COMMAND, _TRANSPARENT, arity=1)
KINDS["textbackslash"] = (Kind.SIGN, "setminus")

ACCENTS = frozenset(_ACCENTS.split())
FONTS = frozenset(_FONTS.split())
TRANSPARENT = frozenset(_TRANSPARENT.split())
FRACTIONS = frozenset(("frac", "dfrac", "tfrac", "cfrac"))
BINOMIALS = frozenset(("binom", "dbinom", "tbinom"))
FUNCTIONS = frozenset(_FUNCTIONS.split())
BIG_WORDS = frozenset(("max", "min", "sup", "inf", "lim", "limsup", "liminf", "argmax", "argmin"))
TEXT_COMMANDS = frozenset(
    "text textbf textit textrm textsf texttt textnormal textup mbox hbox intertext".split()
)
WORD_COMMANDS = frozenset(("operatorname", "operatorname*", "mathrm", "mathsf", "mathit", "rm"))
OVER_RELATIONS = frozenset(("overset", "underset", "stackrel"))
ARROWS = {"xrightarrow": "to", "xleftarrow": "from", "xlongequal": "=", "xLongrightarrow": "to"}

SPACES = {
    ",": 0.17, ":": 0.22, ">": 0.22, ";": 0.28, "!": -0.17, " ": 0.33, "\n": 0.33, "/": 0.0,
    "quad": 1.0, "qquad": 2.0, "enspace": 0.5, "thinspace": 0.17, "medspace": 0.22,
    "thickspace": 0.28, "negthinspace": -0.17, "space": 0.33, "nobreakspace": 0.33, "hfill": 2.0,
}
NOISE = frozenset(
    "displaystyle textstyle scriptstyle scriptscriptstyle nonumber notag relax "
    "allowbreak nobreak break newline "
    "protect bigskip medskip smallskip noindent centering small large normalsize".split()
)
END_MARKS = frozenset("blacksquare square Box qed qedhere qedsymbol checkmark".split())
NOISE_WITH_ARGUMENT = frozenset(
    "label tag tag* hspace hspace* vspace vspace* phantom hphantom vphantom color".split()
)
SIZES = {
    prefix + side: side
    for prefix in ("big", "Big", "bigg", "Bigg")
    for side in ("", "l", "r", "m")
}
MATRIX_LIKE = frozenset(
    "cases dcases rcases array matrix pmatrix bmatrix vmatrix Vmatrix Bmatrix smallmatrix".split()
)
ROWS_LIKE = frozenset(
    "aligned align align* split gathered gather gather* equation equation* alignedat alignat "
    "alignat* eqnarray eqnarray* multline multline* multlined flalign flalign* displaymath "
    "math".split()
)
CONNECTIVES = re.compile(
    r"(if|otherwise|where|when|whenever|while|since|because|for|and|or|else|with|as|so|thus|hence|"
    r"then|therefore|subject to|s\.t\.|such that|i\.e\.|given|by|iff|let|but|which|"
    r"若|当|其中|如果|因为|所以|否则|其他|且|或|和|对于|则)(?![a-z])",
    re.IGNORECASE,
)
BARE_CONNECTIVES = frozenset(
    "if otherwise where when since because else therefore thus hence with and".split()
)

# Characters that stand for a command; full-width signs stand for their plain twins.
CHARACTERS: dict[str, str] = dict(
    zip(
        "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩϵϕϑ",
        (
            "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho "
            "sigma tau upsilon varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi "
            "Omega epsilon phi vartheta"
        ).split(),
        strict=True,
    )
) | {
    "×": "times", "·": "cdot", "⋅": "cdot", "∗": "ast", "÷": "div", "±": "pm", "≤": "le",
    "⩽": "le", "≥": "ge", "⩾": "ge", "≠": "ne", "≈": "approx", "≡": "equiv", "≅": "cong",
    "∼": "sim", "∝": "propto", "≜": "triangleq", "≔": "coloneqq", "∈": "in", "∉": "notin",
    "⊂": "subset", "⊆": "subseteq", "→": "to", "←": "gets", "↦": "mapsto", "⇒": "Rightarrow",
    "⇐": "Leftarrow", "⇔": "iff", "⟹": "implies", "⟺": "iff", "∂": "partial", "∇": "nabla",
    "∞": "infty", "∑": "sum", "∏": "prod", "∫": "int", "∀": "forall", "∃": "exists",
    "…": "dots", "⋯": "cdots", "∥": "parallel", "‖": "Vert", "∣": "mid", "⟨": "langle",
    "⟩": "rangle", "⊤": "top", "∅": "emptyset", "ℓ": "ell", "∪": "cup", "∩": "cap",
    "⊙": "odot", "⊗": "otimes", "∧": "wedge", "∨": "vee",
}
PLAIN_TWINS = str.maketrans(
    "（）［］｛｝，；：＝＋－−＊／＜＞｜。．、！　～＿＾＇′’",
    "()[]｛｝,;:=+--*/<>|..,!  _^'''",
)

# Words that are written without a backslash and glued to letters, with the longest run of
# letters that may touch them: "ylog" is y·log, "logic" is not log·ic... but "logpq" is log·pq.
GLUED = {
    "argmax": 2, "argmin": 2, "softmax": 2, "sigmoid": 2, "Softmax": 2, "Sigmoid": 2,
    "log": 2, "exp": 1, "max": 1, "min": 1, "ln": 1, "lg": 1,
}
NOT_GLUED = frozenset(
    "logit logits logs login logic expo exps mind mine mint mini maxi lgs".split()
)
_GLUED_WORD = re.compile("|".join(sorted(GLUED, key=len, reverse=True)))


def segment(run: str) -> list[str]:
    """Letters that touch, with the words that stand glued among them told apart.

    >>> segment("ylog"), segment("logP"), segment("logsoftmax")
    (['y', 'log'], ['log', 'P'], ['log', 'softmax'])
    >>> segment("xy"), segment("const"), segment("logit"), segment("minus")
    (['xy'], ['const'], ['logit'], ['minus'])
    """
    if run in NOT_GLUED:
        return [run]
    pieces: list[str] = []
    end, limit = 0, len(run)
    for found in _GLUED_WORD.finditer(run):
        allowed = GLUED[found[0]]
        if found.start() - end > min(limit, allowed):
            return [run]
        pieces += [run[end : found.start()], found[0]]
        end, limit = found.end(), allowed
    if len(run) - end > limit:
        return [run]
    return [piece for piece in (*pieces, run[end:]) if piece]
