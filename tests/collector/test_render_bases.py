"""Remote bases of Kustomize, whose repositories were given or not."""

from pathlib import Path
from typing import Any

import pytest

from auditor.collector.git import GitOptions, RepositorySpec, collect
from auditor.collector.render.kustomize_bases import Address, addresses
from auditor.kube.kinds import is_namespaced
from tests.collector.git_support import (
    URL,
    application,
    commit,
    config_map,
    git,
    names,
    renderings,
    repository,
)

CATALOG = "https://github.com/org/catalog"
BASES = {
    "shop/base/kustomization.yaml": "resources: [cm.yaml, ../more]\nnameSuffix: -v1\n",
    "shop/base/cm.yaml": config_map("shop"),
    "shop/more/kustomization.yaml": "resources: [more.yaml]\n",
    "shop/more/more.yaml": config_map("more"),
}


@pytest.mark.parametrize(
    ("entry", "first"),
    [
        ("https://github.com/org/repo//a/b?ref=v1", ("https://github.com/org/repo", "a/b", "v1")),
        ("github.com/org/repo/a?version=v2", ("https://github.com/org/repo", "a", "v2")),
        ("file:///srv/repo//a?ref=v1", ("file:///srv/repo", "a", "v1")),
        ("git@github.com:org/repo.git//a", ("git@github.com:org/repo.git", "a", "")),
        ("git::ssh://git@host/org/repo.git/a", ("ssh://git@host/org/repo.git", "a", "")),
        ("https://git.example.com/repo.git?ref=x", ("https://git.example.com/repo.git", "", "x")),
    ],
)
def test_an_address_is_repository_folder_and_revision(
    entry: str, first: tuple[str, str, str]
) -> None:
    assert next(addresses(entry)) == Address(*first)


def test_without_a_mark_a_repository_may_end_anywhere() -> None:
    found = [(one.repository, one.folder) for one in addresses("https://git.example.com/a/b/c")]
    host = "https://git.example.com"
    assert found == [(f"{host}/a/b", "c"), (f"{host}/a/b/c", "")]


def rendered(folder: Path, overlay: str, *given: RepositorySpec) -> dict[str, Any]:
    files = {
        "over/kustomization.yaml": overlay,
        "apps/app.yaml": application("app", "over"),
        "own/kustomization.yaml": "resources: [cm.yaml]\n",
        "own/cm.yaml": config_map("own"),
    }
    own = RepositorySpec(url=URL, path=repository(folder / "own", files))
    return renderings(collect([own, *given], [], is_namespaced, GitOptions()))["app#0"]


@pytest.fixture
def catalog(tmp_path: Path) -> RepositorySpec:
    path = repository(tmp_path / "catalog", BASES)
    git(path, "tag", "v1")
    commit(path, {"shop/base/kustomization.yaml": "resources: [cm.yaml]\nnameSuffix: -v2\n"})
    return RepositorySpec(url=CATALOG, path=path)


def test_a_base_is_built_at_its_own_revision(tmp_path: Path, catalog: RepositorySpec) -> None:
    overlay = f"resources: ['{CATALOG}//shop/base?ref={{}}', ../own]\nnamePrefix: p-\n"
    old = rendered(tmp_path / "1", overlay.format("v1"), catalog)
    assert sorted(names(old)) == ["ConfigMap/p-more-v1", "ConfigMap/p-own", "ConfigMap/p-shop-v1"]
    assert old["remote_bases"] == [f"{CATALOG}//shop/base?ref=v1"]
    new = rendered(tmp_path / "2", overlay.format("main"), catalog)
    assert sorted(names(new)) == ["ConfigMap/p-own", "ConfigMap/p-shop-v2"]


def test_a_base_of_a_base_may_be_remote_too(tmp_path: Path, catalog: RepositorySpec) -> None:
    between = {
        "b/kustomization.yaml": f"resources: ['{CATALOG}/shop/more?ref=v1', '{URL}//own?ref=main']"
    }
    other = RepositorySpec(
        url="https://git.example.com/other", path=repository(tmp_path / "o", between)
    )
    overlay = "resources: ['git::https://git.example.com/other//b']\n"
    found = rendered(tmp_path / "1", overlay, catalog, other)
    assert sorted(names(found)) == ["ConfigMap/more", "ConfigMap/own"]


def test_what_was_not_given_is_named_beside_what_was(
    tmp_path: Path, catalog: RepositorySpec
) -> None:
    overlay = (
        f"resources: ['{CATALOG}//shop/base?ref=v1', 'https://github.com/x/y//z?ref=v1',"
        f" '{CATALOG}//shop/base?ref=v9', '{CATALOG}//nothing?ref=v1']\n"
    )
    found = rendered(tmp_path / "1", overlay, catalog)["error"]
    assert (found["code"], found["is_content"]) == ("remote_base_not_given", False)
    assert found["facts"]["base"] == "https://github.com/x/y//z?ref=v1"
    assert sorted(found["facts"]["others"]) == [
        f"{CATALOG}//nothing?ref=v1",
        f"{CATALOG}//shop/base?ref=v1",
        f"{CATALOG}//shop/base?ref=v9",
    ]
