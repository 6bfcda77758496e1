"""Lecture 1, tables: prices, jets, and a table of your own."""
