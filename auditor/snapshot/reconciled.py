"""Derived: what the controller can be told to leave alone: Applications and whole clusters."""

from dataclasses import dataclass
from typing import Final

from auditor.argocd.application import Application
from auditor.kube.manifest import Manifest
from auditor.kube.ref import ResourceRef
from auditor.snapshot import sections
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.section import Collected, Derived, Excluded, Missing
from auditor.snapshot.snapshot import Snapshot

_TYPE: Final = "argocd.argoproj.io/secret-type"


@dataclass(frozen=True, slots=True)
class ClusterSecret:
    """The Secret that registers a cluster, as metadata; which cluster it names is not read."""

    ref: ResourceRef
    manifest: Manifest


Reconciled = Application | ClusterSecret


def _reconciled(snapshot: Snapshot) -> tuple[Reconciled, ...] | Missing | Excluded:
    applications, secrets = snapshot.look(APPLICATIONS), snapshot.look(sections.LIVE_SECRETS)
    if not isinstance(applications, tuple):
        return applications
    items = secrets.items if isinstance(secrets, Collected) else ()
    clusters = (m for m in items if m.labels.get(_TYPE) == "cluster")
    return (*applications, *(ClusterSecret(_secret(m.ref), m) for m in clusters))


RECONCILED: Final[Derived[tuple[Reconciled, ...]]] = Derived("reconciled", _reconciled)


def _secret(ref: ResourceRef) -> ResourceRef:
    return ResourceRef("", "Secret", ref.namespace, ref.name)
