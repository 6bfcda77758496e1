"""Accurate solutions of the built-in equations that have no formula: what the errors of networks are measured against."""
