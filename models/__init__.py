"""Functional-API builders, one file per architecture: shapes in, `keras.Model` out."""
