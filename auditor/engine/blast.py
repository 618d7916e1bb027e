"""How far one cause reaches: Applications, environments, objects."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from auditor.argocd.application import GROUP, Application
from auditor.engine.result import Cause
from auditor.findings import Finding
from auditor.kube.ref import ResourceRef

_NO_OBJECTS: Final = frozenset({"Application", "ApplicationSet", "AppProject"})


@dataclass(frozen=True, slots=True)
class Blast:
    """What a cause and its effects are about, each counted once."""

    applications: tuple[ResourceRef, ...]
    environments: tuple[str, ...]
    """Columns of the report."""
    objects: tuple[str, ...]
    """`Kind namespace/name`: those named by the findings, and of an Application that cannot be
    compared all it manages; on several clusters one name may stand for several objects."""


def blast(cause: Cause, applications: Mapping[ResourceRef, Application]) -> Blast:
    """Return the reach of `cause`; `applications` are those of the snapshot."""
    everyone = (cause.root, *cause.effects)
    hit = tuple(ref for ref in cause.subjects if (ref.group, ref.kind) == (GROUP, "Application"))
    named = {label for finding in everyone for label in _named(finding)}
    held = {label for ref in hit for label in _held(applications.get(ref))}
    return Blast(
        applications=tuple(sorted(hit)),
        environments=tuple(dict.fromkeys(finding.environment for finding in everyone)),
        objects=tuple(sorted(label for label in named | held if not _is_argocds(label))),
    )


def _named(finding: Finding) -> Iterator[str]:
    yield from (name for kind, name in finding.breach.keys if kind == "object")
    facts = finding.breach.facts
    listed = facts.get("objects")
    for fact in (facts.get("object"), *(listed if isinstance(listed, tuple) else ())):
        if isinstance(fact, ResourceRef):
            yield fact.label


def _held(app: Application | None) -> Iterator[str]:
    """Yield what an Application manages that Argo CD cannot compare, and so does not sync."""
    if app and app.status and app.status.has_comparison_error:
        yield from (row.ref.label for row in app.status.rows)


def _is_argocds(label: str) -> bool:
    return label.partition(" ")[0] in _NO_OBJECTS
