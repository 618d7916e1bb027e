"""Who is bound to rights over everything in a cluster; RBAC as `pkg/registry/rbac` reads it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from auditor.kube.loose import mappings, text, texts
from auditor.kube.manifest import Manifest

_ALL: Final = "*"


def unlimited(
    items: Iterable[Manifest], namespace: str, account: str
) -> Iterator[tuple[Manifest, str]]:
    """Yield bindings of a ServiceAccount to roles that permit everything, and the role's name.

    `items` are ClusterRoleBindings and ClusterRoles.
    """
    known = tuple(items)
    roles = {m.ref.name: m for m in known if m.ref.kind == "ClusterRole"}
    for binding in known:
        if binding.ref.kind != "ClusterRoleBinding":
            continue
        name = text(binding.raw, "roleRef", "name")
        role = roles.get(name)
        if role and _permits_all(role.raw) and _names(binding.raw, namespace, account):
            yield binding, name


def _permits_all(role: Mapping[str, Any]) -> bool:
    return any(
        all(_ALL in texts(entry, part) for part in ("apiGroups", "resources", "verbs"))
        for entry in mappings(role, "rules")
    )


def _names(binding: Mapping[str, Any], namespace: str, account: str) -> bool:
    groups = {"system:serviceaccounts", f"system:serviceaccounts:{namespace}"}
    return any(
        text(one, "name") in groups
        if text(one, "kind") == "Group"
        else (text(one, "kind"), text(one, "namespace"), text(one, "name"))
        == ("ServiceAccount", namespace, account)
        for one in mappings(binding, "subjects")
    )
