"""Tags in the texts of an ApplicationSet, and the parameters its generators are known to give.

Mirrors the parameters of `applicationset/generators` and the tags of fasttemplate.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from auditor.argocd.applicationset_object import ApplicationSet
from auditor.kube import pointer
from auditor.kube.loose import mapping, mappings, sequence, text
from auditor.kube.manifest import at

STRUCTURAL: Final = (
    "/metadata/name",
    "/spec/project",
    "/spec/destination/server",
    "/spec/destination/name",
    "/spec/destination/namespace",
)
_SOURCE: Final = ("repoURL", "path", "targetRevision", "chart")
_TAG: Final = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_WORD: Final = re.compile(r"[.$#/]*([A-Za-z_][\w.\[\]-]*)")
_PATH: Final = frozenset(
    {
        "path",
        "path.basename",
        "path.basenameNormalized",
        "path.filename",
        "path.filenameNormalized",
    }
)
_KNOWN: Final[Mapping[str, frozenset[str]]] = {
    "clusters": frozenset({"name", "nameNormalized", "server", "project"}),
    "scmProvider": frozenset(
        {
            *("organization", "repository", "repository_id", "url", "labels"),
            *("branch", "branchNormalized", "sha", "short_sha", "short_sha_7"),
        }
    ),
    "pullRequest": frozenset(
        {
            *("number", "title", "author", "labels"),
            *("branch", "branch_slug", "target_branch", "target_branch_slug"),
            *("head_sha", "head_short_sha", "head_short_sha_7"),
        }
    ),
    "git": _PATH,
}
_PREFIXES: Final[Mapping[str, tuple[str, ...]]] = {
    "clusters": ("metadata.labels.", "metadata.annotations.", "values."),
    "git": ("path[", "values."),
    "scmProvider": ("values.",),
    "pullRequest": ("values.",),
}
_OPEN: Final = frozenset({"plugin", "clusterDecisionResource"})
_ADMINISTERED: Final = frozenset({"list", "clusters"})


@dataclass(frozen=True, slots=True)
class Parameters:
    """Names of parameters, as fasttemplate and Go templates write them without the dot."""

    names: frozenset[str]
    prefixes: tuple[str, ...]
    is_open: bool
    """True where a generator also gives names that only its input knows."""

    def has(self, name: str) -> bool:
        """Say whether a generator is known to give the parameter."""
        return name in self.names or name.startswith(self.prefixes)

    def first(self, tag: str) -> str:
        """Return the first parameter in a tag, or an empty text."""
        return next((name for name in words(tag) if self.has(name)), "")


def parameters(applicationset: ApplicationSet) -> Parameters:
    """Return what the generators of the set give."""
    return _given(applicationset.generators)


def _given(blocks: Iterable[tuple[str, Mapping[str, Any]]]) -> Parameters:
    names: set[str] = set()
    prefixes: set[str] = set()
    is_open = False
    for kind, block in blocks:
        names |= _KNOWN.get(kind, frozenset())
        prefixes |= set(_PREFIXES.get(kind, ()))
        is_files = kind == "git" and bool(at(block, "files"))
        is_open = is_open or kind in _OPEN or is_files or bool(text(block, "elementsYaml"))
        elements = mappings(block, "elements") if kind == "list" else ()
        is_open = is_open or (kind == "list" and not elements)
        names |= {name for element in elements for name in _names(element)}
        names |= set(mapping(block, "input", "parameters")) if kind == "plugin" else set()
    return Parameters(frozenset(names), tuple(sorted(prefixes)), is_open)


def chosen_outside(applicationset: ApplicationSet, tag: str, kinds: Collection[str]) -> bool:
    """Say whether a tag takes a parameter that only a generator of `kinds` can give.

    Files of Git may hold any name; what the set spells out and what a cluster is called are
    given by those who administer Argo CD.
    """
    blocks = applicationset.generators
    trusted = _given([(k, b) for k, b in blocks if k in _ADMINISTERED])
    asked = [(kind, block) for kind, block in blocks if kind in kinds]
    given = _given(asked)
    return any(not trusted.has(word) and (given.is_open or given.has(word)) for word in words(tag))


def _names(element: Mapping[str, Any]) -> Iterator[str]:
    for key, value in element.items():
        if isinstance(value, Mapping):
            yield from (f"{key}.{inner}" for inner in value)
        else:
            yield key


def tags(value: str) -> tuple[str, ...]:
    """Return what stands between the braces, trimmed."""
    return tuple(found.strip() for found in _TAG.findall(value))


def words(tag: str) -> tuple[str, ...]:
    """Return the names in a tag, without the marks of Go templates and Handlebars."""
    parts = re.split(r"[\s|()]+", tag)
    return tuple(found[1] for part in parts if (found := _WORD.fullmatch(part)))


def is_foreign(tag: str) -> bool:
    """Tell whether a tag has the syntax of Go templates or Handlebars."""
    return tag.startswith((".", "$", "#", "/")) or any(mark in tag for mark in "|( ")


def is_structural(place: str) -> bool:
    """Tell whether a pointer into the template decides where and what is deployed."""
    if place in STRUCTURAL:
        return True
    steps = pointer.tokens(place)
    is_source = steps[:2] == ("spec", "source") or steps[:2] == ("spec", "sources")
    return is_source and steps[-1] in _SOURCE and len(steps) <= len(("spec", "sources", "0", "x"))


def leaves(value: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield pointer and text of every text in a template."""
    if isinstance(value, str):
        yield prefix, value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from leaves(part, f"{prefix}/{pointer.escape(str(key))}")
    elif isinstance(value, Sequence):
        for index, part in enumerate(sequence({"x": value}, "x")):
            yield from leaves(part, f"{prefix}/{index}")
