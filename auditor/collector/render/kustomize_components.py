"""The components an Application adds; mirrors `kustomize edit add component`, which takes globs."""

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor.collector.render.kustomize_edit import BadEdit
from auditor.collector.tree import BadLink, Tree
from auditor.kube.filepath import filepath_match
from auditor.kube.loose import is_true, texts

_MAGIC: Final = frozenset("*?[\\")


def added(folder: str, kustomize: Mapping[str, Any], tree: Tree) -> tuple[str, ...]:
    """Return the components of a source's `kustomize` block, relative to `folder`.

    A name that is not there is left out with `ignoreMissingComponents`, before any glob is
    looked at; else it stays, so that building fails on it. Raise BadEdit for an empty glob.
    """
    written = texts(kustomize, "components")
    if is_true(kustomize, "ignoreMissingComponents"):
        written = tuple(name for name in written if _is_there(posixpath.join(folder, name), tree))
    return tuple(path for name in written for path in _expanded(folder, name, tree))


def _expanded(folder: str, name: str, tree: Tree) -> Iterator[str]:
    if "://" in name or not _MAGIC & set(name):
        yield name
        return
    pattern = posixpath.normpath(posixpath.join(folder, name))
    may_be_hidden = posixpath.basename(name).startswith(".")
    found = [
        posixpath.relpath(path, folder or ".")
        for path in sorted({*tree.folders, *tree.entries})
        if filepath_match(pattern, path)
        and (may_be_hidden or not posixpath.basename(path).startswith("."))
    ]
    if not found:
        raise BadEdit(f"{name} has no match")
    yield from found


def _is_there(path: str, tree: Tree) -> bool:
    try:
        found = tree.resolve(path)
    except BadLink:
        return False
    return found in tree.folders or found in tree.entries
