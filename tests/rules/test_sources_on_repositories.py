"""Rules about specs and sources on real repositories, from the files to the finding."""

import json
from pathlib import Path
from typing import Any

from auditor import pipeline
from auditor.collector.git_options import RepositorySpec
from auditor.findings import Finding
from auditor.rulebook.discovery import discover
from auditor.rules import spec, src
from tests.collector.git_support import CHART, URL, application, config_map, repository

RULES = (*discover(spec), *discover(src))
QUIET_CHART = {
    "chart/Chart.yaml": CHART["chart/Chart.yaml"],
    "chart/templates/cm.yaml": config_map("{{ .Release.Name }}"),
}


def findings(folder: Path, files: dict[str, str]) -> list[Finding]:
    clone = repository(folder / "r", files)
    target = pipeline.Target(has_cluster=False, repositories=(RepositorySpec(url=URL, path=clone),))
    return list(pipeline.judge(pipeline.collect(target), selected=RULES).findings)


def told(found: list[Finding]) -> set[tuple[str, str, str]]:
    return {(f.rule, f.subject.name, f.breach.at) for f in found}


def test_a_tidy_repository_is_left_alone(tmp_path: Path) -> None:
    files = {**QUIET_CHART, "apps/web.yaml": application("web", "chart")}
    assert told(findings(tmp_path, files)) == set()


def test_a_key_given_twice_is_found_on_its_line(tmp_path: Path) -> None:
    text = (
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\n"
        "metadata: {name: web, namespace: argocd}\nspec:\n  project: default\n"
        f"  source: {{repoURL: '{URL}', path: chart}}\n"
        "  destination: {name: in-cluster, namespace: a}\n"
        "  destination: {name: in-cluster, namespace: b}\n"
    )
    (found,) = findings(tmp_path, {**QUIET_CHART, "apps/web.yaml": text})
    assert (found.rule, found.breach.at) == ("SPEC-006", "/spec/destination")
    assert found.breach.facts == {"key": "destination", "line": 8}


def test_one_parent_that_delivers_a_name_twice(tmp_path: Path) -> None:
    files = {
        **QUIET_CHART,
        "root/root.yaml": application("root", "apps"),
        "apps/a.yaml": application("web", "chart"),
        "apps/b.yaml": application("web", "chart", helm={"releaseName": "b"}),
    }
    found = findings(tmp_path, files)
    assert told(found) == {("SPEC-004", "web", ""), ("SRC-006", "root", "/spec/source")}
    twice = [f for f in found if f.rule == "SPEC-004"]
    assert len({f.fingerprint for f in twice}) == len(twice) == 2


def test_two_applications_of_one_root_that_share_an_object(tmp_path: Path) -> None:
    files = {
        "root/root.yaml": application("root", "apps"),
        "apps/a.yaml": application("one", "a"),
        "apps/b.yaml": application("two", "b"),
        "a/cm.yaml": config_map("same"),
        "b/cm.yaml": config_map("same") + "data: {a: b}\n",
    }
    assert told(findings(tmp_path, files)) == {
        ("SRC-007", "one", "/spec/source"),
        ("SRC-007", "two", "/spec/source"),
    }


def test_a_chart_with_a_random_secret_and_a_parameter_nobody_reads(tmp_path: Path) -> None:
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n"  # noqa: S105 - a template
    files = {
        **QUIET_CHART,
        "apps/web.yaml": application("web", "chart"),
        "apps/quiet.yaml": application(
            "quiet", "chart2", helm={"parameters": [{"name": "x", "value": "1"}]}
        ),
        "chart/templates/s.yaml": secret + "  p: '{{ randAlphaNum 9 }}'\n",
        "chart2/Chart.yaml": CHART["chart/Chart.yaml"],
        "chart2/templates/cm.yaml": config_map("fixed"),
    }
    assert told(findings(tmp_path, files)) == {
        ("SRC-008", "web", "/spec/source"),
        ("SRC-005", "quiet", "/spec/source/helm/parameters/0"),
    }


def test_a_directory_block_that_hides_a_kustomization(tmp_path: Path) -> None:
    files = {
        "apps/web.yaml": application("web", "d", directory={"recurse": True}),
        "d/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1beta1\n"
        "kind: Kustomization\nmetadata: {name: k}\nresources: [cm.yaml]\n",
        "d/cm.yaml": config_map("a"),
    }
    assert told(findings(tmp_path, files)) == {("SPEC-005", "web", "/spec/source/directory")}


def test_an_ingress_without_its_service(tmp_path: Path) -> None:
    ingress: dict[str, Any] = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": "web"},
        "spec": {"defaultBackend": {"service": {"name": "web", "port": {"number": 80}}}},
    }
    workload = {"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "web"}}
    lone = {"apps/web.yaml": application("web", "d"), "d/i.yaml": json.dumps(ingress)}
    assert findings(tmp_path / "lone", lone) == []
    (found,) = findings(tmp_path / "both", {**lone, "d/w.yaml": json.dumps(workload)})
    assert (found.rule, found.breach.at) == ("SRC-010", "/spec/defaultBackend/service/name")
