"""Applications that Git has and the cluster lacks, or the other way round."""

from collections.abc import Iterator
from typing import Final

from auditor.argocd.application import TRACKING_ID, Application
from auditor.argocd.settings import DEFAULT_LABEL_KEY, Settings
from auditor.findings import Basis, Breach, Severity, Unseen, by_tier
from auditor.kube.gap import Gap
from auditor.kube.managed_fields import entries
from auditor.kube.manifest import Manifest
from auditor.rulebook import NoOptions, rule
from auditor.snapshot import Collected, Excluded, Missing
from auditor.snapshot.derived import APPLICATIONS, RENDERED, SETTINGS
from auditor.snapshot.parents import PARENTS, UNREAD_PARENTS, Parents
from auditor.snapshot.rendered import Renderings
from auditor.snapshot.sections import GIT_MANIFESTS, LIVE_APPLICATIONS

_CONTROLLERS: Final = "argocd"


@rule(
    "LIVE-008",
    severity=by_tier(production=Severity.HIGH, other=Severity.MEDIUM),
    over=APPLICATIONS,
    needs=(GIT_MANIFESTS, LIVE_APPLICATIONS, PARENTS, UNREAD_PARENTS),
    uses=(RENDERED, SETTINGS),
    options=NoOptions,
)
def git_and_cluster_disagree_on_applications(
    app: Application,
    _: NoOptions,
    _manifests: object,
    running: Collected,
    parents: Parents,
    unread: tuple[Gap, ...],
    renderings: Renderings,
    settings: Settings | Missing | Excluded,
) -> Iterator[Breach | Unseen]:
    """Compare the files that a synced parent delivers with what is there (guide G12)."""
    if app.live is None:
        delivered = tuple(p for p in parents.get(app.ref, ()) if _has_synced(p, renderings))
        yield from _absent(app, delivered, unread, running)
    elif app.declared is None and not _is_owned(app.live, settings):
        yield Unseen(unread[0]) if unread else _only_live(app.live)


def _absent(
    app: Application, delivered: tuple[Application, ...], unread: tuple[Gap, ...], seen: Collected
) -> Iterator[Breach | Unseen]:
    namespaces = ("", app.ref.namespace)
    hidden = tuple(g for g in seen.gaps if g.facts.get("namespace", "") in namespaces)
    if hidden or (unread and not delivered):
        yield Unseen((*hidden, *unread)[0])
    elif delivered:
        parent = delivered[0]
        yield Breach(
            at="/metadata/name",
            variant="only_git",
            facts={
                "parent": parent.ref,
                "revisions": parent.status.revisions if parent.status else (),
            },
            basis=Basis.OBSERVED,
            keys=frozenset({("object", app.ref.label)}),
        )


def _has_synced(parent: Application, renderings: Renderings) -> bool:
    """Tell whether the parent applied the commit its children were rendered at."""
    status = parent.status
    if status is None or isinstance(renderings, Missing | Excluded):
        return False
    rendered = renderings.get(parent.ref.qualified)
    commits = tuple(rendered.commits) if rendered else ()
    operation = status.operation
    if operation is not None and operation.is_running:
        return False
    tried = operation.revisions if operation and operation.phase == "Succeeded" else ()
    is_compared = status.sync == "Synced" and commits == status.revisions
    return bool(commits) and (is_compared or commits == tried)


def _is_owned(live: Manifest, settings: Settings | Missing | Excluded) -> bool:
    """Tell whether somebody made it: an owner, or a parent that stamped it."""
    if live.get("metadata", "ownerReferences") or TRACKING_ID in live.annotations:
        return True
    if isinstance(settings, Settings) and not settings.is_label_tracking:
        return False
    key = settings.instance_label_key if isinstance(settings, Settings) else DEFAULT_LABEL_KEY
    return key in live.labels


def _only_live(live: Manifest) -> Breach:
    managers = {entry.owner.manager for entry in entries(live.raw)}
    return Breach(
        at="/metadata/name",
        manifest=live,
        facts={
            "created": str(live.get("metadata", "creationTimestamp") or ""),
            "managers": tuple(sorted(m for m in managers if not m.startswith(_CONTROLLERS))),
        },
        basis=Basis.OBSERVED,
    )
