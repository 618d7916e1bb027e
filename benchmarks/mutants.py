"""Small faults in functions: one comparison, condition, constant, return or statement changed."""

import ast
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any, Final

_FLIPPED: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault: where it is and how the place read before and after."""

    module: str
    path: Path
    function: str
    line: int
    index: int
    before: str
    after: str

    @property
    def key(self) -> str:
        """What names it as long as its function keeps the expression."""
        return f"{self.module}:{self.function}: {self.before} -> {self.after}"


@dataclass(frozen=True, slots=True)
class _Change:
    """One field of a node, or one place of a list in it, and what it becomes."""

    holder: Any
    place: str | int
    new: Any

    def swap(self) -> "_Change":
        """Do it and return the way back."""
        if isinstance(self.place, int):
            old = self.holder[self.place]
            self.holder[self.place] = self.new
        else:
            old = getattr(self.holder, self.place)
            setattr(self.holder, self.place, self.new)
        return _Change(self.holder, self.place, old)


@dataclass(frozen=True, slots=True)
class _Site:
    function: str
    node: ast.AST
    change: _Change


def of(module: str, path: Path) -> Iterator[Mutant]:
    """Yield every mutant of the functions in the file at `path`, in a settled order."""
    seen: Counter[tuple[str, str, str]] = Counter()
    for index, site in enumerate(_sites(ast.parse(path.read_text(encoding="utf-8")))):
        before = _shown(site.node)
        back = site.change.swap()
        after = _shown(site.node)
        back.swap()
        seen[site.function, before, after] += 1
        nth = seen[site.function, before, after]
        after += f" ({nth})" if nth > 1 else ""
        line: int = getattr(site.node, "lineno", 0)
        yield Mutant(module, path, site.function, line, index, before, after)


def compiled(mutant: Mutant, filename: str) -> dict[tuple[str, int], CodeType]:
    """Return the code of the function that holds the fault, and of what is nested in it.

    By name and line, compiled as if from `filename`.
    """
    tree = ast.parse(mutant.path.read_text(encoding="utf-8"))
    _sites(tree)[mutant.index].change.swap()
    ast.fix_missing_locations(tree)
    module = compile(tree, filename, "exec", dont_inherit=True)
    return {
        (code.co_qualname, code.co_firstlineno): code
        for code in _codes(module)
        if owner(code) == mutant.function
    }


def owner(code: CodeType) -> str:
    """Return the name of the function or method that code is nested in, or its own."""
    return code.co_qualname.split(".<locals>")[0]


def spread(mutants: Iterable[Mutant], count: int, seed: str) -> list[Mutant]:
    """Choose `count` of them, the same ones for the same seed, as evenly over modules as can be.

    The choice hangs on each mutant's own text and place, so a change of one module leaves it as it
    was in the others.
    """
    by_module: dict[str, list[Mutant]] = {}
    for mutant in mutants:
        by_module.setdefault(mutant.module, []).append(mutant)
    ranked = [
        (rank, _draw(seed, mutant), mutant)
        for found in by_module.values()
        for rank, mutant in enumerate(sorted(found, key=lambda m: _draw(seed, m)))
    ]
    ranked.sort(key=lambda item: item[:2])
    return [mutant for _, _, mutant in ranked[:count]]


def _draw(seed: str, mutant: Mutant) -> str:
    return hashlib.sha256(f"{seed} {mutant.key} {mutant.index}".encode()).hexdigest()


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)


def _sites(tree: ast.Module) -> Sequence[_Site]:
    return [
        _Site(name, node, change)
        for name, function in _functions(tree.body, "")
        for statement in function.body
        for node in ast.walk(statement)
        for change in (*_conditions(node), *_values(node), *_removals(node))
    ]


def _functions(body: Sequence[ast.stmt], prefix: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Yield functions and methods; what is nested in a function belongs to it."""
    for statement in body:
        match statement:
            case ast.FunctionDef(name=name):
                yield prefix + name, statement
            case ast.ClassDef(name=name, body=inner):
                yield from _functions(inner, f"{prefix}{name}.")
            case _:
                pass


def _conditions(node: ast.AST) -> Iterator[_Change]:
    match node:
        case ast.Compare(ops=ops):
            for place, operator in enumerate(ops):
                yield _Change(ops, place, _FLIPPED[type(operator)]())
        case ast.BoolOp(op=operator):
            yield _Change(node, "op", ast.Or() if isinstance(operator, ast.And) else ast.And())
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield _Change(node, "operand", _negated(operand))
        case ast.If(test=test) | ast.IfExp(test=test) if not _is_flipped(test):
            yield _Change(node, "test", _negated(test))
        case ast.match_case(guard=ast.expr() as guard) if not _is_flipped(guard):
            yield _Change(node, "guard", _negated(guard))
        case ast.comprehension(ifs=ifs):
            for place, condition in enumerate(ifs):
                if not _is_flipped(condition):
                    yield _Change(ifs, place, _negated(condition))
        case _:
            pass


def _values(node: ast.AST) -> Iterator[_Change]:
    match node:
        case ast.Constant(value=bool() as value):
            yield _Change(node, "value", not value)
        case ast.Constant(value=int() as value):
            yield _Change(node, "value", value + 1)
        case ast.Return(value=ast.expr() as returned) if not _is_none(returned):
            yield _Change(node, "value", ast.Constant(None))
        case _:
            pass


def _removals(node: ast.AST) -> Iterator[_Change]:
    match node:
        case ast.Expr(value=ast.Call()):
            yield _Change(node, "value", ast.Constant(...))
        case ast.Expr(value=ast.Yield() | ast.YieldFrom()):
            # what is left of a generator must stay one
            yield _Change(node, "value", ast.YieldFrom(ast.Tuple([], ast.Load())))
        case _:
            pass


def _is_flipped(condition: ast.expr) -> bool:
    """Tell whether a change of the condition itself negates it already."""
    return isinstance(condition, ast.Compare | ast.UnaryOp)


def _negated(expression: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.Not(), expression)


def _is_none(expression: ast.expr) -> bool:
    return isinstance(expression, ast.Constant) and expression.value is None


def _shown(node: ast.AST) -> str:
    match node:
        case ast.If(test=test):
            return f"if {ast.unparse(test)}"
        case ast.match_case(pattern=pattern, guard=ast.expr() as guard):
            return f"case {ast.unparse(pattern)} if {ast.unparse(guard)}"
        case _:
            return " ".join(ast.unparse(node).split())
