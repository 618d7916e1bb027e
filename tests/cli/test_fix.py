"""`auditor fix`: a patch that applies, touches the lines meant, and silences what it says."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest

from auditor.cli import patched_tree
from tests.cli.command import auditor
from tests.support.replay import SHARED

SHOP: Final = """\
# The shop; owner: team-shop
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop-prod, namespace: argocd}
spec:
  project: shop   # not default
  source: {repoURL: https://git.example.com/a.git, path: manifests, targetRevision: v1}
  destination: {server: https://kubernetes.default.svc, namespace: shop-prod}
  ignoreDifferences:
    # the autoscaler sets it
    - kind: Deployment
      jsonPointers: ["/spec/replicas"]
  syncPolicy:
    automated: {prune: false, selfHeal: true, allowEmpty: false}
    retry:
      backoff: {duration: 5s, factor: 2, maxDuration: 3m}
"""
SETS: Final = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: unrelated}
---
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: tools, namespace: argocd}
spec:
  goTemplate: true
  goTemplateOptions: ["missingkey=error"]
  generators:
    - list: {elements: [{name: a}, {name: b}]}
  template:
    metadata: {name: "{{.name}}"}
    spec:
      project: tools
      source: {repoURL: https://git.example.com/a.git, path: manifests, targetRevision: v1}
      destination: {server: https://kubernetes.default.svc, namespace: "{{.name}}"}
      syncPolicy:
        automated: {selfHeal: true}
        retry:
          backoff: {duration: 5s}
"""
TEMPLATE: Final = """\
{{- range .Values.apps }}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: {{ . }}, namespace: argocd}
spec:
  project: shop
  source: {repoURL: https://git.example.com/a.git, path: manifests, targetRevision: v1}
  destination: {server: https://kubernetes.default.svc, namespace: {{ . }}}
  syncPolicy: {{- toYaml $.Values.defaults.syncPolicy | nindent 4 }}
{{- end }}
"""
WRONG: Final = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop-stg, namespace: argocd}
spec:
  project: shop
  source: {repoURL: https://git.example.com/a.git, path: manifests, targetRevision: v1}
  destination: {server: https://kubernetes.default.svc, namespace: shop-stg}
  syncPolicy:
    automated: {prune: false, selfHeal: false}
"""
DEPLOYMENT: Final = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "web:1"}]}
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "deploy"
    for path, text in {
        "apps/shop.yaml": SHOP,
        "apps/sets.yaml": SETS,
        "apps/stg.yaml": WRONG,
        "manifests/web.yaml": DEPLOYMENT,
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    _git(root, "init", "-q")
    _git(root, "remote", "add", "origin", "https://git.example.com/a.git")
    _git(root, "add", ".")
    _git(root, "-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-qm", "one")
    return root


def test_the_patch_applies_and_its_findings_are_gone(repository: Path) -> None:
    before = _findings(repository)
    done = auditor("fix", repository, "--lang", "en")
    assert done.status == 0
    assert _git(repository, "status", "--porcelain") == "", "nothing is written unasked"
    _git(repository, "apply", "-", stdin=done.out)
    assert _changed(repository) == {"apps/shop.yaml", "apps/sets.yaml"}
    after = _findings(repository)
    mended = {finding["fingerprint"] for finding in before} - {f["fingerprint"] for f in after}
    rules = {finding["rule"] for finding in before if finding["fingerprint"] in mended}
    assert {"DIFF-005", "RETRY-002"} <= rules
    assert {f["fingerprint"] for f in after} < {f["fingerprint"] for f in before}, "none is new"


def test_comments_order_and_style_stay(repository: Path) -> None:
    done = auditor("fix", repository, "--write", "--lang", "en")
    assert done.status == 0
    text = (repository / "apps/shop.yaml").read_text("utf-8")
    kept = [line for line in SHOP.splitlines() if line not in text.splitlines()]
    assert kept == []
    assert "      group: apps\n" in text
    assert "      limit: 5\n" in text


def test_a_template_is_mended_once_for_all_that_it_makes(repository: Path) -> None:
    done = auditor("fix", repository, "--rule", "RETRY-002", "--lang", "en")
    added = [line for line in done.out.splitlines() if line.startswith("+ ")]
    assert added == ["+          limit: 5", "+      limit: 5"]
    assert "mends 2 of" in done.err


def test_values_of_a_chart_are_mended_where_its_templates_copy_them(tmp_path: Path) -> None:
    root = tmp_path / "platform"
    values = """\
# what every Application has
defaults:
  syncPolicy:
    automated: {prune: false, selfHeal: true}
    retry:
      backoff: {duration: 5s, factor: 2}   # as agreed
apps: [web, api]
"""
    for path, text in {
        "root/Chart.yaml": "apiVersion: v2\nname: root\nversion: 1.0.0\n",
        "root/values.yaml": values,
        "root/templates/apps.yaml": TEMPLATE,
        "manifests/web.yaml": DEPLOYMENT,
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    done = auditor("fix", root, "--rule", "RETRY-002", "--write", "--lang", "en")
    assert done.status == 0
    text = (root / "root/values.yaml").read_text("utf-8")
    assert text == values.replace("# as agreed\n", "# as agreed\n      limit: 5\n")
    assert (root / "root/templates/apps.yaml").read_text("utf-8") == TEMPLATE


def test_what_may_do_harm_is_only_shown(repository: Path) -> None:
    done = auditor("fix", repository, "--rule", "SYNC-002", "--write", "--lang", "en")
    assert (done.status, done.out) == (0, "")
    assert _git(repository, "status", "--porcelain") == ""


def test_links_are_not_followed(repository: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    (repository / "apps/shop.yaml").replace(outside)
    (repository / "apps/shop.yaml").symlink_to(outside)
    before = outside.read_bytes()
    done = auditor("fix", repository, "--write", "--lang", "en")
    assert done.status == 0
    assert outside.read_bytes() == before


def test_nothing_below_a_link_is_mended(repository: Path) -> None:
    """An absolute link to a folder leads out of the copy that is tried, back to the files."""
    inside = repository / "apps"
    (repository / "linked").symlink_to(inside.resolve())
    assert patched_tree.text_of(repository, "apps/shop.yaml") == SHOP
    assert patched_tree.text_of(repository, "linked/shop.yaml") is None
    assert patched_tree.text_of(repository, "apps/../apps/shop.yaml") is None
    assert patched_tree.text_of(repository, "../deploy/apps/shop.yaml") is None


def test_a_name_that_would_end_a_line_of_the_patch_is_not_mended(repository: Path) -> None:
    name = "apps/shop.yaml\n+++ b/other.yaml"
    (repository / name).parent.mkdir()
    (repository / name).write_text(SHOP, "utf-8")
    assert patched_tree.text_of(repository, name) is None


def test_a_link_under_a_temporary_name_is_not_written_through(
    repository: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("mine", "utf-8")
    for name in (".shop.yaml.auditor", ".shop.yaml.new", ".shop.yaml", "shop.yaml.new"):
        (repository / "apps" / name).symlink_to(outside)
    assert auditor("fix", repository, "--write", "--lang", "en").status == 0
    assert outside.read_text("utf-8") == "mine"
    assert "limit: 5" in (repository / "apps/shop.yaml").read_text("utf-8")


def test_windows_line_ends_stay(repository: Path) -> None:
    file = repository / "apps/shop.yaml"
    file.write_bytes(SHOP.replace("\n", "\r\n").encode())
    auditor("fix", repository, "--write", "--lang", "en")
    text = file.read_bytes().decode()
    assert "limit: 5\r\n" in text
    assert "\n" not in text.replace("\r\n", "")


def test_nothing_is_seen_in_an_empty_folder(tmp_path: Path) -> None:
    done = auditor("fix", tmp_path, "--lang", "en")
    assert done.status == 3
    assert done.out == ""


def test_a_url_is_refused(tmp_path: Path) -> None:
    done = auditor("fix", "https://git.example.com/a.git", "--lang", "en", cwd=tmp_path)
    assert done.status == 2
    assert "folders" in done.err


@pytest.mark.skipif(not SHARED.is_dir(), reason="no plate-gitops beside the project")
def test_the_first_platform(tmp_path: Path) -> None:
    root = tmp_path / "plate-gitops"
    shutil.copytree(SHARED / "plate-gitops", root, ignore=shutil.ignore_patterns(".git"))
    _git(root, "init", "-q")
    _git(root, "add", ".")
    _git(root, "-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-qm", "one")
    before = _findings(root)
    done = auditor("fix", root, "--lang", "ko")
    _git(root, "apply", "-", stdin=done.out)
    after = _findings(root)
    left = {finding["fingerprint"] for finding in after}
    mended = [f for f in before if f["fingerprint"] not in left]
    assert {"DIFF-005", "RETRY-002", "SYNC-004"} <= {finding["rule"] for finding in mended}
    assert len(mended) >= 9
    assert left < {finding["fingerprint"] for finding in before}
    for line in _git(root, "diff", "--unified=0").splitlines():
        if line[0] in "+-" and not line.startswith(("+++", "---")):
            meant = ("syncOptions", "CreateNamespace=false", "group: apps", "limit: 5")
            assert any(word in line for word in meant), line


def _findings(root: Path) -> list[dict[str, Any]]:
    done = auditor("check", root, "--format", "json", "--fail-at", "never", "--allow-gaps")
    assert done.status == 0, done.err
    found = json.loads(done.out)["findings"]
    assert isinstance(found, list)
    return found


def _changed(root: Path) -> set[str]:
    return set(_git(root, "diff", "--name-only").split())


def _git(root: Path, *arguments: str, stdin: str = "") -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=root, input=stdin, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_two_checkouts_of_one_repository_are_refused(repository: Path, tmp_path: Path) -> None:
    """Where a finding is names the repository, not which of its checkouts."""
    other = tmp_path / "other"
    shutil.copytree(repository, other)
    done = auditor("fix", repository, other, "--write", "--lang", "en")
    assert (done.status, done.out) == (2, "")
    assert "checkouts of https://git.example.com/a" in done.sentence
    assert _git(repository, "status", "--porcelain") == ""
    assert _git(other, "status", "--porcelain") == ""
