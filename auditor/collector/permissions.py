"""What reading a live section takes: verbs on resources, and where. `rbac` and `doctor` lean on it.

API discovery and the version take no role: every authenticated user may read them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from auditor.collector.installation import SETTINGS
from auditor.collector.kinds import (
    APP_PROJECT,
    APPLICATION,
    APPLICATION_SET,
    AUTOSCALER,
    CLUSTER_ROLE,
    CLUSTER_ROLE_BINDING,
    CONFIG_MAP,
    DEPLOYMENT,
    EVENT,
    NAMESPACE,
    POD,
    SECRET,
    STATEFUL_SET,
    Kind,
)
from auditor.snapshot import sections

ORDINARY: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("", ("configmaps", "limitranges", "persistentvolumeclaims", "persistentvolumes")),
    ("", ("resourcequotas", "serviceaccounts", "services")),
    ("apps", ("daemonsets", "deployments", "statefulsets")),
    ("autoscaling", ("horizontalpodautoscalers",)),
    ("batch", ("cronjobs", "jobs")),
    ("external-secrets.io", ("clustersecretstores", "externalsecrets", "secretstores")),
    ("gateway.networking.k8s.io", ("gateways", "httproutes")),
    ("keda.sh", ("scaledobjects",)),
    ("networking.k8s.io", ("ingresses", "networkpolicies")),
    ("policy", ("poddisruptionbudgets",)),
    ("rbac.authorization.k8s.io", ("clusterrolebindings", "clusterroles")),
    ("rbac.authorization.k8s.io", ("rolebindings", "roles")),
    ("storage.k8s.io", ("storageclasses",)),
)
"""Group and resources that Applications usually manage, for when nobody knows which they do.
A wildcard would be shorter, and would include the values of all Secrets."""


@dataclass(frozen=True, slots=True, order=True)
class Permission:
    """One resource that some sections need."""

    group: str
    resource: str
    verbs: tuple[str, ...]
    is_argocds: bool
    """Needed in Argo CD's namespace only; otherwise everywhere."""
    names: tuple[str, ...]
    """Needed for objects of these names only; empty for all."""
    sections: tuple[str, ...]
    """The sections that stay empty, or have gaps, without it."""


def needed(wanted: frozenset[str], managed: Iterable[Kind] | None = None) -> list[Permission]:
    """Return what the sections named in `wanted` need.

    `managed` are the kinds that Applications manage; None stands for `ORDINARY`. Secrets among
    them are left out: whoever may list their metadata may read their values as well.
    """
    objects, events = sections.LIVE_OBJECTS.name, sections.LIVE_EVENTS.name
    pods = sections.LIVE_PODS.name
    everywhere = {
        APPLICATION: (sections.LIVE_APPLICATIONS.name, objects, events, pods),
        APPLICATION_SET: (sections.LIVE_APPLICATIONSETS.name,),
        APP_PROJECT: (sections.LIVE_PROJECTS.name,),
        NAMESPACE: (sections.LIVE_NAMESPACES.name,),
        EVENT: (events,),
        POD: (pods,),
        CLUSTER_ROLE: (sections.LIVE_ACCESS.name,),
        CLUSTER_ROLE_BINDING: (sections.LIVE_ACCESS.name,),
    }
    by_resource: dict[tuple[str, str], set[str]] = {}
    for kind, names in everywhere.items():
        by_resource[(kind.group, kind.plural)] = set(names) & wanted
    if objects in wanted:
        for resource in _managed(managed):
            by_resource.setdefault(resource, set()).add(objects)
    found = [
        Permission(group, plural, ("get", "list"), False, (), tuple(sorted(names)))  # noqa: FBT003 - a field
        for (group, plural), names in by_resource.items()
        if names
    ]
    return sorted(found) + [part for part in _argocds() if set(part.sections) & wanted]


def _managed(kinds: Iterable[Kind] | None) -> set[tuple[str, str]]:
    if kinds is None:
        return {(group, plural) for group, plurals in ORDINARY for plural in plurals}
    named = {(kind.group, kind.plural) for kind in kinds if not kind.is_secret}
    return named | {(AUTOSCALER.group, AUTOSCALER.plural)}


def _argocds() -> tuple[Permission, ...]:
    def of(kind: Kind, verbs: tuple[str, ...], names: tuple[str, ...], section: str) -> Permission:
        return Permission(kind.group, kind.plural, verbs, True, names, (section,))  # noqa: FBT003 - a field

    versions = sections.LIVE_VERSIONS.name
    return (
        of(CONFIG_MAP, ("get",), SETTINGS, sections.LIVE_SETTINGS.name),
        of(DEPLOYMENT, ("list",), (), versions),
        of(STATEFUL_SET, ("list",), (), versions),
        of(SECRET, ("list",), (), sections.LIVE_SECRETS.name),
    )
