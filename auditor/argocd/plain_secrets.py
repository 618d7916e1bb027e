"""Secrets of a source that hold plain secrets, and the file each is written in."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from auditor.argocd.application import Application
from auditor.argocd.source_output import SourceOutput
from auditor.kube import pointer
from auditor.kube.loose import integer, is_true, mappings, text
from auditor.kube.manifest import Manifest


@dataclass(frozen=True, slots=True)
class PlainSecret:
    """The keys of one Secret that are written in one file."""

    manifest: Manifest
    """The Secret, without values."""
    at: str
    """Pointer to the first of the keys."""
    keys: tuple[str, ...]
    path: str
    """Of a file of the repository, or the field of the Application that holds it."""
    line: int
    is_foreign: bool
    """True where somebody else's chart brings it as a default."""


def plain_secrets(app: Application, output: SourceOutput) -> Iterator[PlainSecret]:
    """Yield what the collector remarked on the objects of one source."""
    chart = app.sources[output.index].chart if output.index < len(app.sources) else ""
    entries = mappings(output.remarks, "objects")
    for manifest, entry in zip(output.objects, entries, strict=True):
        places: dict[tuple[str, bool], list[Mapping[str, object]]] = defaultdict(list)
        for remark in mappings(entry, "plain"):
            places[text(remark, "path"), is_true(remark, "is_default")].append(remark)
        for (path, is_default), remarks in places.items():
            pointers = [text(remark, "key") for remark in remarks]
            yield PlainSecret(
                manifest,
                pointers[0],
                tuple(pointer.tokens(one)[-1] for one in pointers),
                path,
                min(integer(remark, "line") or 1 for remark in remarks),
                is_default and (bool(chart) or _is_vendored(path, output.path)),
            )


def _is_vendored(path: str, chart: str) -> bool:
    """Tell whether a file is of a chart that lies in another one."""
    inside = path.removeprefix(f"{chart}/") if chart else path
    return "charts" in inside.split("/")[:-1]
