"""Lecture 1, learning: derivatives, backpropagation, descent, approximation."""
