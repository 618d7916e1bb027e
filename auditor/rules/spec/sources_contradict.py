"""Sources whose fields exclude each other."""

from collections.abc import Iterator, Mapping
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.application_source import is_zero
from auditor.argocd.source_contradictions import Contradiction, contradictions
from auditor.argocd.source_output import pointer_of
from auditor.findings import Breach, Edit, Fix, Severity, Unseen, everywhere
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.chart_defaults import CHART_DEFAULTS, ChartDefaults
from auditor.snapshot.delivered import DELIVERIES, as_applied
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.source_outputs import SOURCE_OUTPUTS, outputs_of

_EMPTY: Final = frozenset(("nothing_named", "version_missing"))
"""What an empty value of a chart looks like."""


@rule(
    "SPEC-005",
    severity=everywhere(Severity.HIGH),
    over=APPLICATIONS,
    uses=(DELIVERIES, SOURCE_OUTPUTS, CHART_DEFAULTS),
    options=NoOptions,
)
def sources_contradict(
    app: Application,
    _: NoOptions,
    deliveries: object,
    outputs: object,
    defaults: ChartDefaults,
) -> Iterator[Breach | Unseen]:
    """Read the spec as written; what a parent's tool completes is no contradiction (§1.3)."""
    if written := tuple(contradictions(app.spec, app.sources)):
        delivered = [
            tuple(contradictions(manifest.mapping("spec")))
            for manifest in as_applied(app, deliveries)
        ]
        for found in written:
            if all(found in others for others in delivered):
                why = defaults.left_open(app) if found.code in _EMPTY else None
                yield Unseen(why) if why else _breach(found)
    yield from _hidden_tools(app, outputs)


def _breach(found: Contradiction) -> Breach:
    return Breach(
        at=found.pointer,
        variant=found.code,
        facts=dict(found.facts),
        severity=everywhere(Severity.LOW) if found.is_harmless else None,
        fix=Fix((Edit("remove", found.pointer),)) if found.is_harmless else None,
        identity=found.code,
    )


def _hidden_tools(app: Application, outputs: object) -> Iterator[Breach]:
    """Yield `directory` blocks that win over the files that name another tool."""
    for output in outputs_of(app, outputs) if isinstance(outputs, Mapping) else ():
        markers = output.listed("markers")
        if output.index >= len(app.sources) or output.type != "Directory" or not markers:
            continue
        source = app.sources[output.index]
        if source.directory is not None and not is_zero(source.raw, "directory"):
            facts = {"path": output.path or ".", "file": markers[0]}
            at = f"{pointer_of(app, output)}/directory"
            yield Breach(at=at, variant="directory_hides_tool", facts=facts)
