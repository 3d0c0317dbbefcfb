"""Derive, verify, export and print results around entropy, KL divergence and cross-entropy.

>>> import xent_sym as xs
>>> n = xs.size("n")
>>> p, q = xs.distribution("p", n), xs.distribution("q", n, full_support=True)
>>> theorem = xs.decide(xs.claim(xs.cross_entropy(p, q), "=", xs.entropy(p) + xs.kl(p, q)))
>>> print(theorem)
H(p, q) = H(p) + D_KL(p ‖ q)

Names are loaded when they are first used, so that importing the package costs nothing.
"""

import sys
from types import ModuleType

TYPE_CHECKING = False  # importing ``typing`` would cost more than all of ``xent-sym --help``
if TYPE_CHECKING:
    from typing import Any

__version__ = "0.1.0"

_ROOMS = {
    "xent_sym.terms": (
        "Term TermError Tup base binary binary_cross_entropy binary_entropy cross_entropy delta "
        "distribution domain dot entropy exp expectation index kl log log_sum_exp name one_hot "
        "partial positive probability product real reals self_information sigmoid size softmax "
        "softplus substitute summation tanh true_class vector"
    ),
    "xent_sym.kernel": "Application Chain Claim Hypothesis LAWS Law NotProved Step Theorem Verdict "
    "prove recheck",
    "xent_sym.kernel.verdict": "decide",
    "xent_sym.kernel.record": "record replay",
    "xent_sym.tactics.ways": (
        "Way arithmetic binary_square bound bound_by by change_of_base collapse differentiate "
        "differs evaluate exp_of_log exp_of_sum expand fold linearity log_of_exp "
        "log_of_finite_product log_of_one log_of_power log_of_product log_of_quotient "
        "one_hot_entry pull_constants reading rearrange split_off split_sums sums_to_one unfold "
        "push_into_sums sum_without_term weighted_log_of_product weighted_log_of_quotient"
    ),
    "xent_sym.calc": "Derivation DerivationError StepFailed claim derive_chain distinct theorem",
    "xent_sym.derive": "Stuck derive",
    "xent_sym.library": "library",
    "xent_sym.api": "build check export show",
    "xent_sym.verification.api": "verify",
    "xent_sym.numeric": "ExportError Loss compile_numpy numeric_side",
    "xent_sym.numeric.catalogue": "CATALOGUE built softmax_cross_entropy_loss",
    "xent_sym.refute": "refute",
    "xent_sym.terms.sympy_reader": "from_sympy",
    "xent_sym.meaning.formula": "from_latex",
    "xent_sym.terms.sympy_writer": "to_sympy",
    "xent_sym.terms.evaluate": "Point evaluate_to",
    "xent_sym.terms.latex": "latex",
    "xent_sym.terms.text": "text",
}
_HOME = {name: room for room, names in _ROOMS.items() for name in names.split()}

__all__ = sorted(_HOME)  # noqa: PLE0605


def __getattr__(name: str) -> "Any":
    room = _HOME.get(name)
    if room is None:
        raise AttributeError(f"xent_sym has no {name!r}")
    from importlib import import_module

    value = getattr(import_module(room), name)
    globals()[name] = value
    return value


class _Package(ModuleType):
    """``xs.refute`` is the function, also after somebody has imported its room of that name."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _HOME and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
