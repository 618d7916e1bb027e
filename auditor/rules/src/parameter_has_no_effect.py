"""Helm parameters that no template reads."""

from collections.abc import Iterator

from auditor.argocd.application import Application
from auditor.argocd.source_output import SourceOutput, has_helm, pointer_of
from auditor.findings import Breach, Edit, Fix, Severity, Unseen, everywhere
from auditor.kube.loose import mappings, text
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.source_outputs import SOURCE_OUTPUTS, Outputs, outputs_of


@rule(
    "SRC-005",
    severity=everywhere(Severity.INFO),
    over=APPLICATIONS,
    needs=(SOURCE_OUTPUTS,),
    options=NoOptions,
)
def parameter_has_no_effect(
    app: Application, _: NoOptions, outputs: Outputs
) -> Iterator[Breach | Unseen]:
    """Take the names whose absence changed nothing when the chart was rendered again."""
    for output in outputs_of(app, outputs):
        for name in output.listed("unread"):
            at = _entry(app, output, name)
            yield Breach(
                at=at,
                facts={"name": name, "path": output.path or "."},
                fix=Fix((Edit("remove", at),)) if at[-1].isdigit() else None,
                identity=name,
            )
        why = output.why_not_repeated
        if why and has_helm(app, output, "parameters"):
            yield Unseen(why)


def _entry(app: Application, output: SourceOutput, name: str) -> str:
    here = f"{pointer_of(app, output)}/helm/parameters"
    if output.index >= len(app.sources):
        return here
    listed = [text(p, "name") for p in mappings(app.sources[output.index].helm, "parameters")]
    return f"{here}/{listed.index(name)}" if name in listed else here
