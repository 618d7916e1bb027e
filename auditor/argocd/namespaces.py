"""Which namespaces an Application puts objects into, and which of them Argo CD did not find."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from auditor.argocd.hooks import sync_phases
from auditor.argocd.status import Status
from auditor.kube.manifest import Manifest
from auditor.kube.ref import ResourceRef

_NOT_FOUND: Final = re.compile(r'namespaces "([^"]+)" not found')


@dataclass(frozen=True, slots=True)
class Use:
    """The objects of one Application in one namespace."""

    namespace: str
    objects: tuple[ResourceRef, ...]
    manifest: Manifest | None
    """The first of them as rendered; None where only rows are known."""


def used_by_objects(objects: Iterable[Manifest]) -> tuple[Use, ...]:
    """Return the namespaces of what a sync would apply; hooks that never run do not count."""
    found: dict[str, list[Manifest]] = defaultdict(list)
    for manifest in objects:
        if manifest.ref.namespace and sync_phases(manifest.raw):
            found[manifest.ref.namespace].append(manifest)
    return tuple(
        Use(name, tuple(m.ref for m in inside), inside[0]) for name, inside in sorted(found.items())
    )


def used_by_rows(status: Status) -> tuple[Use, ...]:
    """Return the namespaces of the rows that Git still has."""
    found: dict[str, list[ResourceRef]] = defaultdict(list)
    for row in status.rows:
        if row.counts and row.ref.namespace and not row.requires_pruning:
            found[row.ref.namespace].append(row.ref)
    return tuple(Use(name, tuple(refs), None) for name, refs in sorted(found.items()))


def has_synced_row(status: Status | None, namespace: str) -> bool:
    """Tell whether an object in `namespace` equals Git, which proves that the namespace exists."""
    rows = status.rows if status and not status.has_comparison_error else ()
    return any(row.ref.namespace == namespace and row.status == "Synced" for row in rows)


def not_found(status: Status | None) -> frozenset[str]:
    """Return the namespaces that the last attempt, failed or still retrying, did not find."""
    operation = status.operation if status else None
    if operation is None or not (operation.has_failed or operation.is_running):
        return frozenset()
    messages = (operation.message, *(result.message for result in operation.results))
    return frozenset(name for message in messages for name in _NOT_FOUND.findall(message))


def was_applied(status: Status | None, namespace: str) -> bool:
    """Tell whether the last operation applied the Namespace itself, which a project can refuse."""
    operation = status.operation if status else None
    return operation is not None and any(
        (r.ref.group, r.ref.kind, r.ref.name, r.status) == ("", "Namespace", namespace, "Synced")
        for r in operation.results
    )
