"""Lecture 1, functions: fitting, and leaving the interval."""
