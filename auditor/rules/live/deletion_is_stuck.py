"""Applications, and objects of theirs, whose deletion began long ago and has not ended."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from auditor.argocd.application import GROUP, Application
from auditor.argocd.being_deleted import (
    Deleting,
    deleting,
    deleting_objects,
    holding,
    unconfirmed,
)
from auditor.argocd.cluster import LiveObjects
from auditor.argocd.messages import roots
from auditor.findings import Basis, Breach, Severity, Unseen, by_tier
from auditor.kube.gap import Gap
from auditor.rulebook import rule
from auditor.signatures import Message, Where
from auditor.signatures.root import root_of
from auditor.snapshot import Excluded, Missing
from auditor.snapshot.derived import APPLICATIONS, NOW, OBJECTS
from auditor.snapshot.sections import LIVE_APPLICATIONS

_STAMP: Final = "/metadata/deletionTimestamp"
_OF_THEIR_OWN: Final = (("", "Namespace"), (GROUP, "Application"))
"""Kinds that are subjects themselves, here or in another rule."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a deletion may take."""

    deletion_after: timedelta = timedelta(minutes=10)
    """Time enough for pods to end and for controllers to clean up."""


@rule(
    "LIVE-009",
    severity=by_tier(production=Severity.HIGH, other=Severity.MEDIUM),
    over=APPLICATIONS,
    needs=(LIVE_APPLICATIONS, NOW),
    uses=(OBJECTS,),
    options=Patience,
)
def deletion_is_stuck(
    app: Application,
    options: Patience,
    _applications: object,
    now: datetime,
    objects: LiveObjects | Missing | Excluded,
) -> Iterator[Breach | Unseen]:
    """Go by deletionTimestamp alone: often no condition tells of it (semantics §6.2, §16.20)."""
    if app.live is None:
        yield Unseen(Gap("application_not_live"))
        return
    seen = objects if isinstance(objects, LiveObjects) else None
    if own := deleting(app.live):
        if now - own.since > options.deletion_after:
            yield _of_application(app, own, now - own.since, seen)
    elif seen:
        for one in deleting_objects(app, seen):
            ref = one.manifest.ref
            is_late = now - one.since > options.deletion_after
            if is_late and (ref.group, ref.kind) not in _OF_THEIR_OWN:
                yield _of_object(one, now - one.since)


def _of_application(
    app: Application, own: Deleting, age: timedelta, objects: LiveObjects | None
) -> Breach:
    conditions = app.status.conditions if app.status else ()
    said = [c.message for c in conditions if c.type == "DeletionError"]
    root = root_of(Message(text, Where.CONDITION, "DeletionError") for text in said)
    asked = unconfirmed(app)
    held = asked or holding(app, objects)
    variant = "failing" if said else "unconfirmed" if asked else "held" if held else ""
    return Breach(
        at=_STAMP,
        manifest=app.live,
        basis=Basis.OBSERVED,
        variant=variant,
        facts={
            "age": age,
            "finalizers": own.finalizers,
            "objects": tuple(ref.label for ref in held),
            "reasons": roots(*said) or tuple(said),
            "signature": root.signature,
        },
        keys=frozenset(
            root.keys
            | {("object", ref.label) for ref in (app.ref, *held)}
            | {("namespace", ref.namespace) for ref in held if ref.namespace}
        ),
    )


def _of_object(one: Deleting, age: timedelta) -> Breach:
    ref = one.manifest.ref
    namespaces = {("namespace", ref.namespace)} if ref.namespace else set()
    return Breach(
        at=_STAMP,
        manifest=one.manifest,
        basis=Basis.OBSERVED,
        variant="object",
        identity=ref.label,
        facts={
            "age": age,
            "finalizers": one.finalizers,
            "objects": (ref.label,),
            "reasons": (),
            "signature": "",
        },
        keys=frozenset({("object", ref.label)} | namespaces),
    )
