"""Derived: what each source of an Application gave, source by source."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

from auditor.argocd.application import Application
from auditor.argocd.source_output import SourceOutput
from auditor.kube.gap import Gap
from auditor.kube.loose import text
from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin, RenderedOrigin
from auditor.snapshot import sections
from auditor.snapshot.section import Collected, Derived, Excluded, Missing
from auditor.snapshot.snapshot import Snapshot

Outputs = Mapping[str, tuple[SourceOutput, ...]]
"""What `SOURCE_OUTPUTS` holds: `namespace/name` to its sources in order."""


def _outputs(snapshot: Snapshot) -> Outputs | Missing | Excluded:
    look = snapshot.look(sections.RENDERINGS)
    if not isinstance(look, Collected):
        return look
    grouped: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for item in look.items:
        parts = grouped[str(item.raw["application"])]
        # An Application that is declared twice is rendered twice; the first counts.
        if not parts or _place(parts[0]) == _place(item.raw):
            parts.append(item.raw)
    return {name: tuple(_output(raw) for raw in parts) for name, parts in sorted(grouped.items())}


def _place(raw: Mapping[str, Any]) -> object:
    return raw.get("from"), raw.get("declared")


def _output(raw: Mapping[str, Any]) -> SourceOutput:
    failure = raw.get("error")
    why = Gap(failure["code"], failure.get("facts", {})) if failure else None
    is_content = bool(failure and failure.get("is_content"))
    return SourceOutput(
        index=int(raw.get("source", 0)),
        type=text(raw, "type"),
        path=text(raw, "path"),
        commit=text(raw, "commit"),
        objects=tuple(_objects(raw)),
        error=why if is_content else None,
        gap=None if is_content else why,
        remarks=raw,
    )


def _objects(raw: Mapping[str, Any]) -> list[Manifest]:
    return [
        Manifest(
            entry["manifest"],
            RenderedOrigin(raw["application"], raw["repository"], raw["commit"], entry["template"]),
        )
        for entry in raw.get("objects", ())
    ]


def outputs_of(app: Application, outputs: Outputs) -> tuple[SourceOutput, ...]:
    """Return what `app` gave; one that was not rendered gives an output that is a gap.

    An Application that is declared twice is rendered once, and only that definition is meant.
    """
    found = outputs.get(app.ref.qualified, ())
    if found and _is_of(app, found[0].remarks):
        return found
    if not any(source.path or source.chart for source in app.sources):
        return ()
    gap = Gap("not_rendered", {"application": app.ref.qualified})
    return (SourceOutput(0, "", "", "", (), None, gap, {}),)


def _is_of(app: Application, raw: Mapping[str, Any]) -> bool:
    place = raw.get("declared")
    if not isinstance(place, Mapping) or app.declared is None:
        return True
    match app.declared.origin:
        case GitOrigin(repository=repository, path=path, line=line):
            same_line = place.get("line", line) == line
            return same_line and (place.get("repository"), place.get("path")) == (repository, path)
        case _:
            return True


SOURCE_OUTPUTS: Final[Derived[Outputs]] = Derived("source_outputs", _outputs)
