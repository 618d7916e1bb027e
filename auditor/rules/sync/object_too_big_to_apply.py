"""Objects whose copy in the annotation of client-side apply is larger than the API server takes."""

from collections.abc import Iterator
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.last_applied import annotations_size, is_too_big
from auditor.argocd.option_entries import OPTIONS_POINTER
from auditor.argocd.pairing import names_of
from auditor.argocd.sync_context import ApplySettings
from auditor.findings import Breach, Edit, Fix, Severity, Unseen, by_tier, everywhere
from auditor.kube.manifest import Manifest
from auditor.kube.ref import ResourceRef
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS, RENDERED
from auditor.snapshot.rendered import Renderings, seen_of

_LOW: Final = everywhere(Severity.LOW)
_SERVER_SIDE: Final = Edit("set", f"{OPTIONS_POINTER}/-", "ServerSideApply=true")


@rule(
    "SYNC-013",
    severity=by_tier(production=Severity.HIGH, other=Severity.MEDIUM),
    over=APPLICATIONS,
    uses=(RENDERED,),
    options=NoOptions,
)
def object_too_big_to_apply(
    app: Application, _: NoOptions, renderings: Renderings
) -> Iterator[Breach | Unseen]:
    """Measure each object that is neither replaced nor applied server-side (semantics §13)."""
    seen, gap = seen_of(app, renderings)
    settings = ApplySettings.of(app.policy.options)
    big = [m for m in seen if is_too_big(m.raw, None, settings)]
    synced = [m for m in big if _is_synced(app, m)]
    for variant, found in (("", [m for m in big if m not in synced]), ("synced", synced)):
        if found:
            largest = max(found, key=lambda m: annotations_size(m.raw))
            yield Breach(
                at="/metadata/name",
                manifest=largest,
                variant=variant,
                severity=_LOW if variant else None,
                facts={
                    "object": largest.label,
                    "size": annotations_size(largest.raw),
                    "count": len(found),
                    "objects": tuple(m.label for m in found),
                },
                keys=frozenset(("object", _placed(app, m).label) for m in found),
                identity=variant,
                fix=Fix(
                    (Edit("set", f"{OPTIONS_POINTER}/-", "ServerSideApply=true"),), is_safe=False
                ),
            )
    if gap:
        yield Unseen(gap)


def _placed(app: Application, manifest: Manifest) -> ResourceRef:
    return next(names_of(manifest.ref, app.destination.namespace))


def _is_synced(app: Application, manifest: Manifest) -> bool:
    """Tell whether it is in the cluster as Git has it, so that somebody applied it otherwise."""
    rows = {row.ref: row.status for row in app.status.rows} if app.status else {}
    names = names_of(manifest.ref, app.destination.namespace)
    return any(rows.get(name) == "Synced" for name in names)
