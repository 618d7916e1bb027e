"""An Argo CD that answers people who did not log in."""

from collections.abc import Iterator

from auditor.argocd.control_plane import ControlPlane
from auditor.findings import Breach, Edit, Fix, Severity, Unseen, everywhere
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.control_planes import CONTROL_PLANES

_ANONYMOUS = "users.anonymous.enabled"
_NO_AUTH = "server.disable.auth"
_ROLE = "policy.default"


@rule(
    "PLAT-001",
    severity=everywhere(Severity.HIGH),
    over=CONTROL_PLANES,
    options=NoOptions,
)
def anonymous_access_is_on(plane: ControlPlane, _: NoOptions) -> Iterator[Breach | Unseen]:
    """Look at both switches; without a default role the first lets in people who may do nothing."""
    if why := plane.why_unread(_ANONYMOUS, _NO_AUTH):
        yield Unseen(why)
    for found in plane.switched_on(_ANONYMOUS, _NO_AUTH):
        role = plane.value(_ROLE)
        is_idle = found.key == _ANONYMOUS and not role and not plane.why_unread(_ROLE)
        variant = "no_login" if found.key == _NO_AUTH else "no_role" if is_idle else ""
        yield Breach(
            at=found.at,
            manifest=found.manifest,
            variant=variant,
            severity=everywhere(Severity.LOW) if is_idle else None,
            facts={
                "key": found.key,
                "place": found.place,
                **({} if variant else {"role": role or _ROLE}),
            },
            fix=Fix((Edit("set", found.at, "false"),), found.manifest, is_safe=False)
            if found.is_editable
            else None,
        )
