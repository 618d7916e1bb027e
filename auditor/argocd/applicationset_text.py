"""Filling the texts of an ApplicationSet; mirrors `Render.Replace` of `applicationset/utils`."""

import re
from collections.abc import Mapping
from typing import Any

from auditor.argocd.applicationset_budget import Budget
from auditor.argocd.go_template import TemplateError
from auditor.argocd.go_template_run import check_syntax, rendered
from auditor.kube.go_text import trim_space

_TAG = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)


class GenerationError(ValueError):
    """Why an ApplicationSet generates less than it says; the message is Argo CD's."""


def replaced(
    source: str,
    params: Mapping[str, Any],
    *,
    is_go: bool,
    options: tuple[str, ...] = (),
    budget: Budget | None = None,
) -> str:
    """Return a text filled with parameters; raise `GenerationError` or `Unbounded`.

    Without Go templates a tag that names no text stays as it is.
    """
    if not is_go:
        return _fast(source, params, budget or Budget())
    try:
        check_syntax(source)
    except TemplateError as error:
        raise GenerationError(f"failed to parse template {source}: {error}") from None
    try:
        return rendered(source, params, options, budget)
    except TemplateError as error:
        raise GenerationError(f"failed to execute go template {source}: {error}") from None


def replaced_deep(
    value: Any,
    params: Mapping[str, Any],
    *,
    is_go: bool,
    options: tuple[str, ...] = (),
    budget: Budget | None = None,
) -> Any:
    """Return a structure with every text and key filled; nulls in mappings are dropped."""
    if isinstance(value, str):
        return replaced(value, params, is_go=is_go, options=options, budget=budget)

    def inside(part: Any) -> Any:
        return replaced_deep(part, params, is_go=is_go, options=options, budget=budget)

    if isinstance(value, list | tuple):
        return [inside(part) for part in value]
    if not isinstance(value, Mapping):
        return value
    return {inside(str(key)): inside(part) for key, part in value.items() if part is not None}


def _fast(source: str, params: Mapping[str, Any], budget: Budget) -> str:
    budget.spend(len(source))
    if not any(0 <= line.find("{{") < line.rfind("}}") - 1 for line in source.split("\n")):
        return source

    def filled(found: re.Match[str]) -> str:
        value = params.get(trim_space(found[1]))
        if not isinstance(value, str):
            return found[0]
        budget.spend(len(value))
        return value

    # Behind the last end no tag can be closed: looking for one there would take for ever.
    end = source.rfind("}}") + 2
    return _TAG.sub(filled, source[:end]) + source[end:]
