"""Solvers without a network: the honest figures beside which those of a network stand."""
