"""Certificates: how many units of the last place a function is from what was stated, by regime."""

from xent_sym.numeric.certify.certificate import Certificate, Line, certify
from xent_sym.numeric.certify.signatures import Task
from xent_sym.numeric.certify.table import beside, markdown, text

__all__ = ["Certificate", "Line", "Task", "beside", "certify", "markdown", "text"]
