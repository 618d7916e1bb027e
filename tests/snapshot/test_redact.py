"""Secret values and credentials never reach a snapshot."""

import pytest

from auditor.snapshot import redact

SECRET = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {
        "name": "db",
        "annotations": {
            "kubectl.kubernetes.io/last-applied-configuration": '{"data":{"p":"aHVudGVyMg=="}}',
            "team": "shop",
        },
    },
    "data": {"p": "aHVudGVyMg=="},
    "stringData": {"q": "hunter2"},
}


def test_values_go_and_keys_stay() -> None:
    kept = redact.manifest(SECRET)
    assert "hunter2" not in str(kept)
    assert "aHVudGVyMg==" not in str(kept)
    assert kept["data"] == {"p": redact.REDACTED}
    assert kept["metadata"]["annotations"]["team"] == "shop"


def test_data_that_is_no_mapping_goes_too() -> None:
    assert "hunter2" not in str(redact.manifest({**SECRET, "data": "hunter2", "stringData": None}))


def test_other_kinds_stay_as_they_are() -> None:
    config = {"apiVersion": "v1", "kind": "ConfigMap", "data": {"p": "q"}}
    assert redact.manifest(config) is config


def test_urls_lose_their_credentials() -> None:
    assert redact.url("https://me:s3cret@git.example.com/x.git") == "https://git.example.com/x.git"
    assert redact.url("https://token@git.example.com/x") == "https://git.example.com/x"
    assert redact.url("git@git.example.com:x.git") == "git@git.example.com:x.git"


@pytest.mark.parametrize(
    "url",
    [
        "https://git@git.corp.internal/a.git",
        "https://my-org2@dev.azure.com/my-org2/a",
        "https://deploy_bot.2024@git.corp.internal/a.git",
        "https://${USER}:${TOKEN}@git.corp.internal/a.git",
        "https://oauth2:$TOKEN@git.corp.internal/a.git",
        "https://deploy:CHANGE_ME@git.corp.internal/a.git",
        "ssh://git@git.corp.internal:7999/a.git",
    ],
)
def test_what_is_no_credential_stays(url: str) -> None:
    assert redact.credentials(url) == url


@pytest.mark.parametrize(
    "login",
    [
        "deploy:password",
        "deploy:$ecret1",
        "ghp_abcdefghijklmnopqrstuvwxyzABCDEFGHIJ",
        "glpat-abcdefghijklmnopqrst",
        "0123456789abcdef0123456789abcdef01234567",
        "x4k2m9qz7w",
        ":token",
    ],
)
def test_passwords_and_tokens_are_replaced(login: str) -> None:
    kept = redact.credentials(f"clone https://{login}@git.corp.internal/a.git now")
    assert kept == "clone https://(redacted)@git.corp.internal/a.git now"
