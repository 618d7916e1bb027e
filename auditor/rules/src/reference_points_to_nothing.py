"""Routes and autoscalers whose target nobody delivers."""

from collections.abc import Iterator

from auditor.argocd.application import Application
from auditor.argocd.cluster import LiveObjects
from auditor.argocd.references import Reference, references
from auditor.findings import Basis, Breach, Severity, Unseen, by_tier
from auditor.kube.gap import Gap
from auditor.kube.loose import mappings
from auditor.kube.ref import ResourceRef
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.claims import CLAIMS, Claim, Claims
from auditor.snapshot.derived import APPLICATIONS, OBJECTS
from auditor.snapshot.providers import SEEN_CLUSTER, SeenCluster


@rule(
    "SRC-010",
    severity=by_tier(production=Severity.HIGH, other=Severity.MEDIUM),
    over=APPLICATIONS,
    needs=(CLAIMS, SEEN_CLUSTER),
    uses=(OBJECTS,),
    options=NoOptions,
)
def reference_points_to_nothing(
    app: Application, _: NoOptions, claims: Claims, here: SeenCluster, objects: object
) -> Iterator[Breach | Unseen]:
    """Miss a name only where everything that goes to its namespace is known."""
    cluster = app.destination.cluster
    if why := claims.why_unknown(app):
        yield Unseen(why)
        return
    seen = objects if isinstance(objects, LiveObjects) and not here.why_not(app) else None
    for claim in claims.of(app):
        for reference in references(claim.manifest, claim.ref.namespace):
            if claims.at(cluster, reference.target) or (seen and seen.find(reference.target)):
                continue
            yield from _missing(cluster, claim, reference, claims, seen)


def _missing(
    cluster: str, claim: Claim, reference: Reference, claims: Claims, seen: LiveObjects | None
) -> Iterator[Breach | Unseen]:
    target = reference.target
    is_failing = seen is not None and _is_without_target(claim.ref, seen)
    is_seen = seen is not None
    if not is_failing and (why := _why_unknown(cluster, target, claims, is_seen=is_seen)):
        yield Unseen(why)
        return
    yield Breach(
        at=reference.pointer,
        manifest=claim.manifest,
        facts={"object": claim.ref, "target": target},
        variant="observed" if is_failing else "",
        basis=Basis.OBSERVED if is_failing else Basis.DECLARED,
        lower=0 if is_failing else 1,
        keys=frozenset({("object", claim.ref.label)}),
        identity=f"{claim.ref.label} {reference.pointer}",
    )


def _why_unknown(cluster: str, target: ResourceRef, claims: Claims, *, is_seen: bool) -> Gap | None:
    """Return why somebody unseen may make the target; None where everybody is known.

    Where no Application runs anything, a lone route leads to what another tool installs.
    """
    place = (cluster, target.namespace)
    if place in claims.unknown_at:
        return claims.unknown_at[place]
    if place not in claims.known_at or not (is_seen or place in claims.inhabited_at):
        return Gap("namespace_from_elsewhere", {"namespace": target.namespace})
    if maker := _possible_maker(cluster, target, claims):
        return Gap("made_by_controller", {"object": target.label, "by": maker.label})
    return None


def _is_without_target(ref: ResourceRef, seen: LiveObjects) -> bool:
    """Say whether a live autoscaler reports that it cannot read what it scales."""
    live = seen.find(ref)
    return live is not None and any(
        condition.get("type") == "AbleToScale"
        and condition.get("status") == "False"
        and condition.get("reason") == "FailedGetScale"
        for condition in mappings(live.raw, "status", "conditions")
    )


def _possible_maker(cluster: str, target: ResourceRef, claims: Claims) -> ResourceRef | None:
    """Return a custom resource of the namespace that the target could be named after."""
    customs = claims.customs.get((cluster, target.namespace), ())
    return next((ref for ref in customs if target.name.startswith(ref.name)), None)
