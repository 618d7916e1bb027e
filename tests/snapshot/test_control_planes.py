"""Which Argo CDs there are, and from where their settings are known."""

from collections.abc import Mapping
from typing import Any, Final

from auditor.argocd.control_plane import ControlPlane
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin, LiveOrigin, Origin, RenderedOrigin
from auditor.snapshot import Collected, Excluded, Look, Missing, Snapshot
from auditor.snapshot.control_planes import CONTROL_PLANES

REPOSITORY: Final = "https://git.example.com/platform.git"
LIVE: Final = LiveOrigin("cluster.example.com")


def config_map(origin: Origin, name: str = "argocd-cm", **data: str) -> Manifest:
    raw = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": "argocd"},
        "data": {key.replace("_", "."): value for key, value in data.items()},
    }
    return Manifest(raw, origin)


def git(path: str) -> GitOrigin:
    return GitOrigin(REPOSITORY, "0" * 40, path, 1)


def rendered(path: str) -> RenderedOrigin:
    return RenderedOrigin("argocd/argocd", REPOSITORY, "0" * 40, path)


def planes(looks: Mapping[str, Look]) -> tuple[ControlPlane, ...]:
    found = Snapshot(looks).look(CONTROL_PLANES)
    assert isinstance(found, tuple), found
    return found


def test_the_cluster_wins_over_git() -> None:
    (plane,) = planes(
        {
            "live.settings": Collected((config_map(LIVE, admin_enabled="false"),)),
            "git.manifests": Collected((config_map(git("a.yaml"), admin_enabled="true"),)),
        }
    )
    assert plane.is_live
    assert plane.value("admin.enabled") == "false"


def test_samples_of_documentation_set_up_nothing() -> None:
    sample = config_map(git("docs/install/argocd-cm.yaml"), admin_enabled="true")
    real = config_map(git("argocd/argocd-cm.yaml"), admin_enabled="false")
    (plane,) = planes({"git.manifests": Collected((sample, real))})
    assert plane.value("admin.enabled") == "false"


def test_overlays_of_one_name_are_installations_of_their_own() -> None:
    written = (
        config_map(rendered("argocd/dev"), admin_enabled="true"),
        config_map(rendered("argocd/prod"), admin_enabled="false"),
    )
    dev, prod = planes({"git.manifests": Collected(written)})
    assert [dev.value("admin.enabled"), prod.value("admin.enabled")] == ["true", "false"]


def test_maps_of_one_folder_or_chart_belong_together() -> None:
    for one, other in (
        (git("x/cm.yaml"), git("x/params.yaml")),
        (rendered("chart/templates/configs/cm.yaml"), rendered("chart/templates/configs/p.yaml")),
    ):
        params = config_map(other, "argocd-cmd-params-cm", server_insecure="true")
        (plane,) = planes({"git.manifests": Collected((config_map(one), params))})
        assert plane.value("server.insecure") == "true"


def test_a_rendered_deployment_says_its_flags_and_version() -> None:
    container = {"image": "quay.io/argoproj/argocd:v2.9.3", "args": ["--insecure"]}
    server: dict[str, Any] = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "argocd-server", "namespace": "argocd"},
        "spec": {"template": {"spec": {"containers": [container]}}},
    }
    item = {
        "application": "argocd/argocd",
        "source": 0,
        "repository": REPOSITORY,
        "commit": "0" * 40,
        "path": "argocd",
        "objects": [{"template": "argocd", "manifest": server}],
    }
    (plane,) = planes(
        {
            "git.manifests": Collected((config_map(rendered("argocd")),)),
            "renderings": Collected((Manifest(item, LiveOrigin("")),)),
        }
    )
    assert plane.value("server.insecure") == "true"
    assert plane.version.release == (2, 9, 3)


def test_roles_alone_are_no_installation() -> None:
    looks: dict[str, Look] = {
        "git.manifests": Collected((config_map(git("r.yaml"), "argocd-rbac-cm"),)),
        "live.settings": Excluded(Gap("no_cluster")),
    }
    assert Snapshot(looks).look(CONTROL_PLANES) == Missing(Gap("argocd_not_declared"))


def test_why_the_cluster_could_not_be_read_is_told() -> None:
    refused = Missing(Gap("forbidden", {"name": "argocd-cm"}))
    assert Snapshot({"live.settings": refused}).look(CONTROL_PLANES) == refused
