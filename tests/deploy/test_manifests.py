"""What `deploy/` holds: current, accepted by a real API server, and no wider than it must be."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.cli.command import ROOT, auditor
from tests.support.apiserver import ApiServer, started

DEPLOY: Final = ROOT / "deploy"
RBAC: Final = ("rbac", "--service-account", "argocd-auditor", "--argocd-namespace", "argocd")


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    with started(tmp_path_factory.mktemp("apiserver")) as server:
        yield server


@pytest.fixture(scope="module")
def objects() -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((DEPLOY / "cronjob.yaml").read_text()))


@pytest.fixture(scope="module")
def job(objects: list[dict[str, Any]]) -> dict[str, Any]:
    (found,) = (raw["spec"] for raw in objects if raw["kind"] == "CronJob")
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module")
def pod(job: dict[str, Any]) -> dict[str, Any]:
    found = job["jobTemplate"]["spec"]["template"]["spec"]
    assert isinstance(found, dict)
    return found


def test_the_roles_are_those_that_the_command_prints() -> None:
    done = auditor(*RBAC)
    assert (done.status, done.err) == (0, "")
    assert done.out == (DEPLOY / "rbac.yaml").read_text(), f"run: auditor {' '.join(RBAC)}"


def test_the_roles_only_read(objects: list[dict[str, Any]]) -> None:
    printed = list(yaml.safe_load_all(auditor(*RBAC).out))
    roles = [raw for raw in printed if raw["kind"] in ("Role", "ClusterRole")]
    verbs = {verb for role in roles for rule in role["rules"] for verb in rule["verbs"]}
    assert verbs == {"get", "list"}
    (wide,) = (role for role in roles if role["kind"] == "ClusterRole")
    assert not [rule for rule in wide["rules"] if "secrets" in rule["resources"]]
    accounts = {
        (subject["namespace"], subject["name"])
        for raw in printed
        for subject in raw.get("subjects", ())
    }
    made = {
        (raw["metadata"]["namespace"], raw["metadata"]["name"])
        for raw in objects
        if raw["kind"] == "ServiceAccount"
    }
    assert accounts == made


def test_a_rule_alone_needs_less() -> None:
    whole = list(yaml.safe_load_all(auditor("rbac").out))
    done = auditor("rbac", "--rule", "RETRY-002")
    alone = list(yaml.safe_load_all(done.out))

    def count(roles: list[dict[str, Any]]) -> int:
        return sum(len(rule["resources"]) for role in roles for rule in role["rules"])

    assert 0 < count(alone) < count(whole)


def test_a_real_api_server_accepts_everything_and_lets_the_doctor_in(
    api: ApiServer, tmp_path: Path
) -> None:
    """One test, because the server takes seconds to start."""
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "argocd"}}
    api.apply(namespace)
    file = str(DEPLOY / "cronjob.yaml")
    strictly = ("apply", "--server-side", "--validate=strict", "-f")
    dry = api.kubectl(*strictly, file, "--dry-run=server")
    assert "cronjob.batch/argocd-auditor" in dry
    stranger = doctored(api, tmp_path)
    assert stranger.count("NO ") > 10
    applied = api.kubectl(*strictly, str(DEPLOY / "rbac.yaml"))
    assert "clusterrole.rbac.authorization.k8s.io/argocd-auditor" in applied
    welcome = doctored(api, tmp_path)
    refused = [line for line in welcome.splitlines() if line.startswith(("NO ", "?  "))]
    assert refused == []
    assert "\n0/" in welcome


def doctored(api: ApiServer, folder: Path) -> str:
    api.connect_as("argocd-auditor", "argocd")
    kubeconfig = api.kubeconfig.parent / "argocd-auditor.kubeconfig"
    done = auditor("doctor", "--kubeconfig", kubeconfig, "--argocd-namespace", "argocd", cwd=folder)
    assert done.status in (0, 3), done.err
    return done.out


def test_runs_never_overlap_and_always_end(job: dict[str, Any]) -> None:
    assert job["concurrencyPolicy"] == "Forbid"
    assert job["timeZone"]
    assert job["startingDeadlineSeconds"] > 0
    assert job["jobTemplate"]["spec"]["activeDeadlineSeconds"] > 0
    assert job["jobTemplate"]["spec"]["backoffLimit"] <= 3


def test_the_pod_may_do_no_more_than_it_must(pod: dict[str, Any]) -> None:
    (container,) = pod["containers"]
    assert pod["restartPolicy"] == "Never"
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"]["type"] == "RuntimeDefault"
    context = container["securityContext"]
    assert context["readOnlyRootFilesystem"] is True
    assert context["allowPrivilegeEscalation"] is False
    assert context["capabilities"] == {"drop": ["ALL"]}
    assert set(container["resources"]["requests"]) == {"cpu", "memory"}
    assert container["resources"]["limits"]["memory"]
    assert container["image"].rpartition(":")[2] not in ("", "latest")


def test_what_is_written_has_a_volume(pod: dict[str, Any], objects: list[dict[str, Any]]) -> None:
    (container,) = pod["containers"]
    mounts = {mount["mountPath"]: mount["name"] for mount in container["volumeMounts"]}
    assert set(mounts) == {"/runs", "/tmp"}  # noqa: S108 - a path in the container
    volumes = {volume["name"]: volume for volume in pod["volumes"]}
    claim = volumes[mounts["/runs"]]["persistentVolumeClaim"]["claimName"]
    claims = [raw for raw in objects if raw["kind"] == "PersistentVolumeClaim"]
    assert [raw["metadata"]["name"] for raw in claims] == [claim]


def test_the_command_of_the_job_is_one_that_the_command_line_takes(
    pod: dict[str, Any], tmp_path: Path
) -> None:
    """All but the cluster: outside of one it is refused for that reason alone."""
    (container,) = pod["containers"]
    words = container["args"][0].split()
    assert words[:2] == ["auditor", "report"]
    known = {entry["name"]: entry["value"] for entry in container["env"]}
    given = [word.strip('"') for word in words[1 : words.index("--out")]]
    given = [known.get(word.removeprefix("$"), word) for word in given]
    done = auditor(*given, "--out", tmp_path / "out", cwd=tmp_path)
    assert done.status == 2
    assert "ServiceAccount" in done.sentence
