"""Who changed a live object, end to end: a real API server, the collector, the comparison."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from auditor import pipeline
from auditor.argocd.next_sync import Outcome
from auditor.argocd.object_state import ObjectState, State
from auditor.collector.git_options import RepositorySpec
from auditor.engine.result import Audit
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.object_states import object_states
from tests.cluster.conftest import namespace, workload
from tests.support.apiserver import ApiServer, secret

WHERE: Final = "owned"
URL: Final = "https://git.example/owned.git"
ARGOCD: Final = "argocd-controller"
ROWS: Final = (
    ("apps", "Deployment", "edited"),
    ("apps", "Deployment", "operated"),
    ("apps", "Deployment", "scaled"),
    ("networking.k8s.io", "Ingress", "several"),
    ("networking.k8s.io", "Ingress", "reported"),
    ("", "Secret", "database"),
)


def deployment(name: str) -> dict[str, Any]:
    raw = workload("Deployment", WHERE, name, "app:1")
    raw["metadata"]["annotations"] = {"example.com/level": "low"}
    raw["spec"]["replicas"] = 2
    return raw


def ingress(name: str) -> dict[str, Any]:
    backend = {"service": {"name": "web", "port": {"number": 80}}}
    path = {"path": "/", "pathType": "Prefix", "backend": backend}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {
            "name": name,
            "namespace": WHERE,
            "annotations": {"example.com/issuer": "http", "example.com/size": "8m"},
        },
        "spec": {
            "ingressClassName": "nginx",
            "rules": [{"host": "shop.example", "http": {"paths": [path]}}],
        },
    }


def declared() -> list[dict[str, Any]]:
    names = ("edited", "operated", "scaled")
    return [*map(deployment, names), ingress("several"), ingress("reported")]


def application(commit: str, *, is_healed: bool) -> dict[str, Any]:
    source = {"repoURL": URL, "path": "app", "targetRevision": "main"}
    destination = {"server": "https://kubernetes.default.svc", "namespace": WHERE}
    automated = {"automated": {"selfHeal": True}} if is_healed else {}
    rows = [
        {
            "group": group,
            "version": "v1",
            "kind": kind,
            "namespace": WHERE,
            "name": name,
            "status": "Synced" if name == "reported" else "OutOfSync",
        }
        for group, kind, name in ROWS
    ]
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": WHERE, "namespace": "argocd"},
        "spec": {
            "project": "default",
            "destination": destination,
            "source": source,
            "syncPolicy": automated,
        },
        "status": {
            "sync": {
                "status": "OutOfSync",
                "revision": commit,
                "comparedTo": {"destination": destination, "source": source},
            },
            "health": {"status": "Healthy"},
            "reconciledAt": "2099-01-01T00:00:00Z",
            "resources": rows,
        },
    }


def tracked(raw: dict[str, Any]) -> dict[str, Any]:
    """Return an object as Argo CD applies it: with its mark, and a copy of itself."""
    group = raw["apiVersion"].rpartition("/")[0]
    mark = f"{WHERE}:{group}/{raw['kind']}:{WHERE}/{raw['metadata']['name']}"
    notes = {**raw["metadata"].get("annotations", {}), "argocd.argoproj.io/tracking-id": mark}
    copy = {**raw, "metadata": {**raw["metadata"], "annotations": notes}}
    kept = {**notes, "kubectl.kubernetes.io/last-applied-configuration": json.dumps(copy)}
    return {**raw, "metadata": {**raw["metadata"], "annotations": kept}}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("git") / "owned"
    (folder / "app").mkdir(parents=True)
    objects = [*declared(), secret(WHERE, "database", "in-git")]
    for raw in objects:
        name = f"{raw['kind']}-{raw['metadata']['name']}.json".lower()
        (folder / "app" / name).write_text(json.dumps(raw))
    who = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    for arguments in (
        ("init", "--quiet", "--initial-branch", "main"),
        ("add", "."),
        (*who, "commit", "--quiet", "--message", "all"),
    ):
        subprocess.run(["git", *arguments], cwd=folder, check=True)
    done = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=folder, check=True, capture_output=True, text=True
    )
    return folder, done.stdout.strip()


@pytest.fixture(scope="module")
def changed(api: ApiServer, repository: tuple[Path, str]) -> Iterator[ApiServer]:
    """Apply everything under Argo CD's name, and let others write past it."""
    api.apply(namespace(WHERE), application(repository[1], is_healed=False))
    made = [tracked(raw) for raw in (*declared(), secret(WHERE, "database", "in-git"))]
    api.kubectl("create", "--field-manager", ARGOCD, "-f", "-", objects=made)

    def patch(kind: str, name: str, manager: str, body: Any, *more: str) -> None:
        what = (kind, name, "-n", WHERE, "--field-manager", manager, "--patch", json.dumps(body))
        api.kubectl("patch", *what, *more)

    template = {"spec": {"containers": [{"name": "main", "image": "app:debug"}]}}
    patch("deployment", "edited", "kubectl-edit", {"spec": {"template": template}})
    operator = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {
            "name": "operated",
            "namespace": WHERE,
            "annotations": {"example.com/level": "high"},
        },
    }
    forced = ("--server-side", "--force-conflicts", "--field-manager", "level-operator")
    api.kubectl("apply", *forced, "-f", "-", objects=[operator])
    scaled = ("--subresource", "scale", "--type", "merge")
    patch("deployment", "scaled", "kube-controller-manager", {"spec": {"replicas": 5}}, *scaled)
    issuer = {"metadata": {"annotations": {"example.com/issuer": "dns"}}}
    patch("ingress", "several", "cert-manager", issuer)
    size = {"metadata": {"annotations": {"example.com/size": "50m"}}}
    patch("ingress", "several", "kubectl-patch", size)
    balanced = {"status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}}}
    merged = ("--subresource", "status", "--type", "merge")
    patch("ingress", "reported", "nginx-ingress-controller", balanced, *merged)
    more = {"data": {"password": "Y2hhbmdlZA=="}}
    patch("secret", "database", "external-secrets", more)
    yield api
    api.kubectl("delete", "application", WHERE, "-n", "argocd")
    for kind in ("deployments", "ingresses", "secrets"):
        api.kubectl("delete", kind, "--all", "-n", WHERE)


@pytest.fixture(scope="module")
def audit(changed: ApiServer, repository: tuple[Path, str]) -> Audit:
    folder, _ = repository
    spec = RepositorySpec(url=URL, path=folder)
    target = pipeline.Target(repositories=(spec,), kubeconfig=changed.kubeconfig)
    return pipeline.judge(pipeline.collect(target))


def state(audit: Audit, name: str) -> ObjectState:
    look = audit.snapshot.look(APPLICATIONS)
    assert isinstance(look, tuple)
    app = next(app for app in look if app.name == WHERE)
    found = object_states(app, audit.snapshot)
    assert not found.gaps
    return next(one for one in found.objects if one.ref.name == name)


@pytest.mark.parametrize(
    ("name", "place", "manager", "operation", "subresource"),
    [
        (
            "edited",
            "/spec/template/spec/containers/0/image",
            "kubectl-edit",
            "Update",
            "",
        ),
        (
            "operated",
            "/metadata/annotations/example.com~1level",
            "level-operator",
            "Apply",
            "",
        ),
        ("scaled", "/spec/replicas", "kube-controller-manager", "Update", "scale"),
    ],
    ids=["by hand", "another applier", "the scale subresource"],
)
def test_the_one_who_changed_a_field_is_named(
    name: str, place: str, manager: str, operation: str, subresource: str, audit: Audit
) -> None:
    one = state(audit, name)
    assert one.state is State.DIFFERS
    (field,) = one.fields
    (owner,) = field.owners
    assert field.pointer == place
    assert (owner.manager, owner.operation, owner.subresource) == (manager, operation, subresource)
    # the API server dates no entry that the scale subresource makes
    assert bool(owner.time) == (subresource != "scale")
    assert field.outcome is Outcome.OVERWRITE


def test_fields_of_one_object_have_each_their_own_owner(audit: Audit) -> None:
    one = state(audit, "several")
    owners = {field.pointer: [o.manager for o in field.owners] for field in one.fields}
    assert owners == {
        "/metadata/annotations/example.com~1issuer": ["cert-manager"],
        "/metadata/annotations/example.com~1size": ["kubectl-patch"],
    }


def test_the_status_subresource_is_no_drift(audit: Audit) -> None:
    one = state(audit, "reported")
    assert one.live is not None
    assert one.live.raw["status"]["loadBalancer"]
    assert (one.state, one.fields, one.hidden) == (State.SAME, (), ())


def test_of_a_secret_the_owner_of_the_key_is_known_and_no_value(audit: Audit) -> None:
    one = state(audit, "database")
    assert one.state is State.UNKNOWN
    owners = {field.pointer: [o.manager for o in field.owners] for field in one.fields}
    assert owners["/data/password"] == ["external-secrets"]
    assert {(field.desired, field.live) for field in one.fields} == {(None, None)}


def test_what_an_application_that_is_gone_left_behind_is_found(audit: Audit) -> None:
    found = [finding for finding in audit.findings if finding.rule == "LIVE-011"]
    told = {str(label) for finding in found for label in finding.breach.facts["objects"]}  # type: ignore[union-attr]
    assert "ConfigMap shop/left-behind" in told


def test_each_writer_is_the_matter_of_its_own_rule(audit: Audit) -> None:
    found: dict[str, set[str]] = {}
    for finding in audit.findings:
        if finding.subject.name == WHERE:
            told = finding.breach.facts.get("object")
            found.setdefault(finding.rule, set()).add(getattr(told, "name", ""))
    assert {"operated", "several", "database"} <= found["DIFF-001"]
    assert found["DIFF-015"] == {"edited", "several"}
    assert "edited" not in found["DIFF-001"]
    assert all("reported" not in names for rule, names in found.items() if rule[:4] == "DIFF")
