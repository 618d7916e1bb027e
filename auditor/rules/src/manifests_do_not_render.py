"""Applications whose manifests cannot be produced from what the repository holds."""

from collections.abc import Iterator, Mapping

from auditor.argocd.application import Application
from auditor.argocd.rendering_verdict import has_rendered, rendering_roots
from auditor.argocd.source_output import SourceOutput, pointer_of
from auditor.findings import Basis, Breach, Severity, Unseen, everywhere
from auditor.kube.gap import Gap
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.chart_defaults import CHART_DEFAULTS, ChartDefaults
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.freshness import FRESHNESS
from auditor.snapshot.section import Excluded, Missing
from auditor.snapshot.source_outputs import SOURCE_OUTPUTS, Outputs, outputs_of

_LONGEST = 500


@rule(
    "SRC-003",
    severity=everywhere(Severity.HIGH),
    over=APPLICATIONS,
    uses=(SOURCE_OUTPUTS, FRESHNESS, CHART_DEFAULTS),
    options=NoOptions,
)
def manifests_do_not_render(
    app: Application,
    _: NoOptions,
    outputs: Outputs | Missing | Excluded,
    freshness: object,
    defaults: ChartDefaults,
) -> Iterator[Breach | Unseen]:
    """Argo CD's words where it has tried; ours where it has not."""
    found = outputs_of(app, outputs) if isinstance(outputs, Mapping) else ()
    failing = [output for output in found if output.error]
    said = rendering_roots(app)
    if said:
        at = pointer_of(app, failing[0]) if failing else _only_source(app)
        facts = {"message": _short("; ".join(said))}
        keys = frozenset(("source", f"{app.ref.qualified} {s.pointer}") for s in app.sources)
        yield Breach(at=at, facts=facts, basis=Basis.OBSERVED, keys=keys)
    elif not has_rendered(app, freshness):
        for output in failing:
            why = defaults.left_open(app, "" if _gives_values(app, output) else _place(output))
            yield Unseen(why) if why else _expected(pointer_of(app, output), output)
        yield from (Unseen(why) for why in _why_unseen(outputs, found))


def _only_source(app: Application) -> str:
    return app.sources[0].pointer if len(app.sources) == 1 else "/spec"


def _expected(at: str, output: SourceOutput) -> Breach:
    """Repeat what the tool said; where none ran, name what it would have read."""
    facts = output.error.facts if output.error else {}
    message = str(facts.get("message", ""))
    place = _place(output)
    if not message:
        named = {"place": place} if place else {}
        return Breach(at=at, facts=named, variant="absent" if place else "nothing")
    told = f"{place}: {message}" if place and place not in message else message
    return Breach(at=at, facts={"message": _short(told)}, variant="expected")


def _gives_values(app: Application, output: SourceOutput) -> bool:
    """Say whether a chart failed with values that the Application itself gives."""
    code = output.error.code if output.error else ""
    if output.type != "Helm" or code != "render_failed" or output.index >= len(app.sources):
        return False
    return bool(app.sources[output.index].helm)


def _place(output: SourceOutput) -> str:
    facts = output.error.facts if output.error else {}
    return str(facts.get("file") or facts.get("path") or facts.get("name") or "")


def _short(message: str) -> str:
    line = " ".join(message.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"


def _why_unseen(
    outputs: Outputs | Missing | Excluded, found: tuple[SourceOutput, ...]
) -> Iterator[Gap]:
    if isinstance(outputs, Missing | Excluded):
        yield outputs.why
        return
    yield from (output.gap for output in found if output.gap)
