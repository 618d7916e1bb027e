"""`auditor explain` as a user runs it."""

import resource
from pathlib import Path

import pytest

from auditor.snapshot import codec
from tests.cli.command import SAMPLE, auditor
from tests.report import changed
from tests.support.replay import replayed


@pytest.mark.parametrize("name", ["plate-batch-prod", "argocd/plate-batch-prod"])
def test_it_tells_symptom_cause_fix_and_confirmation_in_this_order(name: str) -> None:
    done = auditor("explain", name, "--snapshot", SAMPLE, "--lang", "en")
    assert (done.status, done.err) == (0, "")
    parts = ("OutOfSync", "Cause", "NS-001", "Evidence", "Fix", "Confirm", "Effect", "LIVE-002")
    places = [done.out.index(part) for part in parts]
    assert places == sorted(places)
    assert "\x1b[" not in done.out


def test_it_speaks_korean() -> None:
    done = auditor("explain", "plate-batch-prod", "--snapshot", SAMPLE, "--lang", "ko")
    assert (done.status, done.err) == (0, "")
    for word in ("증상", "원인", "증적", "조치 방법", "확인 방법", "미판정"):
        assert word in done.out


def test_two_runs_give_the_same_bytes() -> None:
    runs = [
        auditor("explain", "ingress-prod", "--snapshot", SAMPLE, PYTHONHASHSEED=seed)
        for seed in ("1", "77")
    ]
    assert runs[0].out == runs[1].out


def test_it_takes_less_than_two_seconds() -> None:
    """Of the processor, the best of three: what else runs here is not ours to measure."""
    took = []
    for _ in range(3):
        began = _processor()
        assert auditor("explain", "plate-batch-prod", "--snapshot", SAMPLE).status == 0
        took.append(_processor() - began)
    assert min(took) < 2


def _processor() -> float:
    """Return the seconds that processes which have ended took."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_a_name_that_is_not_there_gets_the_nearest_ones() -> None:
    done = auditor("explain", "plate-batch-prd", "--snapshot", SAMPLE, "--lang", "en")
    assert done.status == 2
    assert done.out == ""
    assert "plate-batch-prd" in done.sentence
    assert "plate-batch-prod" in done.sentence


def test_a_name_of_two_applications_needs_its_namespace(tmp_path: Path) -> None:
    codec.write(changed.twice("ingress-prod", "team"), tmp_path / "s")
    done = auditor("explain", "ingress-prod", "--snapshot", tmp_path / "s", "--lang", "en")
    assert done.status == 2
    assert "argocd/ingress-prod, team/ingress-prod" in done.sentence
    done = auditor("explain", "team/ingress-prod", "--snapshot", tmp_path / "s", "--lang", "en")
    assert done.status == 0, done.err
    assert done.out.startswith("team/ingress-prod\n")


def test_an_application_that_only_git_declares_is_no_failure(clean: Path) -> None:
    done = auditor("explain", "web-dev", "--no-cluster", "--git", clean, "--lang", "en")
    assert done.status == 0, done.err
    assert "not in the cluster" in done.out
    assert "Not assessed" in done.out


def test_it_looks_into_a_cluster_itself(tmp_path: Path) -> None:
    with replayed("b-namespace-missing", tmp_path):
        kubeconfig = tmp_path / "kubeconfig.json"
        done = auditor(
            *("explain", "plate-batch-prod", "--kubeconfig", kubeconfig, "--no-git"),
            *("--lang", "en"),
        )
    assert done.status == 0, done.err
    assert 'namespaces "plate-batch" not found' in done.out
    assert "kubectl get namespace plate-batch" in done.out
