"""Options that are misspelt, that do nothing, and that guard."""

from typing import Any

import pytest

from auditor.argocd.releases import Version
from auditor.argocd.sync_options import (
    KNOWN_RESOURCE,
    SyncOptions,
    closest,
    is_guarded_from_deletion,
    is_guarded_from_pruning,
)

NOTHING = SyncOptions()
OLD = Version(3, 3)


def carrying(**annotations: str) -> dict[str, Any]:
    names = {"options": "argocd.argoproj.io/sync-options", "policy": "helm.sh/resource-policy"}
    return {"metadata": {"annotations": {names[key]: text for key, text in annotations.items()}}}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("CreateNamespace = true", "CreateNamespace=true"),
        ("createNamespace=true", "CreateNamespace=true"),
        ("CreateNamespace: true", "CreateNamespace=true"),
        ("CreateNamespaces=true", "CreateNamespace=true"),
        ("SeverSideApply=true", "ServerSideApply=true"),
        ("Prune=fasle", "Prune=false"),
        ("CreateNamespace=true", None),
        ("CreateNamespace=false", None),
        ("createNamespace=false", None),
        ("SelfHeal=true", None),
        ("", None),
    ],
)
def test_the_closest_option_is_the_one_that_was_meant(written: str, meant: str | None) -> None:
    assert closest(written) == meant


def test_resource_options_have_their_own_list() -> None:
    assert closest("Forced=true", KNOWN_RESOURCE) == "Force=true"


@pytest.mark.parametrize(
    ("obj", "options", "version", "pruning", "deletion"),
    [
        (carrying(options="Prune=false"), (), None, True, False),
        (carrying(options="Prune=confirm"), (), None, True, True),
        (carrying(options="Prune=confirm"), (), Version(2, 13), False, False),
        (carrying(options="Delete=false"), (), None, False, True),
        (carrying(policy="keep"), (), None, False, True),
        (carrying(), ("Prune=false", "Delete=confirm"), None, True, True),
        (carrying(), ("Prune=false", "Delete=confirm"), OLD, False, False),
        (carrying(options="Prune=true"), ("Prune=false",), None, False, False),
        ("garbage", ("Prune=false",), None, True, False),
    ],
)
def test_guards(
    obj: Any, options: tuple[str, ...], version: Version | None, *, pruning: bool, deletion: bool
) -> None:
    app_options = SyncOptions(options)
    assert is_guarded_from_pruning(obj, app_options, version) is pruning
    assert is_guarded_from_deletion(obj, app_options, version) is deletion
