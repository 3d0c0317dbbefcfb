"""The functions of the catalogue: what they take, and which axes of it are one row's own."""

from __future__ import annotations

from dataclasses import dataclass, replace

WHATS = ("value", "gradient", "value_and_gradient", "hvp")


@dataclass(frozen=True)
class Signature:
    """The arguments of one function, with the axes that belong to a single row.

    ``K`` are classes, ``d`` features, ``n`` samples; an argument without axes is one number for
    each row.  Further axes in front are rows.  ``family`` says that the value has the axes of the
    first argument: then there is no gradient.
    """

    arguments: tuple[tuple[str, str], ...]
    family: bool = False


def _row(*names: str, family: bool = False, axes: str = "K") -> Signature:
    return Signature(tuple((name, axes) for name in names), family)


SIGNATURES = {
    "softmax_cross_entropy": _row("z", "y"),
    "binary_cross_entropy_with_logits": _row("u", "y", axes=""),
    "entropy": _row("p"),
    "cross_entropy": _row("p", "q"),
    "kl": _row("p", "q"),
    "entropy_of_softmax": _row("z"),
    "kl_of_softmaxes": _row("u", "v"),
    "logistic": Signature((("theta", "d"), ("x", "nd"), ("y", "n"))),
    "softmax": _row("z", family=True),
    "log_softmax": _row("z", family=True),
    "log_sum_exp": _row("z"),
    "sigmoid": _row("u", axes=""),
    "softplus": _row("u", axes=""),
}


@dataclass(frozen=True)
class Task:
    """What is measured: a function of the catalogue, what of it, and how it takes its labels.

    >>> Task("softmax", "gradient")
    Traceback (most recent call last):
    ...
    ValueError: softmax is a family, which has no gradient here: ask for its value
    """

    name: str
    what: str = "value"
    labels: str = "dense"

    def __post_init__(self) -> None:
        if self.name not in SIGNATURES:
            known = ", ".join(SIGNATURES)
            raise ValueError(f"no function is called {self.name!r}; there are {known}")
        if self.what not in WHATS:
            known = ", ".join(WHATS)
            raise ValueError(f"{self.what!r} cannot be measured; it is one of {known}")
        if self.signature.family and self.what != "value":
            raise ValueError(
                f"{self.name} is a family, which has no {self.what} here: ask for its value"
            )
        if self.labels not in ("dense", "classes"):
            raise ValueError(f"labels are 'dense' or 'classes', not {self.labels!r}")
        if self.labels == "classes" and self.name != "softmax_cross_entropy":
            raise ValueError(f"{self.name} takes no class numbers: leave labels at 'dense'")

    @property
    def signature(self) -> Signature:
        """What the function takes."""
        return SIGNATURES[self.name]

    @property
    def title(self) -> str:
        """What is measured, in words."""
        classes = ", labels as class numbers" if self.labels == "classes" else ""
        return f"{self.name}{classes}: {self.what.replace('_', ' ')}"

    @property
    def parts(self) -> tuple[Task, ...]:
        """The value and the gradient of both at once; else the task itself."""
        if self.what != "value_and_gradient":
            return (self,)
        return replace(self, what="value"), replace(self, what="gradient")

    @property
    def axes(self) -> tuple[str, ...]:
        """The own axes of each argument, v last where there is one.

        >>> Task("softmax_cross_entropy", "hvp", "classes").axes
        ('K', '', 'K')
        """
        classes = self.labels == "classes"
        given = self.signature.arguments
        axes = tuple("" if name == "y" and classes else own for name, own in given)
        return (*axes, axes[0]) if self.what == "hvp" else axes

    @property
    def result(self) -> str:
        """The own axes of what comes out."""
        one = self.what == "value" and not self.signature.family
        return "" if one else self.signature.arguments[0][1]


__all__ = ["SIGNATURES", "WHATS", "Signature", "Task"]
