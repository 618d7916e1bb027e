"""Two definitions of one Application, of which one overwrites the other."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from auditor.argocd.application import Application, Destination
from auditor.findings import Breach, Severity, by_tier, everywhere
from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin, RenderedOrigin
from auditor.kube.ref import ResourceRef
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.delivered import DECLARATIONS, DELIVERIES, Deliveries, Delivery
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.installations import INSTALLATIONS, Installations


@rule(
    "SPEC-004",
    severity=by_tier(production=Severity.HIGH, other=Severity.MEDIUM),
    over=APPLICATIONS,
    needs=(DECLARATIONS, INSTALLATIONS),
    uses=(DELIVERIES,),
    options=NoOptions,
)
def application_defined_twice(
    app: Application,
    _: NoOptions,
    declarations: Mapping[ResourceRef, tuple[Manifest, ...]],
    installations: Installations,
    deliveries: Deliveries | object,
) -> Iterator[Breach]:
    """Compare what parents deliver; files that nothing delivers may be alternatives (rule 4)."""
    mine = app.declared
    if mine is None:
        return
    made = deliveries.get(app.ref, ()) if isinstance(deliveries, Mapping) else ()
    beside = [m for m in declarations.get(app.ref, ()) if m is mine or _is_beside(m, mine)]
    breach = Breach(at="", facts={}, group=app.ref.qualified, identity=_document(mine))
    if made:
        yield from _delivered(made, installations, breach)
    elif len(beside) > 1:
        facts = {"places": tuple(sorted(map(_place, beside)))}
        yield replace(breach, variant="files", facts=facts, severity=everywhere(Severity.LOW))


def _delivered(
    made: tuple[Delivery, ...], installations: Installations, breach: Breach
) -> Iterator[Breach]:
    for i, one in enumerate(made):
        for other in made[i + 1 :]:
            facts = {
                "places": tuple(sorted((_place(one.manifest), _place(other.manifest)))),
                "parents": tuple(sorted({one.parent.qualified, other.parent.qualified})),
            }
            if one.parent == other.parent or installations.are_together(one.parent, other.parent):
                yield replace(breach, facts=facts)
                return
            if _is_one_target(one.manifest, other.manifest) and not (
                {one.parent, other.parent} & installations.strangers
            ):
                yield replace(breach, variant="roots", facts=facts, lower=1)
                return


def _is_one_target(one: Manifest, other: Manifest) -> bool:
    """Say whether both definitions are for one environment: one cluster and namespace."""
    places = [Destination.parse(manifest.mapping("spec")) for manifest in (one, other)]
    return len({(place.cluster, place.namespace) for place in places}) == 1


def _is_beside(one: Manifest, other: Manifest) -> bool:
    return _folder(one) == _folder(other) != ("", "")


def _folder(manifest: Manifest) -> tuple[str, str]:
    origin = manifest.origin
    if not isinstance(origin, GitOrigin):
        return "", ""
    return origin.repository, f"/{origin.path}".rpartition("/")[0]


def _document(manifest: Manifest) -> str:
    """Return what tells one definition of the name from another."""
    match manifest.origin:
        case GitOrigin(repository=repository, path=path, document=document):
            return f"{repository}//{path}#{document}"
        case _:
            return ""


def _place(manifest: Manifest) -> str:
    match manifest.origin:
        case GitOrigin(path=path, line=line):
            return f"{path}:{line}"
        case RenderedOrigin(path=path):
            return path
        case _:
            return ""
