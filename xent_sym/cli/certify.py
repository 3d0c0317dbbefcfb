"""``certify``: how many units of the last place an exported loss is from its definition."""

from __future__ import annotations

from argparse import Namespace

from xent_sym.cli.problems import FINDING, OK, BadInput
from xent_sym.numeric.catalogue import built
from xent_sym.numeric.certify import Task, text
from xent_sym.numeric.certify import certify as measure


def certify(options: Namespace) -> int:
    """``certify NAME``: a table of errors by regime; 1 if a goal is missed."""
    function = built(options.name, options.what, options.target)
    try:
        task = Task(options.name, options.what, options.labels)
    except ValueError as problem:
        raise BadInput(str(problem)) from problem
    certificate = measure(function, task, large=options.large)
    print(text(certificate))
    return OK if certificate.met else FINDING
