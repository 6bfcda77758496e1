"""Lecture 3, formulas: from networks and from data."""
