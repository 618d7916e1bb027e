"""When an Application syncs by itself; mirrors `SyncPolicy` of `types.go`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from auditor.argocd.releases import Version, has
from auditor.argocd.retry import Retry
from auditor.argocd.sync_options import SyncOptions
from auditor.kube import loose
from auditor.kube.manifest import at


@dataclass(frozen=True, slots=True)
class Automated:
    """`spec.syncPolicy.automated` as written; its presence alone switches auto-sync on."""

    is_enabled: bool = True
    has_prune: bool = False
    has_self_heal: bool = False
    has_allow_empty: bool = False


@dataclass(frozen=True, slots=True)
class NamespaceMetadata:
    """`managedNamespaceMetadata`: what a namespace made by CreateNamespace=true carries."""

    labels: Mapping[str, str]
    annotations: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SyncPolicy:
    """The policy of one Application, after the API server dropped what it does not know."""

    is_present: bool = False
    automated: Automated | None = None
    options: SyncOptions = field(default_factory=SyncOptions)
    retry: Retry = field(default_factory=lambda: Retry(0))
    """What a sync that fails gets: an automated one where auto-sync is on, else a manual one."""
    has_retry: bool = False
    managed_namespace_metadata: NamespaceMetadata | None = None

    @classmethod
    def parse(cls, spec: Any, *, version: Version | None = None) -> Self:
        """Read the policy out of an Application spec, as a cluster of that version keeps it.

        A value of a type that the API server refuses counts as absent; nothing raises.
        """
        policy = at(spec, "syncPolicy")
        if not isinstance(policy, Mapping):
            return cls()
        automated = _automated(policy, version)
        raw_retry = at(policy, "retry")
        is_automated = automated is not None and automated.is_enabled
        return cls(
            is_present=True,
            automated=automated,
            options=SyncOptions.of(spec),
            retry=Retry.parse(raw_retry, is_automated=is_automated),
            has_retry=isinstance(raw_retry, Mapping),
            managed_namespace_metadata=_namespace_metadata(policy),
        )

    @property
    def is_automated(self) -> bool:
        """Tell whether Argo CD syncs without being asked."""
        return self.automated is not None and self.automated.is_enabled

    @property
    def prunes(self) -> bool:
        """Tell whether an automated sync deletes what left Git."""
        return self.is_automated and self.automated is not None and self.automated.has_prune

    @property
    def self_heals(self) -> bool:
        """Tell whether a change in the cluster starts a sync."""
        return self.is_automated and self.automated is not None and self.automated.has_self_heal

    @property
    def allows_empty(self) -> bool:
        """Tell whether an automated sync may delete every resource."""
        return self.is_automated and self.automated is not None and self.automated.has_allow_empty

    @property
    def is_zero(self) -> bool:
        """Tell whether the policy says nothing (`SyncPolicy.IsZero`)."""
        says = self.automated or self.options.options or self.has_retry
        return not says and self.managed_namespace_metadata is None


def _automated(policy: Mapping[str, Any], version: Version | None) -> Automated | None:
    raw = at(policy, "automated")
    if not isinstance(raw, Mapping):
        return None
    enabled = loose.boolean(raw, "enabled") if _knows("automated.enabled", version) else None
    return Automated(
        is_enabled=enabled is not False,
        has_prune=loose.is_true(raw, "prune"),
        has_self_heal=loose.is_true(raw, "selfHeal"),
        has_allow_empty=loose.is_true(raw, "allowEmpty")
        and _knows("automated.allowEmpty", version),
    )


def _knows(field_name: str, version: Version | None) -> bool:
    return has(f"spec.syncPolicy.{field_name}", version)


def _namespace_metadata(policy: Mapping[str, Any]) -> NamespaceMetadata | None:
    raw = at(policy, "managedNamespaceMetadata")
    if not isinstance(raw, Mapping):
        return None
    return NamespaceMetadata(_texts(raw, "labels"), _texts(raw, "annotations"))


def _texts(raw: Mapping[str, Any], key: str) -> dict[str, str]:
    found = loose.mapping(raw, key)
    return {name: value for name, value in found.items() if isinstance(value, str)}
