"""What an ApplicationSet makes wrong is told once, at its template, naming what it makes."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from tests.cli.command import auditor

SET: Final = """\
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: tools, namespace: argocd}
spec:
  goTemplate: true
  goTemplateOptions: ["missingkey=error"]
  generators:
    - list:
        elements:
          - {name: a, namespace: x-stg}
          - {name: b, namespace: y-stg}
          - {name: c, namespace: z-prod}
  template:
    metadata: {name: "{{.name}}"}
    spec:
      project: tools
      source: {repoURL: https://git.example.com/a.git, path: x, targetRevision: v1}
      destination: {server: https://kubernetes.default.svc, namespace: "{{.namespace}}"}
      syncPolicy:
        automated: {selfHeal: true}
        retry:
          backoff: {duration: 5s}
"""
LINE: Final = SET.splitlines().index("        retry:") + 1


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "set.yaml").write_text(SET, "utf-8")
    return tmp_path


def said(folder: Path) -> dict[str, Any]:
    done = auditor(
        *("check", ".", "--format", "json", "--lang", "en", "--fail-at", "never", "--allow-gaps"),
        cwd=folder,
    )
    assert done.status == 0, done.err
    answer = json.loads(done.out)
    assert isinstance(answer, dict)
    return answer


def of_retries(answer: dict[str, Any], key: str = "findings") -> list[dict[str, Any]]:
    return sorted(
        (finding for finding in answer[key] if finding["rule"] == "RETRY-002"),
        key=lambda finding: (finding["subject"]["kind"], finding["subject"]["name"]),
    )


def test_it_is_one_finding_at_the_line_of_the_template(folder: Path) -> None:
    answer = said(folder)
    alone, together = of_retries(answer)
    assert alone["subject"]["name"] == "c", "production is another severity and environment"
    assert (together["subject"]["kind"], together["subject"]["name"]) == ("ApplicationSet", "tools")
    assert together["application"] is None
    assert [one["name"] for one in together["members"]] == ["a", "b"]
    assert together["at"] == "/spec/template/spec/syncPolicy/retry"
    assert (together["origin"]["path"], together["origin"]["line"]) == ("set.yaml", LINE)
    (row,) = [row for row in answer["coverage"] if row["rule"] == "RETRY-002"]
    assert (row["found"], row["findings"], row["passed"]) == (3, 2, 0), "three were asked about"


def test_what_differs_stays_with_the_application(folder: Path) -> None:
    text = SET.replace("duration: 5s", 'duration: "{{.name}}s"')
    (folder / "set.yaml").write_text(text, "utf-8")
    answer = said(folder)
    invalid = [f for f in answer["findings"] if f["rule"] == "RETRY-004"]
    assert {f["subject"]["kind"] for f in invalid} == {"Application"}
    assert len(invalid) == 3


def test_a_waiver_for_one_application_leaves_the_others(folder: Path) -> None:
    (folder / "auditor.toml").write_text(waiver('subject = "argocd/a"'), "utf-8")
    answer = said(folder)
    assert [f["subject"]["name"] for f in of_retries(answer)] == ["b", "c"]
    assert [f["subject"]["name"] for f in of_retries(answer, "waived")] == ["a"]


def test_a_waiver_at_the_template_is_for_all_of_them(folder: Path) -> None:
    (together,) = [f for f in of_retries(said(folder)) if f["members"]]
    (folder / "auditor.toml").write_text(
        waiver(f'fingerprint = "{together["fingerprint"]}"'), "utf-8"
    )
    answer = said(folder)
    assert [f["subject"]["name"] for f in of_retries(answer)] == ["c"]
    (accepted,) = of_retries(answer, "waived")
    assert [one["name"] for one in accepted["members"]] == ["a", "b"]
    assert not [f for f in answer["findings"] if f["rule"] == "WVR-002"], "it is used"


def test_the_terminal_names_them(folder: Path) -> None:
    (folder / "set.yaml").write_text(SET.replace("z-prod", "z-stg"), "utf-8")
    done = auditor("check", ".", "--lang", "en", "--allow-gaps", "--fail-at", "never", cwd=folder)
    assert "ApplicationSet argocd/tools has a retry block" in done.out
    assert "+ a, b and c" in done.out


def waiver(what: str) -> str:
    return (
        f'[[waivers]]\nrule = "RETRY-002"\n{what}\nreason = "tried"\napprover = "kim"\n'
        'ticket = "T-1"\ngranted = 2026-11-01\nexpires = 2099-01-01\n'
        "[waiving]\nmax_days = 40000\n"
    )
