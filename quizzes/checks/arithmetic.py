"""Sums that an interviewer does on the board."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable
from typing import Any

from lab.bench import Bench

__all__ = ["value"]

_OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod, ast.Pow: operator.pow, ast.USub: operator.neg,
}  # fmt: skip
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "ceil": math.ceil, "exp": math.exp, "floor": math.floor, "log": math.log, "log2": math.log2, "max": max,
    "min": min, "round": round, "sqrt": math.sqrt,
}  # fmt: skip


def value(bench: Bench, expression: str) -> float:
    """What an expression of numbers comes to: + - * / // % **, and ceil, exp, floor, log, log2, sqrt, ..."""
    found: float = _value(ast.parse(expression, mode="eval").body)
    return found


def _value(node: ast.AST) -> Any:
    match node:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.BinOp(left, operation, right) if type(operation) in _OPERATORS:
            return _OPERATORS[type(operation)](_value(left), _value(right))
        case ast.UnaryOp(operation, operand) if type(operation) in _OPERATORS:
            return _OPERATORS[type(operation)](_value(operand))
        case ast.Call(ast.Name(name), arguments, []) if name in _FUNCTIONS:
            return _FUNCTIONS[name](*map(_value, arguments))
    raise ValueError(f"{ast.unparse(node)} is no arithmetic")
