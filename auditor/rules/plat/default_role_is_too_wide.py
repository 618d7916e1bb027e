"""The role that everybody has who logs in."""

from collections.abc import Iterator
from typing import Final

from auditor.argocd.control_plane import ControlPlane
from auditor.argocd.rbac_policy import RbacPolicy
from auditor.findings import Breach, Severity, Unseen, everywhere
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.control_planes import CONTROL_PLANES

_KEY: Final = "policy.default"


@rule(
    "PLAT-003",
    severity=everywhere(Severity.HIGH),
    over=CONTROL_PLANES,
    options=NoOptions,
)
def default_role_is_too_wide(plane: ControlPlane, _: NoOptions) -> Iterator[Breach | Unseen]:
    """Follow the role to the built-in ones; what it grants no `deny` takes away (§12.3)."""
    found = plane.setting(_KEY)
    if found is None or not found.value.strip():
        if why := plane.why_unread(_KEY):
            yield Unseen(why)
        return
    role, policy = found.value.strip(), RbacPolicy.of(plane)
    is_admin = policy.is_admin(role)
    if is_admin or policy.is_reader(role):
        yield Breach(
            at=found.at,
            manifest=found.manifest,
            variant="" if is_admin else "reader",
            severity=None if is_admin else everywhere(Severity.INFO),
            facts={"role": role},
        )
