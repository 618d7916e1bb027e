"""Which ConfigMaps in Git are Argo CD's settings."""

import pytest

from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin, Origin, RenderedOrigin
from auditor.snapshot import sections
from auditor.snapshot.declared_settings import declared_map, declared_maps
from auditor.snapshot.section import Collected
from auditor.snapshot.snapshot import Snapshot

NAME = "argocd-cmd-params-cm"


def config_map(origin: Origin, **data: str) -> Manifest:
    raw = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": NAME}, "data": data}
    return Manifest(raw, origin)


def git(path: str) -> GitOrigin:
    return GitOrigin("r", "c", path, 1)


def snapshot(*items: Manifest) -> Snapshot:
    return Snapshot({sections.GIT_MANIFESTS.name: Collected(items)})


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("docs/operator-manual/params.yaml", 0),
        ("samples/params.yaml", 0),
        ("argocd/params.yaml", 1),
        ("argocd/docs.yaml", 1),
    ],
)
def test_samples_of_a_documentation_are_no_settings(path: str, count: int) -> None:
    assert len(declared_maps(snapshot(config_map(git(path), a="b")), NAME)) == count


def test_what_an_application_delivers_is_no_sample() -> None:
    origin = RenderedOrigin("argocd/argocd", "r", "c", "docs/install")
    assert declared_map(snapshot(config_map(origin, a="b")), NAME) is not None


def test_several_count_only_where_they_agree() -> None:
    one, same, other = (config_map(git(f"{n}.yaml"), a=a) for n, a in enumerate("bbc"))
    assert declared_map(snapshot(one, same), NAME) == one
    assert declared_map(snapshot(one, other), NAME) is None
