"""Value files that a Helm source lists and the repository does not have."""

from collections.abc import Iterator

from auditor.argocd.application import Application
from auditor.argocd.rendering_verdict import has_rendered
from auditor.argocd.source_output import SourceOutput, entry_of, has_helm
from auditor.findings import Basis, Breach, Severity, Unseen, by_tier, everywhere
from auditor.kube.loose import texts
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.chart_defaults import CHART_DEFAULTS, ChartDefaults
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.freshness import FRESHNESS
from auditor.snapshot.source_outputs import SOURCE_OUTPUTS, Outputs, outputs_of

_FILES = ("helm", "valueFiles")
_CODES = {"values_file_missing": "", "values_file_outside_repository": "outside"}


@rule(
    "SRC-002",
    severity=everywhere(Severity.HIGH),
    over=APPLICATIONS,
    needs=(SOURCE_OUTPUTS,),
    uses=(FRESHNESS, CHART_DEFAULTS),
    options=NoOptions,
)
def values_file_does_not_exist(
    app: Application,
    _: NoOptions,
    outputs: Outputs,
    freshness: object,
    defaults: ChartDefaults,
) -> Iterator[Breach | Unseen]:
    """Remark on a list that may be absent, the more if nothing of it is there (§10.2)."""
    for output in outputs_of(app, outputs):
        if output.error and output.error.code in _CODES and not has_rendered(app, freshness):
            file = str(output.error.facts.get("file", ""))
            if why := defaults.left_open(app, file):
                yield Unseen(why)
                continue
            yield Breach(
                at=entry_of(app, output, path=_FILES, text=file),
                variant=_CODES[output.error.code],
                facts={"file": file, "path": output.path},
                basis=Basis.OBSERVED if _is_failing(app) else Basis.DECLARED,
            )
        yield from _passed_over(app, output)
        if output.gap and has_helm(app, output, "valueFiles"):
            yield Unseen(output.gap)


def _is_failing(app: Application) -> bool:
    return app.status is not None and app.status.has_comparison_error


def _passed_over(app: Application, output: SourceOutput) -> Iterator[Breach]:
    absent = output.listed("absent_values")
    if not absent or output.index >= len(app.sources):
        return
    listed = texts(app.sources[output.index].raw, *_FILES)
    is_all = set(listed) <= set(absent)
    table = by_tier(production=Severity.LOW, other=Severity.INFO)
    yield Breach(
        at=entry_of(app, output, path=_FILES, text=absent[0]),
        variant="all_ignored" if is_all else "ignored",
        facts={"files": absent, "count": len(absent)},
        severity=table if is_all else everywhere(Severity.INFO),
    )
