"""Evidence as a table: the field, what Git says, what the cluster says, who wrote that."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from auditor.findings import Evidence, Finding
from auditor.kube.managed_fields import owners
from auditor.kube.manifest import Manifest
from auditor.kube.origin import LiveOrigin
from auditor.kube.pointer import get
from auditor.report.diff import text
from auditor.report.draft import Draft, field_name
from auditor.report.finding_view import EvidenceView, Value

_ABSENT = object()


def rows(draft: Draft, finding: Finding) -> tuple[EvidenceView, ...]:
    """Return the rule's own evidence; without any, the field it points at on both sides."""
    return tuple(_rows(draft, finding))


def _rows(draft: Draft, finding: Finding) -> Iterator[EvidenceView]:
    given = finding.breach.evidence or (_of_breach(finding),)
    for evidence in given:
        about_other = evidence.object is not None and evidence.object != finding.subject
        raw = (evidence.manifest or finding.manifest).raw
        yield EvidenceView(
            draft.subject(evidence.object) if about_other and evidence.object else "",
            field_name(raw, evidence.pointer),
            _git(draft, finding, evidence, about_other=about_other),
            _live(draft, finding, evidence, about_other=about_other),
        )


def _of_breach(finding: Finding) -> Evidence:
    """Stand in for evidence: the field itself, on the side where the rule found it."""
    here = finding.manifest
    value = get(here.raw, finding.breach.at, _ABSENT)
    is_live = isinstance(here.origin, LiveOrigin)
    about = None if here.ref == finding.subject else here.ref
    known = value is not _ABSENT
    return Evidence(
        pointer=finding.breach.at,
        object=about,
        declared=None if is_live or not known else value,
        is_declared=known and not is_live,
        live=value if is_live and known else None,
        is_live=known and is_live,
        manifest=None if is_live else here,
    )


def _git(draft: Draft, finding: Finding, evidence: Evidence, *, about_other: bool) -> Value:
    side = evidence.manifest
    if side is None and not about_other:
        side = draft.declared(finding.subject) or _unless_live(finding.manifest)
    place = draft.place(side, evidence.pointer) if side else None
    if evidence.is_declared:
        return Value(state="value", text=text(evidence.declared), place=place)
    if evidence.pointer.startswith("/status"):  # no concern of Git's
        return Value(state="none")
    if not draft.audit.population.git_seen:
        return Value(state="not_read")
    return _looked_up(side, evidence.pointer, about_other=about_other, is_live=evidence.is_live)


def _live(draft: Draft, finding: Finding, evidence: Evidence, *, about_other: bool) -> Value:
    side = None if about_other else draft.live(finding.subject)
    if evidence.is_live:
        value: Value = Value(state="value", text=text(evidence.live))
    elif not draft.audit.population.live_seen:
        return Value(state="not_read")
    else:
        value = _looked_up(
            side, evidence.pointer, about_other=about_other, is_live=evidence.is_declared
        )
    if evidence.manager or value.state != "value":
        return Value(
            state=value.state,
            text=value.text,
            manager=evidence.manager,
            time=_told(draft, evidence.time),
        )
    wrote = owners(side.raw, evidence.pointer) if side else ()
    last = max(wrote, key=lambda owner: owner.time, default=None)
    if last is None:
        return value
    return Value(state="value", text=value.text, manager=last.manager, time=_told(draft, last.time))


def _looked_up(side: Manifest | None, pointer: str, *, about_other: bool, is_live: bool) -> Value:
    """Return what is at `pointer`, or which kind of nothing."""
    if side is None:
        # a comparison of two sides that found one of them is a statement about the other
        return Value(state="absent" if about_other and is_live else "none")
    found: Any = get(side.raw, pointer, _ABSENT)
    if found is _ABSENT:
        return Value(state="absent")
    return Value(state="value", text=text(found))


def _unless_live(manifest: Manifest) -> Manifest | None:
    return None if isinstance(manifest.origin, LiveOrigin) else manifest


def _told(draft: Draft, written: str) -> str:
    """Return the reader's time of an RFC 3339 text; what is no time stays as written."""
    try:
        return draft.words.moment(datetime.fromisoformat(written))
    except ValueError:
        return written
