"""Filling the texts of an ApplicationSet; mirrors `Render.Replace` of `applicationset/utils`."""

import re
from collections.abc import Mapping
from typing import Any

from auditor.argocd.go_template import TemplateError
from auditor.argocd.go_template_run import check_syntax, rendered
from auditor.kube.go_text import trim_space

_TAG = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_IS_TEMPLATED = re.compile(r"\{\{.*\}\}")


class GenerationError(ValueError):
    """Why an ApplicationSet generates less than it says; the message is Argo CD's."""


def replaced(
    source: str, params: Mapping[str, Any], *, is_go: bool, options: tuple[str, ...] = ()
) -> str:
    """Return a text filled with parameters; raise `GenerationError`.

    Without Go templates a tag that names no text stays as it is.
    """
    if not is_go:
        return _fast(source, params)
    try:
        check_syntax(source)
    except TemplateError as error:
        raise GenerationError(f"failed to parse template {source}: {error}") from None
    try:
        return rendered(source, params, options)
    except TemplateError as error:
        raise GenerationError(f"failed to execute go template {source}: {error}") from None


def replaced_deep(
    value: Any, params: Mapping[str, Any], *, is_go: bool, options: tuple[str, ...] = ()
) -> Any:
    """Return a structure with every text and key filled; nulls in mappings are dropped."""
    if isinstance(value, str):
        return replaced(value, params, is_go=is_go, options=options)
    if isinstance(value, list | tuple):
        return [replaced_deep(part, params, is_go=is_go, options=options) for part in value]
    if not isinstance(value, Mapping):
        return value
    return {
        replaced(str(key), params, is_go=is_go, options=options): replaced_deep(
            part, params, is_go=is_go, options=options
        )
        for key, part in value.items()
        if part is not None
    }


def _fast(source: str, params: Mapping[str, Any]) -> str:
    if not _IS_TEMPLATED.search(source):
        return source

    def filled(found: re.Match[str]) -> str:
        value = params.get(trim_space(found[1]))
        return value if isinstance(value, str) else found[0]

    return _TAG.sub(filled, source)
