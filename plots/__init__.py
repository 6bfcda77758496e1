"""Plots: plain arrays in, matplotlib Figures out."""
