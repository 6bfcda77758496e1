"""Libraries of terms: candidates for the right side of an unknown equation, as text."""

from itertools import combinations_with_replacement, product


def build_library(unknowns, derivatives, powers):
    """List products of powers of the unknown functions and at most one derivative.

    Args:
        unknowns: names of the unknown functions.
        derivatives: names of derivatives, such as u_x, u_xx.
        powers: maximum total power of the unknown functions in a term.

    Returns: a list of texts, "1" first: 1, u, u^2, u_x, u*u_x, ...

    Source: S. Rudy et al., Data-driven discovery of partial differential equations,
    arXiv:1609.06401.
    """
    return [
        "*".join(part for part in (power, derivative) if part) or "1"
        for derivative, power in product(["", *derivatives], list_monomials(unknowns, powers))
    ]


def list_monomials(names, degree):
    """List all products of the names up to a degree: "", "x", "y", "x^2", "x*y", ..."""
    monomials = []
    for total in range(degree + 1):
        for factors in combinations_with_replacement(names, total):
            powers = {name: factors.count(name) for name in factors}
            monomials.append(
                "*".join(
                    name if power == 1 else f"{name}^{power}" for name, power in powers.items()
                )
            )
    return monomials


def list_subscripts(coordinates, order):
    """List the subscripts of all derivatives up to an order: "x", "y", "xx", "xy", ..."""
    return [
        "".join(names)
        for n in range(1, order + 1)
        for names in combinations_with_replacement(coordinates, n)
    ]


def format_sum(coefficients):
    """Format a sum of terms as text, such as "-1.002*u*u_x + 0.0032*u_xx"; "0" without terms.

    Args:
        coefficients: `{term: coefficient}`; a coefficient is a number or a name.
    """
    parts = []
    for term, coefficient in coefficients.items():
        text = coefficient if isinstance(coefficient, str) else f"{coefficient:.6g}"
        factor = f"({term})" if any(sign in term for sign in "+-/") else term
        before = {"1": "", "-1": "-"}.get(text, f"{text}*")
        parts.append(text if term == "1" else before + factor)
    return " + ".join(parts).replace("+ -", "- ") or "0"
