"""What kind of source a folder is; mirrors `GetAppSourceType` and `mergeSourceParameters`."""

import posixpath
from collections.abc import Mapping
from typing import Any, Final

from auditor.argocd.application_source import TYPE_BLOCKS, ManyTypes, explicit_type
from auditor.collector import yaml_reader
from auditor.collector.render.failure import wrong
from auditor.collector.tree import BadLink, Tree
from auditor.collector.yaml_reader import BadYaml

KUSTOMIZATIONS: Final = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_FIXED: Final = ("repoURL", "path", "chart", "targetRevision")


def folder_of(path: str, tree: Tree) -> str:
    """Return the source's folder inside the tree; raise NotRendered as Argo CD would."""
    if path.startswith("/"):
        raise wrong("path_absolute", path=path)
    if posixpath.normpath(path or ".").startswith(".."):
        raise wrong("path_outside_repository", path=path)
    try:
        resolved = tree.resolve(path)
    except BadLink as bad:
        raise wrong("path_outside_repository", path=path) from bad
    if resolved in tree.folders:
        return resolved
    if resolved in tree.entries:
        raise wrong("path_not_a_folder", path=path)
    raise wrong("path_missing", path=path)


def overridden(source: Mapping[str, Any], folder: str, name: str, tree: Tree) -> dict[str, Any]:
    """Return the source with `.argocd-source.yaml` and the Application's own file merged in."""
    result = dict(source)
    for file in (".argocd-source.yaml", f".argocd-source-{name}.yaml"):
        path = posixpath.join(folder, file)
        if not tree.is_file(path):
            continue
        patch = _patch(path, tree)
        result = {**_merged(result, patch), **{k: source[k] for k in _FIXED if k in source}}
        for key in _FIXED:
            if key not in source:
                result.pop(key, None)
    return result


def type_of(source: Mapping[str, Any], folder: str, tree: Tree) -> str:
    """Return Helm, Kustomize, Directory or Plugin; raise NotRendered for several at once."""
    try:
        explicit = explicit_type(source)
    except ManyTypes as many:
        raise wrong("many_source_types", message=str(many)) from many
    if explicit is not None:
        return explicit
    start = f"{folder}/" if folder else ""
    here = [p[len(start) :] for p in tree.under(folder) if "/" not in p[len(start) :]]
    # Upstream walks the names in order and the last marker wins.
    found = "Directory"
    for name in here:
        if name.endswith("Chart.yaml"):
            found = "Helm"
        elif name in KUSTOMIZATIONS:
            found = "Kustomize"
    return found


def _patch(path: str, tree: Tree) -> Mapping[str, Any]:
    try:
        values = yaml_reader.values(yaml_reader.text_of(tree.read(path)))
    except BadYaml as bad:
        raise wrong("override_unreadable", file=path, line=bad.line, message=bad.reason) from bad
    found = values[0] if values else None
    if not isinstance(found, Mapping):
        raise wrong("override_unreadable", file=path, line=1, message="the file holds no object")
    for block in TYPE_BLOCKS:
        if not isinstance(found.get(block), Mapping | None):
            raise wrong("override_unreadable", file=path, line=1, message=f"{block} is no object")
    return found


def _merged(source: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """Merge as Argo CD does there: null removes nothing (`json-patch` on typed objects)."""
    result = dict(source)
    for key, value in patch.items():
        there = result.get(key)
        if value is None:
            continue
        if isinstance(value, Mapping) and isinstance(there, Mapping):
            result[key] = _merged(there, value)
        else:
            result[key] = value
    return result
