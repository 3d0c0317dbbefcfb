"""The reason for a line in a few plain words, from the label of its way."""

from __future__ import annotations

from xent_sym.terms.text import spell

PLAIN = {
    "arithmetic": "arithmetic",
    "rearrange": "arithmetic",
    "expand": "multiply out",
    "evaluate": "evaluate",
    "linearity": "linearity of the sum",
    "sum_of_sums": "a sum of sums",
    "constant_factor": "a constant out of the sum",
    "split_off_term": "one term apart",
    "collapse_delta": "δ picks one term",
    "derivative_is_linear": "the derivative is linear",
    "differentiate": "differentiate",
    "binary_square": "y² = y",
    "one_hot_entry": "the label is one-hot",
    "change_of_base": "change of base",
    "exp_of_sum": "exponential of a sum",
    "exp_of_log": "exponential of a logarithm",
    "log_of_exp": "logarithm of an exponential",
    "log_of_one": "log 1 = 0",
    "log_of_power": "logarithm of a power",
    "log_of_product": "logarithm of a product",
    "log_of_quotient": "logarithm of a quotient",
    "log_of_finite_product": "logarithm of a product",
    "weighted_log_of_quotient": "logarithm of a quotient",
    "independent_logarithms": "logarithms of primes are independent over the rationals",
}
BOUNDS = {
    "log_at_most": "log x ≤ x - 1",
    "weighted_log_at_most": "log x ≤ x - 1, times a weight",
    "weighted_log_ratio_at_most": "log x ≤ x - 1, times a weight",
    "add_nonnegative": "what is added is not negative",
    "minus_nonnegative": "minus what is not negative",
}


def reason(way: str) -> str:
    """The label of a way in words.

    >>> reason("definition:cross_entropy,a"), reason("arithmetic:logarithms")
    ('definition of cross entropy and a', 'arithmetic with logarithms')
    """
    label, _, detail = way.partition(":")
    if not detail:
        return PLAIN.get(label, label.replace("_", " "))
    names = _listed(detail)
    match label:
        case "definition":
            return f"definition of {names}"
        case "fold":
            return f"definition of {names}, read backwards"
        case "theorem":
            return f"theorem {detail.replace(',', ', ')}"
        case "sums_to_one":
            return f"{names} sums to one"
        case "bound":
            return BOUNDS.get(detail, names)
    return f"{PLAIN.get(label, label)} with {names}"


def _listed(detail: str) -> str:
    *most, last = [spell(name).replace("_", " ") for name in detail.split(",")]
    return f"{', '.join(most)} and {last}" if most else last
