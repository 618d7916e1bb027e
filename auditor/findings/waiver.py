"""An accepted finding: by whom, why, until when; and what became of the acceptance."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from auditor.findings.verdict import Breach, Finding
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.kube.ref import ResourceRef

ANNOTATION: Final = "argocd-auditor/waivers"
"""On an Application: a JSON list of waivers for findings about it."""
KIND: Final = "Waiver"
"""Kind of the subject that a waiver of the configuration is."""


class Source(StrEnum):
    """Where a waiver is written."""

    FILE = "file"
    ANNOTATION = "annotation"
    """By whoever may change the Application: self-approved."""


class State(StrEnum):
    """What became of a waiver in one audit."""

    IN_FORCE = "in_force"
    EXPIRED = "expired"
    LAPSED = "lapsed"
    """What it was bound to has changed."""
    UNUSED = "unused"
    NOT_ACCEPTED = "not_accepted"
    ILL_FORMED = "ill_formed"
    UNKNOWN = "unknown"
    """Its rule was not asked, or could not judge."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the policy asks of waivers."""

    longest: timedelta = timedelta(days=180)
    """From the day it was granted; later it is not in force, whatever it says."""
    accepts_annotations: bool = True


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a waiver means nothing: the name of a sentence of WVR-004, and its facts."""

    code: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """One entry, as written."""

    rule: str
    reason: str = ""
    approver: str = ""
    ticket: str = ""
    granted: date | None = None
    expires: date | None = None
    """The last day in force, in UTC."""
    subject: str = ""
    """`name` or `namespace/name` of an Application, else `Kind namespace/name`."""
    fingerprint: str = ""
    content: str = ""
    """Digest that the finding's content must have; empty: any."""
    source: Source = Source.FILE
    place: str = ""
    """`auditor.toml:12`, or empty for an annotation, which the manifest places."""
    application: ResourceRef | None = None
    """Who carries the annotation."""
    mistake: Flaw | None = None
    """Why it cannot be read."""

    def ends(self, limits: Limits) -> date:
        """Return the last day in force: never later than the longest time allows."""
        if self.expires is None or self.granted is None:
            return date.min
        return min(self.expires, self.granted + limits.longest)

    def is_too_long(self, limits: Limits) -> bool:
        """Say whether it asks for more time than waivers may have."""
        return self.expires is not None and self.ends(limits) < self.expires

    def is_for(self, finding: Finding) -> bool:
        """Say whether it names `finding`, whatever the finding's content."""
        if self.rule != finding.rule:
            return False
        if self.application is not None and self.application != finding.subject:
            return False
        if self.fingerprint:
            return self.fingerprint.removeprefix("F-") == finding.fingerprint
        return self.application is not None or self.subject in called(finding.subject)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverUse:
    """A waiver in one audit; the subject of the rules about waivers."""

    waiver: Waiver
    ref: ResourceRef
    manifest: Manifest
    at: str
    """JSON pointer into the manifest."""
    today: date | None = None
    limits: Limits = field(default_factory=Limits)
    state: State = State.UNKNOWN
    findings: tuple[str, ...] = ()
    """Fingerprints of what it names."""
    content: str = ""
    """What the content is now, where the waiver has lapsed."""
    why: Gap | None = None
    """Why its rule could not judge, where it is not known what the waiver accepts."""

    @property
    def name(self) -> str:
        """Return what it waives: a subject, or a finding."""
        waiver = self.waiver
        about = waiver.application.qualified if waiver.application else waiver.subject
        return about or (f"F-{waiver.fingerprint.removeprefix('F-')}" if waiver.fingerprint else "")

    @property
    def identity(self) -> str:
        """Return what tells the waivers of one object apart, in whatever order they stand."""
        flaw = self.waiver.mistake
        parts = (flaw.code, *sorted(flaw.facts.values())) if flaw else ()
        return " ".join((self.waiver.source, self.waiver.rule, self.name, *parts))


def called(ref: ResourceRef) -> frozenset[str]:
    """Return the texts that mean an object; an Application also goes by its bare name."""
    if ref.kind == "Application":
        return frozenset({ref.name, ref.qualified, ref.label})
    return frozenset({ref.label})


def content(breach: Breach, manifest: Manifest) -> str:
    """Return twelve hex digits over what a breach is about: the value at fault and its facts.

    Ages and moments are left out: a finding grows older without becoming another one.
    """
    facts = {name: _lasting(fact) for name, fact in breach.facts.items() if _is_lasting(fact)}
    told = [_value(manifest.raw, breach.at), facts]
    text = json.dumps(told, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def of_annotation(text: Any, application: ResourceRef) -> tuple[Waiver, ...]:
    """Return the waivers of an annotation; what cannot be read is one with its mistake."""

    def broken(code: str, **facts: str) -> Waiver:
        source, mistake = Source.ANNOTATION, Flaw(code, facts)
        return Waiver(rule="", source=source, application=application, mistake=mistake)

    try:
        entries = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        entries = None
    if isinstance(entries, dict):
        entries = [entries]
    if not isinstance(entries, list):
        return (broken("not_json"),)
    return tuple(
        of_entry(entry, application) if isinstance(entry, dict) else broken("not_json")
        for entry in entries
    )


_TEXTS: Final = ("rule", "reason", "approver", "ticket", "fingerprint", "content")
_DATES: Final = ("granted", "expires")
NEEDED: Final = ("rule", "reason", "approver", "ticket", "granted", "expires")


def of_entry(entry: Mapping[str, Any], application: ResourceRef) -> Waiver:
    """Return one waiver of an annotation."""
    texts = {key: entry[key] for key in _TEXTS if isinstance(entry.get(key), str)}
    days = {key: _day(entry.get(key)) for key in _DATES}
    mistake = None
    for key in NEEDED:
        if not (texts.get(key) or days.get(key)):
            code = "value" if entry.get(key) not in (None, "") else "lacks"
            mistake = mistake or Flaw(code, {"key": key})
    for key in entry:
        if key not in (*_TEXTS, *_DATES):
            mistake = mistake or Flaw("key", {"key": str(key)})
    return Waiver(
        **{"rule": "", **texts},
        granted=days["granted"],
        expires=days["expires"],
        source=Source.ANNOTATION,
        application=application,
        mistake=mistake,
    )


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        return None


def _value(raw: Any, pointer: str) -> Any:
    here = raw
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(here, list):
            here = here[int(key)] if key.isdigit() and int(key) < len(here) else None
        else:
            here = here.get(key) if isinstance(here, Mapping) else None
    return here


def _is_lasting(fact: Any) -> bool:
    return not isinstance(fact, timedelta | datetime)


def _lasting(fact: Any) -> Any:
    if isinstance(fact, tuple):
        return [_lasting(item) for item in fact if _is_lasting(item)]
    return fact.label if isinstance(fact, ResourceRef) else fact
