"""Which specs Argo CD calls invalid; mirrors `ValidatePermissions` of `util/argo/argo.go`."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from auditor.argocd.application_fields import DEFAULT_PROJECT
from auditor.argocd.application_source import (
    dry_source,
    effective_source,
    has_multiple_sources,
    hydrated_source,
    is_zero,
)
from auditor.argocd.project import Project
from auditor.argocd.sync_policy import SyncPolicy
from auditor.kube.loose import mapping, mappings, text
from auditor.kube.manifest import at

IN_CLUSTER_NAME = "in-cluster"
IN_CLUSTER_SERVER = "https://kubernetes.default.svc"

_REF_KEY = re.compile(r"[a-zA-Z0-9_-]+\Z")
_NOT_FOUND = "rpc error: code = NotFound desc = cluster"


class InvalidSpec(ValueError):
    """What Argo CD writes into an InvalidSpecError."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """One registered cluster; `project` where its Secret belongs to one."""

    server: str
    name: str = ""
    project: str = ""


@dataclass(frozen=True, slots=True)
class Clusters:
    """The clusters an installation can deploy to."""

    registered: tuple[Cluster, ...] = ()
    has_in_cluster: bool = True
    """False by argocd-cm `cluster.inClusterEnabled: "false"`."""

    @classmethod
    def of(cls, registered: Iterable[Cluster], config_map: Any) -> Self:
        """Combine registered clusters with the settings of argocd-cm."""
        enabled = text(config_map, "cluster.inClusterEnabled")
        return cls(tuple(registered), enabled != "false")

    def resolve(self, destination: Any) -> Cluster:
        """Return the cluster of a destination (`GetDestinationCluster`); raise `InvalidSpec`."""
        server = self.server_of(destination)
        if server == IN_CLUSTER_SERVER and not self.has_in_cluster:
            raise InvalidSpec(
                self._lookup_error(destination, f'{_NOT_FOUND} "{server}" is disabled')
            )
        found = next((one for one in self.registered if _url(one) == server), None)
        if found is None and server == IN_CLUSTER_SERVER:
            found = Cluster(IN_CLUSTER_SERVER, IN_CLUSTER_NAME)
        if found is None:
            raise InvalidSpec(self._lookup_error(destination, f'{_NOT_FOUND} "{server}" not found'))
        return found

    def server_of(self, destination: Any) -> str:
        """Return the server URL of a destination (`GetDestinationServer`); raise `InvalidSpec`."""
        server, name = text(destination, "server"), text(destination, "name")
        if server and name:
            raise InvalidSpec(
                f"application destination can't have both name and server defined: {name} {server}"
            )
        if server:
            return server.rstrip("/")
        if not name:
            raise InvalidSpec("Destination server missing from app spec")
        servers = self._servers_by_name(name)
        if not servers:
            raise InvalidSpec(f"there are no clusters with this name: {name}")
        if len(servers) > 1:
            listed = " ".join(servers)
            raise InvalidSpec(f"there are {len(servers)} clusters with the same name: [{listed}]")
        return servers[0]

    def scoped_to(self, project: str) -> list[tuple[str, str]]:
        """Return server and name of the clusters whose Secrets name a project."""
        return [(one.server, one.name) for one in self.registered if one.project == project]

    def _servers_by_name(self, name: str) -> list[str]:
        servers = [_url(one) for one in self.registered if one.name == name]
        if not servers and name == IN_CLUSTER_NAME and self.has_in_cluster:
            return [IN_CLUSTER_SERVER]
        if not self.has_in_cluster:
            return [server for server in servers if server != IN_CLUSTER_SERVER]
        return servers

    @staticmethod
    def _lookup_error(destination: Any, why: str) -> str:
        server = text(destination, "server")
        if server:
            return (
                f"error getting cluster by server {json.dumps(server, ensure_ascii=False)}: {why}"
            )
        return f"error getting cluster by URL: {why}"


def invalid_spec_errors(spec: Any, project: Project, clusters: Clusters) -> list[str]:
    """Return the messages of the InvalidSpecError conditions of a spec, in Argo CD's order."""
    fatal = list(_source_errors(spec))
    if fatal:
        before = _permission_errors(spec, project, until_invalid=True)
        return [*before, *fatal]
    errors = list(_permission_errors(spec, project))
    destination = at(spec, "destination")
    try:
        cluster = clusters.resolve(destination)
    except InvalidSpec as error:
        return [*errors, str(error)]
    namespace = text(destination, "namespace")
    scoped = clusters.scoped_to(project.name)
    if not project.permits_destination(cluster.server, cluster.name, namespace, scoped):
        shown = cluster.name if text(destination, "name") else cluster.server
        errors.append(
            f"application destination server '{shown}' and namespace '{namespace}' do not match "
            f"any of the allowed destinations in project '{project.name}'"
        )
    return errors


def reference_keys(sources: Sequence[Any]) -> list[str]:
    """Return the sorted `$ref` names of sources (`GetRefSources`); raise `InvalidSpec`."""
    keys: set[str] = set()
    for source in sources:
        ref = text(source, "ref")
        if not ref:
            continue
        if not _REF_KEY.match(ref):
            raise InvalidSpec(
                f"sources.ref {ref} cannot contain any special characters except '_' and '-'"
            )
        if f"${ref}" in keys:
            raise InvalidSpec("invalid sources: multiple sources had the same `ref` key")
        keys.add(f"${ref}")
    return sorted(keys)


def normalised_spec(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return a spec as the controller rewrites it (`NormalizeApplicationSpec`).

    An empty project becomes `default`; a policy and type blocks that say nothing are gone.
    """
    out = {**spec, "project": text(spec, "project") or DEFAULT_PROJECT}
    if SyncPolicy.parse(spec).is_zero:
        out.pop("syncPolicy", None)
    if mappings(spec, "sources"):
        out["sources"] = [normalised_source(source) for source in mappings(spec, "sources")]
    elif isinstance(spec.get("source"), Mapping):
        out["source"] = normalised_source(spec["source"])
    return out


def normalised_source(source: Mapping[str, Any]) -> dict[str, Any]:
    """Return a source as the controller rewrites it (`NormalizeSource`)."""
    out = dict(source)
    for block in ("kustomize", "helm"):
        if is_zero(source, block):
            out.pop(block, None)
    if is_zero(source, "directory"):
        directory = mapping(source, "directory")
        kept = {key: text(directory, key) for key in ("exclude", "include") if text(directory, key)}
        out.pop("directory", None)
        if kept:
            out["directory"] = kept
    return out


def _url(cluster: Cluster) -> str:
    return cluster.server.rstrip("/")


def _checked_sources(spec: Any) -> tuple[Mapping[str, Any], ...]:
    if has_multiple_sources(spec):
        return mappings(spec, "sources")
    return (effective_source(spec),)


def _source_errors(spec: Any) -> Iterator[str]:
    """Yield what ends the validation: all errors of a hydrator, else those of the first source."""
    if isinstance(at(spec, "sourceHydrator"), Mapping):
        yield from _hydrator_errors(mapping(spec, "sourceHydrator"))
        return
    is_multiple = has_multiple_sources(spec)
    for source in _checked_sources(spec):
        error = _source_error(source, is_multiple=is_multiple)
        if error:
            yield error
            return


def _hydrator_errors(hydrator: Mapping[str, Any]) -> Iterator[str]:
    if not text(hydrator, "drySource", "repoURL"):
        yield "spec.sourceHydrator.drySource.repoURL is required"
    if not text(hydrator, "syncSource", "targetBranch"):
        yield "spec.sourceHydrator.syncSource.targetBranch is required"
    if isinstance(at(hydrator, "hydrateTo"), Mapping) and not text(
        hydrator, "hydrateTo", "targetBranch"
    ):
        yield (
            "when spec.sourceHydrator.hydrateTo is set, "
            "spec.sourceHydrator.hydrateTo.targetBranch is required"
        )


def _source_error(source: Mapping[str, Any], *, is_multiple: bool) -> str | None:
    places = ("path", "chart", "ref") if is_multiple else ("path", "chart")
    if not text(source, "repoURL") or not any(text(source, place) for place in places):
        if not is_multiple:
            return (
                "spec.source.repoURL and either spec.source.path or spec.source.chart are required"
            )
        return (
            "spec.source.repoURL and either source.path, source.chart, or source.ref are required "
            f"for source {_printed(source)}"
        )
    if text(source, "chart") and not text(source, "targetRevision"):
        return "spec.source.targetRevision is required if the manifest source is a helm chart"
    return None


def _printed(source: Mapping[str, Any]) -> str:
    """Return a source as Go prints the struct; of blocks only their presence is told."""
    blocks = ("helm", "kustomize", "directory", "plugin")
    return "{{{} {} {} {} {} {} {} {}}}".format(
        text(source, "repoURL"),
        text(source, "path"),
        text(source, "targetRevision"),
        " ".join("nil" if at(source, block) is None else f"&{block}" for block in blocks),
        text(source, "chart"),
        text(source, "ref"),
        text(source, "name"),
        text(source, "tagPrefix"),
    )


def _permission_errors(
    spec: Any, project: Project, *, until_invalid: bool = False
) -> Iterator[str]:
    if isinstance(at(spec, "sourceHydrator"), Mapping):
        if not until_invalid:
            yield from _hydrator_permission_errors(spec, project)
        return
    is_multiple = has_multiple_sources(spec)
    for source in _checked_sources(spec):
        if until_invalid and _source_error(source, is_multiple=is_multiple):
            return
        url = text(source, "repoURL")
        if not project.permits_source(url):
            yield f"application repo {url} is not permitted in project '{project.name}'"


def _hydrator_permission_errors(spec: Any, project: Project) -> Iterator[str]:
    dry, synced = text(dry_source(spec), "repoURL"), text(hydrated_source(spec), "repoURL")
    if not project.permits_source(dry):
        yield f"application repo {dry} is not permitted in project '{project.name}'"
    if synced != dry and not project.permits_source(synced):
        yield f"sync source repo {synced} is not permitted in project '{project.name}'"
