"""Sync options that cannot both hold, and which of them Argo CD follows (`sync_options`)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from auditor.argocd.releases import Version
from auditor.argocd.sync_context import ApplySettings, applies_server_side, forces, replaces
from auditor.argocd.sync_options import (
    KNOWN_APPLICATION,
    KNOWN_RESOURCE,
    SyncOptions,
    annotation_options,
)

REPLACE: Final = "Replace=true"
SERVER_SIDE: Final = "ServerSideApply=true"
_PROPAGATION: Final = "PrunePropagationPolicy"
_ORDERED: Final = ("Prune", "Delete")
"""Keys of which the first value counts (`GetOptionValue`)."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Texts of one list that exclude each other."""

    followed: str
    ignored: tuple[str, ...]


def contradictions(texts: Iterable[str], version: Version) -> tuple[Contradiction, ...]:
    """Return them for an Application's list (the propagation too)."""
    return tuple(_found(tuple(texts), KNOWN_APPLICATION, version))


def annotation_contradictions(raw: Any, version: Version) -> tuple[Contradiction, ...]:
    """Return them for the annotation of a raw object."""
    return tuple(_found(annotation_options(raw), KNOWN_RESOURCE, version))


def unknown_propagation(text: str) -> bool:
    """Tell whether a text names a propagation that nothing reads, which means `foreground`."""
    return text.startswith(f"{_PROPAGATION}=") and text not in KNOWN_APPLICATION


def fails_to_apply(target: Any, live: Any, options: SyncOptions) -> bool:
    """Tell whether Force meets server-side apply on a raw object, which is an error."""
    settings = ApplySettings.of(options)
    return (
        forces(target, live, settings)
        and applies_server_side(target, settings)
        and not replaces(target, live, settings)
    )


def _found(
    texts: tuple[str, ...], known: Mapping[str, Version], version: Version
) -> Iterator[Contradiction]:
    if REPLACE in texts and SERVER_SIDE in texts:
        yield Contradiction(REPLACE, (SERVER_SIDE,))
    read = {text for text, since in known.items() if since.release <= version.release}
    by_key: dict[str, list[str]] = {}
    for text in dict.fromkeys(texts):
        by_key.setdefault(text.partition("=")[0], []).append(text)
    for key, values in by_key.items():
        candidates = [text for text in values if text in read]
        if len(values) > 1 and candidates and all(_is_value(text) for text in values):
            followed = _followed(key, values, candidates)
            yield Contradiction(followed, tuple(text for text in values if text != followed))


def _followed(key: str, values: list[str], candidates: list[str]) -> str:
    if key == _PROPAGATION:
        return f"{key}={SyncOptions(tuple(values)).prune_propagation}"
    if key == "ServerSideApply" and f"{key}=false" in candidates:
        return f"{key}=false"
    return values[0] if key in _ORDERED else candidates[0]


def _is_value(text: str) -> bool:
    """Tell a value that means something from a misspelt one, which is another mistake."""
    value = text.partition("=")[2]
    return value in ("true", "false", "confirm") or text in KNOWN_APPLICATION
