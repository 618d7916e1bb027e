"""Connections of Argo CD that are not encrypted, or believed without proof."""

from collections.abc import Iterator
from typing import Final

from auditor.argocd.control_plane import ControlPlane
from auditor.findings import Breach, Edit, Fix, Severity, Unseen, everywhere
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.control_planes import CONTROL_PLANES

_OIDC: Final = "oidc.tls.insecure.skip.verify"
_SERVER: Final = "server.insecure"
_PLAIN: Final = (
    "controller.repo.server.plaintext",
    "server.repo.server.plaintext",
    "reposerver.disable.tls",
)
_VARIANTS: Final = {_OIDC: "", _SERVER: "server"}
_SEVERITIES: Final = {_OIDC: None, _SERVER: everywhere(Severity.INFO)}


@rule(
    "PLAT-007",
    severity=everywhere(Severity.HIGH),
    over=CONTROL_PLANES,
    options=NoOptions,
)
def tls_is_not_verified(plane: ControlPlane, _: NoOptions) -> Iterator[Breach | Unseen]:
    """Look at the switches; the server's own TLS may end at the Ingress (§14.55)."""
    keys = (_OIDC, *_PLAIN, _SERVER)
    if why := plane.why_unread(*keys):
        yield Unseen(why)
    for found in plane.switched_on(*keys):
        yield Breach(
            at=found.at,
            manifest=found.manifest,
            variant=_VARIANTS.get(found.key, "repo_server"),
            severity=_SEVERITIES.get(found.key, everywhere(Severity.MEDIUM)),
            facts={"key": found.key, "place": found.place},
            identity=found.key,
            # both ends have to change together, and certificates have to be there
            fix=Fix((Edit("set", found.at, "false"),), found.manifest, is_safe=False)
            if found.is_editable
            else None,
        )
