"""What the ServiceAccounts of Argo CD may do everywhere: ClusterRoleBindings and ClusterRoles."""

from collections.abc import Mapping

from auditor.collector.kinds import CLUSTER_ROLE, CLUSTER_ROLE_BINDING
from auditor.collector.paging import Raw, got, listed
from auditor.collector.request import Caller
from auditor.collector.watched import Found
from auditor.kube.gap import Gap
from auditor.kube.loose import mappings, text


def read(caller: Caller, namespace: str) -> Found | Gap:
    """Return the bindings that name a ServiceAccount of `namespace`, and the roles they bind."""
    answer = listed(caller, CLUSTER_ROLE_BINDING)
    if isinstance(answer, Gap):
        return answer
    bindings = [raw for raw in answer if _names(raw, namespace)]
    names = sorted({text(raw, "roleRef", "name") for raw in bindings} - {""})
    roles = [got(caller, CLUSTER_ROLE, "", name) for name in names]
    found = tuple(raw for raw in roles if isinstance(raw, Mapping))
    refused = tuple(raw for raw in roles if isinstance(raw, Gap))
    return Found((*bindings, *found), refused)


def _names(binding: Raw, namespace: str) -> bool:
    """Tell whether a ServiceAccount of the namespace, or a group it is in, is a subject."""
    groups = {"system:serviceaccounts", f"system:serviceaccounts:{namespace}"}
    return any(
        (text(one, "kind"), text(one, "namespace")) == ("ServiceAccount", namespace)
        or (text(one, "kind") == "Group" and text(one, "name") in groups)
        for one in mappings(binding, "subjects")
    )
