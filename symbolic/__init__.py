"""Formulas as text, and methods that find them in data."""
