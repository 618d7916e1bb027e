"""A rendered object of a kind that the project does not let in."""

from collections import defaultdict
from collections.abc import Iterator

from auditor.argocd.application import Application
from auditor.argocd.freshness import Freshness
from auditor.argocd.hooks import sync_phases
from auditor.argocd.project_permissions import permits_kind
from auditor.argocd.project_verdict import Trust, Word
from auditor.argocd.settings import Settings
from auditor.findings import Basis, Breach, Severity, Unseen, everywhere
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.rulebook import rule
from auditor.snapshot import Excluded, Missing
from auditor.snapshot.derived import APPLICATIONS, RENDERED, SETTINGS
from auditor.snapshot.freshness import FRESHNESS
from auditor.snapshot.projects import EFFECTIVE_PROJECTS, Effective, EffectiveProjects
from auditor.snapshot.rendered import Renderings, rendered_by
from auditor.snapshot.scopes import SCOPES, Scopes, scope_of


@rule(
    "PROJ-004",
    severity=everywhere(Severity.HIGH),
    over=APPLICATIONS,
    needs=(EFFECTIVE_PROJECTS, SCOPES),
    uses=(RENDERED, SETTINGS, FRESHNESS),
    options=Trust,
)
def kind_is_not_permitted(
    app: Application,
    options: Trust,
    projects: EffectiveProjects,
    scopes: Scopes,
    renderings: Renderings,
    settings: Settings | Missing | Excluded,
    freshness: Freshness | Missing | Excluded,
) -> Iterator[Breach | Unseen]:
    """Ask for every object that a sync would apply (semantics §3.6, trap 25)."""
    found, rendering = projects.of(app), rendered_by(app, renderings)
    if isinstance(found, Gap):
        yield Unseen(found)
        return
    if isinstance(rendering, Gap):
        yield Unseen(rendering)
        return
    word = Word.of(app, freshness if isinstance(freshness, Freshness) else None, options)
    refused: dict[tuple[str, str, bool | None], list[Manifest]] = defaultdict(list)
    for manifest in rendering.objects:
        ref = manifest.ref
        if not sync_phases(manifest.raw) or _is_excluded(app, manifest, settings):
            continue
        scope = scope_of(scopes, ref.group, ref.kind)
        permits = permits_kind(found.project, ref.group, ref.kind, ref.name, is_namespaced=scope)
        if permits:
            continue
        if word.accepts_kind(ref, rendering.commits):
            yield Unseen(Gap("argocd_permits", {"project": app.project}))
        elif permits is None:
            yield Unseen(Gap("scope_unknown", {"kind": _name(ref.group, ref.kind)}))
        else:
            refused[ref.group, ref.kind, scope].append(manifest)
    for (group, kind, scope), objects in refused.items():
        name = _name(group, kind)
        yield _breach(found, name, objects, word, is_namespaced=scope is True)


def _breach(
    found: Effective, kind: str, objects: list[Manifest], word: Word, *, is_namespaced: bool
) -> Breach:
    refs = tuple(manifest.ref for manifest in objects)
    return Breach(
        at="/kind",
        manifest=objects[0],
        variant="namespaced" if is_namespaced else "",
        facts={
            "project": found.project.name,
            "kind": kind,
            "count": len(refs),
            "objects": refs,
        },
        basis=Basis.OBSERVED if word.refuses_objects(refs) else Basis.DECLARED,
        identity=kind,
        keys=frozenset({("project", found.project.name)} | {("object", r.label) for r in refs}),
    )


def _is_excluded(
    app: Application, manifest: Manifest, settings: Settings | Missing | Excluded
) -> bool:
    """Tell whether Argo CD leaves the kind alone altogether: a warning, no refusal."""
    return isinstance(settings, Settings) and settings.is_excluded(
        manifest.ref.group, manifest.ref.kind, app.destination.cluster
    )


def _name(group: str, kind: str) -> str:
    return f"{group}/{kind}" if group else kind
