"""Each recorded cluster is audited once a test run, the way a user does."""

import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from auditor import pipeline
from auditor.collector.git_options import RepositorySpec
from auditor.engine.result import Audit
from tests.support.make_samples import URL, serving


@pytest.fixture(scope="session")
def audit_of(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Audit a scenario the way a user does, once a test run."""

    @cache
    def audit(folder: Path) -> Audit:
        clone = tmp_path_factory.mktemp("repository") / "plate-gitops"
        bundle = folder / "repo.bundle"
        subprocess.run(
            ["git", "clone", "--quiet", "--branch", "main", str(bundle), str(clone)], check=True
        )
        with serving(folder) as kubeconfig:
            spec = RepositorySpec(url=URL, path=clone)
            target = pipeline.Target(repositories=(spec,), kubeconfig=kubeconfig)
            return pipeline.judge(pipeline.collect(target))

    return audit
