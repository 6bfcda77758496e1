"""Sequences: series in time, and their classes."""
