"""Objects that an Application left behind: their tracking-id names one that is gone."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from auditor.argocd.annotations import annotations
from auditor.argocd.cluster import Namespace
from auditor.argocd.settings import Settings
from auditor.argocd.tracking import INSTALLATION_ID, TRACKING_ID
from auditor.findings import Basis, Breach, Severity, Unseen, by_tier
from auditor.kube import pointer
from auditor.kube.manifest import Manifest
from auditor.rulebook import NoOptions, rule
from auditor.snapshot import Collected, Excluded, Missing
from auditor.snapshot.derived import NAMESPACES, SETTINGS
from auditor.snapshot.sections import LIVE_APPLICATIONS
from auditor.snapshot.tracked import TRACKED, TrackedObjects

_AT: Final = pointer.join(("metadata", "annotations", TRACKING_ID))


@rule(
    "LIVE-011",
    severity=by_tier(production=Severity.HIGH, other=Severity.MEDIUM),
    over=NAMESPACES,
    needs=(LIVE_APPLICATIONS, TRACKED),
    uses=(SETTINGS,),
    options=NoOptions,
)
def workload_is_orphaned(
    namespace: Namespace,
    _: NoOptions,
    running: Collected,
    tracked: TrackedObjects,
    settings: Settings | Missing | Excluded,
) -> Iterator[Breach | Unseen]:
    """Compare tracking-ids with the Applications there are (semantics §5, §6.3, trap 39)."""
    name = namespace.ref.name
    left: dict[str, list[Manifest]] = defaultdict(list)
    for one in tracked.by_namespace.get(name, ()):
        if one.id.application in tracked.applications:
            continue
        installation = annotations(one.manifest.raw).get(INSTALLATION_ID, "")
        if installation and not isinstance(settings, Settings):
            yield Unseen(settings.why)
        elif not installation or installation == _own(settings):
            left[one.id.application].append(one.manifest)
    if left and running.gaps:
        yield Unseen(running.gaps[0])
        return
    for application, items in sorted(left.items()):
        yield _breach(name, application, items)
    if gap := tracked.gap(name):
        yield Unseen(gap)


def _own(settings: Settings | Missing | Excluded) -> str:
    return settings.installation_id if isinstance(settings, Settings) else ""


def _breach(namespace: str, application: str, items: list[Manifest]) -> Breach:
    labels = tuple(item.ref.label for item in items)
    return Breach(
        at=_AT,
        manifest=items[0],
        basis=Basis.OBSERVED,
        facts={
            "application": application,
            "namespace": namespace,
            "count": len(items),
            "objects": labels,
        },
        group=application,
        identity=application,
        keys=frozenset({("namespace", namespace)} | {("object", label) for label in labels}),
    )
