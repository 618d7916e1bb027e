"""Reading and ordering versions of Argo CD."""

from itertools import pairwise

import pytest

from auditor.argocd.releases import NEWEST, SINCE, Version, has


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("v3.6.0-dev", Version(3, 6, 0, "dev")),
        ("3.5", Version(3, 5)),
        ("quay.io/argoproj/argocd:v3.0.2", Version(3, 0, 2)),
        ("localhost:5000/argocd:v2.14.1@sha256:abc", Version(2, 14, 1)),
        ("v3.5.0+abc", Version(3, 5)),
        ("latest", None),
        ("", None),
        (None, None),
        (3.5, None),
    ],
)
def test_parse(text: object, version: Version | None) -> None:
    assert Version.parse(text) == version


def test_order() -> None:
    texts = ["2.14.9", "3.0.0-rc1", "3.0.0-rc2", "3.0.0-rc10.1", "3.0.0", "3.0.10", "3.6.0-dev"]
    versions = [Version.parse(text) for text in texts]
    assert all(low and high and low < high for low, high in pairwise(versions))


def test_a_prerelease_has_what_its_release_has() -> None:
    assert has("source.tagPrefix", Version(3, 5, 0, "rc1"))
    assert not has("source.tagPrefix", Version(3, 4, 9))
    assert has("source.tagPrefix", None)
    assert all(has(feature, NEWEST) for feature in SINCE)
