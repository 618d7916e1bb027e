"""Entries of ignoreDifferences that no object of any cluster can match, and what is wrong in them.

Mirrors the matching of upstream `util/argo/normalizers/diff_normalizer.go`: group and kind are
globs, an empty group is the core group, name and namespace are compared as they stand.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from auditor.argocd.ignore_differences import IgnoreRule
from auditor.kube.globbing import gobwas_match as is_match
from auditor.kube.types import load

Reason = Literal["no_group", "version", "core", "kind", "case", "glob", "no_paths"]
GroupKind = tuple[str, str]

_VERSION: Final = re.compile(r"v\d+((alpha|beta)\d+)?")
_GLOB: Final = frozenset("*?[]{}")
_TAG: Final = re.compile(r"\{\{|<[A-Z][A-Z0-9_]*>")
"""What another tool is yet to fill in."""
_UNTYPED: Final = {
    ("apiextensions.k8s.io", "CustomResourceDefinition"),
    ("apiregistration.k8s.io", "APIService"),
    ("argoproj.io", "AppProject"),
    ("argoproj.io", "Application"),
    ("argoproj.io", "ApplicationSet"),
    ("argoproj.io", "Rollout"),
}
_GROWING: Final = {"argoproj.io"}
"""Groups that other projects add kinds to."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """Why an entry is dead, and the value that would bring it to life where only one can."""

    reason: Reason
    field: str
    """The field of the entry that is wrong; empty where it is the entry as a whole."""
    right: str | None = None
    """What the field should hold; an empty text: it should be left out. None: unknown."""


@dataclass(frozen=True, slots=True)
class Kinds:
    """The kinds that are known to exist, so that a name nobody has can be told from a rare one."""

    own: frozenset[GroupKind] = frozenset()
    """What the Application itself renders or manages."""
    served: frozenset[GroupKind] = frozenset()
    """What the cluster serves, as far as it was read."""

    @property
    def known(self) -> frozenset[GroupKind]:
        """Return every kind that exists for sure."""
        return built_in_kinds() | self.own | self.served

    def group_of(self, kind: str) -> str | None:
        """Return the one group that has `kind` (a glob); those of the Application count first."""
        for kinds in (self.own, self.known):
            groups = {group for group, name in kinds if is_match(kind, name)} - {"extensions"}
            if groups:
                return next(iter(groups)) if len(groups) == 1 else None
        return None


@lru_cache(maxsize=1)
def built_in_kinds() -> frozenset[GroupKind]:
    """Return group and kind of what Kubernetes and Argo CD themselves serve, lists left out."""
    parts = (key.rsplit("/", 2) for key in load().kinds)
    typed = {(group, kind) for group, _, kind in parts if not kind.endswith("List")}
    return frozenset(typed | _UNTYPED)


@lru_cache(maxsize=4096)
def mistake(rule: IgnoreRule, kinds: Kinds) -> Mistake | None:
    """Return why nothing can match the entry, or why matching it has no effect.

    A kind of a group that is neither built in nor known may exist; then the entry is given the
    benefit of the doubt.
    """
    if not (rule.json_pointers or rule.jq_path_expressions or rule.managed_fields_managers):
        return Mistake("no_paths", "")
    if rule.kind and not _can_match(rule, kinds.known):
        found = _wrong_group(rule, kinds) or _wrong_kind(rule, kinds)
        if found:
            return found
    for field, value in (("name", rule.name), ("namespace", rule.namespace)):
        if _GLOB & set(value) and not _TAG.search(value):
            return Mistake("glob", field)
    return None


def _can_match(rule: IgnoreRule, known: Iterable[GroupKind]) -> bool:
    return any(is_match(rule.group, group) and is_match(rule.kind, kind) for group, kind in known)


def _wrong_group(rule: IgnoreRule, kinds: Kinds) -> Mistake | None:
    groups = {group for group, kind in kinds.known if is_match(rule.kind, kind)}
    if not rule.group:
        right = kinds.group_of(rule.kind)
        return Mistake("no_group", "group", right) if _is_elsewhere(rule.kind, groups) else None
    if rule.group == "core":
        return Mistake("core", "group", "" if "" in groups else kinds.group_of(rule.kind))
    head, _, tail = rule.group.partition("/")
    if _VERSION.fullmatch(rule.group):
        return Mistake("version", "group", "" if "" in groups else kinds.group_of(rule.kind))
    if _VERSION.fullmatch(tail) and not _GLOB & set(rule.group):
        return Mistake("version", "group", "" if head == "core" else head)
    return None


def _is_elsewhere(kind: str, groups: Collection[str]) -> bool:
    """Say whether the kind is surely no core kind; one in the wrong case is another mistake."""
    if groups:
        return "" not in groups
    return not _in_right_case("", kind, built_in_kinds())


def _wrong_kind(rule: IgnoreRule, kinds: Kinds) -> Mistake | None:
    if _GLOB & set(rule.group + rule.kind):
        return None
    right = _in_right_case(rule.group, rule.kind, kinds.known)
    if right:
        return Mistake("case", "kind", right)
    closed = {group for group, _ in built_in_kinds()} - _GROWING
    if rule.group not in closed:
        return None
    return Mistake("kind", "group", kinds.group_of(rule.kind))


def _in_right_case(group: str, kind: str, known: Iterable[GroupKind]) -> str:
    same = (name for where, name in known if where == group and name.casefold() == kind.casefold())
    return next(same, "")
