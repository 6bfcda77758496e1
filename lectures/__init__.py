"""What stands on the slides, in NumPy: backpropagation, gradient descent, the activations' table."""
