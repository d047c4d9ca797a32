"""Faults to make in a module, one at a time: comparisons, logic, numbers and truth values turned around."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

COMPARISONS: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}


class Mutant(NamedTuple):
    """A module with one thing changed.

    Attributes
    ----------
    line
        Where the changed expression begins.
    inside
        It is in the body of a function, so that only that function's code differs.
    source
        The whole module, written anew.
    """

    line: int
    was: str
    now: str
    inside: bool
    source: str

    @property
    def name(self) -> str:
        """Return what was changed, as it is written in a report."""
        return f"{self.was}  ->  {self.now}"


def mutants(source: str) -> Iterator[Mutant]:
    """Yield every mutant of a module, in the order of its lines."""
    tree = ast.parse(source)
    bodies = [
        (node.body[0].lineno, node.end_lineno or node.lineno)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    ]
    places = [(node, number) for number, node in enumerate(ast.walk(tree)) if isinstance(node, ast.expr)]
    for node, number in sorted(places, key=lambda place: (place[0].lineno, place[0].col_offset)):
        inside = any(first <= node.lineno <= last for first, last in bodies)
        for change in _changes(node):
            other = copy.deepcopy(tree)
            twin = next(part for index, part in enumerate(ast.walk(other)) if index == number)
            change(twin)
            yield Mutant(node.lineno, ast.unparse(node), ast.unparse(twin), inside, ast.unparse(other))


def _changes(node: ast.expr) -> Iterator[Callable[[ast.AST], None]]:
    """Yield what can be changed about an expression."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        yield lambda twin: setattr(twin, "ops", [COMPARISONS[type(node.ops[0])]()])
    elif isinstance(node, ast.BoolOp):
        yield lambda twin: setattr(twin, "op", ast.And() if isinstance(node.op, ast.Or) else ast.Or())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield lambda twin: setattr(twin, "operand", ast.UnaryOp(ast.Not(), node.operand))
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        yield lambda twin: setattr(twin, "op", ast.Sub() if isinstance(node.op, ast.Add) else ast.Add())
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield lambda twin: setattr(twin, "value", not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        value = node.value
        yield lambda twin: setattr(twin, "value", value + 1)
