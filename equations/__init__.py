"""Differential equations: from their text to residuals, and the solutions that networks are compared with."""
