"""What the folder of a source shows beside its output: what rules about sources ask for."""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any, Final

from auditor.argocd import repository_tree
from auditor.argocd.source_detection import KUSTOMIZATION_FILES
from auditor.argocd.source_overrides import OverrideError, effective, file_names
from auditor.collector.render.directory_engine import SKIP
from auditor.collector.render.directory_job import selected
from auditor.collector.render.failure import NotRendered
from auditor.collector.render.value_files import Lookup, read_all
from auditor.collector.tree import Tree
from auditor.kube.loose import is_true, mapping, texts

_MAX_FILES: Final = 200
"""Files below a folder that are opened to see whether they hold manifests."""
_NOWHERE: Final = repository_tree.Tree({}, {})


def of_folder(
    source: Mapping[str, Any], merged: Mapping[str, Any], folder: str, name: str, tree: Tree
) -> dict[str, Any]:
    """Return `markers` (Chart.yaml, kustomization) and `overrides` (files and blocks they change).

    `merged` is the source with its override files; `name` is the Application's in tracking.
    """
    start = f"{folder}/" if folder else ""
    markers = [mark for mark in ("Chart.yaml", *KUSTOMIZATION_FILES) if tree.is_file(start + mark)]
    found: dict[str, Any] = {"markers": markers} if markers else {}
    files = [path for path in file_names(folder, name) if tree.is_file(path)]
    if files and (blocks := _changed(source, merged)):
        found["overrides"] = {"files": files, "blocks": blocks}
    return found


def of_values(source: Mapping[str, Any], lookup: Lookup) -> dict[str, Any]:
    """Return `absent_values`: the value files that are not there and are passed over."""
    helm = mapping(source, "helm")
    if not is_true(helm, "ignoreMissingValueFiles"):
        return {}
    absent = [name for name in texts(helm, "valueFiles") if _is_absent(name, lookup)]
    return {"absent_values": absent} if absent else {}


def of_directory(
    source: Mapping[str, Any], job: Mapping[str, Any], folder: str, tree: Tree
) -> dict[str, Any]:
    """Return `kindless` (files) and, where no file can be a manifest, `below` (a number)."""
    files: Sequence[tuple[str, bytes]] = job["files"]
    kindless = [path for path, data in files if _lacks_kind(data)]
    found: dict[str, Any] = {"kindless": kindless} if kindless else {}
    directory = mapping(source, "directory")
    if is_true(directory, "recurse") or any(_is_manifest(data) for _, data in files):
        return found
    below = _below(directory, folder, tree)
    return found | {"below": below} if below else found


def _changed(source: Mapping[str, Any], merged: Mapping[str, Any]) -> list[str]:
    try:
        plain = effective(source, _NOWHERE, "", "")
    except OverrideError:
        return []
    return sorted(key for key in {*plain, *merged} if plain.get(key) != merged.get(key))


def _is_absent(name: str, lookup: Lookup) -> bool:
    try:
        return not read_all([name], lookup, ignore_missing=True)
    except NotRendered:
        return False


def _below(directory: Mapping[str, Any], folder: str, tree: Tree) -> int:
    try:
        deep = list(islice(selected({**directory, "recurse": True}, folder, tree), _MAX_FILES))
    except NotRendered:
        return 0
    return sum(_is_manifest(data) for _, data in tree.read_many(sorted({t for _, t in deep})))


def _is_manifest(data: bytes) -> bool:
    return SKIP not in data and _has_field(data, b"apiVersion") and _has_field(data, b"kind")


def _lacks_kind(data: bytes) -> bool:
    """Tell a manifest whose `kind` was forgotten from the values of a chart."""
    return (
        SKIP not in data
        and _has_field(data, b"apiVersion")
        and _has_field(data, b"metadata")
        and b"kind" not in data
    )


def _has_field(data: bytes, name: bytes) -> bool:
    return data.startswith(name + b":") or b"\n" + name + b":" in data or b'"%s"' % name in data
