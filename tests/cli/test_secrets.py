"""Planted values of Secrets and tokens in URLs: no file and no stream of a run holds them."""

import base64
import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.cli.command import Done, auditor
from tests.collector.git_support import repository
from tests.support.replay import SHARED

PLANTED: Final = "Pl4nted-Valu3-Of-A-Secret"
ENCODED: Final = base64.b64encode(PLANTED.encode()).decode()
URL: Final = f"https://robot:{PLANTED}@git.example.com/team/deploy.git"
TOKEN: Final = f"https://{PLANTED}@git.example.com/team/other.git"
_COPY: Final = "kubectl.kubernetes.io/last-applied-configuration"
_HERE: Final = "https://kubernetes.default.svc"


@dataclass(frozen=True, slots=True)
class Run:
    """What one run wrote and said."""

    done: Done
    out: Path


def application(name: str, path: str, url: str = URL) -> str:
    spec = {
        "project": "default",
        "source": {"repoURL": url, "path": path, "targetRevision": "main"},
        "destination": {"server": _HERE, "namespace": "shop-prod"},
        "syncPolicy": {"automated": {"prune": True}, "retry": {"limit": "lots"}},
    }
    raw = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "spec": spec}
    copy = json.dumps(raw)
    meta = {"name": name, "namespace": "argocd", "annotations": {_COPY: copy}}
    return json.dumps({**raw, "metadata": meta})


def secret(name: str) -> str:
    meta = {
        "name": name,
        "namespace": "argocd",
        "labels": {"argocd.argoproj.io/secret-type": "repository"},
    }
    raw = {
        "apiVersion": "v1",
        "kind": "Secret",
        "stringData": {"password": PLANTED, "url": URL},
        "data": {"other": ENCODED},
    }
    copy = {**raw, "metadata": meta}
    annotations = {_COPY: json.dumps(copy)}
    return json.dumps({**raw, "metadata": {**meta, "annotations": annotations}})


PROJECT: Final = {
    "apiVersion": "argoproj.io/v1alpha1",
    "kind": "AppProject",
    "metadata": {"name": "default", "namespace": "argocd"},
    "spec": {"sourceRepos": [URL, TOKEN], "destinations": [{"server": "*", "namespace": "*"}]},
}
FILES: Final = {
    "apps/shop.yaml": application("shop-prod", "chart"),
    "apps/plain.yaml": application("plain-prod", "plain"),
    "apps/broken.yaml": application("broken-prod", "broken"),
    "apps/other.yaml": application("other-prod", "any", TOKEN),
    "apps/project.yaml": json.dumps(PROJECT),
    "plain/secret.yaml": secret("plain"),
    "plain/list.yaml": json.dumps(
        {"apiVersion": "v1", "kind": "List", "items": [json.loads(secret("listed"))]}
    ),
    "chart/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
    "chart/values.yaml": f"password: {PLANTED}\n",
    "chart/templates/secret.yaml": (
        "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\n"
        "stringData: {password: {{ .Values.password }}}\n"
        "data: {other: {{ b64enc .Values.password }}}\n"
    ),
    "broken/secret.yaml": f"apiVersion: v1\nkind: Secret\nstringData: {{password: {PLANTED}\n",
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("secrets")
    path = repository(folder / "deploy", FILES)
    done = auditor(
        *("report", "--no-cluster", "--git", f"{URL}={path}", "--out", folder / "out"),
        *("--git", f"https://{PLANTED}@127.0.0.1:9/absent.git"),
        *("--format", "html,pdf,json,text", "--lang", "en", "--allow-gaps"),
    )
    assert done.status in (0, 1), done.err
    return Run(done, folder / "out")


def texts(run: Run) -> Iterator[tuple[str, str]]:
    yield "stdout", run.done.out
    yield "stderr", run.done.err
    for path in sorted(p for p in run.out.rglob("*") if p.is_file()):
        yield path.name, path.read_bytes().decode("utf-8", "replace")


def test_the_secrets_were_seen(run: Run) -> None:
    """Otherwise the rest of this module proves nothing."""
    kept = (run.out / "snapshot" / "renderings.jsonl").read_text()
    for name in ("plain", "listed", "db"):
        assert f'"name":"{name}"' in kept
    assert '"password":"(redacted)"' in kept
    apps = json.loads((run.out / "report.json").read_text())["report"]["population"]["only_git"]
    assert set(apps) == {"shop-prod", "plain-prod", "broken-prod", "other-prod"}


@pytest.mark.parametrize("value", [PLANTED, ENCODED], ids=["plain", "encoded"])
def test_no_value_reaches_a_file_or_a_stream(value: str, run: Run) -> None:
    assert [name for name, text in texts(run) if value in text] == []


def test_no_value_reaches_the_text_of_the_pdf(run: Run) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    command = ["pdftotext", "-layout", str(run.out / "report.pdf"), "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "shop-prod" in text
    unbroken = "".join(text.split())
    assert PLANTED not in unbroken
    assert ENCODED not in unbroken


def test_that_there_was_a_credential_stays_visible(run: Run) -> None:
    """A rule may have to say that a URL carries one."""
    kept = (run.out / "snapshot" / "git.manifests.jsonl").read_text()
    assert '"repoURL":"https://(redacted)@git.example.com/team/deploy.git"' in kept
    assert '"repoURL":"https://(redacted)@git.example.com/team/other.git"' in kept


def test_a_repository_that_cannot_be_cloned_is_told_without_its_token() -> None:
    done = auditor("check", f"https://robot:{PLANTED}@127.0.0.1:9/absent.git", "--lang", "en")
    assert done.status == 3
    assert "127.0.0.1:9/absent.git" in done.sentence
    assert PLANTED not in done.out + done.err


def test_a_kubeconfig_that_is_broken_is_told_without_its_token(tmp_path: Path) -> None:
    path = tmp_path / "kubeconfig"
    path.write_text(f"users:\n- user: {{token: {PLANTED}\n")
    done = auditor("report", "--kubeconfig", path, "--no-git", "--out", tmp_path / "out")
    assert done.status == 2
    assert "cannot be used" in done.sentence
    assert PLANTED not in done.out + done.err


def test_values_of_a_recorded_cluster_are_not_even_asked_for(tmp_path: Path) -> None:
    """The recording answers a request for the values of Secrets with a line on stderr."""
    from tests.support.replay import replayed

    if not SHARED.is_dir():
        pytest.skip("no recordings beside the project")
    with replayed("e1-externalsecret-defaults", tmp_path):
        done = auditor(
            *("snapshot", "--kubeconfig", tmp_path / "kubeconfig.json", "--no-git"),
            *("--out", tmp_path / "snapshot"),
        )
    assert done.status == 0, done.err
    lines = (tmp_path / "snapshot" / "live.secrets.jsonl").read_text().splitlines()
    assert lines
    for line in lines:
        assert not {"data", "stringData"} & set(json.loads(line)["raw"])
