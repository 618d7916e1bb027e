"""Marks on objects that another Argo CD, or another tool, may set as well."""

from collections.abc import Iterator, Mapping
from typing import Final

from auditor.argocd.control_plane import ControlPlane
from auditor.argocd.releases import Version
from auditor.findings import Basis, Breach, Fact, Severity, Unseen, everywhere
from auditor.rulebook import NoOptions, rule
from auditor.snapshot import Excluded, Missing
from auditor.snapshot.control_planes import CONTROL_PLANES, OTHER_CONTROLLERS

_METHOD: Final = "application.resourceTrackingMethod"
_NAMESPACES: Final = "application.namespaces"
_ID: Final = "installationID"
_ANNOTATION_DEFAULT: Final = Version(3, 0)


@rule(
    "PLAT-011",
    severity=everywhere(Severity.MEDIUM),
    over=CONTROL_PLANES,
    uses=(OTHER_CONTROLLERS,),
    options=NoOptions,
)
def tracking_can_collide(
    plane: ControlPlane, _: NoOptions, others: Mapping[str, int] | Missing | Excluded
) -> Iterator[Breach | Unseen]:
    """Look at the method, and at whether another Argo CD has Applications here (§5, trap 39)."""
    if why := plane.why_unread(_METHOD, _NAMESPACES):
        yield Unseen(why)
        return
    method = plane.value(_METHOD)
    is_default = not method and plane.version.release < _ANNOTATION_DEFAULT.release
    manifest, at = plane.place_of(_METHOD)
    if method == "label" or is_default:
        watched = plane.value(_NAMESPACES).strip()
        yield Breach(
            at=at,
            manifest=manifest,
            variant="namespaces" if watched else "by_default" if is_default else "",
            severity=everywhere(Severity.HIGH) if watched else None,
            facts={"watched": watched} if watched else {},
        )
    found = dict(others) if isinstance(others, Mapping) else {}
    found.pop(plane.namespace, None)
    if plane.is_live and found and not plane.value(_ID):
        manifest, at = plane.place_of(_ID)
        facts: dict[str, Fact] = {
            "namespaces": tuple(sorted(found)),
            "namespace": plane.namespace,
        }
        basis = Basis.OBSERVED
        yield Breach(at=at, manifest=manifest, variant="several", facts=facts, basis=basis)
