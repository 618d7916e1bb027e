"""The built-in administrator beside a single sign-on."""

from collections.abc import Iterator
from typing import Final

from auditor.argocd.control_plane import ControlPlane
from auditor.findings import Breach, Edit, Fix, Severity, Unseen, everywhere
from auditor.kube.origin import GitOrigin
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.control_planes import CONTROL_PLANES

_KEY: Final = "admin.enabled"
_SSO: Final = ("oidc.config", "dex.config")


@rule(
    "PLAT-002",
    severity=everywhere(Severity.LOW),
    over=CONTROL_PLANES,
    options=NoOptions,
)
def admin_account_is_enabled(plane: ControlPlane, _: NoOptions) -> Iterator[Breach | Unseen]:
    """Ask for the switch once people can log in another way (semantics §12.1)."""
    sso = next((key for key in _SSO if plane.value(key).strip() not in ("", "{}")), "")
    if not sso or plane.value(_KEY).strip() == "false":
        if not sso and (why := plane.why_unread(_KEY)):
            yield Unseen(why)
        return
    if plane.setting(_KEY) is None and (why := plane.why_unread(_KEY)):
        yield Unseen(why)
        return
    manifest, at = plane.place_of(_KEY)
    is_editable = isinstance(manifest.origin, GitOrigin) and manifest.ref.kind == "ConfigMap"
    yield Breach(
        at=at,
        manifest=manifest,
        facts={"sso": sso},
        # whoever is locked out of single sign-on needs another way in first
        fix=Fix((Edit("set", at, "false"),), manifest, is_safe=False) if is_editable else None,
    )
