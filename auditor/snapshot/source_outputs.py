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
"""What `SOURCE_OUTPUTS` holds: `namespace/name` to its sources, definition by definition."""


def _outputs(snapshot: Snapshot) -> Outputs | Missing | Excluded:
    look = snapshot.look(sections.RENDERINGS)
    if not isinstance(look, Collected):
        return look
    grouped: dict[str, list[SourceOutput]] = defaultdict(list)
    for item in look.items:
        grouped[str(item.raw["application"])].append(_output(item.raw))
    return {name: tuple(parts) for name, parts in sorted(grouped.items())}


def of_one_definition(outputs: tuple[SourceOutput, ...]) -> tuple[SourceOutput, ...]:
    """Return the outputs of the first definition: several of one name are never built together."""
    return tuple(one for one in outputs if _place(one.remarks) == _place(outputs[0].remarks))


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
    """Return what `app` gave, by its own definition; one not rendered gives a gap."""
    known = outputs.get(app.ref.qualified, ())
    if len(known) == 1 and _is_of(app, known[0].remarks):
        return known
    found = tuple(one for one in known if _is_of(app, one.remarks))
    if found:
        return of_one_definition(found)
    if not any(source.path or source.chart for source in app.sources):
        return ()
    gap = Gap("not_rendered", {"application": app.ref.qualified})
    return (SourceOutput(0, "", "", "", (), None, gap, {}),)


def _is_of(app: Application, raw: Mapping[str, Any]) -> bool:
    place = raw.get("declared")
    if not isinstance(place, Mapping) or app.declared is None:
        return True
    origin = app.declared.origin
    if not isinstance(origin, GitOrigin | RenderedOrigin):
        return True
    if place.get("path") != origin.path or place.get("repository") != origin.repository:
        return False
    return isinstance(origin, RenderedOrigin) or place.get("line", origin.line) == origin.line


SOURCE_OUTPUTS: Final[Derived[Outputs]] = Derived("source_outputs", _outputs)
