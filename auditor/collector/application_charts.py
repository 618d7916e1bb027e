"""The charts of a tree that make objects of Argo CD, by their own templates or their parts."""

import posixpath
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from auditor.collector import templated, yaml_reader
from auditor.collector.tree import BadLink, Content, Tree
from auditor.collector.yaml_nodes import BadYaml
from auditor.kube.loose import mappings, text

_KINDS: Final = re.compile(rb"\bkind[\"']?:[ \t]*[\"']?(?:Application|ApplicationSet|AppProject)\b")
_APPLICATIONS: Final = "argocd-apps"
"""Argo's chart whose values are Applications; it makes nothing else."""
_LOCAL: Final = "file://"


def charts(tree: Tree, paths: Iterable[str]) -> frozenset[str]:
    """Return the folders of the charts among `paths`; a chart that is part of another is not one.

    A library chart makes nothing by itself.
    """
    kept = list(paths)
    files = {
        posixpath.dirname(path): _chart(content)
        for path, content in tree.contents(_named(kept, "Chart.yaml"))
    }
    makers = _makers(tree, kept)
    parts = {folder: _parts(folder, chart, tree) for folder, chart in files.items()}
    makers |= {f for f, chart in files.items() if _APPLICATIONS in _dependencies(chart)}
    users = {folder for folder, used in parts.items() if used & makers}
    inner = {part for folder in users for part in parts[folder]}
    return frozenset(
        folder
        for folder in (makers | users) - inner
        if text(files.get(folder), "type") != "library"
    )


def _named(paths: Iterable[str], name: str) -> list[str]:
    return [path for path in paths if posixpath.basename(path) == name]


def _makers(tree: Tree, kept: Iterable[str]) -> set[str]:
    templates = [path for path in kept if templated.is_chart_template(path, tree)]
    return {
        templated.chart_of(path, tree)
        for path, data in tree.contents(templates)
        if isinstance(data, bytes) and b"argoproj.io/" in data and _KINDS.search(data)
    }


def _chart(content: Content) -> Mapping[str, Any]:
    if not isinstance(content, bytes):
        return {}
    try:
        values = yaml_reader.values(yaml_reader.text_of(content))
    except BadYaml:
        return {}
    return values[0] if values and isinstance(values[0], Mapping) else {}


def _dependencies(chart: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(text(entry, "name") for entry in mappings(chart, "dependencies"))


def _parts(folder: str, chart: Mapping[str, Any], tree: Tree) -> frozenset[str]:
    """Return the folders of charts in this tree that the chart takes in."""
    found = set()
    for entry in mappings(chart, "dependencies"):
        address = text(entry, "repository")
        if address.startswith(_LOCAL):
            try:
                found.add(tree.resolve(posixpath.join(folder, address.removeprefix(_LOCAL))))
            except BadLink:
                continue
    return frozenset(found - {folder})
