"""One file an architecture: Functional-API builders, shapes in, `keras.Model` out."""
