"""The health of an application from the health of its objects.

Mirrors `setApplicationHealth` of upstream `controller/health.go` (3.6; see the reference for what
older releases do with missing objects).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from auditor.argocd.health.assess import health
from auditor.argocd.health.status import HEALTHY, MISSING, UNKNOWN, Health, is_worse
from auditor.argocd.hooks import is_hook, is_ignored, is_skipped
from auditor.argocd.objects import annotations, group_kind, metadata, name_of, namespace_of
from auditor.argocd.settings import Settings

_IGNORE: Final = "argocd.argoproj.io/ignore-healthcheck"
_CAUSES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Row:
    """One managed resource: the object of Git and the live one, either may be absent."""

    target: Mapping[str, Any] | None
    live: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class ApplicationHealth:
    """The application's health; `rows` holds each object's, None where it is not set."""

    status: str
    causes: str
    rows: tuple[Health | None, ...]
    error: str | None = None


def aggregate(
    rows: Iterable[Row],
    settings: Settings,
    *,
    application: Mapping[str, Any] | None = None,
) -> ApplicationHealth:
    """Aggregate; `application` is the raw Application, which never counts for itself."""
    found: list[Health | None] = []
    status, causes = HEALTHY, list[Mapping[str, Any]]()
    errors: list[str] = []
    has_resources = has_live = False
    for row in rows:
        if _is_left_out(row):
            found.append(None)
            continue
        has_resources, has_live = True, has_live or row.live is not None
        own = _row_health(row, settings, application)
        found.append(own)
        if own is None:
            continue
        if own.error is not None and row.live is not None:
            errors.append(_error(row.live, own.error))
        if not _counts(row, own):
            continue
        obj = row.live or row.target or {}
        if is_worse(status, own.status):
            status, causes = own.status, [obj]
        elif status == own.status != HEALTHY:
            causes.append(obj)
    if has_resources and not has_live and is_worse(status, MISSING):
        status, causes = MISSING, []
    return ApplicationHealth(status, _causes(causes), tuple(found), errors[0] if errors else None)


def _is_left_out(row: Row) -> bool:
    if row.target is not None and is_skipped(row.target):
        return True
    return row.live is not None and (is_hook(row.live) or is_ignored(row.live))


def _row_health(
    row: Row, settings: Settings, application: Mapping[str, Any] | None
) -> Health | None:
    if row.live is None:
        return Health(MISSING)
    if annotations(row.live).get(_IGNORE) == "true" or _is_same_application(row.live, application):
        return None
    return health(row.live, settings)


def _counts(row: Row, own: Health) -> bool:
    """Say whether an object's health counts: missing ones and unknown children do not."""
    if row.live is None and own.status == MISSING:
        return False
    is_child = group_kind(row.live or row.target) == ("argoproj.io", "Application")
    return not (is_child and own.status in {MISSING, UNKNOWN})


def _is_same_application(live: Mapping[str, Any], application: Mapping[str, Any] | None) -> bool:
    if application is None or group_kind(live) != ("argoproj.io", "Application"):
        return False
    return (
        name_of(live) == name_of(application)
        and namespace_of(live) == namespace_of(application)
        and metadata(live).get("uid", "") == metadata(application).get("uid", "")
    )


def _error(live: Mapping[str, Any], error: str) -> str:
    return (
        f'failed to get resource health for "{group_kind(live)[1]}" with name "{name_of(live)}" '
        f'in namespace "{namespace_of(live)}": {error}'
    )


def _causes(objects: list[Mapping[str, Any]]) -> str:
    if not objects:
        return ""
    parts = [_label(obj) for obj in objects[:_CAUSES_SHOWN]]
    more = len(objects) - _CAUSES_SHOWN
    return f"Caused by {', '.join(parts)}" + (f" and {more} more" if more > 0 else "")


def _label(obj: Mapping[str, Any]) -> str:
    group, kind = group_kind(obj)
    place = f"{namespace_of(obj)}/{name_of(obj)}" if namespace_of(obj) else name_of(obj)
    return f"{group}/{kind}:{place}" if group else f"{kind}:{place}"
