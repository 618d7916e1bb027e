"""The kustomizations of a tree: what each takes in, and which of them nothing else takes in."""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from auditor.argocd.source_detection import KUSTOMIZATION_FILES
from auditor.collector import yaml_reader
from auditor.collector.tree import BadLink, Content, Tree
from auditor.collector.yaml_nodes import BadYaml
from auditor.kube.loose import mappings, text, texts

_TAKEN_IN: Final = ("resources", "bases", "components")
_PATCHES: Final = ("patches", "patchesJson6902")
_KINDS: Final = frozenset({"Application", "ApplicationSet", "AppProject"})
_APPLICATIONS: Final = re.compile(r"argo-?cd-?app|app-?of-?app")


@dataclass(frozen=True, slots=True)
class Kustomization:
    """One folder with a kustomization; paths are those of the tree, links followed."""

    folder: str
    is_component: bool
    files: frozenset[str]
    folders: frozenset[str]
    patches: frozenset[str]
    """Files that change what others declare; their documents are no objects."""
    is_inflating: bool = False
    """Whether a chart that it asks for makes Applications, by its name or by what is patched."""


@dataclass(frozen=True, slots=True)
class Kustomizations:
    """All kustomizations of a tree by folder."""

    known: Mapping[str, Kustomization]

    def reached(self, folder: str) -> Iterator[Kustomization]:
        """Yield the kustomizations that building `folder` takes in, itself first."""
        waiting, seen = [folder], set[str]()
        while waiting:
            here = waiting.pop()
            if here in seen or (found := self.known.get(here)) is None:
                continue
            seen.add(here)
            yield found
            waiting += sorted(found.folders, reverse=True)

    def files(self, folder: str) -> frozenset[str]:
        """Return the files whose documents building `folder` takes in."""
        return frozenset(path for part in self.reached(folder) for path in part.files)

    def taken_in(self) -> frozenset[str]:
        """Return the files that some kustomization delivers."""
        return frozenset(path for part in self.known.values() for path in part.files)

    def patches(self) -> frozenset[str]:
        """Return the files that are patches, and nothing but patches."""
        found = {path for part in self.known.values() for path in part.patches}
        return frozenset(found) - self.taken_in()

    def tops(self, delivering: Iterable[str]) -> tuple[str, ...]:
        """Return the folders that no other takes in, and that take in a file of `delivering`.

        Those count too whose Applications come from a chart, of which no file is at hand.
        """
        wanted = frozenset(delivering)
        inner = {
            folder
            for part in self.known.values()
            for folder in part.folders
            if folder != part.folder
        }
        return tuple(
            folder
            for folder, part in sorted(self.known.items())
            if not part.is_component
            and folder not in inner
            and (wanted & self.files(folder) or any(p.is_inflating for p in self.reached(folder)))
        )


def read(tree: Tree, paths: Iterable[str]) -> Kustomizations:
    """Return the kustomizations among `paths`; what cannot be read takes in nothing."""
    wanted = [path for path in sorted(paths) if posixpath.basename(path) in KUSTOMIZATION_FILES]
    found: dict[str, Kustomization] = {}
    for path, content in tree.contents(wanted):
        folder = posixpath.dirname(path)
        if folder not in found and (value := _value(content)) is not None:
            found[folder] = _kustomization(folder, value, tree)
    return Kustomizations(found)


def _value(content: Content) -> Mapping[str, Any] | None:
    if not isinstance(content, bytes):
        return None
    try:
        values = yaml_reader.values(yaml_reader.text_of(content))
    except BadYaml:
        return None
    return values[0] if values and isinstance(values[0], Mapping) else {}


def _kustomization(folder: str, value: Mapping[str, Any], tree: Tree) -> Kustomization:
    entries = [entry for key in _TAKEN_IN for entry in texts(value, key)]
    written = [text(patch, "path") for key in _PATCHES for patch in mappings(value, key)]
    written += texts(value, "patchesStrategicMerge")
    resolved = _resolved(folder, entries, tree)
    return Kustomization(
        folder,
        value.get("kind") == "Component",
        frozenset(path for path in resolved if path in tree.entries),
        frozenset(path for path in resolved if path in tree.folders),
        frozenset(path for path in _resolved(folder, written, tree) if path in tree.entries),
        _is_inflating(value),
    )


def _is_inflating(value: Mapping[str, Any]) -> bool:
    charts = [text(chart, "name") for chart in mappings(value, "helmCharts")]
    targets = {text(patch, "target", "kind") for key in _PATCHES for patch in mappings(value, key)}
    return bool(charts) and (
        any(map(_APPLICATIONS.search, charts)) or not _KINDS.isdisjoint(targets)
    )


def _resolved(folder: str, entries: Iterable[str], tree: Tree) -> tuple[str, ...]:
    found = []
    for entry in entries:
        if not entry or "\n" in entry or "://" in entry:
            continue
        try:
            found.append(tree.resolve(posixpath.join(folder, entry)))
        except BadLink:
            continue
    return tuple(found)
