"""One Argo CD as it is set up: its ConfigMaps, and the workloads that may overrule them.

Values are the intended ones: argocd-cmd-params-cm is read when a process starts. Mirrors
`util/settings/settings.go` and the environment of upstream `manifests/base`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from auditor.argocd.releases import Version
from auditor.argocd.workload_settings import CONTROLLER
from auditor.kube import pointer
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin
from auditor.kube.ref import ResourceRef

CM: Final = "argocd-cm"
PARAMS: Final = "argocd-cmd-params-cm"
RBAC: Final = "argocd-rbac-cm"
MAPS: Final = (CM, PARAMS, RBAC)
_PARAMETERS: Final = (
    "application.namespaces",
    "applicationsetcontroller.",
    "controller.",
    "hydrator.",
    "reposerver.",
    "server.",
)


@dataclass(frozen=True, slots=True)
class Setting:
    """One key that is written somewhere, and where."""

    key: str
    value: str
    manifest: Manifest
    at: str
    place: str
    """The ConfigMap, or the workload whose flag or variable it is."""

    @property
    def is_on(self) -> bool:
        """Say whether it is a switch that is on."""
        return self.value.strip().lower() == "true"

    @property
    def is_editable(self) -> bool:
        """Say whether it stands in a ConfigMap that is written in Git as it is."""
        return isinstance(self.manifest.origin, GitOrigin) and self.place in MAPS


@dataclass(frozen=True, slots=True)
class SettingsMap:
    """The data of one ConfigMap, read from it or from the values of a chart that writes it."""

    data: Mapping[str, Any]
    manifest: Manifest
    base: str = "/data"
    """Pointer to the data in `manifest`."""
    is_text: bool = False
    """True where `base` points at a text that holds the data."""

    def get(self, key: str) -> str | None:
        """Return a value as the ConfigMap has it; None where the key is absent."""
        match self.data.get(key):
            case str(value):
                return value
            case bool(value):
                return str(value).lower()
            case int() | float() as value:
                return str(value)
            case _:
                return None

    def at(self, key: str) -> str:
        """Return the pointer to a key."""
        return self.base if self.is_text else f"{self.base}/{pointer.escape(key)}"


@dataclass(frozen=True, slots=True)
class Workload:
    """One Deployment or StatefulSet of Argo CD."""

    manifest: Manifest
    component: str
    settings: Mapping[str, str]
    """By key of argocd-cmd-params-cm, what its flags and variables say."""
    service_account: str = ""


@dataclass(frozen=True, slots=True)
class ControlPlane:
    """One Argo CD."""

    ref: ResourceRef
    """The ConfigMap argocd-cm."""
    manifest: Manifest
    """The first of the ConfigMaps, or what writes them."""
    maps: Mapping[str, SettingsMap]
    """By name of the ConfigMap; one that is absent leaves every default."""
    version: Version
    is_live: bool
    unread: Mapping[str, Gap] = field(default_factory=dict)
    """Why ConfigMaps could not be read, by name."""
    workloads: tuple[Workload, ...] = ()
    namespace: str = ""

    def setting(self, key: str) -> Setting | None:
        """Return what is written for a key: by a workload, else in the map that Argo CD reads."""
        for workload in self.workloads:
            if key in workload.settings:
                manifest, name = workload.manifest, workload.manifest.ref.name
                at = "/spec/template/spec/containers"
                return Setting(key, workload.settings[key], manifest, at, name)
        name = map_of(key)
        found = self.maps.get(name)
        value = found.get(key) if found else None
        if found is None or value is None:
            return None
        return Setting(key, value, found.manifest, found.at(key), name)

    def switched_on(self, *keys: str) -> Iterator[Setting]:
        """Yield those of the switches that are on."""
        for key in keys:
            found = self.setting(key)
            if found is not None and found.is_on:
                yield found

    def value(self, key: str) -> str:
        """Return what is written for a key, or an empty text."""
        found = self.setting(key)
        return found.value if found else ""

    def place_of(self, key: str) -> tuple[Manifest, str]:
        """Return the manifest and pointer where a key is, or would be written."""
        if found := self.setting(key):
            return found.manifest, found.at
        there = self.maps.get(map_of(key))
        return (there.manifest, there.at(key)) if there else (self.manifest, "/data")

    def keys(self, name: str) -> tuple[str, ...]:
        """Return the keys of one ConfigMap in order."""
        found = self.maps.get(name)
        return tuple(sorted(map(str, found.data))) if found else ()

    def why_unread(self, *keys: str) -> Gap | None:
        """Return why the ConfigMap of some key is unknown; None: all are known."""
        return next((self.unread[m] for key in keys if (m := map_of(key)) in self.unread), None)

    @property
    def controller(self) -> Workload | None:
        """Return the application controller."""
        return next((w for w in self.workloads if w.component == CONTROLLER), None)


def map_of(key: str) -> str:
    """Return the ConfigMap that Argo CD reads a key from; in another one it has no effect."""
    if key.startswith("policy."):
        return RBAC
    is_parameter = key.startswith(_PARAMETERS) and not key.startswith("server.rbac.")
    return PARAMS if is_parameter else CM
