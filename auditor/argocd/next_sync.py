"""What the next sync of an Application would do to one live object, found by trying it out.

Mirrors `normalizeTargetResources` of upstream `controller/sync.go` and the three ways to apply of
gitops-engine `pkg/sync/sync_context.go`: as `kubectl apply`, server-side, or by replacing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from auditor.argocd import respect
from auditor.argocd.application import Application
from auditor.argocd.diff import compare
from auditor.argocd.releases import Version
from auditor.argocd.settings import Settings
from auditor.argocd.sync_options import effective_value, has_annotation_option
from auditor.kube import merge, pointer
from auditor.kube.merge import canonical, is_same
from auditor.kube.types import struct_of

_RESPECT: Final = "RespectIgnoreDifferences=true"
_REPLACE: Final = "Replace=true"
_SSA: Final = "ServerSideApply=true"
_NO_SSA: Final = "ServerSideApply=false"
_SELECTIVE: Final = "ApplyOutOfSyncOnly=true"
_PLAIN: Final = Settings.parse(None)


class Outcome(StrEnum):
    """What becomes of a field or an object."""

    OVERWRITE = "overwrite"
    """The live value gives way to Git's."""
    REMOVE = "remove"
    """The field, which Git does not give, is taken away."""
    KEEP = "keep"
    """The sync applies the object and leaves this as it is."""
    NOTHING = "nothing"
    """The sync leaves the whole object alone."""
    CREATE = "create"
    PRUNE = "prune"
    CONFIRM = "confirm"
    """Pruned once a person has approved it; until then the sync waits."""
    UNKNOWN = "unknown"


class Start(StrEnum):
    """What starts the next sync."""

    HEALS = "heals"
    """The difference itself."""
    COMMIT = "commit"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class NextSync:
    """One object after the next sync, without what the API server and webhooks add."""

    before: Any
    after: Any
    is_applied: bool
    is_known: bool = True

    def of(self, place: str) -> Outcome:
        """Return what becomes of the field at `place`, a pointer into the live object."""
        if not self.is_known:
            return Outcome.UNKNOWN
        if not self.is_applied:
            return Outcome.NOTHING
        if not pointer.has(self.after, place):
            return Outcome.REMOVE if pointer.has(self.before, place) else Outcome.KEEP
        now, then = pointer.get(self.before, place), pointer.get(self.after, place)
        is_kept = pointer.has(self.before, place) and is_same(now, then)
        return Outcome.KEEP if is_kept else Outcome.OVERWRITE


def start_of(app: Application) -> Start:
    """Return what makes Argo CD sync the Application next; windows left out of account."""
    policy = app.live_policy or app.policy
    if not policy.is_automated:
        return Start.MANUAL
    is_out = app.status is not None and app.status.sync == "OutOfSync"
    return Start.HEALS if policy.self_heals and is_out else Start.COMMIT


def next_sync(
    app: Application,
    wanted: Mapping[str, Any],
    live: Mapping[str, Any],
    settings: Settings,
    *,
    is_out: bool,
) -> NextSync:
    """Apply `wanted`, the rendered object with its tracking marks, as the Application's sync does.

    `is_out` tells whether the object counts as OutOfSync, for ApplyOutOfSyncOnly=true.
    """
    options = app.policy.options
    if options.has(_SELECTIVE) and not is_out:
        return NextSync(live, live, is_applied=False)
    applied: Any = canonical(wanted)
    if options.has(_RESPECT):
        applied, error = respect.applied(wanted, live, app.ignore_rules, settings)
        if error is not None or applied is None:
            return NextSync(live, live, is_applied=False, is_known=False)
    if options.has(_REPLACE) or has_annotation_option(wanted, _REPLACE):
        return NextSync(live, _replaced(live, applied), is_applied=True)
    own = has_annotation_option(wanted, _SSA)
    is_server_side = own or (options.has(_SSA) and not has_annotation_option(wanted, _NO_SSA))
    is_custom = struct_of(wanted.get("apiVersion"), wanted.get("kind")) is None
    if is_server_side and is_custom:
        return NextSync(live, merge.apply(canonical(live), applied), is_applied=True)
    result = compare(applied, live, rules=(), settings=_PLAIN, server_side_apply=is_server_side)
    if result.error is not None or result.predicted is None:
        return NextSync(live, live, is_applied=False, is_known=False)
    return NextSync(result.live, result.predicted, is_applied=True)


def of_extra(app: Application, live: Mapping[str, Any] | None, version: Version | None) -> Outcome:
    """Return what becomes of an object that left Git.

    The guard stands on the live object. A manual sync prunes only where it is asked to.
    """
    policy = app.live_policy or app.policy
    if live is None:
        return Outcome.UNKNOWN
    guard = effective_value(live, "Prune", policy.options, version)
    if guard == "confirm":
        return Outcome.CONFIRM
    if guard == "false":
        return Outcome.KEEP
    return Outcome.PRUNE if policy.prunes else Outcome.KEEP


def _replaced(live: Mapping[str, Any], applied: Any) -> Any:
    """Keep of the live object what a replacement cannot change: name, identity and status."""
    kept = {key: live[key] for key in ("status",) if key in live}
    return {**applied, **kept}
