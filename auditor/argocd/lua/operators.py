"""Operators of Lua on values, with the errors they give."""

import math
from typing import Any

from auditor.argocd.lua.values import LuaError, Table, number, text, type_name


def truth(value: Any) -> bool:
    """Say whether a value counts as true."""
    return value is not None and value is not False


def equal(left: Any, right: Any) -> bool:
    """Compare as `==` does."""
    if isinstance(left, bool) or isinstance(right, bool) or type_name(left) != type_name(right):
        return left is right
    return left is right if isinstance(left, Table) or callable(left) else bool(left == right)


def concat(left: Any, right: Any, line: int) -> str:
    """Join as `..` does. Raises LuaError."""
    for value in (left, right):
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            kinds = f"{type_name(left)} and {type_name(right)}"
            raise LuaError(f"<string>:{line}: cannot perform concat operation between {kinds}")
    return text(left) + text(right)


def compare(operator: str, left: Any, right: Any, line: int) -> bool:
    """Compare by order. Raises LuaError."""
    kinds = {type_name(left), type_name(right)}
    if kinds not in ({"number"}, {"string"}):
        names = f"{type_name(left)} with {type_name(right)}"
        raise LuaError(f"<string>:{line}: attempt to compare {names}")
    if operator in {">", ">="}:
        left, right = right, left
    return bool(left < right) if operator in {"<", ">"} else bool(left <= right)


def arithmetic(operator: str, left: Any, right: Any, line: int) -> float:
    """Calculate with texts read as numbers. Raises LuaError."""
    a, b = number(left), number(right)
    if a is None or b is None:
        kinds = f"{type_name(left)} and {type_name(right)}"
        raise LuaError(f"<string>:{line}: cannot perform {operator} operation between {kinds}")
    try:
        match operator:
            case "+":
                return a + b
            case "-":
                return a - b
            case "*":
                return a * b
            case "/":
                return a / b
            case "%":
                return a % b
            case _:
                return math.pow(a, b)
    except (ZeroDivisionError, OverflowError, ValueError):
        return math.nan if operator == "%" or a == 0 else math.copysign(math.inf, a)


def index_error(holder: Any, key: Any, line: int) -> LuaError:
    """Return the error of indexing what is no table."""
    kind = type_name(holder)
    return LuaError(
        f"<string>:{line}: attempt to index a non-table object({kind}) with key '{text(key)}'"
    )
