"""Whether our account of an object is Argo CD's own, and where it is not, what can explain it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from auditor.argocd.application import Application
from auditor.argocd.drift import is_diffed_by_server
from auditor.argocd.freshness import is_skipped, last_write
from auditor.argocd.ignore_differences import rules_of
from auditor.argocd.object_state import ObjectState, State
from auditor.argocd.settings import Settings
from auditor.kube.gap import Gap
from auditor.kube.ref import ResourceRef

_OURS: Final = {
    State.SAME: "Synced",
    State.DIFFERS: "OutOfSync",
    State.ONLY_GIT: "OutOfSync",
    State.ONLY_LIVE: "OutOfSync",
}


class Standing(StrEnum):
    """How two verdicts on one object stand to each other."""

    AGREES = "agrees"
    DISAGREES = "disagrees"
    NOT_COMPARABLE = "not_comparable"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Two verdicts on one object; `Synced` or `OutOfSync`, empty where there is none."""

    ref: ResourceRef
    argocd: str
    ours: str
    standing: Standing
    reason: Gap | None = None
    """Why they disagree, or cannot be compared; None where they agree."""


def verdict(
    app: Application, one: ObjectState, limits: tuple[Gap, ...], settings: Settings | None
) -> Verdict | None:
    """Return both verdicts on an object; None for hooks, on which there is none.

    `limits` hold for the whole Application, such as another commit that was rendered.
    """
    if one.state is State.HOOK:
        return None
    ours = _OURS.get(one.state, "")
    limit = next(iter(limits), None)
    if one.argocd not in ("Synced", "OutOfSync"):
        has_row = one.argocd or one.state is State.UNKNOWN or limit
        reason = _no_word(app, one) if has_row else Gap("object_not_listed", _about(one))
        is_known = not has_row and app.status is not None and app.status.sync != "Unknown"
        standing = Standing.DISAGREES if is_known else Standing.NOT_COMPARABLE
        unseen = one.why if one.state is State.UNKNOWN else None
        return Verdict(one.ref, one.argocd, ours, standing, limit or unseen or reason)
    if limit or not ours:
        return Verdict(one.ref, one.argocd, "", Standing.NOT_COMPARABLE, limit or one.why)
    if ours == one.argocd:
        return Verdict(one.ref, one.argocd, ours, Standing.AGREES)
    return Verdict(one.ref, one.argocd, ours, Standing.DISAGREES, _reason(app, one, settings))


def _no_word(app: Application, one: ObjectState) -> Gap:
    code = "application_not_live" if app.status is None else "argocd_gives_no_verdict"
    return Gap(code, _about(one))


def _about(one: ObjectState) -> dict[str, str]:
    return {"object": one.ref.label}


def _reason(app: Application, one: ObjectState, settings: Settings | None) -> Gap:
    """Return the likeliest explanation, what can be shown before what is left."""
    about = _about(one)
    if _is_compared_with_another_spec(app):
        return Gap("argocd_compared_another_spec", about)
    if is_skipped(app):
        return Gap("argocd_was_told_to_skip", about)
    written = last_write(one.live) if one.live else None
    seen = app.status.reconciled if app.status else None
    if written and seen and written > seen:
        return Gap("object_changed_since_compared", {**about, "written": written, "seen": seen})
    if settings is None or is_diffed_by_server(app, settings):
        code = "settings_not_read" if settings is None else "diffed_by_the_server"
        return Gap(code, about)
    return Gap("verdicts_differ", {**about, "argocd": one.argocd, "ours": _OURS[one.state]})


def _is_compared_with_another_spec(app: Application) -> bool:
    """Say whether the spec read here is not the one the status is about."""
    if app.status is None or not app.status.compared_to:
        return False
    compared: Mapping[str, Any] = app.status.compared_to
    is_other = rules_of(compared) != app.ignore_rules
    keys = ("source", "sources")
    return is_other or any(key in compared and compared[key] != app.spec.get(key) for key in keys)
