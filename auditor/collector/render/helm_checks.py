"""What Helm refuses before it renders; mirrors `checkIfInstallable` and `renderResources`."""

import posixpath
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from auditor.argocd import semver_constraints
from auditor.argocd.semver_constraints import BadVersion
from auditor.collector.render.failure import unseen, wrong
from auditor.kube.manifest import at
from auditor.snapshot import redact

LOCKS: Final = ("Chart.lock", "requirements.lock")
"""What `helm dependency build` reads the versions from; the latter in charts of Helm 2."""


def check(
    metadata: Mapping[str, Any],
    present: Sequence[Mapping[str, Any]],
    merge: Callable[[dict[str, Any]], Mapping[str, Any]],
    values: dict[str, Any],
    job: Mapping[str, Any],
) -> None:
    """Raise NotRendered for a chart that cannot be installed.

    `present` is the metadata of charts in `charts/`, `merge` returns values with the defaults.
    """
    kind = metadata.get("type") or "application"
    if kind != "application":
        raise _refused(f"{kind} charts are not installable", job)
    _check_dependencies(metadata, present, merge, values, is_locked=is_locked(job["chart"]))
    _check_kube_version(str(metadata.get("kubeVersion") or ""), job)


def is_locked(chart: str) -> bool:
    """Say whether the versions of dependencies are written down, so that ranges do not move."""
    return any(Path(chart, name).is_file() for name in LOCKS)


def is_enabled(entry: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    """Say whether conditions and tags leave a dependency on; mirrors Helm's `dependencies.go`."""
    for condition in str(entry.get("condition") or "").split(","):
        found = at(values, *condition.strip().split(".")) if condition.strip() else None
        if isinstance(found, bool):
            return found
    tags = [at(values, "tags", str(tag)) for tag in entry.get("tags") or ()]
    return True in tags or False not in tags


def _check_dependencies(
    metadata: Mapping[str, Any],
    present: Sequence[Mapping[str, Any]],
    merge: Callable[[dict[str, Any]], Mapping[str, Any]],
    values: dict[str, Any],
    *,
    is_locked: bool,
) -> None:
    """Raise NotRendered for a dependency that Argo CD would have to download.

    It runs `helm dependency build` for any that is missing, so that one that is switched off
    changes nothing in what is rendered.
    """
    declared = [entry for entry in metadata.get("dependencies") or () if entry]
    names = {entry.get("name") for entry in present}
    missing = [entry for entry in declared if entry.get("name") not in names]
    everything = merge(values) if missing else {}
    for entry in missing:
        if is_enabled(entry, everything):
            raise unseen(
                "chart_dependency_not_at_hand",
                name=str(entry.get("name", "")),
                version=str(entry.get("version", "")),
                repository=redact.url(str(entry.get("repository", ""))),
                locked=is_locked,
            )


def _check_kube_version(constraint: str, job: Mapping[str, Any]) -> None:
    """Raise NotRendered if the version of the destination, where it is known, is not allowed."""
    version = job["kube_version"]
    if not constraint or not version:
        return
    try:
        is_allowed = semver_constraints.allows(constraint, semver_constraints.version(version))
    except BadVersion:
        is_allowed = False
    if not is_allowed:
        text = f"chart requires kubeVersion: {constraint} which is incompatible with Kubernetes"
        raise _refused(f"{text} v{version.removeprefix('v')}", job)


def _refused(message: str, job: Mapping[str, Any]) -> Exception:
    return wrong("render_failed", file=posixpath.join(job["path"], "Chart.yaml"), message=message)
