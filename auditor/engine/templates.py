"""What makes an Application together with others: one finding at the template names them all."""

from collections.abc import Mapping
from typing import Final

from auditor.argocd.application import Application
from auditor.kube.origin import RenderedOrigin

_GENERATOR: Final = "ApplicationSet"
_TEMPLATES: Final = (".yaml", ".yml", ".json", ".tpl")


def template_of(app: Application) -> str:
    """Name the ApplicationSet or the template file of `app`; empty for one written by itself.

    A kustomization changes documents that are written one by one, so it is no template.
    """
    origin = app.declared.origin if app.declared else None
    if isinstance(origin, RenderedOrigin):
        if origin.kind == _GENERATOR:
            return f"{_GENERATOR} {origin.application}"
        is_template = origin.path.endswith(_TEMPLATES)
        return f"{origin.kind} {origin.application} {origin.path}" if is_template else ""
    return _owner(app)


def _owner(app: Application) -> str:
    owners = app.live.get("metadata", "ownerReferences") if app.live else None
    for owner in owners if isinstance(owners, list) else ():
        if isinstance(owner, Mapping) and owner.get("kind") == _GENERATOR:
            return f"{_GENERATOR} {app.ref.namespace}/{owner.get('name')}"
    return ""
