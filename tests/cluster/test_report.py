"""`auditor report` against a real API server: whole, forbidden, not installed, large, dying."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from auditor.collector.rbac import bindings, cluster_role
from auditor.snapshot import Missing, Snapshot, codec
from tests.support.apiserver import ApiServer
from tests.support.dying import dying

EVERYWHERE: Final = {"remote", "shop", "well", "theirs", "unwatched"}
MANY: Final = 2000
PAGE: Final = 250
ENDLESS: Final = sys.maxsize
APPLICATIONS: Final = "/v1alpha1/applications?"
# need nothing but the cluster, and find nothing there: only what is unread changes the status
QUIET: Final = ("--rule=SPEC-001", "--rule=NS-003", "--rule=PROJ-007", "--rule=SET-001")
LOST: Final = "unreachable"


@dataclass(frozen=True, slots=True)
class Told:
    """What one run left behind."""

    status: int
    report: dict[str, Any]
    snapshot: Snapshot

    def names(self) -> set[str]:
        """Return the names of the Applications that were audited."""
        return {entry["name"] for entry in self.report["population"]["audited"]}

    def gaps(self) -> set[tuple[str, str]]:
        """Return code and kind of all that was not assessed."""
        return {
            (entry["code"], entry["facts"].get("kind", "")) for entry in self.report["not_assessed"]
        }

    def refused(self) -> dict[str, str]:
        """Return why each section that is missing as a whole is missing."""
        looks = self.snapshot.sections.items()
        return {name: look.why.code for name, look in looks if isinstance(look, Missing)}


def report(kubeconfig: Path, out: Path, *options: str) -> Told:
    command = [sys.executable, "-m", "auditor", "report", "--no-git", "--lang", "en"]
    command += ["--kubeconfig", str(kubeconfig), "--format", "json,html", "--out", str(out)]
    done = subprocess.run(
        [*command, *options],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=out.parent,
        env={**os.environ, "NO_PROXY": "127.0.0.1"},
    )
    assert "Traceback" not in done.stdout + done.stderr
    assert (out / "report.json").is_file(), done.stderr
    told = json.loads((out / "report.json").read_text())
    page = (out / "report.html").read_text()
    assert page.rstrip().endswith("</html>")
    # nothing half-written beside what was asked for
    assert {path.name for path in out.iterdir()} == {"report.json", "report.html", "snapshot"}
    return Told(done.returncode, told, codec.read(out / "snapshot"))


def as_service_account(api: ApiServer, name: str) -> Path:
    api.connect_as(name, "audit")
    return api.kubeconfig.parent / f"{name}.kubeconfig"


def test_all_applications_are_audited_with_all_rights(api: ApiServer, tmp_path: Path) -> None:
    told = report(api.kubeconfig, tmp_path / "out", *QUIET)
    assert told.names() == EVERYWHERE
    assert told.refused() == {}
    assert told.gaps() == set()
    assert told.status == 0


def test_findings_decide_the_status_before_gaps_do(api: ApiServer, tmp_path: Path) -> None:
    told = report(api.kubeconfig, tmp_path / "out")
    assert told.names() == EVERYWHERE
    assert "high" in {finding["severity"] for finding in told.report["findings"]}
    assert ("no_git", "") in told.gaps()
    assert told.status == 1


def test_missing_rights_are_named_and_the_rest_is_audited(api: ApiServer, tmp_path: Path) -> None:
    kubeconfig = as_service_account(api, "narrow")
    for role in cluster_role(frozenset({"live.applications", "live.settings"})):
        metadata = {"name": f"narrow-{role['kind'].lower()}", "namespace": "argocd"}
        narrowed = {**role, "kind": "Role", "metadata": metadata}
        api.apply(narrowed, *bindings([narrowed], "narrow", "audit"))
    told = report(kubeconfig, tmp_path / "out", *QUIET)
    assert told.status == 3
    assert told.names() == {"remote", "shop", "well"}
    assert told.refused()["live.projects"] == "forbidden"
    assert told.refused()["live.namespaces"] == "forbidden"
    assert "live.applications" not in told.refused()
    assert ("forbidden", "AppProject") in told.gaps()
    assert any(rule["passed"] for rule in told.report["coverage"])


@pytest.fixture
def without_applicationsets(api: ApiServer) -> Iterator[ApiServer]:
    """Take the CRD of ApplicationSets away, and bring it back as it was."""
    name = "applicationsets.argoproj.io"
    kept = json.loads(api.kubectl("get", "crd", name, "-o", "json"))
    crd = {key: kept[key] for key in ("apiVersion", "kind", "spec")}
    api.kubectl("delete", "crd", name)
    try:
        yield api
    finally:
        api.apply({**crd, "metadata": {"name": name, **_annotations(kept)}})
        api.eventually("get", name, "-A")


def _annotations(crd: dict[str, Any]) -> dict[str, Any]:
    # the API server accepts a CRD of a protected group only with its approval
    return {"annotations": crd["metadata"].get("annotations", {})}


def test_a_kind_without_its_crd_is_not_installed(
    without_applicationsets: ApiServer, tmp_path: Path
) -> None:
    told = report(without_applicationsets.kubeconfig, tmp_path / "out", *QUIET)
    assert told.status == 3
    assert told.names() == EVERYWHERE
    assert told.refused() == {"live.applicationsets": "kind_not_installed"}
    assert ("kind_not_installed", "ApplicationSet") in told.gaps()


@contextmanager
def many(api: ApiServer, count: int) -> Iterator[set[str]]:
    """Have `count` more Applications in a namespace; yield their names."""
    path = "/apis/argoproj.io/v1alpha1/namespaces/team-b/applications"
    connection = api.connect()
    client = connection.client.rest_client.pool_manager

    def create(name: str) -> str:
        app = application("team-b", name)
        answer = client.request("POST", f"https://{connection.server}{path}", json=app)
        assert answer.status == 201, answer.data
        return name

    names = [f"bulk-{number:04}" for number in range(count)]
    try:
        with ThreadPoolExecutor(8) as threads:
            yield set(threads.map(create, names))
    finally:
        gone = client.request("DELETE", f"https://{connection.server}{path}")
        client.clear()
        assert gone.status == 200, gone.data


def application(namespace: str, name: str) -> dict[str, Any]:
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "project": "default",
            "destination": {"server": "https://kubernetes.default.svc", "namespace": "shop"},
            "source": {"repoURL": "https://git.example/x.git", "path": name},
        },
    }


def test_two_thousand_applications_come_in_pages(api: ApiServer, tmp_path: Path) -> None:
    pages = f"--page-size={PAGE}"
    with many(api, MANY) as names:
        assert len(names) == MANY
        with dying(api, ENDLESS, tmp_path / "kubeconfig") as answered:
            told = report(tmp_path / "kubeconfig", tmp_path / "out", pages)
        lists = [path for path in answered if APPLICATIONS in path]
        assert len(lists) == -(-(MANY + len(EVERYWHERE)) // PAGE)
        assert all(f"limit={PAGE}" in path for path in lists)
        assert told.names() == EVERYWHERE | names
        assert told.refused() == {}
        assert told.status == 1


def test_what_was_read_before_the_server_died_is_kept(api: ApiServer, tmp_path: Path) -> None:
    rules = (*QUIET, "--rule=LIVE-011")
    with dying(api, ENDLESS, tmp_path / "kubeconfig") as answered:
        whole = report(tmp_path / "kubeconfig", tmp_path / "whole", *rules)
    assert (whole.refused(), whole.gaps()) == ({}, set())
    # the lists come first, the objects that Applications manage come last
    half = len(answered) // 2
    assert any(APPLICATIONS in path for path in answered[:half])
    with dying(api, half, tmp_path / "kubeconfig") as answered:
        told = report(tmp_path / "kubeconfig", tmp_path / "half", *rules)
    assert len(answered) == half
    assert told.status == 3
    assert told.names() == EVERYWHERE
    assert {code for code, _ in told.gaps()} == {LOST}


def test_a_list_that_broke_off_is_not_taken_for_a_whole_one(api: ApiServer, tmp_path: Path) -> None:
    with dying(api, 5, tmp_path / "kubeconfig"):
        told = report(tmp_path / "kubeconfig", tmp_path / "out", *QUIET, "--page-size=1")
    # the first page was read; a list is whole or it is a gap
    assert told.status == 3
    assert told.names() == set()
    assert told.refused()["live.applications"] == LOST
