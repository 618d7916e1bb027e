"""What a project permits where not everything about the cluster or the object is known."""

from collections.abc import Iterable
from dataclasses import replace

from auditor.argocd.application import IN_CLUSTER, Destination
from auditor.argocd.globs import glob_match, is_deny_pattern
from auditor.argocd.project import Destination as Entry
from auditor.argocd.project import Project, Restriction

IN_CLUSTER_NAME = "in-cluster"
_UNKNOWN = "\0"
"""Stands for a name or server that is there but not known: only a pattern for all matches it."""


def permits_destination(project: Project, wanted: Destination, namespace: str) -> bool | None:
    """Tell whether a project permits a namespace of a destination as written.

    Argo CD asks with server *and* name of the resolved cluster; clusters are named in Secrets.
    None: the answer hangs on the half that is not written, or on which Secrets name the project.
    """
    if project.is_scoped_clusters_only:
        return None
    if wanted.is_in_cluster:
        return project.permits_destination(IN_CLUSTER, IN_CLUSTER_NAME, namespace)
    server, name = wanted.server or _UNKNOWN, wanted.name or _UNKNOWN
    hidden = [e for e in project.destinations if _hidden(e, wanted) not in {"", "*"}]
    if any(is_deny_pattern(_hidden(entry, wanted)) for entry in hidden):
        return None
    if project.permits_destination(server, name, namespace):
        return True
    can_match = any(glob_match(e.namespace, namespace, negates=True) for e in hidden)
    return None if can_match else False


def granting_entry(project: Project, server: str, name: str, namespace: str) -> int | None:
    """Return which entry of `destinations` lets a namespace in; None where it is refused."""
    if not project.permits_destination(server, name, namespace):
        return None
    alone = (replace(project, destinations=(entry,)) for entry in project.destinations)
    return next(
        (i for i, one in enumerate(alone) if one.permits_destination(server, name, namespace)), None
    )


def permits_kind(
    project: Project, group: str, kind: str, name: str, *, is_namespaced: bool | None
) -> bool | None:
    """Tell whether an object may be deployed; None where that hangs on its unknown scope."""
    scopes = (True, False) if is_namespaced is None else (is_namespaced,)
    answers = {project.permits_kind(group, kind, scope, name) for scope in scopes}
    return answers.pop() if len(answers) == 1 else None


def without_names(project: Project) -> Project:
    """Return the project as releases before 3.3 read it: names of cluster kinds are no part."""
    return replace(
        project,
        cluster_whitelist=_unnamed(project.cluster_whitelist),
        cluster_blacklist=_unnamed(project.cluster_blacklist),
    )


def wide_fields(project: Project) -> tuple[tuple[str, int], ...]:
    """Return the lists of `spec` that permit all there is, each with the entry that does."""
    repositories, places = project.source_repos, project.destinations
    found = {
        "sourceRepos": None if any(map(is_deny_pattern, repositories)) else _all(repositories),
        "destinations": None
        if any(is_deny(entry) for entry in places)
        else _first(("*" in {e.server, e.name} and e.namespace == "*") for e in places),
        "clusterResourceWhitelist": None
        if project.cluster_blacklist
        else _first(item == Restriction("*", "*") for item in project.cluster_whitelist),
    }
    return tuple((field, entry) for field, entry in found.items() if entry is not None)


def permits_everything(project: Project) -> bool:
    """Tell whether any repository, destination and cluster-scoped kind is permitted."""
    return len(wide_fields(project)) == 3


def is_deny(entry: Entry) -> bool:
    """Tell whether an entry of `destinations` has a pattern that negates."""
    return any(is_deny_pattern(part) for part in (entry.server, entry.name, entry.namespace))


def deny_only_fields(project: Project) -> tuple[str, ...]:
    """Return the lists that hold nothing but negations, and so permit all the rest."""
    lists = {
        "sourceRepos": [is_deny_pattern(entry) for entry in project.source_repos],
        "destinations": [is_deny(entry) for entry in project.destinations],
    }
    return tuple(field for field, denies in lists.items() if denies and all(denies))


def _unnamed(items: Iterable[Restriction]) -> tuple[Restriction, ...]:
    return tuple(replace(item, name="") for item in items)


def _hidden(entry: Entry, wanted: Destination) -> str:
    return entry.name if wanted.server else entry.server


def _all(patterns: Iterable[str]) -> int | None:
    return _first(pattern == "*" for pattern in patterns)


def _first(answers: Iterable[bool]) -> int | None:
    return next((i for i, answer in enumerate(answers) if answer), None)
