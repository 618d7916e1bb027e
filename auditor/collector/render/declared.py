"""The documents of the repositories: which are objects by themselves, and which an overlay changes.

A document that a kustomization takes in is what building it gives: alone it is no subject.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from auditor.collector.manifests import ARGOCD_KINDS, TreeReading
from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin, RenderedOrigin
from auditor.kube.ref import ResourceRef


class Declared:
    """The documents read, told apart while renderings show who delivers them."""

    def __init__(self, readings: Sequence[TreeReading], argocd_namespace: str) -> None:
        self._namespace = argocd_namespace
        self._readings = {reading.repository: reading for reading in readings}
        self._places: set[tuple[str, str, ResourceRef]] = set()
        self._contents: dict[tuple[str, str, str], list[Manifest]] = {}
        self._held: dict[int, Manifest] = {}
        self._built: set[tuple[str, str]] = set()
        self._delivered: dict[tuple[str, str, ResourceRef, bytes], int] = {}
        self.population: list[Manifest] = []
        """What Git declares, as far as it is known already."""
        for reading in readings:
            taken = reading.kustomizations.taken_in()
            for manifest in reading.manifests:
                self._learn(manifest, taken)

    def _learn(self, manifest: Manifest, taken: frozenset[str]) -> None:
        if not isinstance(origin := manifest.origin, GitOrigin):
            return
        ref = manifest.ref
        self._places.add((origin.repository, origin.path, _bare(ref)))
        self._contents.setdefault((origin.repository, ref.kind, ref.name), []).append(manifest)
        if origin.path in taken:
            self._held[id(manifest)] = manifest
        else:
            self.population.append(manifest)

    def built(self, repository: str, folder: str) -> None:
        """Note that the kustomization in `folder` was built."""
        self._built.add((repository, folder))

    def deliver(self, rendered: Iterable[Manifest]) -> list[Manifest]:
        """Add what a rendering produced to the population; return what is new in it.

        A chart that holds the Application of itself gives everything twice: by its own defaults,
        and by that Application, which then counts as its maker.
        """
        found = (self._new(manifest) for manifest in rendered)
        return [manifest for manifest in found if manifest is not None and self._add(manifest)]

    def _add(self, manifest: Manifest) -> bool:
        """Add one object; say whether no equal one was there from the same file."""
        origin = manifest.origin
        if not isinstance(origin, RenderedOrigin):
            self.population.append(manifest)
            return True
        content = msgspec.json.encode(manifest.raw, order="sorted")
        key = (origin.repository, origin.path, manifest.ref, content)
        place = self._delivered.setdefault(key, len(self.population))
        if place == len(self.population):
            self.population.append(manifest)
            return True
        before = self.population[place].origin
        if isinstance(before, RenderedOrigin) and before.is_root and not origin.is_root:
            self.population[place] = manifest
        return False

    def _new(self, manifest: Manifest) -> Manifest | None:
        """Return the document itself where the output is one, unchanged; None for a known one."""
        if not isinstance(origin := manifest.origin, RenderedOrigin):
            return manifest
        ref = manifest.ref
        same = self._contents.get((origin.repository, ref.kind, ref.name), ())
        for written in same:
            if self._is_same(written.raw, manifest.raw) or _is_of(origin, written):
                return self._held.pop(id(written), None)
        return None if (origin.repository, origin.path, _bare(ref)) in self._places else manifest

    def _is_same(self, written: Mapping[str, Any], rendered: Mapping[str, Any]) -> bool:
        if written == rendered:
            return True
        meta = written["metadata"]
        if meta.get("namespace") or written["kind"] not in ARGOCD_KINDS:
            return False
        return rendered == {**written, "metadata": {**meta, "namespace": self._namespace}}

    def literal(self) -> list[Manifest]:
        """Add documents whose kustomizations were not built, as they are; return them."""
        covered = {
            (repository, path)
            for repository, folder in self._built
            if (reading := self._readings.get(repository)) is not None
            for path in reading.kustomizations.files(folder)
        }
        left = [m for m in self._held.values() if _place(m) not in covered]
        self._held.clear()
        self.population += left
        return left


def _is_of(origin: RenderedOrigin, written: Manifest) -> bool:
    """Say whether a directory delivers the document, perhaps as an older commit has it."""
    return isinstance(written.origin, GitOrigin) and written.origin.path == origin.path


def _place(manifest: Manifest) -> tuple[str, str]:
    origin = manifest.origin
    return (origin.repository, origin.path) if isinstance(origin, GitOrigin) else ("", "")


def _bare(ref: ResourceRef) -> ResourceRef:
    return ResourceRef(ref.group, ref.kind, "", ref.name)
