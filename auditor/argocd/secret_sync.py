"""Whether secrets arrive from where they are kept: the kinds of External Secrets and of Vault."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from auditor.argocd.application_fields import parse_rfc3339
from auditor.argocd.stateful import is_external_secret, is_secret_store
from auditor.kube.loose import mapping, mappings, text
from auditor.kube.manifest import Manifest
from auditor.kube.ref import ResourceRef


@dataclass(frozen=True, slots=True)
class NotReady:
    """The condition Ready of an object, where it is False."""

    index: int
    reason: str
    message: str
    since: datetime | None


def delivers_secrets(ref: ResourceRef) -> bool:
    """Tell whether the object is an ExternalSecret or says where secrets come from."""
    return is_external_secret(ref) or is_secret_store(ref)


def not_ready(manifest: Manifest) -> NotReady | None:
    """Return the condition that says the object does not work; None where none does."""
    for index, raw in enumerate(mappings(manifest.raw, "status", "conditions")):
        if text(raw, "type") == "Ready" and text(raw, "status") == "False":
            since = parse_rfc3339(raw.get("lastTransitionTime"))
            return NotReady(index, text(raw, "reason"), text(raw, "message"), since)
    return None


def keys_of(manifest: Manifest) -> Iterator[tuple[str, str]]:
    """Yield what others share with the object: the Secret it makes, the store it is or uses."""
    ref = manifest.ref
    yield "object", ref.label
    if ref.namespace:
        yield "namespace", ref.namespace
    if not is_external_secret(ref):
        yield "store", ref.label
        return
    secret = text(manifest.raw, "spec", "target", "name") or ref.name
    yield "secret", f"{ref.namespace}/{secret}"
    wanted = mapping(manifest.raw, "spec", "secretStoreRef")
    kind, name = text(wanted, "kind") or "SecretStore", text(wanted, "name")
    namespace = "" if kind == "ClusterSecretStore" else ref.namespace
    if name:
        yield "uses_store", ResourceRef(ref.group, kind, namespace, name).label
