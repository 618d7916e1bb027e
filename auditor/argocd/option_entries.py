"""Where sync options are written: entry by entry of an Application, and what reads each of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from auditor.argocd.annotations import SYNC_OPTIONS
from auditor.argocd.releases import Version
from auditor.argocd.sync_options import (
    KNOWN_APPLICATION,
    KNOWN_RESOURCE,
    NO_OPS_APPLICATION,
    NO_OPS_RESOURCE,
    annotation_options,
    closest,
)
from auditor.kube import pointer
from auditor.kube.loose import sequence
from auditor.kube.manifest import Manifest

OPTIONS_POINTER: Final = "/spec/syncPolicy/syncOptions"
CREATE_NAMESPACE: Final = "CreateNamespace=true"
ANNOTATION_POINTER: Final = pointer.join(("metadata", "annotations", SYNC_OPTIONS))

_GUARD_KEYS: Final = ("Prune", "Delete")
_PROPAGATION: Final = "PrunePropagationPolicy="
_FORCE: Final = "Force=true"


@dataclass(frozen=True, slots=True)
class Entry:
    """One text of `spec.syncPolicy.syncOptions`."""

    pointer: str
    text: str


@dataclass(frozen=True, slots=True)
class Unread:
    """A text that nothing reads."""

    text: str
    meant: str
    """The option it was probably meant to be; empty where none is near."""
    since: Version | None
    """The release that begins to read it; None where none does."""
    is_guard: bool
    """True for `Prune=` and `Delete=`: somebody believes that objects are protected."""


def entries(spec: Any) -> tuple[Entry, ...]:
    """Return the texts of the list with their JSON pointers; items of other types are left out."""
    written = sequence(spec, "syncPolicy", "syncOptions")
    return tuple(
        Entry(f"{OPTIONS_POINTER}/{index}", text)
        for index, text in enumerate(written)
        if isinstance(text, str)
    )


def pointer_of(spec: Any, text: str) -> str:
    """Return where `text` stands in the list, else the pointer that appends to it."""
    found = (entry.pointer for entry in entries(spec) if entry.text == text)
    return next(found, f"{OPTIONS_POINTER}/-")


def annotated(objects: Iterable[Manifest]) -> Mapping[str, tuple[Manifest, ...]]:
    """Return each item of the annotations sync-options with the objects that carry it."""
    found: dict[str, tuple[Manifest, ...]] = {}
    for manifest in objects:
        for item in annotation_options(manifest.raw):
            found[item] = (*found.get(item, ()), manifest)
    return found


@lru_cache(maxsize=4096)
def without_reader(text: str, version: Version) -> Unread | None:
    """Judge a text of an Application's list; None where something reads it, or it says a default.

    `PrunePropagationPolicy` with a value nobody knows and `Force=true` are real options used
    wrongly, not unknown ones.
    """
    if text in NO_OPS_APPLICATION or text == _FORCE or text.startswith(_PROPAGATION):
        return None
    return _unread(text, KNOWN_APPLICATION.get(text), version, closest(text))


def annotation_without_reader(item: str, version: Version) -> Unread | None:
    """Judge an item of the annotation sync-options likewise.

    Options that only an Application's list has are real ones in the wrong place.
    """
    elsewhere = item in KNOWN_APPLICATION and item not in KNOWN_RESOURCE
    if elsewhere or item in NO_OPS_RESOURCE or item in NO_OPS_APPLICATION:
        return None
    return _unread(item, KNOWN_RESOURCE.get(item), version, closest(item, KNOWN_RESOURCE))


def is_default(text: str, options: Iterable[str]) -> bool:
    """Tell whether a text of an Application's list says what happens without it.

    Beside another value of the same key it is a contradiction, not a repetition.
    """
    return text in NO_OPS_APPLICATION and not _has_other(text, options)


def is_annotation_default(item: str, options: Iterable[str]) -> bool:
    """Tell whether an item of the annotation says the default; `options` are the Application's.

    `Prune=true` and `Delete=true` lift what the Application's list says.
    """
    return item in NO_OPS_RESOURCE and not (
        item.partition("=")[0] in _GUARD_KEYS and _has_other(item, options)
    )


def _has_other(text: str, options: Iterable[str]) -> bool:
    key, equals, _ = text.partition("=")
    return any(other != text and other.startswith(key + equals) for other in options)


def _unread(text: str, since: Version | None, version: Version, meant: str | None) -> Unread | None:
    if since is not None and since.release <= version.release:
        return None
    is_guard = text.partition("=")[0] in _GUARD_KEYS
    return Unread(text, meant or "", since, is_guard)
