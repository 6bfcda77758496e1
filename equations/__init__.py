"""Differential equations: text in, sympy expressions out; trial solutions, collocation points, reference solutions."""
