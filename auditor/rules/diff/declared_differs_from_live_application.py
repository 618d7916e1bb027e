"""Child Applications whose live spec is another than the one their parent renders."""

from collections.abc import Iterator
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.child_drift import ChildDrift, added_fields, child_drift, row_of
from auditor.argocd.compared_commit import commit_gap
from auditor.argocd.drift import FieldDrift
from auditor.argocd.field_owners import Writers, written_at
from auditor.argocd.field_paths import shown
from auditor.argocd.releases import Version
from auditor.argocd.settings import Settings
from auditor.findings import Basis, Breach, Evidence, Severity, Unseen, by_tier
from auditor.kube import pointer
from auditor.kube.gap import Gap
from auditor.kube.managed_fields import FieldOwner
from auditor.rulebook import rule
from auditor.snapshot import Excluded, Missing
from auditor.snapshot.derived import APPLICATIONS, RENDERED, SETTINGS, VERSION
from auditor.snapshot.parents import PARENTS, Parents
from auditor.snapshot.rendered import Renderings, rendered_by
from auditor.snapshot.sections import LIVE_APPLICATIONS

_WEIGHTY: Final = ("/spec/syncPolicy", "/spec/source", "/spec/sources", "/spec/sourceHydrator")
_SEVERE: Final = by_tier(production=Severity.HIGH, other=Severity.MEDIUM)


@rule(
    "DIFF-012",
    severity=by_tier(production=Severity.MEDIUM, other=Severity.LOW),
    over=APPLICATIONS,
    needs=(LIVE_APPLICATIONS, PARENTS, VERSION),
    uses=(RENDERED, SETTINGS),
    options=Writers,
)
def declared_differs_from_live_application(
    app: Application,
    writers: Writers,
    _running: object,
    parents: Parents,
    known: tuple[Version, str],
    renderings: Renderings,
    settings: Settings | Missing | Excluded,
) -> Iterator[Breach | Unseen]:
    """Explain the row of the parent that is OutOfSync, and find what its comparison cannot see."""
    if app.live is None or app.is_generated:
        return
    rules = settings if isinstance(settings, Settings) else Settings.parse(None)
    for parent in parents.get(app.ref, ()):
        if parent.status is None or parent.status.has_comparison_error:
            continue
        rendering = rendered_by(parent, renderings)
        why = rendering if isinstance(rendering, Gap) else commit_gap(parent, rendering)
        if why or isinstance(rendering, Gap):
            yield from [Unseen(why)] if why else []
            continue
        row = row_of(parent, app)
        found = child_drift(parent, row, rendering, app, rules, known[0]) if row else None
        if isinstance(found, Gap):
            yield Unseen(found)
        seen = found.fields if isinstance(found, ChildDrift) else ()
        named = {field.pointer for field in seen}
        added = added_fields(parent, rendering, app, rules, writers)
        unseen = tuple(field for field in added if field.pointer not in named)
        if seen or unseen:
            yield _breach(app, parent, (*seen, *unseen), writers, is_seen=bool(seen))


def _breach(
    app: Application,
    parent: Application,
    found: tuple[FieldDrift, ...],
    writers: Writers,
    *,
    is_seen: bool,
) -> Breach:
    fields = sorted(found, key=lambda field: (not _is_weighty(field), field.pointer))
    first = fields[0]
    live = app.live.raw if app.live else {}
    owners = [o for field in fields if (o := _writer(field, writers))]
    owner = max(owners, key=lambda o: o.time, default=None)
    return Breach(
        at=first.pointer,
        manifest=None if pointer.has(app.manifest.raw, first.pointer) else app.live,
        variant=_variant(fields, owner) if is_seen else "added",
        severity=_SEVERE if _is_weighty(first) else None,
        facts={
            "parent": parent.ref,
            "path": shown(first.pointer, live),
            "paths": tuple(field.pointer for field in fields),
            "count": len(fields),
            "manager": owner.manager if owner else "",
            "managers": tuple(sorted({o.manager for o in owners})),
            "time": written_at(owner) if owner else None,
            "heals": (parent.live_policy or parent.policy).self_heals,
        },
        basis=Basis.OBSERVED,
        keys=frozenset({("object", app.ref.label)}),
        identity=parent.ref.qualified,
        evidence=tuple(_evidence(app, field, writers) for field in fields),
    )


def _is_weighty(field: FieldDrift) -> bool:
    return any(field.pointer == p or field.pointer.startswith(f"{p}/") for p in _WEIGHTY)


def _writer(field: FieldDrift, writers: Writers) -> FieldOwner | None:
    """Return who wrote the live value, unless it was Argo CD."""
    return next((o for o in field.owners if not writers.is_argocd(o.manager)), None)


def _variant(fields: list[FieldDrift], owner: FieldOwner | None) -> str:
    if owner:
        return ""
    return "pending" if any(field.is_pending for field in fields) else "unknown"


def _evidence(app: Application, field: FieldDrift, writers: Writers) -> Evidence:
    owner = _writer(field, writers)
    is_shown = not field.pointer.startswith("/spec/source")  # its values may be secret
    return Evidence(
        pointer=field.pointer,
        object=app.ref,
        declared=field.desired if is_shown else None,
        live=field.live if is_shown else None,
        is_declared=is_shown and field.is_given,
        is_live=is_shown and field.live is not None,
        manager=owner.manager if owner else "",
        time=owner.time if owner else "",
        manifest=app.declared,
    )
