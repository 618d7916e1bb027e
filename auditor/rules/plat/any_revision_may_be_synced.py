"""Whether the right to sync is also the right to choose what is synced."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from auditor.argocd.control_plane import ControlPlane
from auditor.argocd.releases import Version
from auditor.findings import Breach, Severity, Unseen, everywhere
from auditor.rulebook import rule
from auditor.snapshot.control_planes import CONTROL_PLANES

_KEY: Final = "application.sync.requireOverridePrivilegeForRevisionSync"
_SINCE: Final = Version(3, 2)


@dataclass(frozen=True, slots=True)
class Asked:
    """An opinion, so that nothing is said unless asked for."""

    is_asked: bool = False


@rule(
    "PLAT-005",
    severity=everywhere(Severity.INFO),
    over=CONTROL_PLANES,
    options=Asked,
)
def any_revision_may_be_synced(plane: ControlPlane, asked: Asked) -> Iterator[Breach | Unseen]:
    """Ask for the setting where the release knows it (semantics §12.1)."""
    if not asked.is_asked or plane.version.release < _SINCE.release:
        return
    if plane.value(_KEY) == "true":
        return
    if why := plane.why_unread(_KEY):
        yield Unseen(why)
        return
    manifest, at = plane.place_of(_KEY)
    yield Breach(at=at, manifest=manifest, facts={"key": _KEY})
