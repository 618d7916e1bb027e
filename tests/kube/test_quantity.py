"""Quantities in canonical form."""

import pytest

from auditor.kube import quantity


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("1000m", "1"),
        ("0.5", "500m"),
        ("1024Mi", "1Gi"),
        ("1.5Gi", "1536Mi"),
        ("1073741824", "1073741824"),
        ("100000", "100k"),
        ("1e3", "1e3"),
        ("0.5Ki", "512"),
        ("1.1n", "2n"),
        ("-1500m", "-1500m"),
        ("0", "0"),
        ("1K", None),
        ("one", None),
        ("", None),
    ],
)
def test_canonical_form(text: str, canonical: str | None) -> None:
    assert quantity.canonical(text) == canonical


def test_resource_lists_are_rounded_up_to_thousandths() -> None:
    assert quantity.round_up_to_milli("1100u") == "2m"
