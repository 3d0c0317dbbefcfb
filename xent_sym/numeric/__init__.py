"""From terms to functions of arrays: stable forms, the NumPy printer, the check of the result."""

from xent_sym.numeric.arrays import ExportError
from xent_sym.numeric.check import CheckReport, check
from xent_sym.numeric.export import ExportedFunction, compile_function, compile_numpy, module
from xent_sym.numeric.loss import Loss
from xent_sym.numeric.stable import STABLE_FORMS, StableForm, stabilise
from xent_sym.numeric.theorems import NumericSide, numeric_side

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
