"""Sequences: series in time, and text."""
