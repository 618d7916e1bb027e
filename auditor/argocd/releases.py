"""Releases of Argo CD, and what exists since which."""

import re
from dataclasses import dataclass
from functools import total_ordering
from typing import Self

_VERSION = re.compile(
    r"v?(\d{1,6})\.(\d{1,6})(?:\.(\d{1,6}))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?\Z"
)
_PART = re.compile(r"\d+|[^\d.]+", re.ASCII)


@total_ordering
@dataclass(frozen=True, slots=True)
class Version:
    """A release such as 3.5.1 or 3.6.0-dev; a pre-release sorts before its release."""

    major: int
    minor: int
    patch: int = 0
    prerelease: str = ""

    @classmethod
    def parse(cls, text: object) -> Self | None:
        """Read `v3.6.0-dev`, `3.5`, or the tag of an image reference; None for anything else."""
        if not isinstance(text, str):
            return None
        reference = text.strip().partition("@")[0]
        tag = reference.rpartition("/")[2].rpartition(":")[2]
        found = _VERSION.match(tag)
        if found is None:
            return None
        major, minor, patch, prerelease = found.groups()
        return cls(int(major), int(minor), int(patch or 0), prerelease or "")

    @property
    def release(self) -> tuple[int, int, int]:
        """Return the three numbers, which decide about features: 3.6.0-dev has those of 3.6."""
        return self.major, self.minor, self.patch

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Version):
            return NotImplemented
        return _order(self) < _order(other)

    def __str__(self) -> str:
        suffix = f"-{self.prerelease}" if self.prerelease else ""
        return f"{self.major}.{self.minor}.{self.patch}{suffix}"


def _order(
    version: Version,
) -> tuple[tuple[int, int, int], bool, tuple[tuple[bool, int, str], ...]]:
    """Return a key in which rc10 follows rc9, and no pre-release follows its release."""
    parts = tuple(
        (False, int(part), "") if part.isdigit() else (True, 0, part)
        for part in _PART.findall(version.prerelease)
    )
    return version.release, not version.prerelease, parts


NEWEST = Version(3, 6, 0, "dev")
"""The version that the meaning in this package was read from and is proven against."""

OLDEST = Version(1, 0)

SINCE: dict[str, Version] = {
    "spec.project": OLDEST,
    "spec.sources": Version(2, 6),
    "spec.sourceHydrator": Version(2, 14),
    "spec.ignoreDifferences[].jqPathExpressions": Version(2, 1),
    "spec.ignoreDifferences[].managedFieldsManagers": Version(2, 3),
    "spec.syncPolicy.automated.enabled": Version(3, 1),
    "spec.syncPolicy.automated.allowEmpty": Version(1, 8),
    "spec.syncPolicy.retry": Version(1, 7),
    "spec.syncPolicy.retry.refresh": Version(3, 2),
    "spec.syncPolicy.managedNamespaceMetadata": Version(2, 6),
    "source.ref": Version(2, 6),
    "source.name": Version(2, 14),
    "source.tagPrefix": Version(3, 5),
    "source.helm.fileParameters": Version(1, 5),
    "source.helm.ignoreMissingValueFiles": Version(2, 3),
    "source.helm.skipSchemaValidation": Version(2, 14),
    "source.helm.skipTests": Version(2, 14),
    "source.helm.valuesObject": Version(2, 8),
    "source.kustomize.ignoreMissingComponents": Version(3, 0),
    "source.kustomize.labelIncludeTemplates": Version(3, 0),
    "source.kustomize.patches": Version(2, 9),
    "source.directory.disableExtensionFilter": Version(3, 6),
    "hook.PreDelete": Version(3, 3),
    "hook.PostDelete": Version(2, 10),
    "finalizer.pre-delete": Version(3, 3),
    "finalizer.post-delete": Version(2, 10),
    "resourcePolicy.keep": Version(2, 7),
    "project.sourceNamespaces": Version(2, 5),
    "project.permitOnlyProjectScopedClusters": Version(2, 5),
    "project.clusterResourceWhitelist[].name": Version(3, 3),
    "project.destinationServiceAccounts": Version(2, 13),
    "project.syncWindows[].andOperator": Version(3, 0),
    "project.syncWindows[].syncOverrun": Version(3, 5),
    "applicationset.applicationsSync": Version(2, 8),
    "applicationset.deletionOrder": Version(3, 2),
    "tracking.annotation.default": Version(3, 0),
    "tracking.installationID": Version(2, 14),
    "diff.ignoreStatus.default": Version(3, 0),
    "controller.selfHealBackoff": Version(2, 14),
    "controller.syncTimeout": Version(2, 14),
    "application.CreateNamespace=true": Version(1, 7),
    "application.Validate=false": OLDEST,
    "application.SkipDryRunOnMissingResource=true": Version(3, 1),
    "application.ApplyOutOfSyncOnly=true": Version(2, 0),
    "application.PrunePropagationPolicy": Version(1, 7),
    "application.PruneLast=true": Version(2, 0),
    "application.Replace=true": Version(2, 0),
    "application.ServerSideApply=true": Version(2, 5),
    "application.FailOnSharedResource=true": Version(2, 2),
    "application.RespectIgnoreDifferences=true": Version(2, 3),
    "application.ClientSideApplyMigration=false": Version(3, 1),
    "application.Prune": Version(3, 4),
    "application.Delete": Version(3, 4),
    "resource.Prune=false": Version(1, 1),
    "resource.Prune=confirm": Version(2, 14),
    "resource.Delete=false": Version(2, 7),
    "resource.Delete=confirm": Version(2, 14),
    "resource.Validate=false": OLDEST,
    "resource.SkipDryRunOnMissingResource=true": Version(1, 5, 3),
    "resource.Replace=true": Version(2, 0),
    "resource.Force=true": Version(2, 12),
    "resource.ServerSideApply": Version(2, 5),
    "resource.PruneLast=true": Version(2, 0),
}
"""Feature to the first release that has it; features without an entry are as old as Argo CD."""


def has(feature: str, version: Version | None) -> bool:
    """Tell whether `version` has `feature`; an unknown version is taken for the newest.

    Raise KeyError for a feature that is not in `SINCE`.
    """
    return SINCE[feature].release <= (version or NEWEST).release
