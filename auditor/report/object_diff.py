"""Desired against live, object by object, with owners and what keeps a difference hidden."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from auditor.argocd.application import Application
from auditor.argocd.drift import FieldDrift
from auditor.argocd.ignore_differences import IgnoreRule
from auditor.argocd.next_sync import Outcome, start_of
from auditor.argocd.object_state import HiddenField, ObjectState
from auditor.findings import Edit
from auditor.kube.gap import Gap
from auditor.kube.managed_fields import FieldOwner
from auditor.kube.pointer import tokens
from auditor.report.diff import diff, text
from auditor.report.draft import Draft
from auditor.snapshot.object_states import ObjectStates, object_states

_PATHS: Final = ("json_pointers", "jq_path_expressions", "managed_fields_managers")
_PRIVATE: Final = frozenset({"helm", "plugin"})
"""Blocks of a source that may hold passwords as parameters."""
_SETTING: Final = "argocd-cm resource.customizations.ignoreDifferences"


@dataclass(frozen=True, slots=True)
class OwnerView:
    """Who wrote a live value."""

    manager: str
    operation: str
    """`Apply` or `Update`."""
    subresource: str
    time: str
    """In the reader's zone; empty where absent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDiff:
    """One field that differs; a side without a value is None."""

    pointer: str
    desired: str | None
    live: str | None
    owners: tuple[OwnerView, ...]
    """The latest first."""
    rules: tuple[str, ...] = ()
    """Entries that hide it; several where each would do."""
    is_hidden: bool = False
    is_unread: bool = False
    """A key of a Secret: whether it differs is not known."""
    is_pending: bool = False
    """Argo CD applied the live value itself and Git has moved on since."""
    outcome: str = "unknown"
    """What the next sync does to it: overwrite, remove, keep, nothing or unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectDiff:
    """One object of the Application."""

    object: str
    state: str
    argocd: str
    requires_pruning: bool
    outcome: str
    """For an object on one side only: create, prune, confirm or keep; else empty."""
    fields: tuple[FieldDiff, ...]
    """Those that are hidden come last."""
    lines: tuple[tuple[str, str], ...]
    """YAML; `-` is live, `+` is desired, as a sync would change it."""
    hidden_lines: tuple[tuple[str, str], ...]
    why: str
    remedy: str
    cut: int = 0
    """Lines of YAML that were left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectDiffs:
    """All objects of one Application."""

    language: str
    subject: str
    sync: str
    """Argo CD's own word; empty where the Application is not live."""
    start: str
    """What starts the next sync: heals, commit or manual."""
    counts: Mapping[str, int]
    """Objects by state, in the order of the objects."""
    objects: tuple[ObjectDiff, ...]
    remarks: tuple[tuple[str, str], ...]
    """What limits the comparison as a whole, and what to do about it."""


def object_diffs(draft: Draft, app: Application) -> ObjectDiffs:
    """Return every object of `app` as desired and as live; no value of a Secret is in it."""
    return differences_of(draft, app, object_states(app, draft.audit.snapshot))


def differences_of(draft: Draft, app: Application, found: ObjectStates) -> ObjectDiffs:
    """Return the objects that were compared, as one reads them."""
    return ObjectDiffs(
        language=draft.edition.language,
        subject=app.ref.qualified,
        sync=app.status.sync if app.status else "",
        start=start_of(app).value,
        counts=Counter(one.state.value for one in found.objects),
        objects=tuple(_object(draft, one) for one in found.objects),
        remarks=tuple(_said(draft, gap) for gap in found.gaps),
    )


def _object(draft: Draft, one: ObjectState) -> ObjectDiff:
    why, remedy = _said(draft, one.why) if one.why else ("", "")
    shown = tuple(_differing(draft, one, field) for field in one.fields)
    hidden = tuple(_hidden(draft, one, field) for field in one.hidden)
    return ObjectDiff(
        object=one.ref.label,
        state=one.state.value,
        argocd=one.argocd,
        requires_pruning=one.requires_pruning,
        outcome="" if one.outcome is Outcome.NOTHING else one.outcome.value,
        fields=(*shown, *hidden),
        lines=_lines(one, one.fields),
        hidden_lines=_lines(one, one.hidden),
        why=why,
        remedy=remedy,
    )


def _lines(
    one: ObjectState, fields: Sequence[FieldDrift | HiddenField]
) -> tuple[tuple[str, str], ...]:
    if one.is_secret or one.live is None or any(_is_private(one, field) for field in fields):
        return ()
    edits = [
        Edit("set", field.pointer, field.desired)
        if field.is_given
        else Edit("remove", field.pointer)
        for field in fields
    ]
    # from the end, so that what is removed from a list does not move what is yet to go
    return diff(one.live.raw, edits[::-1]) if edits else ()


def _differing(draft: Draft, one: ObjectState, field: FieldDrift) -> FieldDiff:
    owners = tuple(_owners(draft, field.owners))
    if one.is_secret:
        is_key = field.pointer.startswith("/data/")
        return FieldDiff(
            pointer=field.pointer, desired=None, live=None, owners=owners, is_unread=is_key
        )
    desired, live = _values(one, field)
    return FieldDiff(
        pointer=field.pointer,
        desired=desired,
        live=live,
        owners=owners,
        is_pending=field.is_pending,
        outcome=field.outcome.value,
    )


def _values(one: ObjectState, field: FieldDrift | HiddenField) -> tuple[str | None, str | None]:
    if _is_private(one, field):
        return None, None
    desired = text(field.desired) if field.is_given else None
    return desired, None if field.live is None else text(field.live)


def _is_private(one: ObjectState, field: FieldDrift | HiddenField) -> bool:
    """Say whether a field of a child Application may hold what goes into its rendering."""
    if one.ref.kind != "Application":
        return False
    told = (*tokens(field.pointer), *_keys(field.desired), *_keys(field.live))
    return not _PRIVATE.isdisjoint(told)


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield key
            yield from _keys(inner)
    elif isinstance(value, list):
        for item in value:
            yield from _keys(item)


def _hidden(draft: Draft, one: ObjectState, field: HiddenField) -> FieldDiff:
    desired, live = _values(one, field)
    return FieldDiff(
        pointer=field.pointer,
        desired=desired,
        live=live,
        owners=tuple(_owners(draft, field.owners)),
        rules=tuple(_entry(rule) for rule in field.rules),
        is_hidden=True,
        outcome=field.outcome.value,
    )


def _owners(draft: Draft, owners: Iterable[FieldOwner]) -> Iterator[OwnerView]:
    for owner in owners:
        yield OwnerView(
            owner.manager, owner.operation, owner.subresource, _moment(draft, owner.time)
        )


def _moment(draft: Draft, written: str) -> str:
    try:
        return draft.words.moment(datetime.fromisoformat(written))
    except ValueError:
        return written


def _entry(rule: IgnoreRule) -> str:
    """Return where an entry is written and which of its paths hides the field."""
    path = next(getattr(rule, name)[0] for name in _PATHS if getattr(rule, name))
    return f"{place_of(rule)} {path}"


def place_of(rule: IgnoreRule) -> str:
    """Return where an entry is written."""
    if rule.origin == "system":
        return f"{_SETTING}.{'all' if rule.key == '*/*' else rule.key.replace('/', '_')}"
    return f"spec.ignoreDifferences[{rule.index}]"


def _said(draft: Draft, gap: Gap) -> tuple[str, str]:
    return draft.gap(gap, "says"), draft.gap(gap, "remedy")
