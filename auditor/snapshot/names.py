"""Derived: Applications by name, and the ApplicationSets that generate one of a name."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.applicationset_object import ApplicationSet, generated_refs
from auditor.kube.ref import ResourceRef
from auditor.snapshot.applicationsets import APPLICATIONSETS
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.section import Derived, Excluded, Missing
from auditor.snapshot.snapshot import Snapshot

ByName = Mapping[str, tuple[Application, ...]]
Makers = Mapping[ResourceRef, tuple[ApplicationSet, ...]]


def _by_name(snapshot: Snapshot) -> ByName | Missing | Excluded:
    applications = snapshot.look(APPLICATIONS)
    if not isinstance(applications, tuple):
        return applications
    found: dict[str, list[Application]] = defaultdict(list)
    for app in applications:
        found[app.name].append(app)
    return {name: tuple(apps) for name, apps in found.items()}


APPLICATIONS_BY_NAME: Final[Derived[ByName]] = Derived("applications_by_name", _by_name)
"""`metadata.name` to the Applications of it, whatever their namespace."""


def _makers(snapshot: Snapshot) -> Makers | Missing | Excluded:
    applicationsets = snapshot.look(APPLICATIONSETS)
    if not isinstance(applicationsets, tuple):
        return applicationsets
    found: dict[ResourceRef, list[ApplicationSet]] = defaultdict(list)
    for one in applicationsets:
        for ref in dict.fromkeys(generated_refs(one)):
            found[ref].append(one)
    return {ref: tuple(sets) for ref, sets in found.items()}


GENERATED_BY: Final[Derived[Makers]] = Derived("generated_by", _makers)
"""Name of a generated Application to the ApplicationSets that make it."""
