"""Credentials go, what tells one host or path from another stays."""

import pytest

from auditor.kube.url_credentials import without_credentials

CASES = (
    ("https://me:s3cret@git.example.com/x.git", "https://git.example.com/x.git"),
    ("https://me:s3c@ret@git.example.com/x", "https://git.example.com/x"),
    ("a https://t0ken@one/x, ssh://git@two:22/y", "a https://one/x, ssh://two:22/y"),
    ("https://git.example.com/x?ref=a@b", "https://git.example.com/x?ref=a@b"),
    ("oci://ghcr.io/team/x@sha256:0a", "oci://ghcr.io/team/x@sha256:0a"),
    ("git@git.example.com:x.git", "git@git.example.com:x.git"),
    (
        'Get "https://h/x?private_token=glpat-1&ref=main"',
        'Get "https://h/x?private_token=(redacted)&ref=main"',
    ),
    (
        "https://h/x?ref=main&X-Amz-Signature=0a1b",
        "https://h/x?ref=main&X-Amz-Signature=(redacted)",
    ),
    ("Authorization: Bearer eyJhbGciOiJSUzI1NiJ9.e30", "Authorization: Bearer (redacted)"),
    ("Basic authentication failed", "Basic authentication failed"),
    ('Get "https://a/": see "me@example.com"', 'Get "https://a/": see "me@example.com"'),
)


@pytest.mark.parametrize(("text", "kept"), CASES)
def test_credentials_go(text: str, kept: str) -> None:
    assert without_credentials(text) == kept
