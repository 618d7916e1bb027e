"""The roles a collection needs, and nothing beyond them."""

from typing import Any

import pytest

from auditor import pipeline
from auditor.collector.kinds import SECRET, Kind
from auditor.collector.permissions import ORDINARY
from auditor.collector.plan import LIVE_NAMES
from auditor.collector.rbac import bindings, cluster_role
from auditor.rulebook.needs import raw_sections
from auditor.snapshot import sections

ROLLOUT = Kind("argoproj.io", "Rollout", "v1alpha1", "rollouts", namespaced=True)


def resources(role: dict[str, Any]) -> set[str]:
    return {
        f"{group}/{name}"
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for name in rule["resources"]
    }


def test_nothing_but_reading_is_ever_granted() -> None:
    for role in cluster_role():
        for rule in role["rules"]:
            assert set(rule["verbs"]) <= {"get", "list"}
            assert "*" not in rule["apiGroups"] + rule["resources"]


def test_secrets_are_in_a_role_of_their_own_that_says_why() -> None:
    everywhere, own, optional = cluster_role(argocd_namespace="gitops")
    assert (everywhere["kind"], own["kind"], optional["kind"]) == ("ClusterRole", "Role", "Role")
    assert not any("secrets" in rule["resources"] for rule in everywhere["rules"] + own["rules"])
    assert optional["rules"] == [{"apiGroups": [""], "resources": ["secrets"], "verbs": ["list"]}]
    assert optional["metadata"]["namespace"] == "gitops"
    assert "values" in optional["metadata"]["annotations"]["kubernetes.io/description"]


def test_argocds_config_maps_are_granted_by_name() -> None:
    _, own, _ = cluster_role()
    (rule,) = [rule for rule in own["rules"] if "configmaps" in rule["resources"]]
    assert rule["resourceNames"] == ["argocd-cm", "argocd-cmd-params-cm", "argocd-rbac-cm"]
    assert rule["verbs"] == ["get"]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"live.kinds"}, []),
        ({"live.namespaces"}, [{"/namespaces"}]),
        ({"live.applications"}, [{"argoproj.io/applications"}]),
        ({"live.events"}, [{"argoproj.io/applications", "/events"}]),
        ({"live.versions"}, [{"apps/deployments", "apps/statefulsets"}]),
        ({"live.secrets"}, [{"/secrets"}]),
        (
            {"live.access"},
            [
                {
                    "rbac.authorization.k8s.io/clusterrolebindings",
                    "rbac.authorization.k8s.io/clusterroles",
                }
            ],
        ),
    ],
)
def test_a_section_takes_only_its_own_rights(wanted: set[str], expected: list[set[str]]) -> None:
    assert [resources(role) for role in cluster_role(frozenset(wanted))] == expected


def test_known_kinds_replace_the_usual_ones_and_secrets_never_enter() -> None:
    (role,) = cluster_role(frozenset({"live.objects"}), [ROLLOUT, SECRET])
    assert resources(role) == {
        "argoproj.io/applications",
        "argoproj.io/rollouts",
        "autoscaling/horizontalpodautoscalers",
    }


def test_only_the_rule_about_the_controller_asks_for_cluster_roles() -> None:
    asking = {
        rule.id for rule in pipeline.rulebook() if sections.LIVE_ACCESS.name in raw_sections([rule])
    }
    assert asking == {"PLAT-012"}


def test_the_usual_kinds_hold_no_secret_values() -> None:
    assert not any("secrets" in plurals for _, plurals in ORDINARY)


def test_each_role_is_bound_once() -> None:
    roles = cluster_role(LIVE_NAMES)
    bound = bindings(roles, "auditor", "audit")
    assert [b["kind"] for b in bound] == ["ClusterRoleBinding", "RoleBinding", "RoleBinding"]
    assert [b["roleRef"]["name"] for b in bound] == [role["metadata"]["name"] for role in roles]
    assert all(b["subjects"][0]["namespace"] == "audit" for b in bound)
    assert "namespace" not in bound[0]["metadata"]
