"""Entries of ignoreDifferences that are about nothing this Application has."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.declaration import template_of
from auditor.argocd.ignore_differences import IgnoreRule
from auditor.argocd.pairing import names_of
from auditor.argocd.rendering import Rendering
from auditor.argocd.unmatched_entries import GroupKind, Kinds, mistake
from auditor.findings import Breach, Edit, Fix, Key, Severity, Unseen, everywhere
from auditor.kube.gap import Gap
from auditor.kube.ref import ResourceRef
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS, RENDERED
from auditor.snapshot.ignore_owners import SERVED_KINDS
from auditor.snapshot.rendered import Renderings, rendered_by

_FIELDS: Final[tuple[tuple[str, Mapping[str, str]], ...]] = (
    ("name", {"name": ""}),
    ("namespace", {"namespace": ""}),
    ("group", {"group": "*"}),
)
"""Field to what it would have to be for the entry to match any; tried in this order."""


@rule(
    "DIFF-004",
    severity=everywhere(Severity.LOW),
    over=APPLICATIONS,
    needs=(SERVED_KINDS, APPLICATIONS),
    uses=(RENDERED,),
    options=NoOptions,
)
def ignore_matches_nothing(
    app: Application,
    _: NoOptions,
    served: frozenset[GroupKind],
    applications: tuple[Application, ...],
    renderings: Renderings,
) -> Iterator[Breach | Unseen]:
    """Match each entry with what is rendered and what the rows name; DIFF-005 goes before."""
    if not app.ignore_rules:
        return
    template = template_of(app)
    twins = [app]
    if template:
        twins = [one for one in applications if template_of(one) == template]
    objects: list[ResourceRef] = []
    for twin in twins:
        found = _objects(twin, renderings)
        if isinstance(found, Gap):
            yield Unseen(found)
            return
        objects += found
    kinds = Kinds(frozenset((ref.group, ref.kind) for ref in objects), served)
    for entry in app.ignore_rules:
        is_dead = not any(_matches(entry, ref) for ref in objects)
        if is_dead and mistake(entry, kinds) is None:
            yield _breach(entry, objects, template)


def _objects(app: Application, renderings: Renderings) -> list[ResourceRef] | Gap:
    rendering = rendered_by(app, renderings)
    if not isinstance(rendering, Rendering):
        return rendering
    rows = app.status.rows if app.status else ()
    made = (name for m in rendering.objects for name in names_of(m.ref, app.destination.namespace))
    return [*made, *(row.ref for row in rows)]


def _matches(entry: IgnoreRule, ref: ResourceRef) -> bool:
    return entry.matches(ref.group, ref.kind, ref.namespace, ref.name)


def _breach(entry: IgnoreRule, objects: list[ResourceRef], template: str) -> Breach:
    at = f"/spec/ignoreDifferences/{entry.index}"
    field, near = _nearly(entry, objects)
    labels = tuple(sorted({ref.label for ref in near}))
    text = f"{entry.group} {entry.kind} {entry.namespace} {entry.name}"
    return Breach(
        at=f"{at}/{field}" if field else at,
        variant=field,
        facts={
            "group": entry.group,
            "kind": entry.kind,
            "value": getattr(entry, field) if field else "",
            "objects": labels,
        },
        group=f"{template} {text}" if template else "",
        keys=frozenset[Key](("object", label) for label in labels),
        # what it was meant for is not here; taking it out changes nothing
        fix=None if field or template else Fix((Edit("remove", at),)),
    )


def _nearly(entry: IgnoreRule, objects: list[ResourceRef]) -> tuple[str, list[ResourceRef]]:
    """Return the one field that keeps the entry from matching, and what it would match."""
    for field, change in _FIELDS:
        loose = replace(entry, **change)  # type: ignore[arg-type]
        near = [ref for ref in objects if _matches(loose, ref)]
        if near and getattr(entry, field):
            return field, near
    return "", []
