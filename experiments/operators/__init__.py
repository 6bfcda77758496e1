"""Operators and inverse problems: solution maps, tomography, hidden terms of an equation."""
