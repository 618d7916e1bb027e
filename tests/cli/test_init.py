"""`auditor init`: a configuration that is valid and judges as the built-in environments do."""

import json
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.command import auditor
from tests.support.replay import SHARED

APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: {name}, namespace: argocd}}
spec:
  project: shop
  source: {{repoURL: https://git.example.com/other.git, path: x, targetRevision: v1}}
  destination: {{server: https://kubernetes.default.svc, namespace: {namespace}}}
  syncPolicy: {{automated: {{prune: true}}}}
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    root = tmp_path / "deploy"
    root.mkdir()
    for name, namespace in (("a", "shop-prod"), ("b", "shop-stg"), ("c", "batch")):
        text = APPLICATION.format(name=name, namespace=namespace)
        (root / f"{name}.yaml").write_text(text, "utf-8")
    _git(root, "https://git.example.com/shop/deploy.git")
    return root


@pytest.mark.parametrize("language", ["ko", "en"])
def test_what_it_writes_is_valid_and_changes_no_verdict(checkout: Path, language: str) -> None:
    before = _judged(checkout)
    done = auditor("init", "--lang", language, cwd=checkout)
    assert (done.status, done.out) == (0, "auditor.toml\n")
    valid = auditor("config", "validate", cwd=checkout)
    assert valid.status == 0, valid.err
    assert _judged(checkout) == before


def test_it_says_what_it_found(checkout: Path) -> None:
    text = auditor("init", "--print", "--lang", "en", cwd=checkout).out
    assert not (checkout / "auditor.toml").exists()
    assert 'namespaces = ["*-prod"]' in text
    assert 'namespaces = ["*-stg"]' in text
    assert "[environments.dev]" not in text, "what is not there is not set up"
    assert "argocd/c" in text, "no environment claims it"
    assert '"https://git.example.com/shop/deploy.git" = "."' in text
    assert '# "https://git.example.com/other.git"' in text
    assert "Applications that name it: 3" in text


def test_a_file_is_not_overwritten(checkout: Path) -> None:
    (checkout / "auditor.toml").write_text("# mine\n", "utf-8")
    done = auditor("init", cwd=checkout)
    assert done.status == 2
    assert (checkout / "auditor.toml").read_text("utf-8") == "# mine\n"


def test_a_link_that_leads_nowhere_is_not_written_through(checkout: Path, tmp_path: Path) -> None:
    (checkout / "auditor.toml").symlink_to(tmp_path / "outside.toml")
    auditor("init", cwd=checkout)
    assert not (tmp_path / "outside.toml").exists()


def test_a_name_cannot_write_settings(tmp_path: Path) -> None:
    """What it copies from a repository stays in a comment or between quotes."""
    evil = 'https://git.example.com/x"\nfail_at = "critical"\x9b\nown_rules = ["/"] # "'
    app = yaml.safe_load(APPLICATION.format(name="a", namespace="batch"))
    app["spec"]["source"]["repoURL"] = evil
    app["metadata"]["name"] = "a\nallow_gaps = true"
    (tmp_path / "a.yaml").write_text(yaml.safe_dump(app), "utf-8")
    done = auditor("init", "--print", cwd=tmp_path)
    assert done.status == 0, done.err
    assert "own_rules" in done.out
    assert "\x9b" not in done.out
    told = tomllib.loads(done.out)
    assert (told["fail_at"], told["allow_gaps"], "own_rules" in told) == ("high", False, False)


def test_a_file_elsewhere_names_the_checkout_from_there(checkout: Path, tmp_path: Path) -> None:
    out = tmp_path / "policy" / "auditor.toml"
    out.parent.mkdir()
    assert auditor("init", checkout.name, "--out", out, cwd=tmp_path).status == 0
    assert '= "../deploy"' in out.read_text("utf-8")


def test_nothing_is_written_where_there_is_no_application(tmp_path: Path) -> None:
    done = auditor("init", cwd=tmp_path)
    assert done.status == 3
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not SHARED.is_dir(), reason="no plate-gitops beside the project")
def test_the_first_platform(tmp_path: Path) -> None:
    root = tmp_path / "plate-gitops"
    shutil.copytree(SHARED / "plate-gitops", root, ignore=shutil.ignore_patterns(".git"))
    _git(root, "http://git.plate.example/platform/plate-gitops.git")
    before = _judged(root)
    assert auditor("init", cwd=root).status == 0
    assert auditor("config", "validate", cwd=root).status == 0
    assert _judged(root) == before


def _judged(root: Path) -> list[tuple[Any, ...]]:
    done = auditor("check", "--format", "json", "--fail-at", "never", "--allow-gaps", cwd=root)
    assert done.status == 0, done.err
    found = json.loads(done.out)["findings"]
    return sorted((f["fingerprint"], f["severity"], f["environment"]) for f in found)


def _git(root: Path, origin: str) -> None:
    for arguments in (
        ("init", "-q", "-b", "main"),
        ("remote", "add", "origin", origin),
        ("add", "."),
        ("-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-qm", "one"),
    ):
        subprocess.run(["git", *arguments], cwd=root, check=True)
