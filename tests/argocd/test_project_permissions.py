"""What is known of a permission where half of the cluster, or the scope of a kind, is not."""

import pytest

from auditor.argocd.application import Destination
from auditor.argocd.project import Destination as Entry
from auditor.argocd.project import Project, Restriction
from auditor.argocd.project_permissions import (
    deny_only_fields,
    granting_entry,
    permits_destination,
    permits_everything,
    permits_kind,
    wide_fields,
    without_names,
)

SERVER = "https://10.0.0.1:6443"


@pytest.mark.parametrize(
    ("entries", "answer"),
    [
        ([Entry(server=SERVER, namespace="shop")], True),
        ([Entry(server=SERVER, namespace="other")], False),
        ([Entry(name="europe", namespace="shop")], None),
        ([Entry(name="europe", namespace="other")], False),
        ([Entry(name="*", namespace="shop")], True),
        ([Entry(server=SERVER, namespace="shop"), Entry(name="!europe", namespace="*")], None),
        ([Entry(server=SERVER, namespace="shop"), Entry(name="asia", namespace="x")], True),
        ([], False),
    ],
)
def test_a_server_whose_name_is_in_a_secret(entries: list[Entry], *, answer: bool | None) -> None:
    wanted = Destination(SERVER, "", "shop")
    assert permits_destination(Project(destinations=tuple(entries)), wanted, "shop") is answer


@pytest.mark.parametrize("name", ["europe", "asia", ""])
@pytest.mark.parametrize(
    "entries",
    [
        (Entry(server=SERVER, namespace="*"), Entry(name="asia", namespace="!shop")),
        (Entry(name="asia", namespace="shop"), Entry(server="!https://other", namespace="shop")),
        (Entry(server="*", namespace="!kube-system"), Entry(name="e*", namespace="kube-system")),
        (Entry(name="*", namespace="shop"),),
    ],
)
def test_an_answer_given_without_the_name_holds_for_every_name(
    entries: tuple[Entry, ...], name: str
) -> None:
    project = Project(destinations=entries)
    wanted = Destination(SERVER, "", "")
    for namespace in ("shop", "kube-system", "other"):
        answer = permits_destination(project, wanted, namespace)
        named = name or "unheard-of"
        if answer is not None:
            assert project.permits_destination(SERVER, named, namespace) is answer


def test_the_own_cluster_is_known_by_both() -> None:
    project = Project(destinations=(Entry(name="in-cluster", namespace="shop"),))
    by_server = Destination("https://kubernetes.default.svc", "", "shop")
    assert permits_destination(project, by_server, "shop") is True
    assert granting_entry(project, by_server.server, "in-cluster", "shop") == 0
    assert granting_entry(project, by_server.server, "in-cluster", "other") is None


def test_a_scope_that_does_not_matter_need_not_be_known() -> None:
    closed = Project(namespace_whitelist=())
    half = Project()
    every = Project(cluster_whitelist=(Restriction("*", "*"),))
    answers = [
        permits_kind(p, "example.com", "Widget", "w", is_namespaced=None)
        for p in (closed, half, every)
    ]
    assert answers == [False, None, True]


def test_names_are_dropped_for_releases_that_do_not_read_them() -> None:
    named = Project(cluster_whitelist=(Restriction("", "Namespace", "shop-*"),))
    asked = ("", "Namespace", False, "tools")
    assert (named.permits_kind(*asked), without_names(named).permits_kind(*asked)) == (False, True)


def test_everything_is_three_lists_without_a_denial() -> None:
    star = (Entry(server="*", namespace="*"),)
    kinds = (Restriction("*", "*"),)
    everything = Project(source_repos=("*",), destinations=star, cluster_whitelist=kinds)
    assert permits_everything(everything)
    denied = (*star, Entry(server="*", namespace="!kube-system"))
    less = Project(source_repos=("*",), destinations=denied, cluster_whitelist=kinds)
    assert [field for field, _ in wide_fields(less)] == ["sourceRepos", "clusterResourceWhitelist"]
    assert deny_only_fields(less) == ()
    assert deny_only_fields(Project(source_repos=("!https://a.example/*",))) == ("sourceRepos",)
