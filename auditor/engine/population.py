"""Which Applications there are: in Git, in the cluster or in both, asked about or out of scope."""

from collections.abc import Iterable

from auditor.argocd.application import Application
from auditor.engine.questions import Scope
from auditor.engine.result import Population
from auditor.kube.ref import ResourceRef
from auditor.snapshot import Collected, Snapshot, sections


def population(snapshot: Snapshot, known: Iterable[Application], scope: Scope) -> Population:
    """Return where each of `known` was seen, and whether `scope` has it."""
    declared = {app.ref for app in known if app.declared}
    live = {app.ref for app in known if app.live}
    audited = {app.ref for app in known if scope.has(app)}
    seen = [
        isinstance(snapshot.look(section), Collected)
        for section in (sections.GIT_MANIFESTS, sections.LIVE_APPLICATIONS)
    ]
    return Population(
        both=_sorted(declared & live),
        only_git=_sorted(declared - live),
        only_live=_sorted(live - declared),
        audited=_sorted(audited),
        out_of_scope=_sorted((declared | live) - audited),
        git_seen=seen[0],
        live_seen=seen[1],
    )


def _sorted(refs: Iterable[ResourceRef]) -> tuple[ResourceRef, ...]:
    return tuple(sorted(refs, key=lambda ref: (ref.group, ref.kind, ref.namespace, ref.name)))
