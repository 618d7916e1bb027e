"""An Application that is to be rendered, and what is known of each of its sources."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from auditor.argocd.application_fields import instance_name, project_name, qualified_name
from auditor.argocd.application_source import has_multiple_sources
from auditor.argocd.sources import Source, sources_of
from auditor.collector.git_options import GitOptions
from auditor.collector.render.place import Target
from auditor.kube.loose import mapping, sequence, text, texts
from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin, RenderedOrigin

_TEXTS: Final = ("repoURL", "path", "chart", "targetRevision", "ref")
_BLOCKS: Final = ("helm", "kustomize", "directory", "plugin")
_COMMIT: Final = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One Application as it is live, or as Git declares it."""

    raw: Mapping[str, Any]
    label: str
    """`namespace/name`."""
    is_live: bool
    declared: Mapping[str, Any] = field(default_factory=dict)
    """Where Git declares it: `repository`, `commit`, `path`, `line`; empty for a live one."""
    parents: tuple[str, ...] = ()
    """Applications that rendered it, the nearest last."""
    maker: str = "Application"
    """What renders it: itself, or for a root its folder (`RenderedOrigin.kind`)."""

    @property
    def spec(self) -> Mapping[str, Any]:
        """Return `spec`."""
        return mapping(self.raw, "spec")

    @property
    def has_many_sources(self) -> bool:
        """Say whether references between sources count."""
        return has_multiple_sources(self.spec)

    def sources(self) -> tuple[Source, ...]:
        """Return the sources that count."""
        return sources_of(self.spec)

    def synced(self, index: int) -> str:
        """Return the revision Argo CD compared with last; empty if there is none."""
        if not self.is_live:
            return ""
        revisions = texts(self.raw, "status", "sync", "revisions")
        if revisions:
            return revisions[index] if index < len(revisions) else ""
        return text(self.raw, "status", "sync", "revision") if index == 0 else ""


def is_commit(revision: str) -> bool:
    """Say whether a revision is a whole commit, not the version of a chart."""
    return _COMMIT.fullmatch(revision) is not None


def label_of(raw: Mapping[str, Any], argocd_namespace: str) -> str:
    """Return `namespace/name`; without a namespace it is Argo CD's."""
    label = qualified_name(raw)
    return label if "/" in label else f"{argocd_namespace}/{label}"


def from_cluster(raws: Sequence[Mapping[str, Any]], options: GitOptions) -> Iterator[Wanted]:
    """Yield live Applications by name."""
    for raw in sorted(raws, key=qualified_name):
        yield Wanted(raw, label_of(raw, options.argocd_namespace), is_live=True)


def from_git(
    manifests: Sequence[Manifest], options: GitOptions, parents: tuple[str, ...] = ()
) -> Iterator[Wanted]:
    """Yield the Applications among `manifests`."""
    for manifest in manifests:
        if manifest.raw.get("kind") == "Application":
            label = label_of(manifest.raw, options.argocd_namespace)
            place = _place(manifest)
            yield Wanted(manifest.raw, label, is_live=False, declared=place, parents=parents)


def _place(manifest: Manifest) -> dict[str, Any]:
    match manifest.origin:
        case GitOrigin(repository, commit, path, line):
            return {"repository": repository, "commit": commit, "path": path, "line": line}
        case RenderedOrigin(_, repository, commit, path):
            return {"repository": repository, "commit": commit, "path": path}
        case _:
            return {}


def target_of(wanted: Wanted, options: GitOptions) -> Target:
    """Return what sources need to know of the Application."""
    return Target(
        name=text(wanted.raw, "metadata", "name"),
        instance=instance_name(wanted.raw, options.argocd_namespace),
        project=project_name(wanted.spec),
        destination_namespace=text(wanted.spec, "destination", "namespace"),
        kube_version=options.kube_version,
        api_versions=options.api_versions,
    )


def wrong_type(wanted: Wanted) -> str | None:
    """Return the pointer of a source or destination of a wrong type."""
    spec = wanted.spec
    parts: list[tuple[str, Any, Any]] = [
        ("/spec/source", spec.get("source"), Mapping | None),
        ("/spec/destination", spec.get("destination"), Mapping | None),
        ("/spec/sourceHydrator", spec.get("sourceHydrator"), Mapping | None),
        ("/spec/sources", spec.get("sources"), list | None),
    ]
    parts += [
        (f"/spec/sources/{i}", source, Mapping)
        for i, source in enumerate(sequence(spec, "sources"))
    ]
    for source in wanted.sources():
        raw = source.raw
        parts += [(f"{source.pointer}/{k}", raw[k], str | None) for k in _TEXTS if k in raw]
        parts += [(f"{source.pointer}/{k}", raw[k], Mapping | None) for k in _BLOCKS if k in raw]
    return next((pointer for pointer, value, kind in parts if not isinstance(value, kind)), None)
