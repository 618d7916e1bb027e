"""What one Application renders, or why that is not known."""

from collections.abc import Mapping

from auditor.argocd.application import Application
from auditor.argocd.rendering import Rendering
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin, RenderedOrigin
from auditor.snapshot.section import Excluded, Missing

Renderings = Mapping[str, Rendering] | Missing | Excluded
"""What `RENDERED` holds."""


def rendered_by(app: Application, renderings: Renderings) -> Rendering | Gap:
    """Return everything `app` would apply; a rendering with a part missing is a gap."""
    if isinstance(renderings, Missing | Excluded):
        return renderings.why
    found = renderings.get(app.ref.qualified)
    if found is None:
        return Gap("not_rendered", {"application": app.ref.qualified})
    if found.alternatives:
        found = found.of(_definition(app))
    return found if found.is_complete else found.why_incomplete


def seen_of(app: Application, renderings: Renderings) -> tuple[tuple[Manifest, ...], Gap | None]:
    """Return the objects that are known, and why they may not be all.

    For rules that one object suffices to break: what is missing hides more, and mends nothing.
    """
    whole = rendered_by(app, renderings)
    if isinstance(whole, Rendering):
        return whole.objects, None
    found = renderings.get(app.ref.qualified) if isinstance(renderings, Mapping) else None
    return (found.of(_definition(app)).objects if found else ()), whole


def _definition(app: Application) -> tuple[str, ...]:
    match app.declared.origin if app.declared else None:
        case GitOrigin(repository=repository, path=path, line=line):
            return repository, path, str(line)
        case RenderedOrigin(repository=repository, path=path):
            return repository, path, ""
        case _:
            return ()
