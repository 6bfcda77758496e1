"""Lecture 1, basics: what a hidden layer is for."""
