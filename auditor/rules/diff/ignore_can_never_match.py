"""Entries of ignoreDifferences that are written so that nothing ever matches them."""

from collections.abc import Iterator

from auditor.argocd.application import Application
from auditor.argocd.ignore_differences import IgnoreRule
from auditor.argocd.rendering import Rendering
from auditor.argocd.unmatched_entries import GroupKind, Kinds, Mistake, mistake
from auditor.findings import Breach, Edit, Fix, Key, Severity, everywhere
from auditor.kube.ref import ResourceRef
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import RENDERED
from auditor.snapshot.ignore_owners import IGNORE_OWNERS, SERVED_KINDS, IgnoreOwner
from auditor.snapshot.rendered import Renderings, rendered_by


@rule(
    "DIFF-005",
    severity=everywhere(Severity.MEDIUM),
    over=IGNORE_OWNERS,
    needs=(SERVED_KINDS,),
    uses=(RENDERED,),
    options=NoOptions,
)
def ignore_can_never_match(
    owner: IgnoreOwner, _: NoOptions, served: frozenset[GroupKind], renderings: Renderings
) -> Iterator[Breach]:
    """Ask whether any object of any cluster could be meant, whatever this Application manages."""
    objects = _objects(owner, renderings)
    kinds = Kinds(frozenset((ref.group, ref.kind) for ref in objects), served)
    for entry in owner.ignore_rules:
        found = mistake(entry, kinds)
        if found:
            yield _breach(owner, entry, found, objects)


def _objects(owner: IgnoreOwner, renderings: Renderings) -> tuple[ResourceRef, ...]:
    if not isinstance(owner, Application):
        return ()
    rendered = rendered_by(owner, renderings)
    made = rendered.objects if isinstance(rendered, Rendering) else ()
    rows = owner.status.rows if owner.status else ()
    return (*(manifest.ref for manifest in made), *(row.ref for row in rows))


def _breach(
    owner: IgnoreOwner, entry: IgnoreRule, found: Mistake, objects: tuple[ResourceRef, ...]
) -> Breach:
    at = _pointer(owner, entry, found)
    meant = sorted({ref.label for ref in objects if _is_meant(entry, ref)})
    return Breach(
        at=at,
        variant=found.reason,
        facts={
            "group": entry.group,
            "kind": entry.kind,
            "value": getattr(entry, found.field) if found.field else "",
            "right": found.right,
            "objects": tuple(meant),
        },
        keys=frozenset[Key](("object", label) for label in meant),
        identity=entry.key,
        fix=_fix(at, found) if isinstance(owner, Application) else None,
    )


def _pointer(owner: IgnoreOwner, entry: IgnoreRule, found: Mistake) -> str:
    if not isinstance(owner, Application):
        return owner.at(entry)
    at = f"/spec/ignoreDifferences/{entry.index}"
    return f"{at}/{found.field}" if found.field else at


def _is_meant(entry: IgnoreRule, ref: ResourceRef) -> bool:
    same_kind = entry.kind.casefold() == ref.kind.casefold()
    return same_kind and entry.name in {"", ref.name} and entry.namespace in {"", ref.namespace}


def _fix(at: str, found: Mistake) -> Fix | None:
    if found.right is None:
        return None
    return Fix((Edit("set", at, found.right) if found.right else Edit("remove", at),))
