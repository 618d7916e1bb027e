"""Sync options where nothing reads them: in the list, in an annotation, on a generated object."""

from auditor.argocd.annotations import SYNC_OPTIONS, items
from auditor.argocd.application import GROUP, Application
from auditor.argocd.option_entries import Entry, entries
from auditor.argocd.sync_options import KNOWN_APPLICATION, KNOWN_RESOURCE
from auditor.kube.manifest import Manifest
from auditor.kube.origin import RenderedOrigin

_FORCE = "Force=true"


def resource_only(app: Application) -> tuple[Entry, ...]:
    """Return the entries of the list that only an object's annotation or an operation can say."""
    return tuple(entry for entry in entries(app.spec) if entry.text == _FORCE)


def is_application_only(item: str) -> bool:
    """Tell whether only an Application's list is read for an option."""
    return item in KNOWN_APPLICATION and item not in KNOWN_RESOURCE


def annotated_on(app: Application) -> tuple[str, ...]:
    """Return the options in the annotation of the Application object itself."""
    return items(app.manifest.raw, SYNC_OPTIONS)


def without_application_only(options: tuple[str, ...]) -> str:
    """Return what is left of an annotation when options of the list are taken out."""
    return ",".join(item for item in options if not is_application_only(item))


def is_made_by_generator(app: Application) -> bool:
    """Tell whether an ApplicationSet writes the object: no sync applies it, none reads options."""
    origin = app.declared.origin if app.declared else None
    is_rendered = isinstance(origin, RenderedOrigin) and origin.kind == "ApplicationSet"
    return is_rendered or app.is_generated


def is_application(manifest: Manifest) -> bool:
    """Tell whether a rendered object is an Application, which is judged as one."""
    return (manifest.ref.group, manifest.ref.kind) == (GROUP, "Application")
