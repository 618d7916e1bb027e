"""What a project permits; mirrors `pkg/apis/application/v1alpha1/app_project_types.go`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from auditor.argocd.git_url import normalise
from auditor.argocd.globs import glob_match, is_deny_pattern, is_in_patterns
from auditor.kube.filepath import filepath_match
from auditor.kube.loose import is_true, mappings, text, texts
from auditor.kube.manifest import at


@dataclass(frozen=True, slots=True)
class Destination:
    """An entry of `spec.destinations`, or a resolved cluster with a namespace."""

    server: str = ""
    name: str = ""
    namespace: str = ""


@dataclass(frozen=True, slots=True)
class Restriction:
    """An entry of a resource list; an empty `name` means any."""

    group: str
    kind: str
    name: str = ""

    def covers(self, group: str, kind: str, name: str) -> bool:
        """Tell whether the entry names the resource (`filepath.Match` on every part)."""
        return (
            filepath_match(self.kind, kind)
            and filepath_match(self.group, group)
            and (not self.name or filepath_match(self.name, name))
        )


@dataclass(frozen=True, slots=True)
class Project:
    """The lists of one AppProject; merge global projects into the raw object before reading it."""

    name: str = ""
    source_repos: tuple[str, ...] = ()
    source_namespaces: tuple[str, ...] = ()
    destinations: tuple[Destination, ...] = ()
    is_scoped_clusters_only: bool = False
    cluster_whitelist: tuple[Restriction, ...] = ()
    cluster_blacklist: tuple[Restriction, ...] = ()
    namespace_whitelist: tuple[Restriction, ...] | None = None
    """None where the list is absent, which permits everything; an empty list permits nothing."""
    namespace_blacklist: tuple[Restriction, ...] = ()

    @classmethod
    def of(cls, raw: Any) -> Self:
        """Read an AppProject object; what has a wrong type counts as absent."""
        return cls.of_spec(at(raw, "spec"), name=text(raw, "metadata", "name"))

    @classmethod
    def of_spec(cls, spec: Any, *, name: str = "") -> Self:
        """Read the `spec` of an AppProject."""
        whitelist = at(spec, "namespaceResourceWhitelist")
        return cls(
            name=name,
            source_repos=texts(spec, "sourceRepos"),
            source_namespaces=texts(spec, "sourceNamespaces"),
            destinations=tuple(map(_destination, mappings(spec, "destinations"))),
            is_scoped_clusters_only=is_true(spec, "permitOnlyProjectScopedClusters"),
            cluster_whitelist=_named(spec, "clusterResourceWhitelist"),
            cluster_blacklist=_named(spec, "clusterResourceBlacklist"),
            namespace_whitelist=_unnamed(spec, "namespaceResourceWhitelist")
            if isinstance(whitelist, list | tuple)
            else None,
            namespace_blacklist=_unnamed(spec, "namespaceResourceBlacklist"),
        )

    def permits_source(self, url: str) -> bool:
        """Tell whether a repository may be used; a matching deny wins (`IsSourcePermitted`)."""
        wanted = normalise(url)
        is_permitted = False
        for pattern in self.source_repos:
            is_deny = is_deny_pattern(pattern)
            normal = "!" + normalise(pattern.removeprefix("!")) if is_deny else normalise(pattern)
            if glob_match(normal, wanted, negates=True, separators="/"):
                is_permitted = True
            elif is_deny_pattern(normal):
                return False
        return is_permitted

    def permits_destination(
        self,
        server: str,
        name: str,
        namespace: str,
        scoped_clusters: Iterable[tuple[str, str]] = (),
    ) -> bool:
        """Tell whether a resolved cluster and namespace may be deployed to.

        `scoped_clusters` are server and name of the cluster Secrets that name this project; they
        count where the project permits only those (`IsDestinationPermitted`).
        """
        if not self._matches_destination(Destination(server, name, namespace)):
            return False
        return not self.is_scoped_clusters_only or any(
            own_name == name or own_server == server for own_server, own_name in scoped_clusters
        )

    def permits_kind(self, group: str, kind: str, is_namespaced: bool, name: str = "") -> bool:  # noqa: FBT001  # the order of the upstream call
        """Tell whether a resource may be deployed at all (`IsGroupKindNamePermitted`)."""
        if is_namespaced:
            allowed, denied = self.namespace_whitelist, self.namespace_blacklist
            name = ""
        else:
            allowed, denied = self.cluster_whitelist, self.cluster_blacklist
        is_allowed = allowed is None or any(item.covers(group, kind, name) for item in allowed)
        return is_allowed and not any(item.covers(group, kind, name) for item in denied)

    def permits_application_namespace(self, namespace: str, controller_namespace: str) -> bool:
        """Tell whether an Application may live there (`IsAppNamespacePermitted`).

        Raise `globs.Panic` where the upstream code crashes.
        """
        if namespace in {"", controller_namespace}:
            return True
        return is_in_patterns(self.source_namespaces, namespace)

    def _matches_destination(self, wanted: Destination) -> bool:
        is_matched = False
        for item in self.destinations:
            by_name = wanted.name != "" and glob_match(item.name, wanted.name, negates=True)
            by_server = wanted.server != "" and glob_match(item.server, wanted.server, negates=True)
            in_namespace = glob_match(item.namespace, wanted.namespace, negates=True)
            if (by_server or by_name) and in_namespace:
                is_matched = True
            elif _denies(item, by_name=by_name, by_server=by_server, in_namespace=in_namespace):
                return False
        return is_matched


def _denies(item: Destination, *, by_name: bool, by_server: bool, in_namespace: bool) -> bool:
    """Tell whether an entry that does not match vetoes all others, in upstream's precedence."""
    if not by_name and is_deny_pattern(item.name):
        return True
    if in_namespace:
        return not by_server and is_deny_pattern(item.server)
    return is_deny_pattern(item.namespace) and by_server


def _destination(raw: Mapping[str, Any]) -> Destination:
    return Destination(text(raw, "server"), text(raw, "name"), text(raw, "namespace"))


def _named(spec: Any, key: str) -> tuple[Restriction, ...]:
    return tuple(
        Restriction(text(raw, "group"), text(raw, "kind"), text(raw, "name"))
        for raw in mappings(spec, key)
    )


def _unnamed(spec: Any, key: str) -> tuple[Restriction, ...]:
    return tuple(Restriction(text(raw, "group"), text(raw, "kind")) for raw in mappings(spec, key))
