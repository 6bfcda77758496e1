"""A formula as its calculation graph, and its derivatives by going through the graph forward or back.

Each step of the graph is one elementary operation on what was calculated before it; a sub-expression that occurs twice is
calculated once. The chain rule needs no more than the derivative of each single step.

Source: M. Pierini, Deep Learning lectures; A. Griewank and A. Walther, Evaluating Derivatives, SIAM 2008.
"""

from dataclasses import dataclass
from functools import cache, reduce

import sympy

from symbolic import formula
from symbolic.calculus import differentiate


@dataclass(frozen=True)
class Graph:
    """A formula step by step.

    Args:
        variables: their names, sorted.
        steps: `{node: what is calculated there, of variables and earlier nodes}`, in the order of calculation.
        result: the last node, or the variable if the formula is nothing but that.
    """

    variables: tuple[str, ...]
    steps: dict[str, sympy.Expr]
    result: str

    @property
    def nodes(self):
        """Variables and steps in topological order."""
        return (*self.variables, *self.steps)

    @property
    def edges(self):
        """`(from, to)` for each operand of each step."""
        return [
            (operand, node)
            for node, step in self.steps.items()
            for operand in formula.variables(step)
        ]


def calculation_graph(expression):
    """The graph of a parsed formula."""
    names = formula.variables(expression)
    letter = next(
        (letter for letter in "vuwz" if not any(name.startswith(letter) for name in names)), "step"
    )
    nodes = {}  # step -> its symbol: an equal step is the same node

    def node(step):
        return (
            nodes.setdefault(step, symbol(f"{letter}_{len(nodes) + 1}"))
            if step.free_symbols
            else step
        )

    def combined(operation, parts):
        """A sum or product of many, two at a time; its numbers are one."""
        number = operation(*(part for part in parts if part.is_number))
        rest = [calculated(part) for part in parts if not part.is_number]
        parts = rest if rest and number == operation.identity else [number, *rest]
        return reduce(lambda a, b: node(operation(a, b)), parts)

    @cache
    def calculated(part):
        if part.is_Symbol or part.is_number:
            return part
        if part.is_Add:
            minus = [-term for term in part.args if term.could_extract_minus_sign()]
            plus = [term for term in part.args if not term.could_extract_minus_sign()]
            if minus and plus:
                return reduce(
                    lambda a, b: node(a - calculated(b)), minus, combined(sympy.Add, plus)
                )
            return combined(sympy.Add, part.args)
        if part.is_Mul or is_quotient(part):
            below = [1 / factor for factor in sympy.Mul.make_args(part) if is_quotient(factor)]
            above = [factor for factor in sympy.Mul.make_args(part) if not is_quotient(factor)]
            if below:
                return node(combined(sympy.Mul, above) / combined(sympy.Mul, below))
            return combined(sympy.Mul, part.args)
        if isinstance(part, sympy.Max | sympy.Min):
            return reduce(lambda a, b: node(part.func(a, b)), map(calculated, part.args))
        return node(part.func(*map(calculated, part.args)))

    result = calculated(expression)
    return Graph(tuple(names), {found.name: step for step, found in nodes.items()}, result.name)


def is_quotient(factor):
    return factor.is_Pow and factor.exp.is_number and factor.exp.is_negative


def symbol(name):
    return sympy.Symbol(name, real=True)


def local_derivatives(graph, node):
    """`{operand: d node / d operand}` of one step, by the values on both sides of it: that of v = sqrt(u) is 1/(2v)."""
    step = graph.steps[node]
    found = {operand: differentiate(step, operand) for operand in formula.variables(step)}
    return {operand: derivative.subs(step, symbol(node)) for operand, derivative in found.items()}


def reverse_mode(graph):
    """The steps back: `{adjoint of a node: formula}`, from the result's, which is 1, to the variables'.

    The adjoint of a node is the derivative of the result by it: a sum over the nodes that use it, of their adjoints times
    their local derivatives. One pass finds the derivatives by all variables.
    """
    adjoints = {node: sympy.S.Zero for node in graph.nodes} | {graph.result: sympy.S.One}
    for node in reversed(graph.steps):
        adjoint = adjoints[node] if adjoints[node].is_number else symbol(adjoint_of(node))
        for operand, derivative in local_derivatives(graph, node).items():
            adjoints[operand] += adjoint * derivative
    return {adjoint_of(node): adjoints[node] for node in reversed(graph.nodes)}


def forward_mode(graph, variable):
    """The steps forward: `{tangent of a node: formula}`, the derivative of each node by one variable."""
    tangents = {name: sympy.Integer(name == variable) for name in graph.variables}
    for node in graph.steps:
        parts = (
            derivative
            * (tangents[operand] if tangents[operand].is_number else symbol(f"tangent_{operand}"))
            for operand, derivative in local_derivatives(graph, node).items()
        )
        tangents[node] = sum(parts, sympy.S.Zero)
    return {f"tangent_{node}": tangent for node, tangent in tangents.items()}


def adjoint_of(node):
    return f"adjoint_{node}"


def calculate(steps, values):
    """Values of all steps in turn, with NumPy.

    Args:
        steps: `{name: formula of earlier names}`.
        values: `{name: number}` of the variables.

    Returns: `values` and those of the steps.
    """
    values = dict(values)
    for name, step in steps.items():
        operands = formula.variables(step)
        values[name] = float(
            formula.function(step, operands)(*(values[operand] for operand in operands))
        )
    return values


def operations(formulas):
    """How many additions, multiplications, powers and functions they have, as written."""
    return sum(int(sympy.count_ops(expression)) for expression in formulas)
