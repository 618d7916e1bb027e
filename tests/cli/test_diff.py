"""`auditor diff` as a user runs it."""

from pathlib import Path

from auditor.snapshot import codec
from tests.cli.command import SAMPLE, auditor
from tests.report import changed


def test_it_shows_what_differs_and_who_wrote_it() -> None:
    done = auditor("diff", "ingress-prod", "--snapshot", SAMPLE, "--lang", "en")
    assert (done.status, done.err) == (0, "")
    lines = [line.strip() for line in done.out.splitlines()]
    assert "-     cert-manager.io/cluster-issuer: letsencrypt-dns" in lines
    assert "+     cert-manager.io/cluster-issuer: letsencrypt-production" in lines
    owner = "written by cert-manager (Update 2026-11-23 08:54:03+00:00)"
    assert f"{owner} · the next sync writes Git's value" in lines
    assert "The next sync comes with the next change in Git." in lines
    assert "\x1b[" not in done.out


def test_what_is_ignored_is_marked(tmp_path: Path) -> None:
    rule = {"group": "networking.k8s.io", "kind": "Ingress", "jsonPointers": [changed.ISSUER]}
    codec.write(changed.ignoring(rule), tmp_path / "s")
    done = auditor("diff", "ingress-prod", "--snapshot", tmp_path / "s", "--lang", "en")
    assert done.status == 0, done.err
    assert f"ignored by spec.ignoreDifferences[0] {changed.ISSUER}" in done.out


def test_no_value_of_a_secret_is_shown(tmp_path: Path) -> None:
    codec.write(changed.holding_a_secret(), tmp_path / "s")
    for language in ("en", "ko"):
        done = auditor("diff", "ingress-prod", "--snapshot", tmp_path / "s", "--lang", language)
        assert done.status == 0, done.err
        assert "/data/password" in done.out
        assert "openbao-agent" in done.out
        for value in (changed.PLANTED, changed.ENCODED):
            assert value not in done.out + done.err


def test_two_runs_give_the_same_bytes() -> None:
    runs = [
        auditor("diff", "plate-batch-prod", "--snapshot", SAMPLE, PYTHONHASHSEED=seed)
        for seed in ("1", "77")
    ]
    assert (runs[0].status, runs[0].err) == (0, "")
    assert runs[0].out == runs[1].out
    assert "다음 동기화: 생성함" in runs[0].out


def test_an_unknown_name_is_refused_in_korean_too() -> None:
    done = auditor("diff", "nothing-like-it", "--snapshot", SAMPLE, "--lang", "ko")
    assert done.status == 2
    assert "Application을 찾지 못했습니다" in done.sentence


def test_without_a_cluster_it_says_that_nothing_can_be_compared(clean: Path) -> None:
    done = auditor("diff", "web-dev", "--no-cluster", "--git", clean, "--lang", "en")
    assert done.status == 3
    assert "--no-cluster" in done.out
