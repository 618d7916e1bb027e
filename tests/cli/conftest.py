"""Repositories that several tests only read."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.collector.git_support import repository
from tests.support.replay import replayed

URL = "https://git.example.com/team/deploy.git"


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository with one Application that Git alone has nothing to say against."""
    app = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": "web-dev", "namespace": "argocd"},
        "spec": {
            "project": "default",
            "source": {"repoURL": URL, "path": "web", "targetRevision": "main"},
            "destination": {"server": "https://kubernetes.default.svc", "namespace": "web-dev"},
        },
    }
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web"}}
    files = {"apps/web.yaml": json.dumps(app), "web/config.yaml": json.dumps(config)}
    return repository(tmp_path_factory.mktemp("clean") / "deploy", files)


@pytest.fixture(scope="session")
def refusing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Yield a kubeconfig of a cluster that refuses every request."""
    folder = tmp_path_factory.mktemp("refusing")
    with replayed("a-healthy", folder, "--deny", ".*"):
        yield folder / "kubeconfig.json"
