"""What every module of tests has in it besides the statement: its head, its settings, its tests.

The words in ``{}`` are filled in; those about labels are empty where there are none.
"""

HEAD = '''\
"""Tests of a function of yours: is it what is stated?

    {name}

Written by xent_sym.  They need pytest, NumPy and mpmath.  Edit the line below that says so.

{statement}

Your function is called with these arguments, in this order; leading axes are a batch:
{arguments}
It gives {results}, for singles and for doubles.

The truth is the statement itself, as the functions `true_...` below have it, in intervals that are
sure to hold it; their precision is raised until 30 digits are certain, so that e^-800 counts beside
1.  0 times log 0 is 0.  Where the statement has no value, nothing is compared.{nudged}
"""
'''

IMPORTS = '''\
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pytest
from mpmath import iv, mp, mpf
'''

SETTINGS = '''\
# EDIT THIS LINE: import your function under the name `function`, for example
#     from mine import {name} as function
function: Any = None

TOLERANCE = 64  # how many units in the last place a result may be off
DTYPES = ("float64", "float32")
{labels}{regimes}
ROWS = 4  # calls at each kind of point
SEED = 0
PRECISIONS = (128, 512, 2048, 8192)  # bits'''

CALL = '''\
def called(arguments: Sequence[Any]) -> list[Any]:
    """What your function gives, as arrays."""
    if function is None:
        pytest.fail(
            "no function to test: near the top of this file, edit the line `function: Any = None`",
            pytrace=False,
        )
    with np.errstate(all="ignore"):
        given = function(*arguments)
    results = list(given) if len(STATED) > 1 else [given]
    assert len(results) == len(STATED), f"{{len(results)}} results; expected {{', '.join(STATED)}}"
    return [np.asarray(result) for result in results]


def rows(arrays: Sequence[Any]) -> Iterator[list[Any]]:
    """The arguments of each single call."""
    for n in range(ROWS):
        yield [a[n] if isinstance(a, np.ndarray) else a for a in arrays]'''

BY_CLASS = '''


def by_class(arguments: Sequence[Any], labels: str) -> list[Any]:
    """The arguments, with class numbers for one-hot labels where that is asked."""
    return [
        a.argmax(axis=-1) if labels == "classes" and n in {places} else a
        for n, a in enumerate(arguments)
    ]'''

TEST = '''\
{by_label}@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("regime", REGIMES)
def test_it_computes_what_is_stated(regime: str, dtype: str{label}) -> None:
    """Each entry is within TOLERANCE units in the last place of the truth."""
    compared, wrong = 0, []
    for row in rows(points(regime, dtype{hard})):
        results = called({row})
        for (name, statement), got in zip(STATED.items(), results, strict=True):
            true = truth(statement, row)
            assert got.shape == true.shape, f"{{name}} has shape {{got.shape}}, not {{true.shape}}"
{moved}            for place in np.ndindex(true.shape):
                if mp.isnan(true[place]):
                    continue
                compared += 1
                most = {most}
                error = ulps(got[place], true[place], dtype)
                if error > most:
                    said = entry(name, place, got[place], true[place], error)
                    wrong.append((error, row, f"{{said}}; {{most:.3g}} allowed"))
    if wrong:
        _, row, said = max(wrong, key=lambda found: found[0])
        point = [f"    {{n}} = {{a!r}}" for n, a in zip(ARGUMENTS, {row}, strict=True)]
        head = f"{{regime}}, {{dtype}}: {{len(wrong)}} of {{compared}} entries wrong; the worst, at"
        pytest.fail("\\n".join([head, *point, said]), pytrace=False)
    if not compared:
        pytest.skip("the statement has no value at these points")'''

BATCH = '''\
{by_label}@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("regime", REGIMES)
def test_a_batch_is_its_rows(regime: str, dtype: str{label}) -> None:
    """Rows do not know of each other: all at once is the same as one by one."""
    arrays = points(regime, dtype{hard})
    whole = called({batch})
    alone = [called({row}) for row in rows(arrays)]
    rtol = TOLERANCE * np.finfo(dtype).eps
    for n, name in enumerate(STATED):
        each = np.stack([results[n] for results in alone])
        assert whole[n].shape == each.shape, f"{{name}}: {{whole[n].shape}}, not {{each.shape}}"
        np.testing.assert_allclose(
            whole[n], each, rtol=rtol, atol={atol},
            err_msg=f"{{name}}: a batch of rows differs from a loop over them ({{regime}})",
        )'''

MOVED = '''\
            moved = truth(statement, nudged(regime, row, NUDGED))
'''
# so much is lost where the results of the function and such an argument cancel
ALLOWED = "TOLERANCE * allowed(true[place], moved[place], dtype)"

NUDGED = """

Where a result cancels with {names} it may be off by more: by TOLERANCE
times what one unit in their last place is worth there."""

__all__ = [
    "ALLOWED", "BATCH", "BY_CLASS", "CALL", "HEAD", "IMPORTS", "MOVED", "NUDGED", "SETTINGS",
    "TEST",
]
