"""The ConfigMaps argocd-cm and argocd-cmd-params-cm as effective values.

Mirrors upstream `util/settings/settings.go`, `resources_filter.go`, `filtered_resource.go` and the
defaults of `cmd/argocd-application-controller`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any, Final, Self

from auditor.argocd import overrides, yaml_values
from auditor.argocd.overrides import ResourceOverride
from auditor.argocd.yaml_values import SettingsError
from auditor.kube.duration import BadDuration, parse_duration
from auditor.kube.globbing import gobwas_match

DEFAULT_LABEL_KEY: Final = "app.kubernetes.io/instance"
DEFAULT_RECONCILIATION: Final = timedelta(seconds=120)
DEFAULT_JITTER: Final = timedelta(seconds=60)
_CRD: Final = "apiextensions.k8s.io/CustomResourceDefinition"
_NO_STATUS_RULE = {"none", "off", "false"}
_LONGEST_ENV_DURATION = timedelta(microseconds=(2**63 - 1) // 1000)


@dataclass(frozen=True, slots=True)
class CompareOptions:
    """`resource.compareoptions`."""

    ignore_aggregated_roles: bool = False
    ignore_resource_status_field: str = "all"
    """As written; `crd` and `none`, `off`, `false` have a meaning, all else is `all`."""
    ignore_differences_on_resource_updates: bool = True


@dataclass(frozen=True, slots=True)
class FilteredResource:
    """One entry of `resource.exclusions` or `resource.inclusions`; an empty list is any."""

    api_groups: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    clusters: tuple[str, ...] = ()

    def matches(self, group: str, kind: str, cluster: str) -> bool:
        """Say whether a kind of a cluster (server URL) is meant; kinds are no globs."""
        is_group = not self.api_groups or any(gobwas_match(glob, group) for glob in self.api_groups)
        is_kind = not self.kinds or "*" in self.kinds or kind in self.kinds
        return is_group and is_kind and self.matches_cluster(cluster)

    def matches_cluster(self, cluster: str) -> bool:
        """Say whether the entry concerns a cluster (server URL)."""
        return not self.clusters or any(gobwas_match(glob, cluster) for glob in self.clusters)


_CORE_EXCLUSIONS: Final = (
    FilteredResource(api_groups=("events.k8s.io", "metrics.k8s.io")),
    FilteredResource(api_groups=("",), kinds=("Event",)),
    FilteredResource(api_groups=("coordination.k8s.io",), kinds=("Lease",)),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Effective settings of one installation."""

    error: str | None = None
    """Why Argo CD cannot load its settings; every comparison fails then."""
    compare_options: CompareOptions = field(default_factory=CompareOptions)
    resource_overrides: Mapping[str, ResourceOverride] = field(default_factory=dict)
    """By `group/kind`; with the rule that ignores `/status`."""
    tracking_method: str = "annotation"
    instance_label_key: str = DEFAULT_LABEL_KEY
    installation_id: str = ""
    resource_exclusions: tuple[FilteredResource, ...] = ()
    resource_inclusions: tuple[FilteredResource, ...] = ()
    timeout_reconciliation: timedelta = DEFAULT_RECONCILIATION
    timeout_reconciliation_jitter: timedelta = DEFAULT_JITTER
    timeout_hard_reconciliation: timedelta = timedelta()
    helm_values_file_schemes: tuple[str, ...] = ("https", "http")
    enabled_tools: Mapping[str, bool] = field(default_factory=dict)
    """`Kustomize`, `Helm`, `Directory` by whether the tool may be used."""
    is_server_side_diff: bool = False
    is_resource_health_persisted: bool = False

    @classmethod
    def parse(
        cls, argocd_cm: Mapping[str, Any] | None, cmd_params: Mapping[str, Any] | None = None
    ) -> Self:
        """Read both ConfigMaps' `data`; absent ones mean the defaults."""
        if argocd_cm is None and cmd_params is None:
            return cls._usual()
        return cls._read(_texts(argocd_cm), _texts(cmd_params))

    @classmethod
    @cache
    def _usual(cls) -> Self:
        """Return the defaults, which every Application without a cluster is judged by."""
        return cls._read({}, {})

    @classmethod
    def _read(cls, data: Mapping[str, str], params: Mapping[str, str]) -> Self:
        error: str | None = None
        options, found = CompareOptions(), {"*/*": overrides.with_status_ignored(None)}
        try:
            found = overrides.parse(data)
            options = _compare_options(data)
            found = _with_status(found, options.ignore_resource_status_field)
        except SettingsError as problem:
            error = str(problem)
        exclusions, inclusions, filter_error = _filters(data)
        return cls(
            error=error or filter_error,
            compare_options=options,
            resource_overrides=found,
            tracking_method=data.get("application.resourceTrackingMethod") or "annotation",
            instance_label_key=data.get("application.instanceLabelKey") or DEFAULT_LABEL_KEY,
            installation_id=data.get("installationID", ""),
            resource_exclusions=exclusions,
            resource_inclusions=inclusions,
            timeout_reconciliation=env_duration(
                data.get("timeout.reconciliation"), DEFAULT_RECONCILIATION
            ),
            timeout_reconciliation_jitter=env_duration(
                data.get("timeout.reconciliation.jitter"), DEFAULT_JITTER
            ),
            timeout_hard_reconciliation=env_duration(
                data.get("timeout.hard.reconciliation"), timedelta()
            ),
            helm_values_file_schemes=_schemes(data.get("helm.valuesFileSchemes")),
            enabled_tools={
                tool: data.get(key, "true") == "true" for tool, key in _TOOL_KEYS.items()
            },
            is_server_side_diff=params.get("controller.diff.server.side") == "true",
            is_resource_health_persisted=params.get("controller.resource.health.persist") == "true",
        )

    def is_excluded(self, group: str, kind: str, cluster: str) -> bool:
        """Say whether Argo CD does not look at a kind of a cluster (server URL)."""
        exclusions = (*_CORE_EXCLUSIONS, *self.resource_exclusions)
        if any(entry.matches(group, kind, cluster) for entry in exclusions):
            return True
        if any(entry.matches(group, kind, cluster) for entry in self.resource_inclusions):
            return False
        return any(entry.matches_cluster(cluster) for entry in self.resource_inclusions)

    @property
    def is_label_tracking(self) -> bool:
        """Say whether only the label counts; an unknown method behaves as `annotation`."""
        return self.tracking_method in {"", "label"}


_TOOL_KEYS: Final = {
    "Kustomize": "kustomize.enable",
    "Helm": "helm.enable",
    "Directory": "jsonnet.enable",
}


def env_duration(text: str | None, default: timedelta) -> timedelta:
    """Read a duration as upstream `util/env` does: Go's notation or days (`1d`).

    Anything else, a bare number too, silently means the default.
    """
    if not text:
        return default
    days = re.fullmatch(r"([0-9]+)d", text)
    if days:
        hours = int(days[1]) * 24
        return timedelta(hours=hours) if hours < 2562048 else default
    try:
        found = parse_duration(text)
    except BadDuration:
        return default
    return found if timedelta() <= found <= _LONGEST_ENV_DURATION else default


def _texts(data: Mapping[str, Any] | None) -> dict[str, str]:
    if not isinstance(data, Mapping):
        return {}
    return {key: value for key, value in data.items() if isinstance(value, str)}


def _compare_options(data: Mapping[str, str]) -> CompareOptions:
    if "resource.compareoptions" not in data:
        return CompareOptions()
    try:
        raw = yaml_values.mapping(yaml_values.load(data["resource.compareoptions"]))
        status = yaml_values.field(raw, "ignoreResourceStatusField")
        return CompareOptions(
            yaml_values.truth(yaml_values.field(raw, "ignoreAggregatedRoles"), default=False),
            "all" if status is None else yaml_values.text(status),
            yaml_values.truth(
                yaml_values.field(raw, "ignoreDifferencesOnResourceUpdates"), default=True
            ),
        )
    except SettingsError as error:
        raise SettingsError(f"failed to get compare options: {error}") from error


def _with_status(found: Mapping[str, ResourceOverride], option: str) -> dict[str, ResourceOverride]:
    if option in _NO_STATUS_RULE:
        return dict(found)
    key = _CRD if option == "crd" else "*/*"
    return {**found, key: overrides.with_status_ignored(found.get(key))}


def _filters(
    data: Mapping[str, str],
) -> tuple[tuple[FilteredResource, ...], tuple[FilteredResource, ...], str | None]:
    try:
        return _filter(data, "resource.exclusions"), _filter(data, "resource.inclusions"), None
    except SettingsError as error:
        return (), (), str(error)


def _filter(data: Mapping[str, str], key: str) -> tuple[FilteredResource, ...]:
    raws = [
        yaml_values.mapping(item) for item in yaml_values.items(yaml_values.load(data.get(key, "")))
    ]
    names = ("apiGroups", "kinds", "clusters")
    return tuple(
        FilteredResource(*(yaml_values.texts(yaml_values.field(raw, name)) for name in names))
        for raw in raws
    )


def _schemes(text: str | None) -> tuple[str, ...]:
    if text is None:
        return ("https", "http")
    return tuple(part.strip() for part in text.split(",") if part.strip())
