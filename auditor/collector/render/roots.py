"""Charts and overlays that hold Applications and that nobody points at: applied by hand."""

import json
import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from auditor.argocd.application import identity
from auditor.argocd.sources import sources_of
from auditor.collector import templated
from auditor.collector.manifests import ARGOCD_KINDS, TreeReading, read_files
from auditor.collector.render.application import Wanted
from auditor.collector.render.desk import Desk
from auditor.collector.tree import Tree
from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin
from auditor.kube.patterns import linear_match

_ACTION: Final = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_NAME: Final = re.compile(r"\w")
CHART: Final = "Chart"
KUSTOMIZATION: Final = "Kustomization"


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """A folder that may be a root; `kind` is CHART or KUSTOMIZATION."""

    repository: str
    folder: str
    kind: str

    @property
    def place(self) -> tuple[str, str]:
        """Return repository and folder."""
        return self.repository, self.folder


def candidates(readings: Iterable[TreeReading]) -> tuple[Candidate, ...]:
    """Return the folders whose rendering gives objects of Argo CD, each outermost one once."""
    found = []
    for reading in readings:
        charts = [Candidate(reading.repository, folder, CHART) for folder in reading.charts]
        holding = {
            manifest.origin.path
            for manifest in reading.manifests
            if isinstance(manifest.origin, GitOrigin) and manifest.raw["kind"] in ARGOCD_KINDS
        }
        tops = reading.kustomizations.tops(holding)
        found += charts
        found += [Candidate(reading.repository, folder, KUSTOMIZATION) for folder in tops]
    return tuple(sorted(found))


def wanted_of(candidate: Candidate, argocd_namespace: str) -> Wanted:
    """Return an Application that would build the folder with its own defaults."""
    name = posixpath.basename(candidate.folder) or "root"
    source = {"repoURL": candidate.repository, "path": candidate.folder or "."}
    destination = {"namespace": argocd_namespace if candidate.kind == CHART else ""}
    raw = {
        "metadata": {"name": name.lower().replace("_", "-")[:53].strip("-.") or "root"},
        "spec": {"source": source, "destination": destination},
    }
    return Wanted(raw, candidate.folder or ".", is_live=False, maker=candidate.kind)


def chosen(built: Mapping[Candidate, Sequence[Manifest]], desk: Desk) -> tuple[Candidate, ...]:
    """Return those no other one's Applications point at; of a circle, the first."""
    by_place = {candidate.place: candidate for candidate in built}
    pointed = {
        target
        for candidate, manifests in built.items()
        for place in places_of(manifests, desk)
        if (target := by_place.get(place)) is not None and target != candidate
    }
    roots = tuple(sorted(candidate for candidate in built if candidate not in pointed))
    first = sorted(built, key=lambda c: (c.folder.count("/"), c))[:1]
    return roots or tuple(first)


def places_of(manifests: Iterable[Manifest], desk: Desk) -> frozenset[tuple[str, str]]:
    """Return repository and folder of the sources of the Applications among `manifests`."""
    return frozenset(
        (repository.name, _clean(source.path))
        for manifest in manifests
        if identity(manifest).kind == "Application"
        for source in sources_of(manifest.mapping("spec"))
        if source.path and (repository := desk.repository(source.repo_url)) is not None
    )


def pointed_by(
    applicationset: Manifest, candidates: Iterable[Candidate], desk: Desk
) -> tuple[Candidate, ...]:
    """Return the folders that the template of an ApplicationSet may point at.

    What is to be filled in stands for any name; a path that is nothing else says nothing.
    """
    spec = applicationset.mapping("spec", "template", "spec")
    found = []
    for source in sources_of(spec):
        repository = desk.repository(source.repo_url)
        parts = _ACTION.split(_clean(source.path))
        if repository is None or not source.path or not any(_NAME.search(part) for part in parts):
            continue
        pattern = "[^/]+".join(map(re.escape, parts))
        found += [
            candidate
            for candidate in candidates
            if candidate.repository == repository.name and linear_match(pattern, candidate.folder)
        ]
    return tuple(found)


def literal(candidate: Candidate, tree: Tree) -> list[Manifest]:
    """Return what the templates of a chart that does not render hold without any action."""
    files = [
        path
        for path in tree.under(candidate.folder)
        if path.endswith((".yaml", ".yml")) and templated.is_chart_template(path, tree)
    ]
    found = read_files(tree, candidate.repository, files)
    return [manifest for manifest in found if not _has_actions(manifest.raw)]


def _has_actions(raw: Mapping[str, Any]) -> bool:
    return templated.has_actions(json.dumps(raw))


def _clean(path: str) -> str:
    cleaned = posixpath.normpath(path)
    return "" if cleaned == "." else cleaned
