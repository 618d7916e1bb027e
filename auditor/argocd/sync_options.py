"""Sync options of Applications and resources; mirrors `SyncOptions` of `types.go`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from auditor.argocd import annotations
from auditor.argocd.releases import SINCE, Version, has
from auditor.kube.loose import texts

KNOWN_APPLICATION: Mapping[str, Version] = {
    **{
        option: SINCE[f"application.{option}"]
        for option in (
            "CreateNamespace=true",
            "Validate=false",
            "SkipDryRunOnMissingResource=true",
            "ApplyOutOfSyncOnly=true",
            "PruneLast=true",
            "Replace=true",
            "ServerSideApply=true",
            "FailOnSharedResource=true",
            "RespectIgnoreDifferences=true",
            "ClientSideApplyMigration=false",
        )
    },
    **{
        f"PrunePropagationPolicy={policy}": SINCE["application.PrunePropagationPolicy"]
        for policy in ("foreground", "background", "orphan")
    },
    **{f"Prune={value}": SINCE["application.Prune"] for value in ("false", "confirm")},
    **{f"Delete={value}": SINCE["application.Delete"] for value in ("false", "confirm")},
}
"""Every text of `spec.syncPolicy.syncOptions` that something reads, and since which release."""

KNOWN_RESOURCE: Mapping[str, Version] = {
    **{
        option: SINCE[f"resource.{option}"]
        for option in (
            "Prune=false",
            "Prune=confirm",
            "Delete=false",
            "Delete=confirm",
            "Validate=false",
            "SkipDryRunOnMissingResource=true",
            "Replace=true",
            "Force=true",
            "PruneLast=true",
        )
    },
    **{
        f"ServerSideApply={value}": SINCE["resource.ServerSideApply"] for value in ("true", "false")
    },
}
"""Every item of the annotation sync-options that something reads, and since which release."""

NO_OPS_APPLICATION = frozenset(
    {
        "CreateNamespace=false",
        "Validate=true",
        "SkipDryRunOnMissingResource=false",
        "ApplyOutOfSyncOnly=false",
        "PruneLast=false",
        "Replace=false",
        "ServerSideApply=false",
        "FailOnSharedResource=false",
        "RespectIgnoreDifferences=false",
        "ClientSideApplyMigration=true",
        "PrunePropagationPolicy=foreground",
        "Prune=true",
        "Delete=true",
        "Force=false",
    }
)
"""Texts that say what happens without them."""

NO_OPS_RESOURCE = frozenset(
    {
        "Validate=true",
        "SkipDryRunOnMissingResource=false",
        "PruneLast=false",
        "Replace=false",
        "Force=false",
        "Prune=true",
        "Delete=true",
    }
)
"""Items that say the default; `Prune=true`, `Delete=true` still override the application level."""

_GUARDING = ("false", "confirm")


@dataclass(frozen=True, slots=True)
class SyncOptions:
    """`spec.syncPolicy.syncOptions`: texts that are compared byte for byte."""

    options: tuple[str, ...] = ()

    @classmethod
    def of(cls, spec: Any) -> Self:
        """Read the options of an Application spec; items that are no text are left out."""
        return cls(texts(spec, "syncPolicy", "syncOptions"))

    def has(self, option: str) -> bool:
        """Tell whether `option` is in the list, exactly as written."""
        return option in self.options

    def value(self, key: str) -> str | None:
        """Return what follows the first `key=` of the list, or None."""
        prefix = key + "="
        found = (text.removeprefix(prefix) for text in self.options if text.startswith(prefix))
        return next(found, None)

    @property
    def prune_propagation(self) -> str:
        """Return the propagation of pruning; their order in the list does not count (`sync.go`)."""
        for policy in ("background", "foreground", "orphan"):
            if self.has(f"PrunePropagationPolicy={policy}"):
                return policy
        return "foreground"

    def __iter__(self) -> Iterator[str]:
        return iter(self.options)


def annotation_options(manifest: Any) -> tuple[str, ...]:
    """Return the trimmed items of the annotation sync-options of a raw object, each once."""
    return annotations.items(manifest, annotations.SYNC_OPTIONS)


def has_annotation_option(manifest: Any, option: str) -> bool:
    """Tell whether a raw object carries `option` in its annotation sync-options."""
    return option in annotation_options(manifest)


def effective_value(
    obj: Any, key: str, options: SyncOptions, version: Version | None = None
) -> str | None:
    """Return the value of `Prune` or `Delete` in force for an object: its own, else the list's.

    The list counts since the release that reads it.
    """
    own = annotations.option_value(obj, annotations.SYNC_OPTIONS, key)
    if own is not None or not has(f"application.{key}", version):
        return own
    return options.value(key)


def is_guarded_from_pruning(
    obj: Any, app_options: SyncOptions, version: Version | None = None
) -> bool:
    """Tell whether a sync with pruning leaves the object alone, or asks first."""
    return effective_value(obj, "Prune", app_options, version) in _guards("Prune", version)


def is_guarded_from_deletion(
    obj: Any, app_options: SyncOptions, version: Version | None = None
) -> bool:
    """Tell whether deleting the Application leaves the object alone, or asks first.

    `Prune=confirm` asks here too (`isObjRequiresDeletionConfirmation`), and Helm's resource policy
    `keep` keeps.
    """
    if effective_value(obj, "Delete", app_options, version) in _guards("Delete", version):
        return True
    asks = effective_value(obj, "Prune", app_options, version) == "confirm"
    if asks and has("resource.Prune=confirm", version):
        return True
    keeps = annotations.has_option(obj, annotations.RESOURCE_POLICY, "keep")
    return keeps and has("resourcePolicy.keep", version)


def closest(text: str, known: Mapping[str, Version] = KNOWN_APPLICATION) -> str | None:
    """Return the option that `text` was probably meant to be, or None.

    Blanks, letter case, `:` for `=` and up to two edits are forgiven. A text that is an option, or
    says a default, was meant as it is.
    """
    if text in known or text in NO_OPS_APPLICATION or text in NO_OPS_RESOURCE:
        return None
    plain = _plain(text)
    for option in known:
        if _plain(option) == plain:
            return option
    if plain in {_plain(option) for option in NO_OPS_APPLICATION | NO_OPS_RESOURCE}:
        return None
    ranked = sorted((edits(plain, _plain(option), 2), option) for option in known)
    return ranked[0][1] if ranked and ranked[0][0] <= 2 else None


def edits(left: str, right: str, most: int) -> int:
    """Return how many insertions, deletions, replacements, swaps part two texts; at `most` + 1."""
    if abs(len(left) - len(right)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        before, row, above = row, [i], before
        for j, b in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
    return min(row[-1], most + 1)


def _plain(text: str) -> str:
    return "".join(text.split()).casefold().replace(":", "=")


def _guards(key: str, version: Version | None) -> tuple[str, ...]:
    return tuple(value for value in _GUARDING if has(f"resource.{key}={value}", version))
