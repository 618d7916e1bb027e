"""Which values of a Secret are secrets in plain text: by their keys, and by their form.

What only stands for a secret – placeholders, references that a tool fills in, encrypted texts,
public certificates – is none. When in doubt the answer is no.
"""

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from auditor.argocd.secret_words import (
    is_encrypted,
    is_filler,
    is_sensitive,
    stands_for_another,
)
from auditor.kube.loose import mapping, text

_PUBLIC: Final = re.compile(r"(?:^|[._-])(?:crt|cert|pub|cer|pem\.pub)$")
_PRIVATE_KEY: Final = re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----")
_TOKEN: Final = re.compile(
    r"\b(?:gh[opusr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{40,}|glpat-[A-Za-z0-9_-]{18,}"
    r"|xox[abprs]-[A-Za-z0-9-]{12,}|(?:AKIA|ASIA)[A-Z0-9]{16}|AIza[A-Za-z0-9_-]{35}"
    r"|sk_live_[A-Za-z0-9]{16,}|eyJ[A-Za-z0-9_-]{16,}\.eyJ[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"
    r"|hvs\.[A-Za-z0-9_-]{20,}|npm_[A-Za-z0-9]{30,}|dckr_pat_[A-Za-z0-9_-]{20,})"
)
_URL: Final = re.compile(
    r"""\b[a-z][a-z0-9+.-]{0,30}://[^/?\#\s"'`<>:@]{0,200}:(?P<password>[^/?\#\s"'`<>@]{1,500})"""
    r"""@(?P<host>[^/:?\s"',]+)""",
    re.IGNORECASE,
)
_ASSIGNED: Final = re.compile(
    r"""^[ \t]{0,80}(?:- |export )?["']?(?P<key>[\w.-]{1,100})["']?[ \t]{0,20}[:=][ \t]{0,20}"""
    r"""(?P<quote>["']?)(?P<value>[^"'\s]{1,500})(?P=quote),?[ \t]{0,20}$""",
    re.MULTILINE,
)
_EXAMPLES: Final = ("example.com", "example.org", "example.net", ".example", ".invalid", ".test")
_LONGEST: Final = 100_000
_LONGEST_WORD: Final = 4_000
"""Characters; no password is longer."""
_SHORTEST_BODY: Final = 20


@dataclass(frozen=True, slots=True)
class PlainValue:
    """One value that is a secret in plain text."""

    part: str
    """`data` or `stringData`."""
    key: str
    form: str
    """Why it counts: `key` (its name), `private_key`, `token`, `url`, `file` (a setting in it)."""
    needle: str
    """The secret itself, to look for where it is written. Never kept."""


def plain_values(raw: Mapping[str, Any]) -> Iterator[PlainValue]:
    """Yield the values of a Secret that are plain secrets; nothing for any other object."""
    if raw.get("kind") != "Secret" or raw.get("apiVersion") not in ("v1", None) or "sops" in raw:
        return
    notes = mapping(raw, "metadata", "annotations")
    if any(str(name).startswith("avp.kubernetes.io/") for name in notes):
        return
    for part in ("stringData", "data"):
        for key, value in mapping(raw, part).items():
            content = _content(value, is_encoded=part == "data")
            if found := _judged(str(key), content):
                yield PlainValue(part, str(key), *found)


def _content(value: Any, *, is_encoded: bool) -> str:
    """Return the text; empty for what is no text, too long, or not encoded as it must be."""
    if not isinstance(value, str) or len(value) > _LONGEST:
        return ""
    if not is_encoded:
        return value
    try:
        return base64.b64decode("".join(value.split()), validate=True).decode()
    except ValueError:  # a reference to be filled in, or bytes
        return ""


def _judged(key: str, content: str) -> tuple[str, str] | None:
    """Return form and needle of a plain secret."""
    if not content.strip() or is_encrypted(content) or _PUBLIC.search(key):
        return None
    forms = (("private_key", _private_keys), ("token", _tokens), ("url", _passwords))
    for form, look in forms:
        if found := next(look(content), ""):
            return form, found
    if "-----BEGIN" in content:
        return None
    if key.startswith(".docker"):
        return ("file", found) if (found := next(_docker(content), "")) else None
    if _is_file(content):
        return ("file", found) if (found := next(_settings(content), "")) else None
    is_word = len(content) <= _LONGEST_WORD and "://" not in content
    is_plain = is_word and is_sensitive(key) and not stands_for_another(content)
    return ("key", content.strip()) if is_plain else None


def _is_file(content: str) -> bool:
    bare = content.strip()
    return "\n" in bare or bare.startswith("{") or bool(re.match(r"[\w.-]+ ?[:=] ", bare))


def _private_keys(content: str) -> Iterator[str]:
    for found in _PRIVATE_KEY.finditer(content):
        body = [line.strip() for line in content[found.end() :].replace("\\n", "\n").splitlines()]
        lines = [line for line in body if line and ":" not in line]
        if lines and len(lines[0]) > _SHORTEST_BODY and not stands_for_another(lines[0]):
            yield lines[0]


def _tokens(content: str) -> Iterator[str]:
    for found in _TOKEN.finditer(content):
        if not is_filler(found[0]):
            yield found[0]


def _passwords(content: str) -> Iterator[str]:
    for found in _URL.finditer(content):
        is_example = found["host"].lower().endswith(_EXAMPLES)
        if not is_example and not stands_for_another(found["password"]):
            yield found["password"]


def _settings(content: str) -> Iterator[str]:
    """Yield values of a configuration whose keys say that they are secrets."""
    for found in _ASSIGNED.finditer(_lines(content)):
        value = found["value"].strip()
        is_scalar = value[0] not in "{[|>&*#" and "://" not in value
        if is_scalar and is_sensitive(found["key"]) and not stands_for_another(value):
            yield value


def _lines(content: str) -> str:
    """Put the members of a JSON object on lines of their own."""
    try:
        return json.dumps(json.loads(content), indent=1)
    except (ValueError, RecursionError):
        return content


def _docker(content: str) -> Iterator[str]:
    """Yield passwords of `.dockerconfigjson`."""
    raw = _json(content)
    for registry in mapping(raw, "auths"):
        for name in ("password", "auth"):
            value = text(raw, "auths", registry, name)
            if value and not stands_for_another(_decoded(value).rpartition(":")[2]):
                yield value


def _json(content: str) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _decoded(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode()
    except (binascii.Error, ValueError):
        return value
