"""From terms to functions of arrays: stable forms, the NumPy printer, the check of the result."""

from xent_sym.numeric.forms.stable import STABLE_FORMS, StableForm, stabilise
from xent_sym.numeric.functions.check import CheckReport, check
from xent_sym.numeric.functions.export import (
    ExportedFunction,
    compile_function,
    compile_numpy,
    module,
)
from xent_sym.numeric.functions.loss import Loss
from xent_sym.numeric.functions.theorems import NumericSide, numeric_side
from xent_sym.numeric.ranges import ExportError

__all__ = [
    "STABLE_FORMS",
    "CheckReport",
    "ExportError",
    "ExportedFunction",
    "Loss",
    "NumericSide",
    "StableForm",
    "check",
    "compile_function",
    "compile_numpy",
    "module",
    "numeric_side",
    "stabilise",
]
