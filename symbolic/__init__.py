"""Formulas as text, and finding them in data."""
