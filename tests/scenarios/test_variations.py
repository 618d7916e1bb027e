"""Recorded drift under other names, and written by others: nothing may hang on the recording."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from auditor.engine.result import Audit
from auditor.findings import Finding
from auditor.snapshot.agreement import AGREEMENT
from tests.scenarios.test_object_verdicts import verdicts
from tests.support.make_samples import SCENARIOS

DRIFT: Final = "d2-ingress-owned-fields-changed-selfheal-off"
WHO: Final = ("-c", "user.name=a", "-c", "user.email=a@example.com")

pytestmark = pytest.mark.skipif(
    not (SCENARIOS / DRIFT).is_dir(), reason="no recorded clusters beside the checkout"
)


def renamed(scenario: str, folder: Path, words: Mapping[str, str]) -> Path:
    """Copy a recording and write other words in cluster and Git, in names of files too."""
    out, clone = folder / scenario, folder / "clone"
    shutil.copytree(SCENARIOS / scenario, out)
    git("clone", "--quiet", "--branch", "main", str(out / "repo.bundle"), str(clone), at=folder)
    before = git("rev-parse", "HEAD", at=clone)
    replace_in(clone, words)
    git("add", "--all", at=clone)
    git(*WHO, "commit", "--quiet", "--allow-empty", "--message", "renamed", at=clone)
    after = git("rev-parse", "HEAD", at=clone)
    (out / "repo.bundle").unlink()
    git("bundle", "create", "--quiet", str(out / "repo.bundle"), "main", at=clone)
    replace_in(out, {**words, before: after})
    return out


def git(*arguments: str, at: Path) -> str:
    done = subprocess.run(["git", *arguments], cwd=at, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def replace_in(folder: Path, words: Mapping[str, str]) -> None:
    pattern = re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))

    def other(text: str) -> str:
        return pattern.sub(lambda found: words[found[0]], text)

    inside = [p for p in folder.rglob("*") if ".git" not in p.relative_to(folder).parts]
    for path in sorted(inside, key=lambda p: len(p.parts), reverse=True):
        if path.is_file() and path.suffix != ".bundle":
            path.write_text(other(path.read_text(encoding="utf-8")), encoding="utf-8")
        if other(path.name) != path.name:
            path.rename(path.with_name(other(path.name)))


def findings(audit: Audit, rule: str) -> dict[str, Finding]:
    return {
        f.breach.facts["object"].name: f  # type: ignore[union-attr]
        for f in audit.findings
        if f.rule == rule
    }


def agrees(audit: Audit) -> bool:
    assert audit.snapshot.look(AGREEMENT)
    return all(one.standing == "agrees" for _, one in verdicts(audit.snapshot))


def test_other_names_and_another_operator_give_the_same_account(
    audit_of: Any, tmp_path: Path
) -> None:
    words = {
        "plate-web": "shopfront",
        "plate-api": "ordering.v2",
        "cert-manager": "acme-operator",
        "acme.api.plate.example": "challenge-7.other.example",
        "proxy-body-size": "it's-a_limit",
    }
    audit = audit_of(renamed(DRIFT, tmp_path, words))
    assert agrees(audit)
    found = findings(audit, "DIFF-001")
    assert set(found) == {"shopfront", "ordering.v2"}
    assert {f.breach.facts["manager"] for f in found.values()} == {"acme-operator"}
    web, api = found["shopfront"].breach.fix, found["ordering.v2"].breach.fix
    assert web is not None
    assert api is not None
    assert web.edits[0].value["jsonPointers"] == [
        "/metadata/annotations/acme-operator.io~1cluster-issuer",
        "/metadata/annotations/nginx.ingress.kubernetes.io~1it's-a_limit",
    ]
    assert api.edits[0].value["jqPathExpressions"] == [
        '.spec.rules[]? | select(.host == "challenge-7.other.example")'
    ]


@pytest.mark.parametrize("manager", ["kubectl-edit", "Lens"])
def test_what_a_person_wrote_is_never_to_be_ignored(
    manager: str, audit_of: Any, tmp_path: Path
) -> None:
    words = {'"manager":"cert-manager"': f'"manager":"{manager}"'}
    audit = audit_of(renamed(DRIFT, tmp_path, words))
    found = findings(audit, "DIFF-015")
    assert set(found) == {"plate-web", "plate-api"}
    assert {f.breach.facts["manager"] for f in found.values()} == {manager}
    assert all(f.breach.fix is None for f in found.values())
    assert not findings(audit, "DIFF-001")


@pytest.mark.parametrize("manager", ["unknown", "Go-http-client"])
def test_a_writer_that_nobody_knows_is_a_writer(
    manager: str, audit_of: Any, tmp_path: Path
) -> None:
    words = {'"manager":"cert-manager"': f'"manager":"{manager}"'}
    audit = audit_of(renamed(DRIFT, tmp_path, words))
    found = findings(audit, "DIFF-001")
    assert set(found) == {"plate-web", "plate-api"}
    assert {f.breach.facts["manager"] for f in found.values()} == {manager}


def test_self_heal_makes_it_a_fight(audit_of: Any, tmp_path: Path) -> None:
    words = {"selfHeal: false": "selfHeal: true", '"selfHeal":false': '"selfHeal":true'}
    audit = audit_of(renamed(DRIFT, tmp_path, words))
    found = findings(audit, "DIFF-001")
    assert {f.breach.variant for f in found.values()} == {"heals"}
