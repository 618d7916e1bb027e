"""Finalizers of Applications that nothing removes; mirrors `IsFinalizerPresent` and `defaults.go`.

The controller takes off the finalizers it knows, letter by letter. One that only looks like them
holds the object for ever.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from auditor.argocd.application_fields import (
    KNOWN_FINALIZERS,
    POST_DELETE_FINALIZER,
    PRE_DELETE_FINALIZER,
)
from auditor.argocd.hooks import FINALIZER as HOOK_FINALIZER
from auditor.argocd.releases import Version, has
from auditor.argocd.sync_options import edits
from auditor.kube.loose import sequence

_DOMAIN: Final = "argoproj.io"
_NEAR: Final = 3
_SINCE: Final = {PRE_DELETE_FINALIZER: "finalizer.pre-delete"} | {
    POST_DELETE_FINALIZER: "finalizer.post-delete"
}


@dataclass(frozen=True, slots=True)
class UnknownFinalizer:
    """One entry of `metadata.finalizers` that Argo CD leaves where it is."""

    pointer: str
    text: str
    meant: str
    """The finalizer it was probably meant to be; empty where none is near."""


def unknown_finalizers(raw: Mapping[str, Any], version: Version) -> tuple[UnknownFinalizer, ...]:
    """Return the entries of an Application that claim to be Argo CD's and that it does not know.

    Finalizers of other domains have owners of their own, and so have those of Kubernetes.
    """
    known = known_finalizers(version)
    found = []
    for index, text in enumerate(sequence(raw, "metadata", "finalizers")):
        if not isinstance(text, str) or text in (*known, HOOK_FINALIZER):
            continue
        meant = _nearest(text, known)
        if meant or _is_of_argocd(text):
            found.append(UnknownFinalizer(f"/metadata/finalizers/{index}", text, meant))
    return tuple(found)


def known_finalizers(version: Version) -> tuple[str, ...]:
    """Return what the controller of that release adds or takes off."""
    return tuple(
        name
        for name in KNOWN_FINALIZERS
        if (feature := _SINCE.get(name.partition("/")[0])) is None or has(feature, version)
    )


def _is_of_argocd(text: str) -> bool:
    domain = text.partition("/")[0]
    return domain == _DOMAIN or domain.endswith(f".{_DOMAIN}")


def _nearest(text: str, known: tuple[str, ...]) -> str:
    ranked = sorted((edits(text, name, _NEAR), name) for name in known)
    return ranked[0][1] if ranked and ranked[0][0] <= _NEAR else ""
