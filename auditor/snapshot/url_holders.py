"""Derived: what may name repositories by URL, and the URLs in it that carry a login."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from auditor.argocd.app_project import AppProject
from auditor.argocd.application import Application
from auditor.argocd.applicationset_object import ApplicationSet
from auditor.kube import pointer
from auditor.kube.manifest import Manifest
from auditor.snapshot import redact
from auditor.snapshot.applicationsets import APPLICATIONSETS
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.projects import PROJECTS
from auditor.snapshot.section import Derived, Excluded, Missing
from auditor.snapshot.snapshot import Snapshot

UrlHolder = Application | ApplicationSet | AppProject
_MARK: Final = f"://{redact.REDACTED}@"
_COMMENT: Final = re.compile(r"(?:^|(?<=\s))#.*$", re.MULTILINE)
"""In values that are written as a text; a URL's own `#` follows no blank."""
_EXAMPLES: Final = ("example.com", "example.org", "example.net")


def _holders(snapshot: Snapshot) -> tuple[UrlHolder, ...] | Missing | Excluded:
    applications = snapshot.look(APPLICATIONS)
    if not isinstance(applications, tuple):
        return applications
    sets, projects = snapshot.look(APPLICATIONSETS), snapshot.look(PROJECTS)
    return (
        *applications,
        *(sets if isinstance(sets, tuple) else ()),
        *(projects if isinstance(projects, tuple) else ()),
    )


URL_HOLDERS: Final[Derived[tuple[UrlHolder, ...]]] = Derived("url_holders", _holders)


@dataclass(frozen=True, slots=True)
class Login:
    """A URL with a password or token, which it no longer shows."""

    at: str
    scheme: str
    host: str


def logins(manifest: Manifest) -> Iterator[Login]:
    """Yield the URLs of the spec that carry a login; those for documentation are none."""
    spec = manifest.mapping("spec")
    if not redact.may_hold(spec):
        return
    for path, written in _texts(spec, ("spec",)):
        told: set[tuple[str, str]] = set()
        if "://" not in written or "@" not in written:
            continue
        text = _COMMENT.sub("", written)
        before, *after = str(redact.credentials(text)).split(_MARK)
        for rest in after:
            scheme, host = _last_word(before), _first_host(rest)
            before = rest
            if host and not _is_example(host) and (scheme, host) not in told:
                told.add((scheme, host))
                yield Login(pointer.join(path), scheme, host)


def _texts(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    match value:
        case str():
            yield path, value
        case Mapping():
            for key, part in value.items():
                yield from _texts(part, (*path, str(key)))
        case list() | tuple():
            for i, part in enumerate(value):
                yield from _texts(part, (*path, i))
        case _:
            pass


def _last_word(text: str) -> str:
    kept = len(text)
    while kept and (text[kept - 1].isalnum() or text[kept - 1] in "+.-"):
        kept -= 1
    return text[kept:]


def _first_host(text: str) -> str:
    kept = 0
    while kept < len(text) and (text[kept].isalnum() or text[kept] in ".-_"):
        kept += 1
    return text[:kept].lower()


def _is_example(host: str) -> bool:
    return any(host == known or host.endswith(f".{known}") for known in _EXAMPLES)
