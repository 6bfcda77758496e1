"""Libraries of terms: what the right side of an unknown equation may be made of, as text."""

from itertools import combinations_with_replacement, product


def library(unknowns, derivatives, powers):
    """Products of powers of the unknown functions with one derivative at most: 1, u, u^2, u_x, u*u_x, ...

    Args:
        unknowns: names.
        derivatives: names such as u_x, u_xx.
        powers: the largest sum of the unknown functions' powers in a term.

    Returns: list of texts, "1" first.

    Source: S. Rudy et al., Data-driven discovery of partial differential equations, arXiv:1609.06401.
    """
    return [
        "*".join(part for part in (power, derivative) if part) or "1"
        for derivative, power in product(["", *derivatives], monomials(unknowns, powers))
    ]


def monomials(names, degree):
    """All products of the names up to a degree: "", "x", "y", "x^2", "x*y", ..."""
    found = []
    for total in range(degree + 1):
        for factors in combinations_with_replacement(names, total):
            counts = {name: factors.count(name) for name in factors}
            found.append(
                "*".join(
                    name if count == 1 else f"{name}^{count}" for name, count in counts.items()
                )
            )
    return found


def subscripts(coordinates, order):
    """All derivatives by the coordinates from first order to this one: "x", "y", "xx", "xy", ..."""
    return [
        "".join(names)
        for n in range(1, order + 1)
        for names in combinations_with_replacement(coordinates, n)
    ]


def combination(coefficients):
    """A sum of terms as text, `{term: coefficient or its name}`: "-1.002*u*u_x + 0.0032*u_xx"; "0" without terms."""
    parts = []
    for term, coefficient in coefficients.items():
        text = coefficient if isinstance(coefficient, str) else f"{coefficient:.6g}"
        factor = f"({term})" if any(sign in term for sign in "+-/") else term
        before = {"1": "", "-1": "-"}.get(text, f"{text}*")
        parts.append(text if term == "1" else before + factor)
    return " + ".join(parts).replace("+ -", "- ") or "0"
