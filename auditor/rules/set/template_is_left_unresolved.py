"""A tag that the generators do not fill, so that it ends up in Applications as it stands."""

from collections.abc import Iterator
from typing import Final

from auditor.argocd.applicationset import Generated
from auditor.argocd.applicationset_object import ApplicationSet, template_of
from auditor.argocd.applicationset_tags import (
    Parameters,
    is_foreign,
    is_structural,
    leaves,
    parameters,
    tags,
)
from auditor.findings import Basis, Breach, Severity, Unseen, everywhere
from auditor.kube import pointer
from auditor.kube.gap import Gap
from auditor.kube.origin import LiveOrigin
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.applicationsets import APPLICATIONSETS

_DISPLAYED: Final = "/spec/info/"
"""What people read and nothing acts upon."""


@rule("SET-001", severity=everywhere(Severity.HIGH), over=APPLICATIONSETS, options=NoOptions)
def template_is_left_unresolved(
    applicationset: ApplicationSet, _: NoOptions
) -> Iterator[Breach | Unseen]:
    """Look for tags in what is generated, else compare them with known parameters."""
    if applicationset.is_go:
        return
    given = parameters(applicationset)
    unknown: Gap | None = None
    for place, written in leaves(template_of(applicationset.manifest)):
        for tag in tags(written):
            judged = _judged(applicationset, place, tag, given)
            if judged is True:
                yield _breach(applicationset, place, tag, given)
                break
            unknown = unknown or (judged if isinstance(judged, Gap) else None)
    if unknown:
        yield Unseen(unknown)


def _judged(applicationset: ApplicationSet, place: str, tag: str, given: Parameters) -> bool | Gap:
    """Say whether the tag stays, or why that is not known; other tags may be meant to stay."""
    if is_foreign(tag) and given.first(tag):
        return True
    if not is_structural(place):
        return False
    made = applicationset.made
    if isinstance(made, Generated) and (made.applications or not made.error):
        return any(_holds(app, place, tag) for app in made.applications)
    if any(app.live and _holds(app.live.raw, place, tag) for app in applicationset.owned):
        return True
    if is_foreign(tag):
        return True
    if given.has(tag) or applicationset.owned:
        return False
    kinds = ", ".join(kind for kind, _ in applicationset.generators)
    origin = applicationset.manifest.origin
    about = {
        "application_set": applicationset.ref.qualified,
        "path": "" if isinstance(origin, LiveOrigin) else origin.path,
        "generator": kinds,
    }
    return Gap("generator_needs_outside", about) if given.is_open else True


def _holds(app: object, place: str, tag: str) -> bool:
    return tag in tags(str(pointer.get(app, place, "")))


def _breach(applicationset: ApplicationSet, place: str, tag: str, given: Parameters) -> Breach:
    parameter = given.first(tag) if is_foreign(tag) else ""
    live = [app for app in applicationset.owned if app.live and _holds(app.live.raw, place, tag)]
    return Breach(
        at=f"/spec/template{place}",
        variant="syntax" if parameter else "",
        facts={
            "tag": f"{{{{{tag}}}}}",
            "field": place.lstrip("/").replace("/", "."),
            **({"parameter": parameter} if parameter else {}),
        },
        basis=Basis.OBSERVED if live else Basis.DECLARED,
        keys=frozenset({("object", applicationset.ref.label)}),
        severity=everywhere(Severity.LOW) if place.startswith(_DISPLAYED) else None,
        identity=tag,
    )
