"""The `AppProject` kind as Argo CD understands it: what Git declares beside what is live."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from auditor.argocd.application import GROUP
from auditor.argocd.project import Project
from auditor.kube import pointer as pointers
from auditor.kube.manifest import Manifest
from auditor.kube.ref import ResourceRef

KIND: Final = "AppProject"
DEFAULT: Final = "default"
"""The project of Applications that name none; Argo CD makes it, permitting everything."""

_NAME: Final = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?\Z")
_TOKEN: Final = re.compile(r"\{\{|<[A-Z][A-Z0-9_]*>|\$\{")


@dataclass(frozen=True, slots=True)
class AppProject:
    """One AppProject. At least one of `declared` and `live` is there."""

    ref: ResourceRef
    declared: Manifest | None
    live: Manifest | None
    spec: Mapping[str, Any]
    """As live, which is what the controller acts on, else as declared."""
    lists: Project
    """What `spec` permits by itself, without global projects."""

    @classmethod
    def of(cls, ref: ResourceRef, declared: Manifest | None, live: Manifest | None) -> Self:
        """Interpret one project; raise ValueError where neither side is given."""
        manifest = live or declared
        if manifest is None:
            raise ValueError("a project is declared, live, or both")
        spec = manifest.mapping("spec")
        return cls(ref, declared, live, spec, Project.of_spec(spec, name=ref.name))

    @property
    def manifest(self) -> Manifest:
        """Return the object as Git declares it, else as the cluster has it."""
        found = self.declared or self.live
        assert found is not None  # noqa: S101 - `of` refuses it
        return found

    @property
    def in_force(self) -> Manifest:
        """Return the side that `spec` was read from."""
        return self.live or self.manifest

    @property
    def name(self) -> str:
        """Return `metadata.name`."""
        return self.ref.name

    @property
    def is_default(self) -> bool:
        """Say whether it is the project Argo CD makes by itself."""
        return self.name == DEFAULT

    @property
    def permits_nothing(self) -> bool:
        """Say whether no source or no destination is listed: a patch, or for others to merge."""
        return not self.lists.source_repos or not self.lists.destinations

    def side(self, pointer: str) -> Manifest:
        """Return where to point: Git where it says the same at `pointer`, else what is in force."""
        if self.declared:
            there = pointers.get(self.in_force.raw, pointer)
            if pointers.get(self.declared.raw, pointer) == there:
                return self.declared
        return self.in_force


def is_whole(manifest: Manifest) -> bool:
    """Tell a project from a patch of one and from a template that was not rendered."""
    spec = manifest.mapping("spec")
    if not spec or "$patch" in spec or not _NAME.match(manifest.ref.name):
        return False
    return not any(_TOKEN.search(text) for text in _texts(spec))


def identity(manifest: Manifest, control_plane: str) -> ResourceRef:
    """Return the name of a project; without a namespace it lives in Argo CD's own."""
    ref = manifest.ref
    return ResourceRef(GROUP, KIND, ref.namespace or control_plane, ref.name)


def _texts(value: Any) -> Iterator[str]:
    return (text for _, text in pointers.leaves(value) if isinstance(text, str))
