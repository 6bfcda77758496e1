import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from equations.references import cavity


def evaluate_on_centre_line(name, positions):
    """Return u on x = 1/2 or v on y = 1/2."""
    positions = np.atleast_1d(positions)
    half = np.full_like(positions, 0.5)
    x, y = (half, positions) if name == "u" else (positions, half)
    return cavity.solve({"x": x, "y": y})[name]


@pytest.mark.parametrize(
    "name, sign, bounds, extremum, position",
    [
        ("u", 1, (0.3, 0.6), -0.2140424, 0.4581),
        ("v", -1, (0.1, 0.4), 0.1795728, 0.2370),
        ("v", 1, (0.6, 0.95), -0.2538030, 0.8104),
    ],
)
def test_published_extrema(name, sign, bounds, extremum, position):
    """O. Botella, R. Peyret, Computers & Fluids 27 (1998), 421-433."""
    found = minimize_scalar(
        lambda s: sign * evaluate_on_centre_line(name, s)[0],
        bounds=bounds,
        method="bounded",
        options={"xatol": 1e-9},
    )
    assert abs(sign * found.fun - extremum) < 1e-7
    assert abs(found.x - position) < 1e-4


PROFILES = {
    "u": """
        -0.041974991 -0.077125399 -0.109816214 -0.141930064 -0.172712391 -0.198470859 -0.212962392
        -0.209149142 -0.182080595 -0.131256301 -0.060245594 0.027874448 0.140425325 0.310557090
        0.597466694""",
    "v": """
        0.094807616 0.149243000 0.174342933 0.179243328 0.169132064 0.145730201 0.108775865
        0.057536559 -0.007748504 -0.084066715 -0.163010143 -0.227827313 -0.253768577 -0.218690812
        -0.123318170""",
}


@pytest.mark.parametrize("name", PROFILES)
def test_published_profiles(name):
    """At 1/16, 2/16, ...

    C. H. Marchi, R. Suero, L. K. Araki, J. Braz. Soc. Mech. Sci. Eng. 31 (2009), 186-198.
    """
    published = np.array(PROFILES[name].split(), "float64")
    values = evaluate_on_centre_line(name, np.arange(1, 16) / 16)
    np.testing.assert_allclose(values, published, atol=2e-6)


def test_the_table_of_1982():
    """On 129 x 129 points, accurate to two digits.

    U. Ghia, K. N. Ghia, C. T. Shin, J. Comput. Phys. 48 (1982), 387-411.
    """
    table = """
        0.0547 -0.03717  0.0625 -0.04192  0.0703 -0.04775  0.1016 -0.06434  0.1719 -0.10150
        0.2813 -0.15662  0.4531 -0.21090  0.5000 -0.20581  0.6172 -0.13641  0.7344 0.00332
        0.8516 0.23151  0.9531 0.68717  0.9609 0.73722  0.9688 0.78871  0.9766 0.84123"""
    y, u = np.array(table.split(), "float64").reshape(-1, 2).T
    np.testing.assert_allclose(evaluate_on_centre_line("u", y), u, atol=6e-3)


def test_equations_hold_inside():
    """Derivatives are differences of fourth order, at points between the nodes."""
    (x, y), h = np.random.default_rng(0).uniform(0.2, 0.8, (2, 200)), 0.01

    def evaluate(dx, dy):
        values = cavity.solve({"x": x + dx * h, "y": y + dy * h})
        return np.array([values[name] for name in "uvp"])

    centre = evaluate(0, 0)
    by_x = (8 * (evaluate(1, 0) - evaluate(-1, 0)) - evaluate(2, 0) + evaluate(-2, 0)) / (12 * h)
    by_y = (8 * (evaluate(0, 1) - evaluate(0, -1)) - evaluate(0, 2) + evaluate(0, -2)) / (12 * h)
    second = (
        16 * (evaluate(1, 0) + evaluate(-1, 0) + evaluate(0, 1) + evaluate(0, -1))
        - evaluate(2, 0)
        - evaluate(-2, 0)
        - evaluate(0, 2)
        - evaluate(0, -2)
        - 60 * centre
    )
    u, v, _ = centre
    friction = second / (12 * h**2) / 100
    assert np.abs(u * by_x[0] + v * by_y[0] + by_x[2] - friction[0]).max() < 1e-3
    assert np.abs(u * by_x[1] + v * by_y[1] + by_y[2] - friction[1]).max() < 1e-3
    assert np.abs(by_x[0] + by_y[1]).max() < 1e-3


def test_at_the_lid_and_in_its_corners():
    x = np.array([0.0, 0.1, 0.5, 1.0])
    values = cavity.solve({"x": x, "y": np.ones(4)})
    np.testing.assert_allclose(values["u"], 1, atol=1e-4)
    np.testing.assert_allclose(values["v"], 0, atol=1e-4)
    assert values["p"][0] < -1e3 and values["p"][-1] > 1e3  # infinite
    assert cavity.solve({"x": np.zeros(1), "y": np.zeros(1)})["p"] == 0
