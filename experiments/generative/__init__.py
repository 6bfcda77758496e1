"""Generative models: new rows like those of the data."""
