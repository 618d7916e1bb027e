"""Argo CD's own Deployments and StatefulSets, as far as the installation shows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from auditor.kube.loose import integer, mappings, text
from auditor.kube.manifest import Manifest

CONTROLLER: Final = "argocd-application-controller"


@dataclass(frozen=True, slots=True)
class Workload:
    """One of them, with how many of its pods are ready."""

    name: str
    component: str
    wanted: int
    """An absent number is 1, as Kubernetes defaults it."""
    ready: int


def workloads(items: Iterable[Manifest]) -> tuple[Workload, ...]:
    """Read what the section `live.versions` holds."""
    return tuple(
        Workload(
            text(raw, "name"),
            text(raw, "component"),
            1 if (wanted := integer(raw, "replicas")) is None else wanted,
            integer(raw, "ready") or 0,
        )
        for item in items
        for raw in mappings(item.raw, "workloads")
    )


def controller_down(found: Iterable[Workload]) -> Workload | None:
    """Return the application controller where none of it is ready; None where one is, or unseen."""
    controllers = [one for one in found if one.component == CONTROLLER]
    is_down = bool(controllers) and not any(one.ready for one in controllers)
    return controllers[0] if is_down else None
