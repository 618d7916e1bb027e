"""Which documents of a repository are objects of Argo CD, and which files could not be read."""

import gc
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from auditor.collector import kustomizations, readings, templated, yaml_reader
from auditor.collector.application_charts import charts
from auditor.collector.cache import Cache
from auditor.collector.git_options import GitOptions
from auditor.collector.kustomizations import Kustomizations
from auditor.collector.left_out import LeftOut
from auditor.collector.tree import LINK, SUBMODULE, Tree
from auditor.collector.unlisted import unlisted
from auditor.collector.yaml_nodes import BadYaml, Chunk
from auditor.collector.yaml_reader import Document
from auditor.collector.yaml_scalar import json_value
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest, at
from auditor.kube.origin import GitOrigin
from auditor.kube.ref import group_of

SETTINGS: Final = frozenset({"argocd-cm", "argocd-cmd-params-cm", "argocd-rbac-cm"})
ARGOCD_KINDS: Final = frozenset({"Application", "ApplicationSet", "AppProject"})
_KINDS: Final = ARGOCD_KINDS | {"Namespace", "ConfigMap"}
_TOP_KIND: Final = re.compile(r"^kind:[ \t]*[\"']?(\w+)", re.MULTILINE)
_CORE_WORDS: Final = re.compile(r"\bNamespace\b|argocd-(?:cm|cmd-params-cm|rbac-cm)\b")


@dataclass(slots=True)
class TreeReading:
    """What reading one tree found; grows while files are read."""

    repository: str
    commit: str
    manifests: list[Manifest] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    files: int = 0
    templated: int = 0
    fragments: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    duplicate_keys: list[Mapping[str, Any]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    """Files with documents whose names, paths or destinations wait for a value."""
    charts: frozenset[str] = frozenset()
    """Folders of charts whose templates hold objects of Argo CD."""
    patches: frozenset[str] = frozenset()
    """Files that kustomizations name as patches."""
    kustomizations: Kustomizations = field(default_factory=lambda: Kustomizations({}))

    def gap(self, code: str, path: str, **facts: Any) -> None:
        """Note that something at `path` could not be read."""
        self.gaps.append(Gap(code, {"repository": self.repository, "path": path, **facts}))


def read_tree(tree: Tree, repository: str, options: GitOptions) -> TreeReading:
    """Read the manifests of a tree; nothing a file holds makes this raise."""
    reading = TreeReading(repository, tree.commit)
    for bad in tree.bad_links:
        reading.gap(bad.code, bad.path, target=tree.links[bad.path])
    kept = list(_kept(tree, options, reading))
    wanted = [path for path in kept if not templated.is_chart_template(path, tree)]
    reading.charts = charts(tree, kept)
    reading.kustomizations = kustomizations.read(tree, _kustomization_files(tree, kept))
    reading.patches = reading.kustomizations.patches()
    reading.files += len(kept)
    reading.templated += len(kept) - len(wanted)
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        readings.read_all(
            tree,
            wanted,
            reading,
            fresh=lambda: TreeReading(repository, tree.commit),
            read_file=_file,
            cache=Cache(options.cache) if options.cache else None,
        )
    finally:
        if was_collecting:
            gc.enable()
    reading.manifests.sort(key=_place)
    if not options.include_all:
        _drop_unlisted(reading)
    return reading


def read_files(tree: Tree, repository: str, paths: Iterable[str]) -> list[Manifest]:
    """Return the manifests in `paths` that parse as they are, whatever else may be in them."""
    reading = TreeReading(repository, tree.commit)
    for path, data in tree.contents(sorted(paths)):
        if isinstance(data, bytes):
            _file(path, data, reading)
    return reading.manifests


def kept_kind(raw: Mapping[str, Any]) -> str:
    """Return the kind of an object that a snapshot keeps of Git, else an empty text."""
    kind, version = raw.get("kind"), raw.get("apiVersion")
    if not isinstance(kind, str) or not isinstance(version, str):
        return ""
    if kind in ARGOCD_KINDS:
        return kind if group_of(version) == "argoproj.io" else ""
    if version != "v1":
        return ""
    is_kept = kind == "Namespace" or (
        kind == "ConfigMap" and at(raw, "metadata", "name") in SETTINGS
    )
    return kind if is_kept else ""


def _drop_unlisted(reading: TreeReading) -> None:
    """Leave out what is switched off; each such file is its own pattern."""
    off = unlisted(reading.manifests, reading.kustomizations)
    reading.left_out.update(sorted(off))
    reading.manifests = [m for m in reading.manifests if _place(m)[0] not in off]


def _place(manifest: Manifest) -> tuple[str, int, int]:
    origin = manifest.origin
    return (
        (origin.path, origin.line, origin.document) if isinstance(origin, GitOrigin) else ("", 0, 0)
    )


def _kept(tree: Tree, options: GitOptions, reading: TreeReading) -> Iterator[str]:
    left_out = LeftOut(() if options.include_all else options.left_out, tree)
    for path in sorted(tree.entries):
        entry = tree.entries[path]
        if entry.mode == SUBMODULE:
            reading.gap("submodule_not_read", path)
        if entry.mode in (LINK, SUBMODULE) or not path.endswith((".yaml", ".yml", ".json")):
            continue
        if (pattern := left_out.pattern(path)) is not None:
            reading.left_out[pattern] += 1
        elif entry.size > options.file_limit:
            reading.gap("file_too_large", path, size=entry.size, limit=options.file_limit)
        else:
            yield path


def _kustomization_files(tree: Tree, kept: Iterable[str]) -> Iterator[str]:
    yield from kept
    yield from (path for path in tree.entries if path.endswith("Kustomization"))


def _file(path: str, data: bytes, reading: TreeReading) -> None:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        reading.gap("file_unreadable", path, reason="invalid UTF-8", line=1)
        return
    if b"kind" not in data:
        return
    try:
        text = yaml_reader.text_of(data)
    except BadYaml as bad:
        if b"apiVersion" in data:
            reading.gap("file_unreadable", path, reason=bad.reason, line=bad.line)
        return
    if not _has_words(text):
        return
    number = 0
    for chunk in yaml_reader.chunks(text):
        number = _chunk(path, chunk, number, reading)


def _chunk(path: str, chunk: Chunk, number: int, reading: TreeReading) -> int:
    """Read one chunk; return the number of the next document."""
    if not _is_wanted(chunk.text):
        return number + 1
    try:
        documents = list(_documents(path, chunk))
    except BadYaml as bad:
        if templated.has_actions(chunk.text):
            reading.templated += 1
        else:
            reading.gap("file_unreadable", path, reason=bad.reason, line=bad.line)
        return number + 1
    for document in documents:
        _document(path, document, number, reading)
        number += 1
    return number


def _documents(path: str, chunk: Chunk) -> Iterator[Document]:
    try:
        yield from yaml_reader.read(chunk, with_lines=_needs_lines)
    except BadYaml:
        if not path.endswith(".json"):
            raise
        # JSON allows escapes and tabs that LibYAML does not.
        try:
            value = json_value(chunk.text)
        except ValueError:
            value = None
        if value is None:
            raise
        yield Document(value, chunk.line)


def _is_wanted(text: str) -> bool:
    if not _has_words(text):
        return False
    kinds = _TOP_KIND.findall(text)
    return not kinds or any(kind in _KINDS or kind.endswith("List") for kind in kinds)


def _has_words(text: str) -> bool:
    if "argoproj.io/" in text and ("Application" in text or "AppProject" in text):
        return True
    return _CORE_WORDS.search(text) is not None


def _needs_lines(value: Any) -> bool:
    return any(kept_kind(item) in ARGOCD_KINDS for _, item in _objects(value))


def _objects(value: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield pointer and object: the document itself, or the items of a List."""
    if not isinstance(value, Mapping):
        return
    items, kind = value.get("items"), value.get("kind")
    if not isinstance(items, list) or not isinstance(kind, str) or not kind.endswith("List"):
        yield "", value
        return
    for i, item in enumerate(items):
        if isinstance(item, Mapping):
            yield f"/items/{i}", item


def _document(path: str, document: Document, number: int, reading: TreeReading) -> None:
    kept = 0
    for pointer, raw in _objects(document.value):
        if not kept_kind(raw):
            continue
        line = document.lines.get(pointer, document.line)
        if (wrong := _wrong_type(raw)) is not None:
            reading.gap("manifest_malformed", path, line=line, pointer=pointer + wrong)
        elif templated.has_tokens(raw):
            reading.templated += 1
            reading.tokens.append(path)
        elif path in reading.patches or _is_fragment(raw):
            reading.fragments += 1
        else:
            origin = GitOrigin(reading.repository, reading.commit, path, line, number)
            lines = _below(document.lines, pointer)
            reading.manifests.append(Manifest(raw, origin, lines))
            kept += 1
    if kept:
        reading.duplicate_keys += [
            {"path": path, "document": number, "pointer": pointer, "line": line}
            for pointer, line in document.duplicates
        ]


def _below(lines: Mapping[str, int], pointer: str) -> Mapping[str, int]:
    if not pointer:
        return lines
    start = f"{pointer}/"
    return {key[len(pointer) :]: line for key, line in lines.items() if key.startswith(start)}


def _wrong_type(raw: Mapping[str, Any]) -> str | None:
    """Return the pointer of a part without which nothing can be said about the object."""
    for path, kinds in (
        (("metadata",), (Mapping,)),
        (("metadata", "name"), (str, type(None))),
        (("metadata", "namespace"), (str, type(None))),
        (("spec",), (Mapping, type(None))),
    ):
        if not isinstance(at(raw, *path), kinds):
            return "/" + "/".join(path)
    return None


def _is_fragment(raw: Mapping[str, Any]) -> bool:
    spec = raw.get("spec")
    spec = spec if isinstance(spec, Mapping) else {}
    if any("$patch" in part for part in (raw, spec, raw["metadata"])):
        return True
    match raw["kind"]:
        case "Application":
            has_source = any(key in spec for key in ("source", "sources", "sourceHydrator"))
            return not (has_source and "destination" in spec)
        case "ApplicationSet":
            return not ("generators" in spec and "template" in spec)
        case "AppProject":
            return "spec" not in raw
        case _:
            return False
