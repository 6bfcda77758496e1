"""Classical solvers, whose errors and times are compared with a network's."""
