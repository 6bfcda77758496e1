"""Names that `--data` takes instead of a file."""

PLANE = ("moons", "circles", "gaussians", "grid", "checkerboard", "pinwheel", "banana")
PICTURES = ("digits", "mnist", "mnist-5k")
OPENML = "openml"  # the published table of jets
NAMES = PLANE + PICTURES
