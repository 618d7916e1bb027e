"""Sources whose fields exclude each other.

Mirrors `validateSourcePermissions` and `GetRefSources` of upstream `util/argo/argo.go`,
`runManifestGenAsync` of `reposerver/repository/repository.go` and `ExplicitType` of `types.go`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from auditor.argocd.application_source import ManyTypes, explicit_type, has_multiple_sources
from auditor.argocd.sources import Source, sources_of
from auditor.argocd.validation import normalised_source
from auditor.kube.loose import mappings, text, texts

_OWN_VARIABLES: Final = re.compile(r"\$\{?(?:ARGOCD_|KUBE_)")


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One contradiction; `code` says which."""

    code: str
    pointer: str
    facts: Mapping[str, str] = field(default_factory=dict)
    is_harmless: bool = False
    """True where Argo CD picks one meaning instead of failing."""


def contradictions(
    spec: Mapping[str, Any], sources: tuple[Source, ...] | None = None
) -> Iterator[Contradiction]:
    """Yield what contradicts itself in the sources of an Application; `sources` as parsed."""
    if spec.get("sourceHydrator"):
        return
    if sources is None:
        sources = sources_of(spec)
    is_multiple = has_multiple_sources(spec)
    if is_multiple and isinstance(spec.get("source"), Mapping) and spec["source"]:
        yield Contradiction("source_ignored", "/spec/source", is_harmless=True)
    for source in sources:
        yield from _places(source, is_multiple=is_multiple)
        yield from _types(source)
    yield from _references(sources, is_multiple=is_multiple)


def _places(source: Source, *, is_multiple: bool) -> Iterator[Contradiction]:
    here = source.pointer
    if not source.path and not source.chart and not (is_multiple and source.ref):
        yield Contradiction("nothing_named", here, {"repository": source.repo_url})
    if source.chart and not source.target_revision:
        yield Contradiction("version_missing", here, {"chart": source.chart})
    if source.chart and source.path:
        facts = {"chart": source.chart, "path": source.path}
        yield Contradiction("path_ignored", f"{here}/path", facts, is_harmless=True)


def _types(source: Source) -> Iterator[Contradiction]:
    try:
        explicit_type(normalised_source(source.raw))
    except ManyTypes as many:
        _, _, types = str(many).partition(": ")
        facts = {"types": types.replace(",", ", ")}
        yield Contradiction("many_types", source.pointer, facts)


def _references(sources: tuple[Source, ...], *, is_multiple: bool) -> Iterator[Contradiction]:
    known: set[str] = set()
    for source in sources:
        if not source.ref:
            continue
        at = f"{source.pointer}/ref"
        facts = {"reference": source.ref}
        if not is_multiple:
            yield Contradiction("reference_alone", at, facts)
        elif source.chart:
            yield Contradiction("reference_with_chart", at, facts | {"chart": source.chart})
        elif source.ref in known:
            yield Contradiction("reference_twice", at, facts)
        known.add(source.ref)
    for source in sources:
        yield from _uses(source, known, is_multiple=is_multiple)


def _uses(source: Source, known: set[str], *, is_multiple: bool) -> Iterator[Contradiction]:
    for at, entry in _files(source):
        if not entry.startswith("$"):
            continue
        name = entry.partition("/")[0][1:]
        if is_multiple and name not in known:
            facts = {"reference": name, "file": entry}
            yield Contradiction("reference_undefined", at, facts)
        elif not is_multiple and not _OWN_VARIABLES.match(entry):
            facts = {"reference": name, "file": entry}
            yield Contradiction("reference_unused", at, facts)


def _files(source: Source) -> Iterator[tuple[str, str]]:
    for i, entry in enumerate(texts(source.helm, "valueFiles")):
        yield f"{source.pointer}/helm/valueFiles/{i}", entry
    for i, parameter in enumerate(mappings(source.helm, "fileParameters")):
        yield f"{source.pointer}/helm/fileParameters/{i}/path", text(parameter, "path")
