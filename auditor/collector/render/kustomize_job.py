"""What the Kustomize worker is asked for one source; mirrors `Build` of `util/kustomize`."""

import hashlib
import posixpath
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from auditor.argocd.application_source import is_zero
from auditor.argocd.source_detection import KUSTOMIZATION_FILES
from auditor.collector import yaml_reader
from auditor.collector.git_process import GitFailed
from auditor.collector.render import kustomize_components, kustomize_edit
from auditor.collector.render.export import copy
from auditor.collector.render.failure import unseen, wrong
from auditor.collector.render.kustomize_bases import is_remote
from auditor.collector.render.place import Files
from auditor.collector.tree import BadLink, Tree
from auditor.collector.yaml_nodes import BadYaml
from auditor.kube.loose import mapping, mappings, text, texts

_FOLDERS: Final = ("resources", "bases", "components")
_FILES: Final = ("crds", "configurations", "transformers", "generators", "validators")
_PLUGINS: Final = frozenset({"transformers", "generators", "validators"})
_MAX_FOLDERS: Final = 500


def job(
    source: Mapping[str, Any], files: Files, folder: str, environment: Mapping[str, str]
) -> dict[str, Any]:
    """Return the job; raise NotRendered."""
    kustomize = mapping(source, "kustomize")
    added = _added(folder, kustomize, files.tree)
    reached = list(_reached(folder, added, files.tree))
    if bases := [*_remotes(folder, added, files.tree), *_remote_bases(reached, files.tree)]:
        others = {"others": [base for _, base in bases[1:]]} if len(bases) > 1 else {}
        raise unseen("remote_base_not_given", path=bases[0][0], base=bases[0][1], **others)
    lying = files.whole() / folder
    _all_there(reached, files)
    if kustomize and not is_zero(source, "kustomize"):
        lying = _edited(kustomize, files, folder, environment)
    return {
        "type": "Kustomize",
        "path": folder,
        "folder": str(lying),
        "root": str(files.folder),
        "inputs": _inputs(reached, files.tree),
    }


def _inputs(reached: list[str], tree: Tree) -> list[str]:
    """Return the folders whose files the output can depend on; the root stands for all.

    Kustomize opens no file outside the folder of a kustomization, except plugins' own folders.
    """
    if tree.links or any(_PLUGINS & set(_keys(_kustomization(path, tree))) for path in reached):
        return [""]
    return sorted(reached)


def _keys(written: Any) -> Iterator[str]:
    if isinstance(written, Mapping):
        yield from map(str, written)


def _all_there(reached: list[str], files: Files) -> None:
    """Raise GitFailed if a kustomization names a file that has no content."""
    for folder in reached if files.absent else ():
        for entry in _texts(_kustomization(folder, files.tree)):
            path = posixpath.normpath(posixpath.join(folder, entry))
            if (reason := files.absent.get(path)) is not None:
                raise GitFailed("file_unreadable", path=path, reason=reason)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for part in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(part)


def _edited(
    kustomize: Mapping[str, Any], files: Files, folder: str, environment: Mapping[str, str]
) -> Path:
    """Return a copy beside the folder, so that `../base` still leads to the same place."""
    name = kustomization_file(folder, files.tree)
    if name is None:
        raise wrong("kustomization_missing", path=folder)
    written = _read(posixpath.join(folder, name), files.tree)
    try:
        edited = kustomize_edit.edited(
            written if isinstance(written, Mapping) else {},
            kustomize,
            environment,
            lambda block: _added(folder, block, files.tree),
        )
    except kustomize_edit.BadEdit as bad:
        raise wrong("render_failed", file=posixpath.join(folder, name), message=str(bad)) from bad
    body = msgspec.yaml.encode(edited)
    lying = files.folder / folder
    copied = lying.parent / f".{lying.name}.{hashlib.sha256(body).hexdigest()[:16]}"
    if not copied.exists():
        copy(lying, copied)
        target = copied / name
        target.unlink()
        target.write_bytes(body)
    return copied


def kustomization_file(folder: str, tree: Tree) -> str | None:
    """Return the name of the folder's kustomization, or None."""
    return next((n for n in KUSTOMIZATION_FILES if tree.is_file(posixpath.join(folder, n))), None)


def _added(folder: str, kustomize: Mapping[str, Any], tree: Tree) -> tuple[str, ...]:
    try:
        return kustomize_components.added(folder, kustomize, tree)
    except kustomize_edit.BadEdit as bad:
        raise wrong("render_failed", file=folder, message=str(bad)) from bad


def _reached(folder: str, components: Iterable[str], tree: Tree) -> Iterator[str]:
    """Yield the local folders with a kustomization that building `folder` reads.

    Raise NotRendered for one outside the repository: on this machine that would be another one.
    """
    added = [path for path in components if not is_remote(path)]
    waiting, seen = [folder, *(posixpath.join(folder, path) for path in added)], set[str]()
    while waiting and len(seen) < _MAX_FOLDERS:
        path = waiting.pop()
        try:
            here = tree.resolve(path)
        except BadLink as bad:
            raise wrong("path_outside_repository", path=path) from bad
        if here in seen or here not in tree.folders or kustomization_file(here, tree) is None:
            continue
        seen.add(here)
        yield here
        entries = _entries(_kustomization(here, tree), _FOLDERS)
        inside = (entry for entry in entries if not is_remote(entry))
        waiting += [posixpath.join(here, entry) for entry in inside]


def _remote_bases(folders: Iterable[str], tree: Tree) -> Iterator[tuple[str, str]]:
    """Yield each folder with what its kustomization takes from another place."""
    for folder in folders:
        written = _kustomization(folder, tree)
        entries = (*_entries(written, (*_FOLDERS, *_FILES)), *_patch_files(written))
        yield from _remotes(folder, entries, tree)


def _remotes(folder: str, entries: Iterable[str], tree: Tree) -> Iterator[tuple[str, str]]:
    for entry in entries:
        path = posixpath.join(folder, entry)
        if is_remote(entry) and not (tree.is_file(path) or tree.is_folder(path)):
            yield folder, entry


def _entries(written: Any, keys: tuple[str, ...]) -> Iterator[str]:
    for key in keys:
        yield from (entry for entry in texts(written, key) if "\n" not in entry)


def _patch_files(written: Any) -> Iterator[str]:
    for key in ("patches", "patchesJson6902"):
        yield from (text(entry, "path") for entry in mappings(written, key))


def _kustomization(folder: str, tree: Tree) -> Any:
    name = kustomization_file(folder, tree)
    return _read(posixpath.join(folder, name), tree) if name is not None else None


def _read(path: str, tree: Tree) -> Any:
    try:
        found = yaml_reader.values(yaml_reader.text_of(tree.read(path)))
    except BadYaml as bad:
        raise wrong("render_failed", file=path, line=bad.line, message=bad.reason) from bad
    return found[0] if found else None
