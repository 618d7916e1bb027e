"""A namespace that only a sibling makes which does not come first, or waits for this one."""

from collections.abc import Iterator, Mapping
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.needs import needed_from
from auditor.argocd.option_entries import CREATE_NAMESPACE, pointer_of
from auditor.argocd.providers import Order, Ordered, Providers, Way
from auditor.argocd.rendering import Rendering
from auditor.findings import Breach, Edit, Fact, Fix, Severity, Unseen, by_tier, everywhere
from auditor.kube.gap import Gap
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS, NAMESPACES, RENDERED
from auditor.snapshot.namespaces_used import Namespaces, is_given, is_there, uses
from auditor.snapshot.providers import NAMESPACE_PROVIDERS, SEEN_CLUSTER, SeenCluster

_REBUILD: Final = everywhere(Severity.LOW)


@rule(
    "NS-002",
    severity=by_tier(production=Severity.MEDIUM, other=Severity.LOW),
    over=APPLICATIONS,
    needs=(RENDERED, NAMESPACE_PROVIDERS, SEEN_CLUSTER),
    uses=(NAMESPACES,),
    options=NoOptions,
)
def namespace_comes_too_late(
    app: Application,
    _: NoOptions,
    renderings: Mapping[str, Rendering],
    providers: Providers,
    cluster: SeenCluster,
    namespaces: Namespaces,
) -> Iterator[Breach | Unseen]:
    """Look for a provider that comes first; a file that somebody applies is taken for one."""
    used = uses(app, renderings)
    if isinstance(used, Gap):
        yield Unseen(used)
        return
    for use in used:
        made = providers.ordered(app, use.namespace)
        orders = {one.order for one in made}
        is_file = any(one.provider.way is Way.FILE for one in made)
        if not made or is_file or Order.SELF in orders or is_given(app, use.namespace):
            continue
        one, needed = _last_resort(app, made, renderings)
        if one is None:
            continue
        if one.order is Order.UNKNOWN:
            facts = {"namespace": use.namespace, "provider": one.provider.label}
            yield Unseen(Gap("no_common_parent", facts))
            continue
        there = is_there(app, use.namespace, namespaces, cluster)
        yield _breach(app, one, needed, is_live=there is True)


def _last_resort(
    app: Application, made: tuple[Ordered, ...], renderings: Mapping[str, Rendering]
) -> tuple[Ordered | None, tuple[str, ...]]:
    """Return the provider to name and what it waits for; None where one comes first."""
    circular: list[tuple[Ordered, tuple[str, ...]]] = []
    for one in made:
        if one.order is Order.BEFORE:
            needed = _needed(app, one, renderings)
            if not needed:
                return None, ()
            circular.append((one, needed))
    unknown = next((one for one in made if one.order is Order.UNKNOWN), None)
    if unknown:
        return unknown, ()
    late = next((one for one in made if one.order is Order.NOT_BEFORE), None)
    return (late, ()) if late else circular[0]


def _needed(app: Application, one: Ordered, renderings: Mapping[str, Rendering]) -> tuple[str, ...]:
    """Return what the provider's workloads get from `app`."""
    mine = renderings.get(app.ref.qualified)
    other = renderings.get(one.provider.label)
    if mine is None or other is None:
        return ()
    found = needed_from(other.objects, mine.objects, one.provider.namespace)
    return tuple(f"{kind} {name}" for kind, name in found)


def _breach(app: Application, one: Ordered, needed: tuple[str, ...], *, is_live: bool) -> Breach:
    namespace = one.provider.namespace
    is_destination = namespace == app.destination.namespace
    at = pointer_of(app.spec, "CreateNamespace=false")
    waves: dict[str, Fact] = {"wave": one.wave, "provider_wave": one.provider_wave}
    variant = "circular" if needed else "late"
    return Breach(
        at="/spec/destination/namespace",
        variant=f"{variant}_rebuild" if is_live else ("circular" if needed else ""),
        facts={"namespace": namespace, "provider": one.provider.label}
        | ({"needed": needed} if needed else waves),
        severity=_REBUILD if is_live else None,
        identity=namespace,
        keys=frozenset({("namespace", namespace), ("option", CREATE_NAMESPACE)}),
        fix=Fix((Edit("set", at, CREATE_NAMESPACE),)) if is_destination else None,
    )
