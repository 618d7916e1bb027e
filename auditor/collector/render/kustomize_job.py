"""What the Kustomize worker is asked for one source; mirrors `Build` of `util/kustomize`."""

import hashlib
import posixpath
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from auditor.argocd.application_source import is_zero
from auditor.collector import yaml_reader
from auditor.collector.render import kustomize_edit
from auditor.collector.render.detection import KUSTOMIZATIONS
from auditor.collector.render.export import copy
from auditor.collector.render.failure import unseen, wrong
from auditor.collector.render.place import Files
from auditor.collector.tree import BadLink, Tree
from auditor.collector.yaml_nodes import BadYaml
from auditor.kube.loose import mapping, mappings, text, texts

_REMOTE: Final = re.compile(
    r"[a-z][a-z0-9+.-]*://|git::|[\w.-]+@[\w.-]+:|(?:www\.)?[\w-]+\.[\w.-]+/[^?]+(?:\?|//)"
    r"|(?:github|gitlab|bitbucket)\.(?:com|org)[/:]",
    re.IGNORECASE,
)
_FOLDERS: Final = ("resources", "bases", "components")
_FILES: Final = ("crds", "configurations", "transformers", "generators", "validators")
_MAX_FOLDERS: Final = 500


def job(
    source: Mapping[str, Any], files: Files, folder: str, environment: Mapping[str, str]
) -> dict[str, Any]:
    """Return the job; raise NotRendered."""
    kustomize = mapping(source, "kustomize")
    for path in _reached(folder, kustomize, files.tree):
        if (remote := _remote_base(path, files.tree)) is not None:
            raise unseen("remote_base_not_given", path=path, base=remote)
    lying = files.part("") / folder
    if kustomize and not is_zero(source, "kustomize"):
        lying = _edited(kustomize, files, folder, environment)
    return {"type": "Kustomize", "path": folder, "folder": str(lying), "root": str(files.folder)}


def _edited(
    kustomize: Mapping[str, Any], files: Files, folder: str, environment: Mapping[str, str]
) -> Path:
    """Return a copy beside the folder, so that `../base` still leads to the same place."""
    name = kustomization_file(folder, files.tree)
    if name is None:
        raise wrong("kustomization_missing", path=folder)
    written = _read(posixpath.join(folder, name), files.tree)
    edited = kustomize_edit.edited(
        written if isinstance(written, Mapping) else {},
        kustomize,
        environment,
        lambda path: files.tree.is_folder(posixpath.join(folder, path)),
    )
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
    return next((n for n in KUSTOMIZATIONS if tree.is_file(posixpath.join(folder, n))), None)


def _reached(folder: str, kustomize: Mapping[str, Any], tree: Tree) -> Iterator[str]:
    """Yield the local folders with a kustomization that building `folder` reads."""
    added = [posixpath.join(folder, path) for path in texts(kustomize, "components")]
    waiting, seen = [folder, *added], set[str]()
    while waiting and len(seen) < _MAX_FOLDERS:
        try:
            here = tree.resolve(waiting.pop())
        except BadLink:
            continue
        if here in seen or here not in tree.folders or kustomization_file(here, tree) is None:
            continue
        seen.add(here)
        yield here
        entries = _entries(_kustomization(here, tree), _FOLDERS)
        waiting += [posixpath.join(here, entry) for entry in entries]


def _remote_base(folder: str, tree: Tree) -> str | None:
    written = _kustomization(folder, tree)
    for entry in (*_entries(written, (*_FOLDERS, *_FILES)), *_patch_files(written)):
        path = posixpath.join(folder, entry)
        if _REMOTE.match(entry) and not (tree.is_file(path) or tree.is_folder(path)):
            return entry
    return None


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
