"""How learning works: derivatives, backpropagation, descent, approximation."""
