"""One object several times among the manifests of one Application."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from auditor.argocd.application import Application
from auditor.argocd.pairing import names_of
from auditor.argocd.rendering_verdict import has_rendered
from auditor.argocd.resource_warnings import repeated
from auditor.argocd.source_output import SourceOutput
from auditor.findings import Basis, Breach, Severity, Unseen, everywhere
from auditor.kube.gap import Gap
from auditor.kube.origin import RenderedOrigin
from auditor.kube.ref import ResourceRef
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.freshness import FRESHNESS
from auditor.snapshot.section import Excluded, Missing
from auditor.snapshot.source_outputs import SOURCE_OUTPUTS, Outputs, outputs_of


@rule(
    "SRC-006",
    severity=everywhere(Severity.MEDIUM),
    over=APPLICATIONS,
    uses=(SOURCE_OUTPUTS, FRESHNESS),
    options=NoOptions,
)
def object_rendered_twice(
    app: Application, _: NoOptions, outputs: Outputs | Missing | Excluded, freshness: object
) -> Iterator[Breach | Unseen]:
    """Count names after namespaces are filled in; Argo CD's own warning comes first (§1.3)."""
    found = outputs_of(app, outputs) if isinstance(outputs, Mapping) else ()
    files = dict(_repeated(app, found))
    warned = {one.ref: one.count for one in repeated(app.status)} if app.status else {}
    for ref, count in warned.items():
        yield _breach(app, ref, count, files.get(ref, ()), Basis.OBSERVED)
    if has_rendered(app, freshness):
        return
    for ref, places in files.items():
        if ref not in warned:
            yield _breach(app, ref, len(places), places, Basis.DECLARED)
    if isinstance(outputs, Missing | Excluded):
        yield Unseen(outputs.why)
    yield from (Unseen(why) for why in _gaps(found))


def _gaps(found: tuple[SourceOutput, ...]) -> Iterator[Gap]:
    for output in found:
        if why := output.gap or output.error:
            yield why


def _repeated(
    app: Application, found: tuple[SourceOutput, ...]
) -> Iterator[tuple[ResourceRef, tuple[str, ...]]]:
    places: dict[ResourceRef, list[str]] = defaultdict(list)
    for output in found:
        for manifest in output.objects:
            ref = next(names_of(manifest.ref, app.destination.namespace))
            origin = manifest.origin
            if ref.name and isinstance(origin, RenderedOrigin):
                places[ref].append(origin.path)
    for ref, files in places.items():
        if len(files) > 1:
            yield ref, tuple(files)


def _breach(
    app: Application, ref: ResourceRef, count: int, files: tuple[str, ...], basis: Basis
) -> Breach:
    shown = {"files": tuple(sorted(set(files)))} if files else {}
    return Breach(
        at=app.sources[0].pointer if len(app.sources) == 1 else "/spec/sources",
        variant="" if files else "reported",
        facts={"object": ref, "count": count, **shown},
        basis=basis,
        keys=frozenset({("object", ref.label)}),
        identity=ref.label,
    )
