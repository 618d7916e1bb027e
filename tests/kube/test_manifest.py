"""What a manifest is called in a sentence."""

import pytest

from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin


@pytest.mark.parametrize(
    ("metadata", "label"),
    [
        ({"name": "a", "namespace": "shop", "generateName": "b-"}, "Job shop/a"),
        ({"namespace": "shop", "generateName": "migrate-"}, "Job shop/migrate-*"),
        ({"generateName": "migrate-"}, "Job migrate-*"),
        ({"namespace": "shop", "generateName": 7}, "Job shop/"),
    ],
)
def test_an_object_named_when_created_shows_its_prefix(
    metadata: dict[str, object], label: str
) -> None:
    raw = {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata}
    assert Manifest(raw, GitOrigin("r", "c", "p", 1)).label == label
