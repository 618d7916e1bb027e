"""The sources of an Application as records, in the order and precedence Argo CD gives them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from auditor.argocd.application_source import effective_sources, has_multiple_sources
from auditor.kube.loose import text


@dataclass(frozen=True, slots=True)
class Source:
    """One source as written; texts that are absent or of another type are empty."""

    repo_url: str
    path: str
    chart: str
    target_revision: str
    ref: str
    name: str
    raw: Mapping[str, Any] = field(default_factory=dict, compare=False)
    pointer: str = field(default="/spec/source", compare=False)
    """Where in the Application it is written."""

    @classmethod
    def parse(cls, raw: Mapping[str, Any], pointer: str = "/spec/source") -> Self:
        """Read one source."""
        return cls(
            repo_url=text(raw, "repoURL"),
            path=text(raw, "path"),
            chart=text(raw, "chart"),
            target_revision=text(raw, "targetRevision"),
            ref=text(raw, "ref"),
            name=text(raw, "name"),
            raw=raw,
            pointer=pointer,
        )

    def block(self, name: str) -> Mapping[str, Any] | None:
        """Return the `helm`, `kustomize`, `directory` or `plugin` block, None where absent."""
        found = self.raw.get(name)
        return found if isinstance(found, Mapping) else None

    @property
    def helm(self) -> Mapping[str, Any] | None:
        """Return the `helm` block."""
        return self.block("helm")

    @property
    def kustomize(self) -> Mapping[str, Any] | None:
        """Return the `kustomize` block."""
        return self.block("kustomize")

    @property
    def directory(self) -> Mapping[str, Any] | None:
        """Return the `directory` block."""
        return self.block("directory")

    @property
    def plugin(self) -> Mapping[str, Any] | None:
        """Return the `plugin` block."""
        return self.block("plugin")


def sources_of(spec: Mapping[str, Any]) -> tuple[Source, ...]:
    """Return the sources that count (types.go: GetSources): hydrated, else several, else one."""
    raws = effective_sources(spec)
    if spec.get("sourceHydrator"):
        return tuple(Source.parse(raw, "/spec/sourceHydrator/syncSource") for raw in raws)
    if has_multiple_sources(spec):
        return tuple(Source.parse(raw, f"/spec/sources/{i}") for i, raw in enumerate(raws))
    return tuple(Source.parse(raw) for raw in raws)
