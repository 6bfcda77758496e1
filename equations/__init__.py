"""Differential equations: text is read into sympy expressions, trial solutions and residuals."""
