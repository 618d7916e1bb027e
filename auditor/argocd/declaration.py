"""Where an Application comes from: the repository that holds it, the template that makes it."""

from collections.abc import Mapping

from auditor.argocd.application import Application
from auditor.kube.origin import GitOrigin, LiveOrigin, RenderedOrigin


def repository_of(app: Application) -> str:
    """Return the repository it is declared in; empty where it is only live."""
    match app.declared.origin if app.declared else None:
        case GitOrigin(repository=repository) | RenderedOrigin(repository=repository):
            return repository
        case LiveOrigin() | None:
            return ""


def template_of(app: Application) -> str:
    """Name what makes it together with others: an ApplicationSet, or a template of a parent.

    Empty for one that is written by itself.
    """
    if app.is_generated and app.live:
        found = app.live.get("metadata", "ownerReferences")
        owners = found if isinstance(found, list) else []
        names = (o.get("name") for o in owners if isinstance(o, Mapping) and _is_generator(o))
        return f"ApplicationSet {app.ref.namespace}/{next(names, '')}"
    if app.declared and isinstance(app.declared.origin, RenderedOrigin):
        origin = app.declared.origin
        return f"{origin.application} {origin.repository} {origin.path}"
    return ""


def _is_generator(owner: Mapping[str, object]) -> bool:
    return owner.get("kind") == "ApplicationSet"
