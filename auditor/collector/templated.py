"""Telling manifests from text that only becomes one after a tool has filled it in."""

import re
from collections.abc import Mapping
from typing import Any, Final

from auditor.collector.tree import Tree
from auditor.kube.manifest import at

_TOKEN: Final = re.compile(
    r"<[A-Za-z_][\w .-]*>|\$\{[^}]*\}|\$\([^)]*\)|\{\{.*?\}\}|@[A-Z][A-Z0-9_]*@|__[A-Z][A-Z0-9_]*__"
    r"|%[A-Z][A-Z0-9_]*%|\[\[.*?\]\]"
)
_PLACEHOLDER: Final = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
"""No object can be called so."""
_ACTION: Final = re.compile(r"\{\{.*?\}\}|<%.*?%>|\{%.*?%\}", re.DOTALL)
_NAMES: Final = (("metadata", "name"), ("metadata", "namespace"))
_STRUCTURE: Final = (
    *_NAMES,
    ("spec", "project"),
    ("spec", "source", "repoURL"),
    ("spec", "source", "path"),
    ("spec", "source", "chart"),
    ("spec", "source", "targetRevision"),
    ("spec", "destination", "server"),
    ("spec", "destination", "name"),
    ("spec", "destination", "namespace"),
)


def is_chart_template(path: str, tree: Tree) -> bool:
    """Say whether `path` lies in the `templates` folder of a Helm chart."""
    if "templates/" not in path:
        return False
    parts = path.split("/")
    return any(
        part == "templates" and "/".join((*parts[:i], "Chart.yaml")) in tree.entries
        for i, part in enumerate(parts[:-1])
    )


def chart_of(path: str, tree: Tree) -> str:
    """Return the outermost chart that a template belongs to; the root is empty.

    Charts below the `charts` folder of another are rendered with it.
    """
    parts = path.split("/")
    own = next(
        i
        for i, part in enumerate(parts)
        if part == "templates" and "/".join((*parts[:i], "Chart.yaml")) in tree.entries
    )
    while own > 1 and parts[own - 2] == "charts":
        if "/".join((*parts[: own - 2], "Chart.yaml")) not in tree.entries:
            break
        own -= 2
    return "/".join(parts[:own])


def has_actions(text: str) -> bool:
    """Say whether `text` holds template actions such as `{{ … }}`."""
    return _ACTION.search(text) is not None


def has_tokens(raw: Mapping[str, Any]) -> bool:
    """Say whether a name, repository, path or destination is a token that waits for a value."""
    fields = _STRUCTURE if raw.get("kind") == "Application" else _NAMES
    name = at(raw, "metadata", "name")
    if isinstance(name, str) and _PLACEHOLDER.fullmatch(name):
        return True
    return any(isinstance(text := at(raw, *path), str) and _TOKEN.search(text) for path in fields)
