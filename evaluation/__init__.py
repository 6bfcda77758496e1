"""Scores, baselines, the figures of a kind of answer, the report."""
