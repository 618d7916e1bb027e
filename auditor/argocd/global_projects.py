"""Projects that are merged into others; mirrors `GetGlobalProjects` of `util/argo/argo.go`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from auditor.argocd import yaml_values
from auditor.argocd.app_project import AppProject
from auditor.argocd.yaml_values import SettingsError
from auditor.kube.loose import mapping, sequence
from auditor.kube.selector import BadSelector, matches

_MERGED: Final = (
    "clusterResourceWhitelist",
    "clusterResourceBlacklist",
    "namespaceResourceWhitelist",
    "namespaceResourceBlacklist",
    "syncWindows",
    "sourceRepos",
    "destinations",
    "destinationServiceAccounts",
)


@dataclass(frozen=True, slots=True)
class GlobalProject:
    """An entry of `globalProjects`: which projects get the lists of the named one."""

    project: str
    selector: Mapping[str, Any]


def parse(argocd_cm: Mapping[str, Any]) -> tuple[GlobalProject, ...]:
    """Read `globalProjects`; a value that does not load means none, as upstream."""
    written = argocd_cm.get("globalProjects")
    if not isinstance(written, str):
        return ()
    try:
        entries = [yaml_values.mapping(e) for e in yaml_values.items(yaml_values.load(written))]
        return tuple(
            GlobalProject(
                yaml_values.text(yaml_values.field(entry, "projectName")),
                mapping(yaml_values.field(entry, "labelSelector")),
            )
            for entry in entries
        )
    except SettingsError:
        return ()


def merged_into(
    project: AppProject, settings: Iterable[GlobalProject], known: Mapping[str, AppProject]
) -> tuple[AppProject, ...]:
    """Return the projects whose lists are added to those of `project`.

    An invalid selector, or a project that does not exist, ends the search as it does upstream.
    """
    found: list[AppProject] = []
    for entry in settings:
        if entry.project == project.name:
            continue
        try:
            is_meant = matches(entry.selector, project.in_force.labels)
        except BadSelector:
            break
        if is_meant and entry.project not in known:
            break
        if is_meant:
            found.append(known[entry.project])
    return tuple(found)


def merge(project: AppProject, others: Iterable[AppProject]) -> Mapping[str, Any]:
    """Return the spec in force (`mergeVirtualProject`).

    Appending nothing leaves an absent list absent, which for namespaced kinds means everything.
    """
    spec = dict(project.spec)
    for other in others:
        for key in _MERGED:
            added = sequence(other.spec, key)
            if added:
                spec[key] = [*sequence(spec, key), *added]
    return spec
