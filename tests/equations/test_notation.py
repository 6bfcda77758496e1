import pytest

from equations.notation import Notation, replace_primes, split_name
from equations.problem import Derivative
from errors import UserError


@pytest.mark.parametrize(
    "name, coordinates, unknown, orders",
    [
        ("u", ("x", "t"), "u", (0, 0)),
        ("u_t", ("x", "t"), "u", (0, 1)),
        ("u_xxt", ("x", "t"), "u", (2, 1)),
        ("u_tx", ("x", "t"), "u", (1, 1)),
        ("u_x_xt", ("x", "t"), "u", (2, 1)),
        ("u_1", ("x", "t"), "u_1", (0, 0)),
        ("u_1_xx", ("x", "t"), "u_1", (2, 0)),
        ("u_max", ("x", "t"), "u_max", (0, 0)),
        ("u_thetatheta", ("r", "theta", "t"), "u", (0, 2, 0)),
        ("u_ttheta", ("r", "theta", "t"), "u", (0, 1, 1)),
        ("u_thetat_r", ("r", "theta", "t"), "u", (1, 1, 1)),
        ("w_x1x2x1", ("x1", "x2", "x"), "w", (2, 1, 0)),
        ("y_xxxxxxxx", ("x",), "y", (8,)),
        ("_x", ("x",), "_x", (0,)),
        ("psi_tR", ("t", "R"), "psi", (1, 1)),
    ],
)
def test_subscripts(name, coordinates, unknown, orders):
    assert split_name(name, coordinates) == Derivative(unknown, orders)


@pytest.mark.parametrize(
    "name, coordinates",
    [("u_aba", ("a", "ab", "ba")), ("u_aab", ("ab", "ba", "a")), ("u_xx", ("x", "xx"))],
)
def test_ambiguous_subscripts(name, coordinates):
    with pytest.raises(UserError, match=f"'{name}' can be read in several ways"):
        split_name(name, coordinates)


def test_the_maximum_order_of_a_derivative():
    with pytest.raises(UserError, match="order 9. The maximum is 8"):
        split_name("u_xxxxt_xxxx", ("x", "t"))


def test_primes():
    assert replace_primes("u'' + u'(0)*x - v'^2", ("x",)) == "u_xx + u_x(0)*x - v_x^2"
    assert replace_primes("x''", ("t",)) == "x_tt"
    assert split_name(replace_primes("u_x'", ("x",)), ("x",)) == Derivative("u", (2,))
    with pytest.raises(
        UserError, match="has u'', but primes need a single coordinate. Write u_xx or u_tt"
    ):
        replace_primes("u'' + u", ("x", "t"))


def test_symbols_are_named_in_the_order_of_the_domain():
    notation = Notation(("r", "theta"), {}, (), ("u",))
    assert notation.make_symbol(notation.find_derivative("u_thetar_theta")).name == "u_rthetatheta"
    assert (
        notation.make_symbol(notation.find_derivative("u")).name == "u"
        and notation.make_symbol(notation.find_derivative("u")).is_real
    )
    assert (
        notation.find_derivative("v_r") is None
        and notation.find_derivative("r") is None
        and notation.find_derivative("u_max") is None
    )


def test_constants_come_before_derivatives():
    assert Notation(("x",), {"k_x": 2.0}, ("c_x",), ("k", "c")).find_derivative("k_x") is None
