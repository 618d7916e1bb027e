"""Running a parsed script within a budget of steps."""

from dataclasses import dataclass
from typing import Any, Final

from auditor.argocd.lua import library
from auditor.argocd.lua.operators import (
    arithmetic,
    compare,
    concat,
    equal,
    index_error,
    truth,
)
from auditor.argocd.lua.parser import Node, parse
from auditor.argocd.lua.scope import Break, Goto, Return, Scope
from auditor.argocd.lua.values import Function, LuaError, Table, number

_STEPS: Final = 200_000
_CALL_DEPTH: Final = 60


def run(script: str, variables: dict[str, Any], *, has_open_libraries: bool = False) -> Any:
    """Run a script and return its last value. Raises LuaError."""
    block = parse(script)
    machine = _Machine(library.globals_of(has_open_libraries=has_open_libraries) | variables)
    scope = Scope(None)
    try:
        machine.block(block, scope)
    except Return as result:
        return result.values[-1] if result.values else None
    except (Break, Goto) as error:
        raise LuaError("<string>: no loop or label to go to") from error
    except RecursionError as error:
        raise LuaError("<string>: stack overflow") from error
    return None


@dataclass(slots=True)
class _Machine:
    globals: dict[str, Any]
    steps: int = _STEPS
    depth: int = 0

    def block(self, block: list[Node], scope: Scope) -> None:
        position = 0
        while position < len(block):
            try:
                self.statement(block[position], scope)
                position += 1
            except Goto as jump:
                places = [i for i, node in enumerate(block) if node[:2] == ("label", jump.label)]
                if not places:
                    raise
                position = places[0]

    def statement(self, node: Node, scope: Scope) -> None:
        self._spend()
        getattr(self, f"_do_{node[0]}")(node, scope)

    def _spend(self) -> None:
        self.steps -= 1
        if self.steps < 0:
            raise LuaError("<string>: context deadline exceeded")

    def _do_return(self, node: Node, scope: Scope) -> None:
        raise Return(self.values(node[1], scope))

    def _do_break(self, _node: Node, _scope: Scope) -> None:
        raise Break

    def _do_goto(self, node: Node, _scope: Scope) -> None:
        raise Goto(node[1])

    def _do_label(self, _node: Node, _scope: Scope) -> None:
        """Nothing: labels are only looked for."""

    def _do_do(self, node: Node, scope: Scope) -> None:
        self.block(node[1], self._inner(scope))

    def _do_do_call(self, node: Node, scope: Scope) -> None:
        self.values([node[1]], scope)

    def _do_if(self, node: Node, scope: Scope) -> None:
        for condition, body in node[1]:
            if truth(self.value(condition, scope)):
                self.block(body, self._inner(scope))
                return
        self.block(node[2], self._inner(scope))

    def _do_while(self, node: Node, scope: Scope) -> None:
        while truth(self.value(node[1], scope)):
            self._spend()
            try:
                self.block(node[2], self._inner(scope))
            except Break:
                return

    def _do_repeat(self, node: Node, scope: Scope) -> None:
        while True:
            self._spend()
            inner = self._inner(scope)
            try:
                self.block(node[1], inner)
            except Break:
                return
            if truth(self.value(node[2], inner)):
                return

    def _do_numeric(self, node: Node, scope: Scope) -> None:
        bounds = [number(value) for value in self.values(node[2], scope)]
        if len(bounds) < 2 or None in bounds:
            raise LuaError(f"<string>:{node[4]}: for statement init must be a number")
        current, last = bounds[0] or 0, bounds[1] or 0
        step = (bounds[2] if len(bounds) > 2 else 1) or 0
        while (current <= last) if step > 0 else (current >= last):
            self._spend()
            if self._is_broken(node[3], scope, {node[1]: current}):
                return
            current += step

    def _do_generic(self, node: Node, scope: Scope) -> None:
        triple = [*self.values(node[2], scope), None, None, None][:3]
        function, state, control = triple
        while True:
            self._spend()
            results = self.call(function, [state, control], node[4])
            control = results[0] if results else None
            if control is None:
                return
            padded = [*results, *[None] * len(node[1])]
            if self._is_broken(node[3], scope, dict(zip(node[1], padded, strict=False))):
                return

    def _is_broken(self, body: list[Node], scope: Scope, names: dict[str, Any]) -> bool:
        inner = self._inner(scope)
        inner.names.update(names)
        try:
            self.block(body, inner)
        except Break:
            return True
        return False

    def _do_local(self, node: Node, scope: Scope) -> None:
        values = self.values(node[2], scope)
        for index, name in enumerate(node[1]):
            scope.names[name] = values[index] if index < len(values) else None

    def _do_localfunction(self, node: Node, scope: Scope) -> None:
        scope.names[node[1]] = None
        scope.names[node[1]] = self.value(node[2], scope)

    def _do_assign(self, node: Node, scope: Scope) -> None:
        values = self.values(node[2], scope)
        for index, target in enumerate(node[1]):
            self._assign(target, values[index] if index < len(values) else None, scope)

    def _assign(self, target: Node, value: Any, scope: Scope) -> None:
        if target[0] == "name":
            holder = scope.holder(target[1])
            names = self.globals if holder is None else holder.names
            names[target[1]] = value
            return
        table, key = self.value(target[1], scope), self.value(target[2], scope)
        if not isinstance(table, Table):
            raise index_error(table, key, target[3])
        table.set(key, value)

    def _inner(self, scope: Scope) -> Scope:
        return Scope(scope, {}, scope.varargs)

    def values(self, nodes: list[Node], scope: Scope) -> list[Any]:
        """Evaluate a list; only the last call or `...` gives all of its values."""
        found: list[Any] = []
        for index, node in enumerate(nodes):
            is_last = index == len(nodes) - 1
            if is_last and node[0] in {"call", "method"}:
                found.extend(self._call_node(node, scope))
            elif is_last and node[0] == "varargs":
                found.extend(scope.varargs)
            else:
                found.append(self.value(node, scope))
        return found

    def value(self, node: Node, scope: Scope) -> Any:
        self._spend()
        return getattr(self, f"_get_{node[0]}")(node, scope)

    def _get_constant(self, node: Node, _scope: Scope) -> Any:
        return node[1]

    def _get_paren(self, node: Node, scope: Scope) -> Any:
        return self.value(node[1], scope)

    def _get_varargs(self, _node: Node, scope: Scope) -> Any:
        return scope.varargs[0] if scope.varargs else None

    def _get_name(self, node: Node, scope: Scope) -> Any:
        holder = scope.holder(node[1])
        return self.globals.get(node[1]) if holder is None else holder.names[node[1]]

    def _get_index(self, node: Node, scope: Scope) -> Any:
        return self._index(self.value(node[1], scope), self.value(node[2], scope), node[3])

    def _index(self, holder: Any, key: Any, line: int) -> Any:
        if isinstance(holder, Table):
            return holder.get(key)
        strings = self.globals.get("string")
        if isinstance(holder, str) and isinstance(strings, Table):
            return strings.get(key)
        raise index_error(holder, key, line)

    def _get_call(self, node: Node, scope: Scope) -> Any:
        results = self._call_node(node, scope)
        return results[0] if results else None

    _get_method = _get_call

    def _call_node(self, node: Node, scope: Scope) -> list[Any]:
        if node[0] == "call":
            function = self.value(node[1], scope)
            return self.call(function, self.values(node[2], scope), node[3])
        holder = self.value(node[1], scope)
        function = self._index(holder, node[2], node[4])
        return self.call(function, [holder, *self.values(node[3], scope)], node[4])

    def call(self, function: Any, arguments: list[Any], line: int) -> list[Any]:
        """Call a function value. Raises LuaError with the line it happens on."""
        if not callable(function):
            raise LuaError(f"<string>:{line}: attempt to call a non-function object")
        self.depth += 1
        try:
            if self.depth > _CALL_DEPTH:
                raise LuaError(f"<string>:{line}: stack overflow")
            results: list[Any] = function(arguments)
        except library.RaisedError as error:
            raise LuaError(f"<string>:{line}: {error}") from error
        finally:
            self.depth -= 1
        return results

    def _get_function(self, node: Node, scope: Scope) -> Function:
        names, is_open, body = node[1:4]

        def function(arguments: list[Any]) -> list[Any]:
            padded = [*arguments, *[None] * len(names)]
            rest = arguments[len(names) :] if is_open else []
            inner = Scope(scope, dict(zip(names, padded, strict=False)), rest)
            try:
                self.block(body, inner)
            except Return as result:
                return result.values
            return []

        return function

    def _get_table(self, node: Node, scope: Scope) -> Table:
        table = Table()
        position = 1
        for index, (key, item) in enumerate(node[1]):
            if key is not None:
                table.set(self.value(key, scope), self.value(item, scope))
                continue
            is_last = index == len(node[1]) - 1
            found = self.values([item], scope) if is_last else [self.value(item, scope)]
            for value in found:
                table.set(position, value)
                position += 1
        return table

    def _get_unary(self, node: Node, scope: Scope) -> Any:
        operator, line = node[1], node[3]
        value = self.value(node[2], scope)
        if operator == "not":
            return not truth(value)
        if operator == "#":
            if isinstance(value, Table):
                return value.length
            if isinstance(value, str):
                return len(value.encode())
            raise LuaError(f"<string>:{line}: __len undefined")
        found = number(value)
        if found is None:
            raise LuaError(f"<string>:{line}: __unm undefined")
        return -found

    def _get_binary(self, node: Node, scope: Scope) -> Any:
        operator, line = node[1], node[4]
        left = self.value(node[2], scope)
        if operator in {"and", "or"}:
            is_done = truth(left) == (operator == "or")
            return left if is_done else self.value(node[3], scope)
        right = self.value(node[3], scope)
        if operator in {"==", "~="}:
            return equal(left, right) == (operator == "==")
        if operator == "..":
            return concat(left, right, line)
        if operator in {"<", ">", "<=", ">="}:
            return compare(operator, left, right, line)
        return arithmetic(operator, left, right, line)
