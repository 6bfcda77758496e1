"""The slides in NumPy: activations, backpropagation, gradient descent, difference quotients."""
