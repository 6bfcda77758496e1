"""Accurate solutions of the built-in equations without a closed form, to measure errors."""
