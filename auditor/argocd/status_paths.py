"""Paths of ignoreDifferences that lie in `/status`, which Argo CD may ignore by itself."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from auditor.argocd.ignore_differences import IgnoreRule
from auditor.argocd.ignored_fields import single_paths
from auditor.argocd.releases import Version, has
from auditor.argocd.settings import Settings
from auditor.kube.pointer import tokens

_IN_STATUS: Final = re.compile(r"\s*\.status(?![\w-])[^,]*")
_BRACKETED: Final = re.compile(r'"(?:\\.|[^"\\])*"|\([^()]*\)')
_NEVER: Final = frozenset({"none", "off", "false"})
_DEFINITION: Final = ("apiextensions.k8s.io", "CustomResourceDefinition")


@lru_cache(maxsize=4096)
def status_paths(rule: IgnoreRule) -> tuple[str, ...]:
    """Return where in the entry a path stands that leads into `/status` and nowhere else."""
    return tuple(_status_paths(rule))


def _status_paths(rule: IgnoreRule) -> Iterator[str]:
    for at, single in single_paths(rule):
        pointers = single.json_pointers
        is_pointer = any(p.startswith("/") and tokens(p)[:1] == ("status",) for p in pointers)
        if is_pointer or any(_is_in_status(text) for text in single.jq_path_expressions):
            yield at


def is_ignored_anyway(rule: IgnoreRule, settings: Settings, version: Version) -> bool:
    """Say whether `ignoreResourceStatusField` takes the status of all its kinds out of sight.

    Before 3.0 the default was another one, and a setting cannot be told from the default here.
    """
    if not has("diff.ignoreStatus.default", version) or settings.error is not None:
        return False
    option = settings.compare_options.ignore_resource_status_field
    if option == "crd":
        return (rule.group, rule.kind) == _DEFINITION
    return option not in _NEVER


def _is_in_status(expression: str) -> bool:
    """Say whether a jq path begins at the status; a comma would begin another path."""
    return _IN_STATUS.fullmatch(_BRACKETED.sub("", expression)) is not None
