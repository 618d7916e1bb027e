"""Objects that are being deleted and what holds them back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from auditor.argocd.application import Application
from auditor.argocd.application_fields import parse_rfc3339
from auditor.argocd.cluster import LiveObjects
from auditor.argocd.health_message import blamed
from auditor.kube.loose import texts
from auditor.kube.manifest import Manifest
from auditor.kube.ref import ResourceRef


@dataclass(frozen=True, slots=True)
class Deleting:
    """One live object with a deletionTimestamp."""

    manifest: Manifest
    since: datetime
    finalizers: tuple[str, ...]


def deleting(manifest: Manifest) -> Deleting | None:
    """Return since when an object is being deleted; None where it is not, or cannot be read."""
    since = parse_rfc3339(manifest.get("metadata", "deletionTimestamp"))
    if since is None:
        return None
    return Deleting(manifest, since, texts(manifest.raw, "metadata", "finalizers"))


def deleting_objects(app: Application, objects: LiveObjects) -> Iterator[Deleting]:
    """Yield the objects of an Application that are being deleted, each once."""
    refs = {row.ref for row in app.status.rows} if app.status else set()
    for ref in sorted(refs):
        found = objects.find(ref)
        if found is not None and (one := deleting(found)):
            yield one


def holding(app: Application, objects: LiveObjects | None) -> tuple[ResourceRef, ...]:
    """Return which objects keep a deleted Application: those that wait, else the one blamed."""
    found = [one.manifest.ref for one in deleting_objects(app, objects)] if objects else []
    named = blamed(app.status.health_message) if app.status else None
    return tuple(found) or ((named,) if named else ())


def unconfirmed(app: Application) -> tuple[ResourceRef, ...]:
    """Return the objects whose deletion a person has to approve first."""
    rows = app.status.rows if app.status else ()
    return tuple(sorted({row.ref for row in rows if row.requires_confirmation}))
