"""Namespaced objects that neither name a namespace nor get one from the destination."""

from collections.abc import Iterator

from auditor.argocd.application import Application
from auditor.argocd.freshness import Freshness
from auditor.argocd.project_verdict import Trust, Word
from auditor.argocd.rendering import Rendering
from auditor.findings import Basis, Breach, Evidence, Severity, Unseen, everywhere
from auditor.kube.gap import Gap
from auditor.kube.ref import ResourceRef
from auditor.rulebook import rule
from auditor.snapshot import Excluded, Missing
from auditor.snapshot.derived import APPLICATIONS, RENDERED
from auditor.snapshot.freshness import FRESHNESS
from auditor.snapshot.rendered import Renderings, rendered_by
from auditor.snapshot.scopes import SCOPES, Scopes, scope_of

_AT = "/spec/destination/namespace"


@rule(
    "NS-006",
    severity=everywhere(Severity.HIGH),
    over=APPLICATIONS,
    needs=(SCOPES,),
    uses=(RENDERED, FRESHNESS),
    options=Trust,
)
def objects_without_namespace(
    app: Application,
    options: Trust,
    scopes: Scopes,
    renderings: Renderings,
    freshness: Freshness | Missing | Excluded,
) -> Iterator[Breach | Unseen]:
    """Look at every object, hooks too: one is enough for Argo CD to refuse all (§1.5)."""
    if app.destination.namespace:
        return
    rendering = rendered_by(app, renderings)
    if isinstance(rendering, Gap):
        yield Unseen(rendering)
        return
    homeless = tuple(m.ref for m in rendering.objects if not m.ref.namespace)
    lost = tuple(ref for ref in homeless if scope_of(scopes, ref.group, ref.kind) is True)
    unknown = tuple(ref for ref in homeless if scope_of(scopes, ref.group, ref.kind) is None)
    if not lost and not unknown:
        return
    if _has_compared(app, rendering, freshness, options):
        yield Unseen(Gap("argocd_accepts", {"application": app.ref.qualified}))
    elif lost:
        yield _breach(app, lost)
    else:
        kind = "/".join(filter(None, (unknown[0].group, unknown[0].kind)))
        yield Unseen(Gap("scope_unknown", {"kind": kind}))


def _has_compared(
    app: Application,
    rendering: Rendering,
    freshness: Freshness | Missing | Excluded,
    options: Trust,
) -> bool:
    """Tell whether Argo CD compared these objects; with one missing its namespace it does not."""
    word = Word.of(app, freshness if isinstance(freshness, Freshness) else None, options)
    is_compared = app.status is not None and app.status.sync in ("Synced", "OutOfSync")
    is_same = app.status is not None and rendering.commits == app.status.revisions
    return is_compared and is_same and word.accepts_spec


def _breach(app: Application, lost: tuple[ResourceRef, ...]) -> Breach:
    conditions = app.status.conditions if app.status else ()
    is_seen = any(
        c.message.startswith("Namespace for ") and "is missing" in c.message for c in conditions
    )
    return Breach(
        at=_AT,
        facts={"count": len(lost), "objects": tuple(sorted(ref.label for ref in lost))},
        basis=Basis.OBSERVED if is_seen else Basis.DECLARED,
        keys=frozenset(("object", ref.label) for ref in lost),
        evidence=(Evidence(pointer=_AT, is_declared=app.declared is not None),),
    )
