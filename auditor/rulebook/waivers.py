"""What rules about waivers are asked of; the engine says what became of each one."""

from typing import Final

from auditor.findings.waiver import ANNOTATION, WaiverUse, of_annotation
from auditor.kube.ref import ResourceRef
from auditor.snapshot import Derived, Excluded, Missing, Snapshot
from auditor.snapshot.derived import APPLICATIONS


def _annotated(snapshot: Snapshot) -> tuple[WaiverUse, ...] | Missing | Excluded:
    """Return the waivers that Applications carry, in Git where it declares them, else live."""
    applications = snapshot.look(APPLICATIONS)
    if not isinstance(applications, tuple):
        return applications
    at = f"/metadata/annotations/{ANNOTATION.replace('/', '~1')}"
    found: dict[tuple[ResourceRef, str], list[WaiverUse]] = {}
    for app in applications:
        text = app.manifest.annotations.get(ANNOTATION)
        if text is None or (app.ref, str(text)) in found:
            # the same Application declared twice is one acceptance
            continue
        found[app.ref, str(text)] = [
            WaiverUse(waiver=waiver, ref=app.ref, manifest=app.manifest, at=at)
            for waiver in of_annotation(text, app.ref)
        ]
    return tuple(use for uses in found.values() for use in uses)


WAIVERS: Final = Derived("waivers", _annotated)
"""Those of Applications; an audit adds those of the configuration, and their states."""
