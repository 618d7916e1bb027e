"""The `Application` kind as Argo CD understands it: what Git declares beside what is live."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from auditor.argocd.ignore_differences import IgnoreRule, rules_of
from auditor.argocd.releases import Version
from auditor.argocd.sources import Source, sources_of
from auditor.argocd.status import Status
from auditor.argocd.sync_policy import SyncPolicy
from auditor.kube.manifest import Manifest
from auditor.kube.ref import ResourceRef

GROUP: Final = "argoproj.io"
IN_CLUSTER: Final = "https://kubernetes.default.svc"
TRACKING_ID: Final = "argocd.argoproj.io/tracking-id"
RESOURCES_FINALIZER: Final = "resources-finalizer.argocd.argoproj.io"


@dataclass(frozen=True, slots=True)
class Destination:
    """`spec.destination` as written; `server` without a trailing slash."""

    server: str
    name: str
    namespace: str

    @classmethod
    def parse(cls, spec: Mapping[str, Any]) -> Self:
        """Read the field; wrong types read as empty."""
        raw = spec.get("destination")
        raw = raw if isinstance(raw, Mapping) else {}
        texts = [v if isinstance(v := raw.get(k), str) else "" for k in ("server", "name")]
        namespace = raw.get("namespace")
        return cls(texts[0].rstrip("/"), texts[1], namespace if isinstance(namespace, str) else "")

    @property
    def is_in_cluster(self) -> bool:
        """Say whether it means the cluster Argo CD runs in."""
        return self.server == IN_CLUSTER or (not self.server and self.name == "in-cluster")

    @property
    def cluster(self) -> str:
        """Return a text that is equal for equal clusters: either spelling of in-cluster is one."""
        return IN_CLUSTER if self.is_in_cluster else self.server or self.name


@dataclass(frozen=True, slots=True)
class Application:
    """One Application. At least one of `declared` and `live` is there."""

    ref: ResourceRef
    declared: Manifest | None
    live: Manifest | None
    spec: Mapping[str, Any]
    """As declared, else as live."""
    project: str
    destination: Destination
    sources: tuple[Source, ...]
    policy: SyncPolicy
    live_policy: SyncPolicy | None
    """What the controller acts on today; differs from `policy` where a sync is outstanding."""
    ignore_rules: tuple[IgnoreRule, ...]
    status: Status | None
    """None where it is not live."""

    @classmethod
    def of(cls, declared: Manifest | None, live: Manifest | None, version: Version) -> Self:
        """Interpret one Application; raise ValueError where neither side is given."""
        manifest = declared or live
        if manifest is None:
            raise ValueError("an Application is declared, live, or both")
        spec = manifest.mapping("spec")
        project = spec.get("project")
        return cls(
            ref=identity(manifest),
            declared=declared,
            live=live,
            spec=spec,
            project=project if isinstance(project, str) and project else "default",
            destination=Destination.parse(spec),
            sources=sources_of(spec),
            policy=SyncPolicy.parse(spec, version=version),
            live_policy=SyncPolicy.parse(live.mapping("spec"), version=version) if live else None,
            ignore_rules=rules_of(spec),
            status=Status.parse(live.raw) if live else None,
        )

    @property
    def manifest(self) -> Manifest:
        """Return the object as Git declares it, else as the cluster has it."""
        found = self.declared or self.live
        assert found is not None  # noqa: S101 - `of` refuses it
        return found

    @property
    def name(self) -> str:
        """Return `metadata.name`."""
        return self.ref.name

    @property
    def finalizers(self) -> tuple[str, ...]:
        """Return `metadata.finalizers` of the live object, else of the declared one."""
        found = (self.live or self.manifest).get("metadata", "finalizers")
        return tuple(map(str, found)) if isinstance(found, list) else ()

    @property
    def cascades(self) -> bool:
        """Say whether deleting it deletes what it manages (types.go, CascadedDeletion).

        Generated Applications get the finalizer from their ApplicationSet, live ones show it.
        """
        return any(f.partition("/")[0] == RESOURCES_FINALIZER for f in self.finalizers)

    @property
    def is_generated(self) -> bool:
        """Say whether an ApplicationSet owns it: mend the template, not the Application."""
        owners = self.live.get("metadata", "ownerReferences") if self.live else None
        return isinstance(owners, list) and any(
            isinstance(owner, Mapping) and owner.get("kind") == "ApplicationSet" for owner in owners
        )

    @property
    def is_deleting(self) -> bool:
        """Say whether it has a deletionTimestamp."""
        return self.live is not None and bool(self.live.get("metadata", "deletionTimestamp"))


def identity(manifest: Manifest) -> ResourceRef:
    """Return the name of an Application; without a namespace it lives in Argo CD's own."""
    ref = manifest.ref
    return ResourceRef(GROUP, ref.kind, ref.namespace or "argocd", ref.name)
