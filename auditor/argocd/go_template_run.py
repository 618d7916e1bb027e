"""Running a parsed Go template; mirrors `text/template/exec.go`."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from auditor.argocd.applicationset_budget import Budget
from auditor.argocd.go_template import (
    Node,
    Operand,
    Pipe,
    Template,
    TemplateError,
    command_text,
    parse,
)
from auditor.argocd.go_template_functions import (
    FUNCTIONS,
    MISSING,
    Missing,
    check_growth,
    is_true,
    printed,
)

MODES = ("default", "invalid", "zero", "error")


class BadOption(ValueError):
    """An option Go's templates do not know, at which the controller panics."""


def rendered(
    source: str,
    data: Mapping[str, Any],
    options: tuple[str, ...] = (),
    budget: Budget | None = None,
) -> str:
    """Return a template filled with `data`; raise `TemplateError`, `BadOption` or `Unbounded`."""
    mode = "default"
    for option in options:
        key, _, mode = option.partition("=")
        if key != "missingkey" or mode not in MODES:
            raise BadOption(f"unrecognized option: {option}")
    run = _Run(_parsed(source), mode, budget or Budget())
    values = _numbers(data)
    try:
        return run.nodes(run.template.nodes, values, {"$": [values]})
    except RecursionError:
        raise TemplateError("template: base: exceeded maximum template depth") from None


def check_syntax(source: str) -> None:
    """Raise `TemplateError` where a template does not parse."""
    _parsed(source)


@lru_cache(maxsize=1024)
def _parsed(source: str) -> Template:
    return parse(source, frozenset(FUNCTIONS))


def _numbers(value: Any) -> Any:
    """Return the data with every number as JSON gives it to Go: a float."""
    if isinstance(value, Mapping):
        return {key: _numbers(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_numbers(part) for part in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


Variables = dict[str, list[Any]]
"""Name to a cell of one value, which inner blocks share with outer ones."""


class _Run:
    def __init__(self, template: Template, mode: str, budget: Budget) -> None:
        self.template = template
        self.mode = mode
        self.budget = budget

    def fail(self, operand: Operand, shown: str, message: str) -> TemplateError:
        source = self.template.source
        line = source.count("\n", 0, operand.at) + 1
        column = operand.at - (source.rfind("\n", 0, operand.at) + 1)
        where = f"base:{line}:{column}"
        return TemplateError(f'template: {where}: executing "base" at <{shown}>: {message}')

    def nodes(self, nodes: list[Node], dot: Any, variables: Variables) -> str:
        return "".join(self.node(node, dot, variables) for node in nodes)

    def node(self, node: Node, dot: Any, variables: Variables) -> str:
        self.budget.spend(len(node.text))
        if node.kind == "text":
            return node.text
        if node.kind == "template":
            return self.called(node, dot, variables)
        pipe = node.pipe or Pipe(())
        if node.kind == "action":
            value = self.pipe(pipe, dot, variables)
            return "" if pipe.variables else printed(value)
        inner = dict(variables)
        value = self.pipe(pipe, dot, inner)
        if node.kind == "range":
            return self.loop(node, value, dot, inner)
        if not is_true(value):
            return self.nodes(node.otherwise, dot, inner)
        return self.nodes(node.body, value if node.kind == "with" else dot, inner)

    def called(self, node: Node, dot: Any, variables: Variables) -> str:
        value = self.pipe(node.pipe, dot, variables) if node.pipe else None
        if node.text not in self.template.defined:
            message = f'template "{node.text}" not defined'
            raise TemplateError(f'template: base:1: executing "base": {message}')
        return self.nodes(self.template.defined[node.text], value, {"$": [value]})

    def loop(self, node: Node, value: Any, dot: Any, variables: Variables) -> str:
        if not is_true(value):
            return self.nodes(node.otherwise, dot, variables)
        if isinstance(value, Mapping):
            pairs = [(key, value[key]) for key in sorted(value)]
        else:
            pairs = list(enumerate(value))
        names = node.pipe.variables if node.pipe else ()
        out = []
        for key, item in pairs:
            self.budget.spend(0)
            here = dict(variables)
            bound = (key, item) if len(names) > 1 else (item,)
            here.update((name, [part]) for name, part in zip(names, bound, strict=False))
            out.append(self.nodes(node.body, item, here))
        return "".join(out)

    def pipe(self, pipe: Pipe, dot: Any, variables: Variables) -> Any:
        value: Any = MISSING
        for position, command in enumerate(pipe.commands):
            final = (value,) if position else ()
            value = self.command(command, dot, variables, final)
        for name in pipe.variables:
            if pipe.is_assignment and name in variables:
                variables[name][0] = value
            else:
                variables[name] = [value]
        return value

    def command(
        self,
        command: tuple[Operand, ...],
        dot: Any,
        variables: Variables,
        final: tuple[Any, ...],
    ) -> Any:
        first, *others = command
        if first.kind != "word":
            if others or final:
                message = f"can't give argument to non-function {first.text}"
                if first.kind == "field":
                    message = f"{first.fields[-1]} is not a method but has arguments"
                raise self.fail(first, first.text, message)
            if first.text == "nil":
                raise self.fail(first, "nil", "nil is not a command")
            return self.operand(first, dot, variables)
        arguments = [self.operand(other, dot, variables) for other in others]
        values = [None if isinstance(v, Missing) else v for v in (*arguments, *final)]
        try:
            check_growth(first.text, values)
            result = FUNCTIONS[first.text](*values)
        except TemplateError:
            raise
        except (ValueError, TypeError, AttributeError, LookupError) as error:
            message = f"error calling {first.text}: {error}"
            raise self.fail(first, command_text(command), message) from error
        self.budget.spend(len(result) if isinstance(result, str | list) else 0)
        return result

    def operand(self, operand: Operand, dot: Any, variables: Variables) -> Any:
        match operand.kind:
            case "const":
                value = operand.value
            case "dot" | "field":
                value = dot
            case "var":
                value = variables.get(operand.text.partition(".")[0], [MISSING])[0]
            case "pipe":
                value = self.pipe(operand.pipe or Pipe(()), dot, variables)
            case _:
                value = self.command((operand,), dot, variables, ())
        for name in operand.fields:
            value = self.field(value, name, operand)
        return value

    def field(self, value: Any, name: str, operand: Operand) -> Any:
        if isinstance(value, Missing):
            return MISSING
        if isinstance(value, Mapping):
            if name in value:
                return value[name]
            if self.mode == "error":
                raise self.fail(operand, operand.text, f'map has no entry for key "{name}"')
            return None if self.mode == "zero" else MISSING
        if value is None:
            message = f"nil pointer evaluating interface {{}}.{name}"
            raise self.fail(operand, operand.text, message)
        message = f"can't evaluate field {name} in type interface {{}}"
        raise self.fail(operand, operand.text, message)
