"""The least rights that a collection needs, as Kubernetes objects to apply."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from auditor.collector.installation import USUAL
from auditor.collector.kinds import SECRET, Kind
from auditor.collector.permissions import Permission, needed
from auditor.collector.plan import LIVE_NAMES

NAME: Final = "argocd-auditor"
_GROUP: Final = "rbac.authorization.k8s.io"
_API: Final = f"{_GROUP}/v1"
# a well-known annotation of Kubernetes
_DESCRIPTION: Final = "kubernetes.io/description"
_WHY: Final = (
    "Optional. The auditor asks for the metadata of these Secrets only (names, labels, "
    "annotations, managed fields of clusters and repositories), but Kubernetes has no right that "
    "grants metadata without values: whoever holds this Role can read the values as well. "
    "Without it the section live.secrets is reported as not seen."
)


def cluster_role(
    wanted: frozenset[str] = LIVE_NAMES,
    managed: Iterable[Kind] | None = None,
    *,
    argocd_namespace: str = USUAL,
    name: str = NAME,
) -> list[dict[str, Any]]:
    """Return the roles that reading the sections named in `wanted` needs, the least of them.

    A ClusterRole; a Role in Argo CD's namespace (its ConfigMaps by name, its workloads); and,
    last and optional, a Role there to list Secrets, with the reason in an annotation. All only
    get and list. Without `managed`, the kinds that Applications manage, the ClusterRole names
    those that they usually do; Secrets are never among them.
    """
    permissions = needed(wanted, managed)
    everywhere = [part for part in permissions if not part.is_argocds]
    own = [part for part in permissions if part.is_argocds and part.resource != SECRET.plural]
    secrets = [part for part in permissions if part.is_argocds and part.resource == SECRET.plural]
    optional = f"{name}-secret-metadata"
    return [
        *_role("ClusterRole", {"name": name}, everywhere),
        *_role("Role", {"name": name, "namespace": argocd_namespace}, own),
        *_role(
            "Role",
            {
                "name": optional,
                "namespace": argocd_namespace,
                "annotations": {_DESCRIPTION: _WHY},
            },
            secrets,
        ),
    ]


def bindings(
    roles: Iterable[dict[str, Any]], service_account: str, namespace: str
) -> list[dict[str, Any]]:
    """Return the bindings that give `roles` to a ServiceAccount, one each."""
    subject = {"kind": "ServiceAccount", "name": service_account, "namespace": namespace}
    return [
        {
            "apiVersion": _API,
            "kind": f"{role['kind']}Binding",
            "metadata": {
                key: role["metadata"][key]
                for key in ("name", "namespace")
                if key in role["metadata"]
            },
            "roleRef": {
                "apiGroup": _GROUP,
                "kind": role["kind"],
                "name": role["metadata"]["name"],
            },
            "subjects": [subject],
        }
        for role in roles
    ]


def _role(
    kind: str, metadata: dict[str, Any], permissions: Sequence[Permission]
) -> list[dict[str, Any]]:
    """Return one role, resources of one group and the same verbs in one rule; none if empty."""
    together: dict[tuple[str, tuple[str, ...], tuple[str, ...]], list[str]] = {}
    for part in permissions:
        together.setdefault((part.group, part.names, part.verbs), []).append(part.resource)
    rules = [
        {
            "apiGroups": [group],
            "resources": sorted(resources),
            **({"resourceNames": list(names)} if names else {}),
            "verbs": list(verbs),
        }
        for (group, names, verbs), resources in sorted(together.items())
    ]
    return [{"apiVersion": _API, "kind": kind, "metadata": metadata, "rules": rules}] * bool(rules)
