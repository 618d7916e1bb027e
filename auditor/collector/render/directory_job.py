"""The files of a plain directory source; mirrors `getPotentiallyValidManifests`."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor.argocd.value_files import expand_environment
from auditor.collector.render.failure import wrong
from auditor.collector.render.place import Files
from auditor.collector.tree import LINK, SUBMODULE, BadLink, Tree
from auditor.kube.globbing import gobwas_match
from auditor.kube.loose import is_true, mapping, mappings, text, texts

_NAMES: Final = re.compile(r".*\.(?:yaml|yml|json|jsonnet)", re.DOTALL)
_JSONNET: Final = ".jsonnet"
_LIMIT: Final = 10_000_000
"""Bytes of all files but Jsonnet together, `reposerver.max.combined.directory.manifests.size`."""


def job(
    source: Mapping[str, Any], folder: str, files: Files, environment: Mapping[str, str]
) -> dict[str, Any]:
    """Return the job; raise NotRendered."""
    tree = files.tree
    found = list(selected(mapping(source, "directory"), folder, tree))
    plain = [target for path, target in found if not path.endswith(_JSONNET)]
    if sum(tree.entries[target].size for target in plain) > _LIMIT:
        raise wrong("directory_too_large", path=folder, limit=_LIMIT)
    contents = dict(tree.read_many(sorted({target for _, target in found})))
    result: dict[str, Any] = {
        "type": "Directory",
        "files": [(path, contents[target]) for path, target in found],
    }
    if len(plain) < len(found):
        result["root"] = str(files.whole())
        result["jsonnet"] = _jsonnet(source, folder, files, environment)
    return result


def _jsonnet(
    source: Mapping[str, Any], folder: str, files: Files, environment: Mapping[str, str]
) -> dict[str, Any]:
    """Return variables and where imports are looked for; raise NotRendered."""
    block = mapping(source, "directory", "jsonnet")
    libs = [folder]
    for lib in texts(block, "libs"):
        try:
            libs.append(files.tree.resolve(lib))
        except BadLink as bad:
            raise wrong("path_outside_repository", path=lib) from bad
    given: dict[str, Any] = {"root": str(files.folder), "libs": libs}
    for key, short in (("extVars", "ext"), ("tlas", "tla")):
        for kind, is_code in (("vars", False), ("codes", True)):
            given[f"{short}_{kind}"] = {
                text(entry, "name"): expand_environment(text(entry, "value"), environment)
                for entry in mappings(block, key)
                if is_true(entry, "code") is is_code
            }
    return given


def selected(directory: Mapping[str, Any], folder: str, tree: Tree) -> Iterator[tuple[str, str]]:
    """Yield path and link target of the files read, in the order Argo CD walks them."""
    start = f"{folder}/" if folder else ""
    include, exclude = text(directory, "include"), text(directory, "exclude")
    is_deep = is_true(directory, "recurse")
    is_any_name = is_true(directory, "disableExtensionFilter")
    for path in sorted(tree.under(folder), key=lambda found: found.split("/")):
        inside = path[len(start) :]
        if not is_deep and "/" in inside:
            continue
        if not is_any_name and not _NAMES.fullmatch(path):
            continue
        if exclude and gobwas_match(exclude, inside):
            continue
        if include and not gobwas_match(include, inside):
            continue
        if (target := _target(path, tree)) is not None:
            yield path, target


def _target(path: str, tree: Tree) -> str | None:
    """Return the file a path stands for; None for folders and submodules."""
    entry = tree.entries[path]
    if entry.mode == SUBMODULE:
        return None
    if entry.mode != LINK:
        return path
    try:
        resolved = tree.resolve(path)
    except BadLink as bad:
        raise wrong("path_outside_repository", path=path) from bad
    return resolved if resolved in tree.entries else None
