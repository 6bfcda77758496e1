"""A formula as its calculation graph, and its derivatives by a forward or a reverse pass.

Each step of the graph is one elementary operation on earlier nodes; a sub-expression that occurs
twice is calculated once. The chain rule only needs the derivative of each single step.

Source: M. Pierini, Deep Learning lectures; A. Griewank and A. Walther, Evaluating Derivatives,
SIAM 2008.
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
        variables: names of the variables, sorted.
        steps: `{node: expression in variables and earlier nodes}`, in the order of calculation.
        result: name of the last node, or of the variable if the formula is a single variable.
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
            for operand in formula.list_variables(step)
        ]


def build_graph(expression):
    """Return the `Graph` of a parsed formula."""
    names = formula.list_variables(expression)
    letter = next(
        (letter for letter in "vuwz" if not any(name.startswith(letter) for name in names)), "step"
    )
    nodes = {}  # step -> its symbol: equal steps share a node

    def add_node(step):
        if not step.free_symbols:
            return step
        return nodes.setdefault(step, make_symbol(f"{letter}_{len(nodes) + 1}"))

    def combine(operation, parts):
        """Add or multiply all parts, two at a time; numbers are combined into one first."""
        number = operation(*(part for part in parts if part.is_number))
        rest = [add_steps(part) for part in parts if not part.is_number]
        parts = rest if rest and number == operation.identity else [number, *rest]
        return reduce(lambda a, b: add_node(operation(a, b)), parts)

    @cache
    def add_steps(part):
        """Add the steps of a sub-expression and return its last node."""
        if part.is_Symbol or part.is_number:
            return part
        if part.is_Add:
            minus = [-term for term in part.args if term.could_extract_minus_sign()]
            plus = [term for term in part.args if not term.could_extract_minus_sign()]
            if minus and plus:
                return reduce(
                    lambda a, b: add_node(a - add_steps(b)), minus, combine(sympy.Add, plus)
                )
            return combine(sympy.Add, part.args)
        if part.is_Mul or is_quotient(part):
            below = [1 / factor for factor in sympy.Mul.make_args(part) if is_quotient(factor)]
            above = [factor for factor in sympy.Mul.make_args(part) if not is_quotient(factor)]
            if below:
                return add_node(combine(sympy.Mul, above) / combine(sympy.Mul, below))
            return combine(sympy.Mul, part.args)
        if isinstance(part, sympy.Max | sympy.Min):
            return reduce(lambda a, b: add_node(part.func(a, b)), map(add_steps, part.args))
        return add_node(part.func(*map(add_steps, part.args)))

    result = add_steps(expression)
    steps = {node.name: step for step, node in nodes.items()}
    return Graph(tuple(names), steps, result.name)


def is_quotient(factor):
    """Whether a factor stands in the denominator of a product."""
    return factor.is_Pow and factor.exp.is_number and factor.exp.is_negative


def make_symbol(name):
    """Return a real sympy symbol."""
    return sympy.Symbol(name, real=True)


def differentiate_step(graph, node):
    """Return `{operand: derivative of one step by the operand}`.

    Derivatives use the value of the node where possible: the derivative of v = sqrt(u) is 1/(2v).
    """
    step = graph.steps[node]
    return {
        operand: differentiate(step, operand).subs(step, make_symbol(node))
        for operand in formula.list_variables(step)
    }


def derive_adjoints(graph):
    """Reverse mode: formulas for the adjoints of all nodes, from the result to the variables.

    The adjoint of a node is the derivative of the result by the node. It is the sum, over all nodes
    that use the node, of their adjoints times their local derivatives. One pass gives the
    derivatives by all variables.

    Returns: `{adjoint of a node: formula}`; the adjoint of the result is 1.
    """
    adjoints = {node: sympy.S.Zero for node in graph.nodes} | {graph.result: sympy.S.One}
    for node in reversed(graph.steps):
        adjoint = adjoints[node] if adjoints[node].is_number else make_symbol(name_adjoint(node))
        for operand, derivative in differentiate_step(graph, node).items():
            adjoints[operand] += adjoint * derivative
    return {name_adjoint(node): adjoints[node] for node in reversed(graph.nodes)}


def derive_tangents(graph, variable):
    """Forward mode: formulas for the derivative of every node by one variable.

    Returns: `{tangent of a node: formula}`, in the order of calculation.
    """
    tangents = {name: sympy.Integer(name == variable) for name in graph.variables}
    for node in graph.steps:
        tangents[node] = sympy.S.Zero
        for operand, derivative in differentiate_step(graph, node).items():
            tangent = tangents[operand]
            tangents[node] += derivative * (
                tangent if tangent.is_number else make_symbol(name_tangent(operand))
            )
    return {name_tangent(node): tangent for node, tangent in tangents.items()}


def name_adjoint(node):
    """Return the name of a node's adjoint."""
    return f"adjoint_{node}"


def name_tangent(node):
    """Return the name of a node's tangent."""
    return f"tangent_{node}"


def calculate(steps, values):
    """Calculate all steps in turn with NumPy.

    Args:
        steps: `{name: formula of earlier names}`.
        values: `{name: number}` of the variables.

    Returns: `values`, extended by the values of all steps.
    """
    values = dict(values)
    for name, step in steps.items():
        operands = formula.list_variables(step)
        function = formula.compile_function(step, operands)
        values[name] = float(function(*(values[operand] for operand in operands)))
    return values


def count_operations(formulas):
    """Return the number of additions, multiplications, powers and functions in all formulas."""
    return sum(int(sympy.count_ops(expression)) for expression in formulas)
