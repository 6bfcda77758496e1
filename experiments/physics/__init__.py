"""Lectures on physics-informed networks: differential equations."""
