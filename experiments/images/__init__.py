"""Lecture 2, images: digits, and pictures of your own."""
