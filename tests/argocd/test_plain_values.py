"""Values that are long or odd: judged in no time, and never with an error."""

import time
from typing import Any

import pytest

from auditor.argocd.plain_values import plain_values


def secret(**values: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Secret", "stringData": values}


@pytest.mark.parametrize(
    "text",
    [
        "password: " + " " * 99_000,
        "a" * 99_000,
        "a+" * 49_000,
        "{{" * 49_000,
        "${" * 49_000,
        "<" * 99_000,
        "password=" * 11_000,
        "x://a:" * 16_000,
        "\n" * 99_000 + "k",
        "-----BEGIN RSA PRIVATE KEY-----\n" * 3_000,
        '{"a":' * 16_000,
        '{"a":' * 900 + "1" + "}" * 900,
    ],
)
@pytest.mark.parametrize("key", ["password", "config.yaml", ".dockerconfigjson"])
def test_nothing_takes_long(text: str, key: str) -> None:
    started = time.monotonic()
    list(plain_values(secret(**{key: text})))
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    "raw",
    [
        {"kind": "Secret", "stringData": "text"},
        {"kind": "Secret", "data": {"password": None, "token": 5, 7: "eA=="}},
        {"kind": "Secret", "metadata": {"annotations": [1]}, "data": {"password": "\ud800"}},
        {"kind": "Secret", "data": {".dockerconfigjson": "W10="}},
        {"kind": "Secret", "data": {".dockerconfigjson": "eyJhdXRocyI6IHsiYSI6IDF9fQ=="}},
        {"kind": "Other", "stringData": {"password": "correct-horse"}},
        {"apiVersion": "x/v1", "kind": "Secret", "stringData": {"password": "correct-horse"}},
    ],
)
def test_odd_objects_hold_nothing(raw: dict[str, Any]) -> None:
    assert list(plain_values(raw)) == []


def test_the_value_is_what_is_looked_for_later() -> None:
    (found,) = plain_values(
        secret(**{"app.env": 'USER=shop\nexport DB_PASSWORD="correct-horse"\n'})
    )
    assert (found.form, found.needle) == ("file", "correct-horse")
