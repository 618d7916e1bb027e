"""A project that Applications of any namespace may choose."""

from collections.abc import Iterator
from typing import Final

from auditor.argocd.app_project import AppProject
from auditor.argocd.globs import Panic, is_in_patterns
from auditor.findings import Breach, Severity, everywhere
from auditor.kube.loose import texts
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.projects import APPLICATION_NAMESPACES, CONTROL_PLANE, PROJECTS

_ANY: Final = "\0"
"""A namespace that does not exist: what matches it was not written for some namespace."""


@rule(
    "PROJ-011",
    severity=everywhere(Severity.HIGH),
    over=PROJECTS,
    needs=(APPLICATION_NAMESPACES, CONTROL_PLANE),
    options=NoOptions,
)
def project_trusts_every_namespace(
    project: AppProject, _: NoOptions, watched: str, control_plane: str
) -> Iterator[Breach]:
    """Look at `sourceNamespaces` once Applications outside are watched (semantics §3.7)."""
    if not watched:
        return
    for i, entry in enumerate(texts(project.spec, "sourceNamespaces")):
        matches_all = _matches(entry, _ANY)
        if not matches_all and not _matches(entry, control_plane):
            continue
        at = f"/spec/sourceNamespaces/{i}"
        yield Breach(
            at=at,
            manifest=project.side(at),
            variant="" if matches_all else "control_plane",
            facts={
                "project": project.name,
                "entry": entry,
                "namespace": control_plane,
                "watched": watched,
            },
        )


def _matches(entry: str, namespace: str) -> bool:
    try:
        return is_in_patterns((entry,), namespace)
    except Panic:
        return False
