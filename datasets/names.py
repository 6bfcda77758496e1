"""Names that `--data` takes instead of a file, for topics that learn without answers."""

PLANE = ("moons", "circles", "gaussians", "grid", "checkerboard", "pinwheel", "banana")
PICTURES = ("digits", "mnist", "mnist-5k")
NAMES = PLANE + PICTURES
