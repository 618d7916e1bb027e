"""Charts and overlays of our own against what the real `helm` and `kustomize` make of them.

The expected output was written by the binaries (`tests/support/make_rendered.py`).
"""

import json
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from auditor.collector.git import GitOptions, RepositorySpec, collect, read
from auditor.collector.render import helm_engine
from auditor.collector.render.application import Wanted
from auditor.collector.render.desk import Desk, Given
from auditor.collector.render.documents import objects_of
from auditor.collector.render.failure import NotRendered
from auditor.snapshot import redact
from tests.collector.git_support import renderings
from tests.support.make_rendered import KUBE_VERSION, NAMESPACE, RELEASE, cases, source_of

Items = Mapping[str, Mapping[str, Any]]
CASES = [(kind, case) for kind in ("charts", "overlays") for case in cases(kind)]
IDS = [f"{kind}/{case.name}" for kind, case in CASES]


@pytest.fixture(scope="module")
def items() -> Items:
    """Return the rendering of every case by its name."""
    live = [_application(case) for _, case in CASES]
    specs = [RepositorySpec(_url(case), case) for _, case in CASES]
    options = GitOptions(worktree=True, kube_version=KUBE_VERSION)
    found = renderings(collect(specs, live, lambda *_: None, options))
    return {name.removesuffix("#0"): item for name, item in found.items()}


def _url(case: Path) -> str:
    return f"https://git.example.com/{case.parent.name}/{case.name}"


def _application(case: Path) -> dict[str, Any]:
    source = source_of(case)
    helm = source.get("helm")
    if helm is not None:
        source["helm"] = {"releaseName": RELEASE, **helm}
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": f"{case.parent.name}-{case.name}", "namespace": "argocd"},
        "spec": {
            "source": {"repoURL": _url(case), **source},
            "destination": {"server": "x", "namespace": NAMESPACE},
        },
    }


@pytest.mark.parametrize(("kind", "case"), CASES, ids=IDS)
def test_output_is_the_one_of_the_real_tool(kind: str, case: Path, items: Items) -> None:
    item = items[f"{kind}-{case.name}"]
    if (case / "refused.txt").exists():
        assert item["error"]["is_content"]
        assert item["objects"] == []
        return
    assert "error" not in item
    text = (case / "expected.yaml").read_text("utf-8")
    # Secrets do not leave the collector.
    expected = map(redact.manifest, objects_of(text, "expected.yaml"))
    assert _sorted(o["manifest"] for o in item["objects"]) == _sorted(expected)


@pytest.mark.skipif(
    shutil.which("helm") is None, reason="no helm on the PATH, and no package registry ships one"
)
@pytest.mark.parametrize("case", cases("charts"), ids=lambda case: case.name)
def test_binary_gives_the_same_where_the_sdk_is_missing(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = GitOptions(worktree=True, kube_version=KUBE_VERSION)
    with read([RepositorySpec(_url(case), case)], options) as reading:
        desk = Desk(Given(reading.repositories, reading.failed), options, tmp_path)
        (piece,) = desk.pieces(Wanted(_application(case), "argocd/x", is_live=True))
    assert piece.job is not None
    with_sdk = _rendered(piece.job)
    monkeypatch.setitem(sys.modules, "helm_python", None)
    assert _rendered(piece.job) == with_sdk


def _rendered(job: Mapping[str, Any]) -> list[str] | str:
    try:
        return _sorted(entry["manifest"] for entry in helm_engine.render(job, 1_000_000))
    except NotRendered as failure:
        return failure.code


@pytest.mark.parametrize("kind", ["charts", "overlays"])
def test_there_are_cases(kind: str) -> None:
    assert len([case for case in cases(kind) if (case / "expected.yaml").exists()]) >= 8


def _sorted(objects: Any) -> list[str]:
    return sorted(json.dumps(raw, sort_keys=True) for raw in objects)
