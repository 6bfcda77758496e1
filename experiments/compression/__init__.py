"""Compression: small networks from large ones."""
