"""Operators and inverse problems."""
