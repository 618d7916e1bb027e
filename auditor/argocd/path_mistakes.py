"""Paths of ignoreDifferences that Argo CD cannot use, or uses for another field than meant.

Mirrors how upstream `util/argo/normalizers/diff_normalizer.go` compiles jq programs and how
evanphx/json-patch reads pointers: everything before the first slash is dropped, and nothing is a
wildcard.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

from auditor.argocd import jq_paths
from auditor.argocd.ignore_differences import IgnoreRule
from auditor.argocd.ignored_fields import PROBE, single_paths, whole_blocks
from auditor.argocd.jq_paths import compile_error
from auditor.kube import pointer
from auditor.kube.gap import Gap, Unjudgeable

Reason = Literal["jq", "whole", "slash", "wildcard", "escape"]

_TEXT_MAPS: Final = frozenset({"annotations", "labels", "matchLabels", "nodeSelector"})
"""Maps whose values are texts, so that a pointer never leads below one of their keys."""


@dataclass(frozen=True, slots=True)
class PathMistake:
    """What is wrong with one path."""

    at: str
    """Pointer inside the entry."""
    text: str
    reason: Reason
    message: str = ""
    """What the compiler of jq says."""
    right: str = ""
    """The path that was meant, where that is clear."""
    is_broad: bool = False
    """The path that was meant hides a whole part of the object."""

    @property
    def is_fatal(self) -> bool:
        """Say whether it ends every comparison, and not only leaves the entry without effect."""
        return self.reason in {"jq", "whole"}


def path_mistakes(
    rule: IgnoreRule, objects: Iterable[Mapping[str, Any]] = ()
) -> Iterable[PathMistake]:
    """Return the paths of an entry that are wrong; `objects` are those the entry is about.

    Raise `Unjudgeable` at an expression that does not end.
    """
    known = tuple(objects)
    return _path_mistakes(rule, known) if known else _by_itself(rule)


@lru_cache(maxsize=4096)
def _by_itself(rule: IgnoreRule) -> tuple[PathMistake, ...]:
    return tuple(_path_mistakes(rule, ()))


def _path_mistakes(rule: IgnoreRule, known: tuple[Mapping[str, Any], ...]) -> Iterator[PathMistake]:
    for at, single in single_paths(rule):
        if single.jq_path_expressions:
            found = _of_expression(at, single, known)
        elif single.json_pointers:
            found = _of_pointer(at, single)
        else:
            found = None
        if found:
            yield found


def _of_expression(
    at: str, single: IgnoreRule, objects: tuple[Mapping[str, Any], ...]
) -> PathMistake | None:
    (text,) = single.jq_path_expressions
    if message := compile_error(text):
        return PathMistake(at, text, "jq", _in_short(message))
    tried = (_bare(single), *objects)
    results = [jq_paths.delete(obj, text) for obj in tried]
    if any(result is None for result in results):
        return PathMistake(at, text, "whole")
    if any(isinstance(result, jq_paths.JqError) and result.is_endless for result in results):
        raise Unjudgeable(Gap("jq_endless", {"expression": text}))
    return None


def _in_short(message: str) -> str:
    """Return what jq says without the place, which counts from a `del(` nobody wrote."""
    first = message.splitlines()[0].removeprefix("jq: error: ")
    return first.partition(" at <")[0]


def _bare(rule: IgnoreRule) -> dict[str, Any]:
    metadata = {"name": rule.name or PROBE, "namespace": rule.namespace or PROBE}
    return {"apiVersion": rule.group or "v1", "kind": rule.kind, "metadata": metadata}


def _of_pointer(at: str, single: IgnoreRule) -> PathMistake | None:
    (text,) = single.json_pointers
    if not text.startswith(("/", "#/")):
        right = f"/{text}" if text else ""
        return PathMistake(at, text, "slash", right=right, is_broad=_is_broad(single, right))
    parts = pointer.tokens(text)
    for index, part in enumerate(parts):
        if part in _TEXT_MAPS and len(parts) > index + 2:
            right = pointer.join((*parts[: index + 1], "/".join(parts[index + 1 :])))
            return PathMistake(at, text, "escape", right=right)
    if "*" in parts:
        return PathMistake(at, text, "wildcard")
    return None


def _is_broad(single: IgnoreRule, right: str) -> bool:
    meant = IgnoreRule(single.group, single.kind, single.name, json_pointers=(right,))
    return not right or bool(whole_blocks(meant))
