"""Rules of a team's own beside ours: in YAML by the configuration, in Python by entry point."""

import json
import shutil
from pathlib import Path
from typing import Final

import pytest

from tests.cli.command import ROOT, Done, auditor

OWN: Final = ROOT / "tests/rulebook/own"
APPLICATION: Final = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop-prod, namespace: argocd}
spec:
  project: shop
  source: {repoURL: https://git.example.com/other.git, path: x, targetRevision: v1}
  destination: {server: https://kubernetes.default.svc, namespace: shop-prod}
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "app.yaml").write_text(APPLICATION, "utf-8")
    shutil.copytree(OWN, tmp_path / "policy" / "rules")
    text = 'own_rules = ["rules"]\n[repositories]\n"https://git.example.com/d.git" = ".."\n'
    (tmp_path / "policy" / "auditor.toml").write_text(text, "utf-8")
    return tmp_path


def checked(folder: Path, **environment: str) -> Done:
    return auditor(
        *("check", ".", "--config", "policy/auditor.toml", "--format", "json"),
        *("--fail-at", "never", "--allow-gaps", "--lang", "en"),
        cwd=folder,
        **environment,
    )


def test_a_rule_of_the_configuration_is_asked_like_any_other(checkout: Path) -> None:
    done = checked(checkout)
    assert done.status == 0, done.err
    said = json.loads(done.out)
    (finding,) = [f for f in said["findings"] if f["rule"] == "TEAM-001"]
    assert (finding["severity"], finding["facts"]) == ("high", {"name": "shop-prod"})
    assert {"TEAM-001", "TEAM-002"} <= {rule["id"] for rule in said["rules"]}
    (rule,) = [r for r in said["report"]["rules"] if r["id"] == "TEAM-001"]
    assert rule["title"] == "The team is not named"
    assert rule["entries"][0]["findings"][0]["sentence"].startswith("shop-prod has no label")


def test_a_policy_names_it(checkout: Path) -> None:
    config = checkout / "policy" / "auditor.toml"
    config.write_text(
        config.read_text("utf-8") + '[rules."TEAM-001"]\nseverity = "info"\n', "utf-8"
    )
    (finding,) = [
        f for f in json.loads(checked(checkout).out)["findings"] if f["rule"] == "TEAM-001"
    ]
    assert finding["severity"] == "info"


def test_its_page_and_its_place_in_the_guide(checkout: Path) -> None:
    environment = {"AUDITOR_CONFIG": str(checkout / "policy/auditor.toml")}
    page = auditor("explain", "TEAM-001", "--lang", "ko", cwd=checkout, **environment)
    assert "담당 팀이 없습니다" in page.out
    assert auditor("guide", "build", "--out", "site", cwd=checkout, **environment).status == 0
    assert (checkout / "site/ko/rules/TEAM-001.html").is_file()
    listed = auditor("rules", "list", cwd=checkout, **environment).out
    assert "TEAM-002" in listed


@pytest.mark.parametrize(
    "content",
    [b"id: TEAM-009\n", b"id: \xff\n", b"id: 2026-13-45\n", b"[" * 5000, b"id: \x1b[31m\n", b""],
    ids=["short", "no UTF-8", "no date", "deep", "no YAML", "empty"],
)
def test_a_file_that_is_no_rule_is_one_sentence(checkout: Path, content: bytes) -> None:
    (checkout / "policy/rules/bad.yaml").write_bytes(content)
    done = checked(checkout)
    assert (done.status, done.out) == (2, "")
    assert "bad.yaml" in done.sentence


def test_cases_are_put_to_it(tmp_path: Path) -> None:
    done = auditor("rules", "test", OWN)
    assert (done.status, done.out) == (0, "7 of 7 cases hold\n")
    text = (OWN / "team_label.yaml").read_text("utf-8")
    (tmp_path / "wrong.yaml").write_text(text.replace("{severity: high,", "{severity: low,"))
    wrong = auditor("rules", "test", tmp_path)
    assert wrong.status == 1
    assert "TEAM-001: an Application without the label" in wrong.out


def test_every_case_of_ours_holds() -> None:
    done = auditor("rules", "test")
    assert done.status == 0, done.out
    assert int(done.out.split()[0]) > 1000


def test_an_installed_package_brings_rules(tmp_path: Path) -> None:
    """As pip would lay it out: a package of rules, and the entry point that names it."""
    package = tmp_path / "acme_rules"
    package.mkdir()
    (package / "__init__.py").write_text("", "utf-8")
    ours = ROOT / "auditor/rules/ns"
    for file in ours.glob("namespace_metadata_has_no_effect.*"):
        text = file.read_text("utf-8").replace("NS-004", "ACME-001")
        (package / file.name).write_text(text, "utf-8")
    info = tmp_path / "acme_rules-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-rules\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[auditor.rules]\nacme = acme_rules\n")
    environment = {"PYTHONPATH": f"{tmp_path}:{ROOT}"}
    shown = auditor("rules", "show", "ACME-001", cwd=tmp_path, **environment)
    assert shown.status == 0, shown.err
    assert "ACME-001" in shown.out
    (info / "entry_points.txt").write_text("[auditor.rules]\nacme = nowhere\n")
    broken = auditor("rules", "list", cwd=tmp_path, **environment)
    assert (broken.status, broken.out) == (2, "")
    assert "nowhere" in broken.sentence
