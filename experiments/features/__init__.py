"""Lecture 4, features: what a network learns without answers."""
