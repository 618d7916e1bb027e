"""Files a Helm source names; mirrors `getResolvedValueFiles` of `repository.go`."""

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from auditor.argocd.value_files import expand_environment, matching
from auditor.collector import yaml_reader
from auditor.collector.render.failure import unseen, wrong
from auditor.collector.tree import BadLink, Tree
from auditor.collector.yaml_nodes import BadYaml

_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_REMOTE: Final = ("http", "https")
_PATTERN: Final = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class Lookup:
    """Where names of files are looked up."""

    folder: str
    tree: Tree
    refs: Mapping[str, Callable[[], Tree]] | None
    """How to get at the tree of `$name`; None where the Application has one source only."""
    environment: Mapping[str, str]


def read_all(names: Sequence[str], lookup: Lookup, *, ignore_missing: bool) -> list[dict[str, Any]]:
    """Return `path` and `text` of each value file once, in Helm's order; raise NotRendered."""
    explicit = {place for name in names for place in _places(name, lookup, patterns=False)}
    found: dict[tuple[int, str], tuple[Tree, str]] = {}
    for name in names:
        is_pattern = _PATTERN.search(name) is not None
        places = list(_places(name, lookup, patterns=True))
        if not places and not ignore_missing:
            raise wrong("values_file_missing", file=name)
        for tree, path in places:
            if not (is_pattern and (tree, path) in explicit):
                found.setdefault((id(tree), path), (tree, path))
    return [{"path": path, "text": _text(tree, path)} for tree, path in found.values()]


def read_one(name: str, lookup: Lookup) -> str:
    """Return the content of a `fileParameters` file; raise NotRendered."""
    for tree, path in _places(name, lookup, patterns=False):
        return _text(tree, path)
    raise wrong("values_file_missing", file=name)


def _places(name: str, lookup: Lookup, *, patterns: bool) -> Iterator[tuple[Tree, str]]:
    """Yield tree and path of what `name` names, if it is there; raise NotRendered."""
    tree, path = _location(name, lookup)
    is_pattern = _PATTERN.search(path) is not None
    if is_pattern and patterns:
        for found in matching(posixpath.normpath(path), tree.entries):
            yield tree, _resolved(tree, found, name)
    elif not is_pattern:
        resolved = _resolved(tree, path, name)
        if resolved in tree.entries:
            yield tree, resolved


def _location(name: str, lookup: Lookup) -> tuple[Tree, str]:
    """Return the tree and the path in it, before links are followed."""
    if name.startswith("$") and lookup.refs is not None:
        ref, _, rest = name.partition("/")
        if ref not in lookup.refs:
            raise wrong("reference_unknown", reference=ref, known=", ".join(sorted(lookup.refs)))
        if not rest:
            raise wrong("reference_without_file", reference=ref)
        return lookup.refs[ref](), expand_environment(rest, lookup.environment)
    text = expand_environment(name, lookup.environment)
    if (scheme := _SCHEME.match(text)) is not None:
        if scheme[1].lower() not in _REMOTE:
            raise wrong("values_scheme_not_allowed", scheme=scheme[1], file=name)
        raise unseen("values_url_not_fetched", url=text)
    if text.startswith("/"):
        return lookup.tree, text.lstrip("/")
    return lookup.tree, posixpath.join(lookup.folder, text)


def _resolved(tree: Tree, path: str, name: str) -> str:
    try:
        return tree.resolve(path)
    except BadLink as bad:
        raise wrong("values_file_outside_repository", file=name) from bad


def _text(tree: Tree, path: str) -> str:
    try:
        return yaml_reader.text_of(tree.read(path))
    except BadYaml as bad:
        raise wrong("values_file_unreadable", file=path, line=bad.line, message=bad.reason) from bad
