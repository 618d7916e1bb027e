"""Webhooks in use, and nothing to tell a real one from a forged one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from auditor.argocd.control_plane import ControlPlane
from auditor.findings import Breach, Severity, Unseen, everywhere
from auditor.kube.gap import Gap
from auditor.kube.managed_fields import entries
from auditor.rulebook import rule
from auditor.snapshot import Collected, Excluded, Missing
from auditor.snapshot.control_planes import CONTROL_PLANES
from auditor.snapshot.sections import LIVE_SECRETS

_SECRET: Final = "argocd-secret"  # noqa: S105 - the name of an object
_PREFIX: Final = "webhook."


@dataclass(frozen=True, slots=True)
class Webhook:
    """What no setting shows."""

    webhook: bool | None = None
    """Whether repositories call Argo CD when something is pushed; None: unknown."""


@rule(
    "PLAT-006",
    severity=everywhere(Severity.MEDIUM),
    over=CONTROL_PLANES,
    uses=(LIVE_SECRETS,),
    options=Webhook,
)
def webhook_is_unauthenticated(
    plane: ControlPlane, options: Webhook, secrets: Collected | Missing | Excluded
) -> Iterator[Breach | Unseen]:
    """Read the names of the Secret's keys off its managedFields, never the values (§12.4)."""
    if not options.webhook:
        return
    if not isinstance(secrets, Collected):
        yield Unseen(secrets.why)
        return
    found = next((item for item in secrets.items if item.ref.name == _SECRET), None)
    fields = [entry.fields for entry in entries(found.raw)] if found else []
    known = [path for part in fields if part for path in part]
    if found is None or not known:
        yield Unseen(Gap("secret_keys_unknown", {"name": _SECRET, "namespace": plane.namespace}))
        return
    if not any(name.startswith(_PREFIX) for path in known for _, name in path[1:2]):
        yield Breach(at="/data", manifest=found, facts={"name": _SECRET})
