"""What the messages of one Application tell of, each known failure with its cause and remedy."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.cluster import LiveObjects
from auditor.argocd.freshness import Freshness, is_skipped
from auditor.argocd.status import Status
from auditor.argocd.troubles import WORKLOADS, Troubles
from auditor.kube.url_credentials import without_credentials
from auditor.report.draft import Draft
from auditor.signatures.catalogue import command, signatures, words
from auditor.signatures.match import match
from auditor.signatures.signature import Kind, Match, Message, Where
from auditor.snapshot.derived import OBJECTS
from auditor.snapshot.freshness import FRESHNESS
from auditor.snapshot.troubles import TROUBLES

MOST: Final = 5
"""What is told of one workload; a broken roll-out repeats itself."""
STALE_FACTOR: Final = 3
"""How many reconciliation periods a status may lag behind the newest (LIVE-006)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A message, without credentials, and what is known of its like."""

    place: str
    """`condition`, `operation`, `resource`, `health`, or `object` for pods and the like."""
    type: str
    """Type of the condition; name of the object; empty for the operation."""
    since: str
    """In the reader's zone; empty where it is not recorded."""
    text: str
    signature: str = ""
    """Empty where nobody knows the text."""
    cause: str = ""
    remedy: str = ""
    command: str = ""
    """Confirms the cause."""
    is_stale: bool = False
    """True for the text of a condition that nobody has looked at for long."""


@dataclass(frozen=True, slots=True)
class _Said:
    message: Message
    type: str
    since: str


def told(draft: Draft, app: Application) -> tuple[Told, ...]:
    """Return roots, best first, then states that last, then texts that nobody knows."""
    if app.status is None:
        return ()
    said = (*_said(draft, app.status), *_of_workloads(draft, app))
    found = [one for one in match(s.message for s in said) if one.kind in (Kind.ROOT, Kind.STATE)]
    known = tuple(_known(draft, app, one, said) for one in found)
    strange = tuple(_strange(one) for one in said if not match([one.message]))
    return (*known, *dict.fromkeys(strange))


def _said(draft: Draft, status: Status) -> Iterator[_Said]:
    operation = status.operation
    for result in operation.results if operation else ():
        if result.has_failed and result.message:
            yield _Said(Message(result.message, Where.RESOURCE), result.ref.label, "")
    if operation and operation.message:
        when = operation.finished or operation.started
        since = draft.words.moment(when) if when else ""
        yield _Said(Message(operation.message, Where.OPERATION), "", since)
    for condition in status.conditions:
        since = draft.words.moment(condition.since) if condition.since else ""
        message = Message(condition.message, Where.CONDITION, condition.type)
        yield _Said(message, condition.type, since)
    if status.health_message:
        yield _Said(Message(status.health_message, Where.HEALTH), "", "")
    for row in status.rows:
        if row.health_message and row.health not in ("", "Healthy"):
            yield _Said(Message(row.health_message, Where.HEALTH), row.ref.label, "")


def _of_workloads(draft: Draft, app: Application) -> Iterator[_Said]:
    """Yield what pods, conditions and events tell of the workloads and hooks that do not get on."""
    snapshot, status = draft.audit.snapshot, app.status
    troubles, objects = snapshot.look(TROUBLES), snapshot.look(OBJECTS)
    if not isinstance(troubles, Troubles) or status is None or status.health == "Healthy":
        return
    live = objects if isinstance(objects, LiveObjects) else LiveObjects({}, ())
    hooks = [r.ref for r in status.operation.results if r.hook_phase] if status.operation else []
    for ref in dict.fromkeys((*(row.ref for row in status.rows), *hooks)):
        if ref.kind in WORKLOADS:
            for one in troubles.about(ref, live.find(ref))[:MOST]:
                since = draft.words.moment(one.since) if one.since else ""
                told = f"{one.about} ×{one.count}" if one.count > 1 else one.about
                yield _Said(Message(one.says, Where.OBJECT, one.reason), told, since)


def _is_stale(draft: Draft, app: Application) -> bool:
    found = draft.audit.snapshot.look(FRESHNESS)
    if is_skipped(app) or not isinstance(found, Freshness) or found.lag(app) is None:
        return is_skipped(app)
    return not found.is_fresh(app, STALE_FACTOR)


def _known(draft: Draft, app: Application, found: Match, said: tuple[_Said, ...]) -> Told:
    signature = signatures()[found.id]
    spoken = words(draft.edition.language)[found.id]
    where = found.message.where
    origin = next((one for one in said if _is_of(one.message, found.message)), None)
    return Told(
        place=where.value,
        type=origin.type if origin else "",
        since=origin.since if origin else "",
        text=found.message.text,
        signature=found.id,
        cause=spoken.cause,
        remedy=spoken.remedy,
        command=command(signature, {**found.captures, "application": app.ref.name}),
        is_stale=where is Where.CONDITION and _is_stale(draft, app),
    )


def _is_of(said: Message, bare: Message) -> bool:
    """Say whether a match is of this message: it carries the text without credentials."""
    is_same_place = (said.where, said.reason) == (bare.where, bare.reason)
    return is_same_place and without_credentials(said.text).strip() == bare.text


def _strange(one: _Said) -> Told:
    text = without_credentials(one.message.text).strip()
    return Told(place=one.message.where.value, type=one.type, since=one.since, text=text)
