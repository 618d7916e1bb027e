"""Child Applications whose live spec is another than the one their parent renders."""

from collections.abc import Iterator
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.drift import FieldDrift
from auditor.argocd.field_owners import Writers, written_at
from auditor.argocd.field_paths import shown
from auditor.argocd.releases import Version
from auditor.argocd.settings import Settings
from auditor.findings import Basis, Breach, Evidence, Severity, Unseen, by_tier
from auditor.kube import pointer
from auditor.kube.gap import Gap
from auditor.rulebook import rule
from auditor.snapshot import Excluded, Missing
from auditor.snapshot.child_differences import ChildDifference, child_differences, writer_of
from auditor.snapshot.derived import APPLICATIONS, RENDERED, SETTINGS, VERSION
from auditor.snapshot.parents import PARENTS, Parents
from auditor.snapshot.rendered import Renderings
from auditor.snapshot.sections import LIVE_APPLICATIONS

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
    above = parents.get(app.ref, ())
    for found in child_differences(app, above, renderings, rules, known[0], writers):
        yield Unseen(found) if isinstance(found, Gap) else _breach(app, found, writers)


def _breach(app: Application, found: ChildDifference, writers: Writers) -> Breach:
    first, parent = found.fields[0], found.parent
    owners = found.owners(writers)
    owner = max(owners, key=lambda o: o.time, default=None)
    unexplained = "pending" if found.is_pending else "unknown"
    return Breach(
        at=first.pointer,
        manifest=None if pointer.has(app.manifest.raw, first.pointer) else app.live,
        variant=("" if owner else unexplained) if found.is_seen else "added",
        severity=_SEVERE if found.is_weighty else None,
        facts={
            "parent": parent.ref,
            "path": shown(first.pointer, app.live.raw if app.live else {}),
            "paths": tuple(field.pointer for field in found.fields),
            "count": len(found.fields),
            "manager": owner.manager if owner else "",
            "managers": tuple(sorted({o.manager for o in owners})),
            "time": written_at(owner) if owner else None,
            "heals": (parent.live_policy or parent.policy).self_heals,
        },
        basis=Basis.OBSERVED,
        keys=frozenset({("object", app.ref.label)}),
        identity=parent.ref.qualified,
        evidence=tuple(_evidence(app, field, writers) for field in found.fields),
    )


def _evidence(app: Application, field: FieldDrift, writers: Writers) -> Evidence:
    owner = writer_of(field, writers)
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
